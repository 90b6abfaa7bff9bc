import { octetsOf } from './octetsOf.ts';

/** What a socket is made of, before it is looked at as streams. */
export interface Ends {
  readonly opened: Promise<SocketInfo>;
  /** The next octets; null at the end. */
  read(): Promise<Uint8Array | null>;
  write(chunk: Uint8Array): Promise<unknown>;
  closeRead(): Promise<unknown>;
  closeWrite(): Promise<unknown>;
  close(): Promise<unknown>;
}

/** WinterTC's `SocketInfo`. */
export interface SocketInfo {
  readonly remoteAddress?: string;
  readonly localAddress?: string;
  /** What ALPN chose. */
  readonly alpn?: string;
}

/** A socket as the sockets API of WinterTC has it. */
export interface StreamSocket {
  /** Nothing is read before somebody asks. Cancelling it is `SHUT_RD`. */
  readonly readable: ReadableStream<Uint8Array>;
  /** Closing it is `SHUT_WR`, after which reading goes on; aborting it closes the socket. */
  readonly writable: WritableStream<Uint8Array>;
  /** Resolves when octets can be exchanged; rejects where that fails. */
  readonly opened: Promise<SocketInfo>;
  /** Resolves when both directions have ended, or after `close`; rejects with what broke the socket. */
  readonly closed: Promise<void>;
  close(): Promise<void>;
}

export interface SocketView {
  readonly socket: StreamSocket;
  /** Whether a read is under way. */
  readonly reading: boolean;
  /** Ends both streams and leaves what they were made of alone. */
  letGo(): void;
}

export function viewAsStreams(ends: Ends): SocketView {
  let readOver = false;
  let writeOver = false;
  let reading = false;
  let lettingGo = (): void => {};
  let settle: { resolve(): void; reject(error: unknown): void } = { resolve() {}, reject() {} };
  const closed = new Promise<void>((resolve, reject) => {
    settle = { resolve, reject };
  });
  closed.catch(() => {});
  ends.opened.catch(settle.reject);

  const over = (): void => {
    if (readOver && writeOver) settle.resolve();
  };
  const failing = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      settle.reject(error);
      throw error;
    }
  };

  const readable = new ReadableStream<Uint8Array>(
    {
      start(controller) {
        lettingGo = () => {
          if (!readOver) controller.close();
          readOver = true;
        };
      },
      async pull(controller) {
        reading = true;
        const chunk = await failing(ends.read()).finally(() => {
          reading = false;
        });
        if (readOver) return;
        if (chunk !== null) {
          controller.enqueue(chunk);
          return;
        }
        readOver = true;
        controller.close();
        over();
      },
      async cancel() {
        readOver = true;
        await ends.closeRead();
        over();
      },
    },
    { highWaterMark: 0 },
  );

  let endWritable = (_reason: unknown): void => {};
  const writable = new WritableStream<Uint8Array>({
    start(controller) {
      endWritable = (reason) => controller.error(reason);
    },
    async write(chunk) {
      await failing(ends.write(octetsOf(chunk)));
    },
    async close() {
      await failing(ends.closeWrite());
      writeOver = true;
      over();
    },
    async abort() {
      await ends.close();
      settle.resolve();
    },
  });

  return {
    get reading() {
      return reading;
    },
    letGo() {
      lettingGo();
      endWritable(new TypeError('the socket has gone over to TLS'));
      settle.resolve();
    },
    socket: {
      readable,
      writable,
      opened: ends.opened,
      closed,
      async close() {
        await ends.close();
        settle.resolve();
      },
    },
  };
}
