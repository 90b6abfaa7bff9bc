/** TCP of Deno. */
import type { Address } from './address.ts';
import { systemError } from './systemError.ts';

export type { Address } from './address.ts';

/** What is used of a `Deno.Conn`, so that Deno's types aren't needed. */
export interface DenoConnLike {
  read(target: Uint8Array): Promise<number | null>;
  write(data: Uint8Array): Promise<number>;
  closeWrite(): Promise<void>;
  close(): void;
}

/** Fits the `Transport` of `@halfclose/ssl`. */
export interface DenoTransport {
  /** The next octets, the caller's to keep; null at the end. One call at a time. @throws what Deno says of a broken connection */
  read(): Promise<Uint8Array | null>;
  /** As `read`, but only lent: the octets are good until the next `read` or `lend`. */
  lend(): Promise<Uint8Array | null>;
  /** Resolves when the system has taken all of `chunk`. */
  write(chunk: Uint8Array): Promise<void>;
  /** TCP's FIN. */
  closeWrite(): Promise<void>;
  /** A second call does nothing. */
  close(): void;
}

/** Fits the `WrappableSocket` of `@halfclose/ssl`. */
export interface DenoSocket {
  /** @throws OSError `EBADF` the second time */
  detach(): { connect(address: Address): Promise<DenoTransport>; close(): void };
}

interface DenoNamespace {
  connect(options: {
    hostname: string;
    port: number;
    signal?: AbortSignal;
  }): Promise<DenoConnLike & { setNoDelay?(): void }>;
}

/** Octets that are read at once, at most. */
const landingLength = 65_536;

/** A connection of Deno as a transport. It is the transport's from now on. */
export function fromDenoConn(conn: DenoConnLike): DenoTransport {
  let landing: Uint8Array | undefined;
  let closed = false;

  const lend = async (): Promise<Uint8Array | null> => {
    if (closed) throw systemError('EBADF');
    landing ??= new Uint8Array(landingLength);
    try {
      const length = await conn.read(landing);
      return length === null ? null : landing.subarray(0, length);
    } catch (error) {
      // Deno says of a connection that was closed that the operation was interrupted.
      throw closed ? systemError('EBADF') : error;
    }
  };

  return {
    lend,
    async read() {
      return (await lend())?.slice() ?? null;
    },
    async write(chunk) {
      if (closed) throw systemError('EBADF');
      for (let written = 0; written < chunk.length; ) written += await conn.write(chunk.subarray(written));
    },
    closeWrite: () => conn.closeWrite(),
    close() {
      if (closed) return;
      closed = true;
      conn.close();
    },
  };
}

/** A socket for `SSLContext.wrapSocket` that `Deno.connect` connects. Needs `--allow-net`. */
export function createDenoSocket(): DenoSocket {
  let detached = false;
  return {
    detach() {
      if (detached) throw systemError('EBADF');
      detached = true;
      const givenUp = new AbortController();
      return {
        async connect([hostname, port]) {
          const { Deno } = globalThis as { readonly Deno?: DenoNamespace };
          if (Deno === undefined) throw systemError('ENOTCONN', 'this is not Deno');
          const conn = await Deno.connect({ hostname, port, signal: givenUp.signal });
          // TLS writes whole flights; Nagle's algorithm would only delay them.
          conn.setNoDelay?.();
          return fromDenoConn(conn);
        },
        close: () => givenUp.abort(systemError('EBADF')),
      };
    },
  };
}
