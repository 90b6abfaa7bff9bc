/**
 * A byte stream under TLS: TCP, a WebSocket that tunnels, two queues in memory.
 *
 * At most one `read` and one `write` are under way at a time.
 */
export interface Transport {
  /** Host and port of the other end, where the carrier knows them. */
  readonly remoteAddress?: Address | undefined;
  /** The same of this end. */
  readonly localAddress?: Address | undefined;
  /**
   * The next bytes, which are the caller's to keep and are never empty; null at the end of the stream. Rejects
   * when the carrier broke, as does every later call.
   */
  read(): Promise<Uint8Array | null>;
  /**
   * As `read`, but the bytes are only lent: they are good until the next call of `read` or `lend`. A carrier has it
   * where it can then use its memory again, and what receives much is faster for it.
   */
  lend?(): Promise<Uint8Array | null>;
  /** Resolves when more may be written and the memory of `chunk` may be used again. Rejects when the carrier broke. */
  write(chunk: Uint8Array): Promise<void>;
  /** TCP's FIN: nothing more will be written, reading goes on. Absent where the carrier has no such thing. */
  closeWrite?(): Promise<void>;
  /** Lets go of everything, soon (nobody waits longer than a second), whatever is under way: calls that wait are settled. A second call does nothing. */
  close(): void | Promise<void>;
}

/** Where to connect to: a host name or IP address, and a port. */
export type Address = readonly [host: string, port: number];

/** The means to make a connection, of a socket that has none yet. */
export interface Connector {
  connect(address: Address): Promise<Transport>;
  /** Gives up a `connect` that is under way, which then rejects. */
  close(): void | Promise<void>;
}

/**
 * A socket that can be wrapped. `detach` takes out what it holds: the stream if it is connected, the means to
 * connect it if not. The socket must be of no use to its owner afterwards, so that nothing can be sent past TLS.
 */
export interface WrappableSocket {
  detach(): Transport | Connector;
}
