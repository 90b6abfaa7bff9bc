import { connect as connectTCP, type Socket as TCPSocket } from 'node:net';
import { systemError } from '../systemError.ts';
import { createNodeTransport, type NodeTransport } from './fromSocket.ts';
import { Landing, onreadOf } from './landing.ts';

/** Host name or IP address, and port. */
export type Address = readonly [host: string, port: number];

/** What `detach` gives of a socket that is not connected: the means to connect it. */
export interface Connector {
  connect(address: Address): Promise<NodeTransport>;
  /** Gives up a `connect` that is under way. */
  close(): void;
}

const SHUT_RD = 0;
const SHUT_WR = 1;
const SHUT_RDWR = 2;

/**
 * A TCP socket as Python has it: made unconnected, then connected, or wrapped and connected through the wrapper.
 *
 * After `detach` (which `SSLContext.wrapSocket` calls) nothing is left of it: `close` does nothing, and all else
 * fails with `[Errno 9] Bad file descriptor`. Errors have `code` and `errno`: the system's as Node gives them, and
 * our own with Python's words.
 */
export class Socket {
  #connector: Connector | undefined = createConnector();
  #connecting = false;
  #transport: NodeTransport | undefined;
  /** What a `recv` left of the chunk that it was given. */
  #rest: Uint8Array | undefined;
  /** The transport is being read, perhaps for a `recv` that waits no more. */
  #reading = false;
  #wakeReader: (() => void) | undefined;
  #readShut = false;
  #writeShut = false;

  /**
   * @throws the system's error where the connection fails (`ECONNREFUSED`, `ENOTFOUND`, …)
   * @throws TypeError without a host, which Node would take for this machine
   */
  async connect(address: Address): Promise<void> {
    if (typeof address[0] !== 'string' || address[0] === '') throw new TypeError('the address has no host');
    const connector = this.#connector;
    if (connector === undefined) throw systemError('EBADF');
    if (this.#connecting || this.#transport !== undefined) throw systemError('EISCONN');
    this.#connecting = true;
    try {
      const transport = await connector.connect(address);
      if (this.#connector === undefined) {
        await transport.close();
        throw systemError('EBADF');
      }
      this.#transport = transport;
    } finally {
      this.#connecting = false;
    }
  }

  /** Sends all of `data`. @returns octets sent */
  async send(data: Uint8Array): Promise<number> {
    const transport = this.#connected();
    if (this.#writeShut) throw systemError('EPIPE');
    await transport.write(data);
    return data.length;
  }

  /**
   * Up to `length` octets, as soon as there are some; none at the end of the stream. One call at a time.
   * @throws RangeError where `length` is not a number of octets
   */
  async recv(length = 1024): Promise<Uint8Array> {
    if (!Number.isInteger(length) || length < 0) throw new RangeError(`${length} is not a number of octets`);
    const transport = this.#connected();
    if (this.#readShut || length === 0) return new Uint8Array(0);
    const chunk = this.#rest ?? (await this.#nextChunk(transport));
    if (chunk === null) return new Uint8Array(0);
    this.#rest = chunk.length > length ? chunk.subarray(length) : undefined;
    return chunk.subarray(0, length);
  }

  /** `SHUT_RD`, `SHUT_WR` or `SHUT_RDWR`, as numbers 0, 1 and 2. */
  async shutdown(how: number): Promise<void> {
    if (how !== SHUT_RD && how !== SHUT_WR && how !== SHUT_RDWR) {
      throw new TypeError(`shutdown takes SHUT_RD (0), SHUT_WR (1) or SHUT_RDWR (2), not ${how}`);
    }
    const transport = this.#connected();
    if (how !== SHUT_WR) {
      this.#readShut = true;
      this.#rest = undefined;
      this.#wakeReader?.();
    }
    if (how !== SHUT_RD) {
      this.#writeShut = true;
      await transport.closeWrite();
    }
  }

  /** Closes the connection. A second call, and a call after `detach`, does nothing. */
  async close(): Promise<void> {
    const connector = this.#connector;
    const transport = this.#transport;
    this.#connector = undefined;
    this.#transport = undefined;
    connector?.close();
    await transport?.close();
  }

  /**
   * Takes the connection, or the means to make one, out of this socket, which is of no use afterwards.
   * What was received and not asked for yet goes with it.
   * @throws OSError `EBADF` the second time, `EISCONN` during `connect`, `EBUSY` while a `recv` waits
   */
  detach(): NodeTransport | Connector {
    const connector = this.#connector;
    const transport = this.#transport;
    if (connector === undefined) throw systemError('EBADF');
    // A connect under way would end in a socket that is no longer there.
    if (this.#connecting) throw systemError('EISCONN');
    // A read under way would take octets that are meant for whoever has the connection then.
    if (this.#reading) throw systemError('EBUSY');
    this.#connector = undefined;
    this.#transport = undefined;
    if (transport === undefined) return connector;
    return this.#rest === undefined ? transport : startingWith(this.#rest, transport);
  }

  /** null also when `shutdown` ends the reading meanwhile. */
  #nextChunk(transport: NodeTransport): Promise<Uint8Array | null> {
    if (this.#reading) throw new Error('a recv is under way already');
    this.#reading = true;
    return new Promise((resolve, reject) => {
      this.#wakeReader = () => resolve(null);
      const done = (): void => {
        this.#reading = false;
      };
      transport.read().finally(done).then(resolve, reject);
    });
  }

  #connected(): NodeTransport {
    if (this.#connector === undefined) throw systemError('EBADF');
    if (this.#transport === undefined) throw systemError('ENOTCONN');
    return this.#transport;
  }
}

function startingWith(first: Uint8Array, transport: NodeTransport): NodeTransport {
  let unread: Uint8Array | undefined = first;
  const firstOr = async (next: NodeTransport['read']): Promise<Uint8Array | null> => {
    const chunk = unread ?? (await next());
    unread = undefined;
    return chunk;
  };
  return {
    get remoteAddress() {
      return transport.remoteAddress;
    },
    get localAddress() {
      return transport.localAddress;
    },
    read: () => firstOr(() => transport.read()),
    lend: () => firstOr(() => transport.lend()),
    write: (chunk) => transport.write(chunk),
    closeWrite: () => transport.closeWrite(),
    close: () => transport.close(),
  };
}

function createConnector(): Connector {
  let underWay: TCPSocket | undefined;
  return {
    connect([host, port]) {
      return new Promise((resolve, reject) => {
        // TLS writes whole flights; Nagle's algorithm would only delay them.
        const landing = new Landing();
        const socket = connectTCP({
          host,
          port,
          allowHalfOpen: true,
          noDelay: true,
          onread: onreadOf(landing),
        });
        underWay = socket;
        const failed = (error: Error): void => {
          // Of several addresses that were tried, the first error says enough.
          reject(error instanceof AggregateError ? error.errors[0] : error);
        };
        const abandoned = (): void => reject(systemError('EBADF'));
        socket.once('error', failed);
        socket.once('close', abandoned);
        socket.once('connect', () => {
          underWay = undefined;
          socket.off('error', failed);
          socket.off('close', abandoned);
          resolve(createNodeTransport(socket, landing));
        });
      });
    },
    close() {
      underWay?.destroy();
    },
  };
}
