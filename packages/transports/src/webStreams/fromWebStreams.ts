import { systemError } from '../systemError.ts';
import { octetsOf } from './octetsOf.ts';

/** What is used of a `ReadableStream`. */
export interface ReadableLike {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: unknown }>;
    cancel(reason?: unknown): Promise<void>;
    releaseLock(): void;
  };
}

/** What is used of a `WritableStream`. */
export interface WritableLike {
  getWriter(): {
    write(chunk: Uint8Array): Promise<void>;
    close(): Promise<void>;
    abort(reason?: unknown): Promise<void>;
    releaseLock(): void;
  };
}

/** A WebTransport stream, a socket of Cloudflare's `connect`, a `Deno.Conn`, what a `WebSocketStream` opened, any pair. */
export interface WebStreamPair {
  readonly readable: ReadableLike;
  readonly writable: WritableLike;
  /** Closes what the two streams belong to. */
  close?(): unknown;
}

/** Fits the `Transport` of `@halfclose/ssl`. */
export interface WebStreamTransport {
  /** The next chunk, the caller's to keep; null at the end. One call at a time. @throws what the stream failed with */
  read(): Promise<Uint8Array | null>;
  /** Resolves when the stream has taken `chunk`. @throws what the stream failed with */
  write(chunk: Uint8Array): Promise<void>;
  /** Closes the writable stream, after what was written. */
  closeWrite?(): Promise<void>;
  /** Cancels and aborts the streams, and closes what they belong to where it can be. */
  close(): Promise<void>;
}

export interface FromWebStreamsOptions {
  /**
   * Whether closing the writable stream leaves the readable one open. It doesn't with a `WebSocketStream`, nor with Cloudflare's
   * sockets that were made without `allowHalfOpen`. Default: true.
   */
  readonly halfClose?: boolean;
}

/**
 * A pair of web streams as a transport. Both are locked from now on.
 * @throws TypeError where one is locked already
 */
export function fromWebStreams(
  pair: WebStreamPair,
  { halfClose = true }: FromWebStreamsOptions = {},
): WebStreamTransport {
  const reader = pair.readable.getReader();
  const writer = pair.writable.getWriter();
  let closed = false;
  let settleReader = (_error: Error): void => {};

  const next = async (): Promise<Uint8Array | null> => {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) return null;
      const chunk = octetsOf(value);
      if (chunk.length > 0) return chunk;
    }
  };

  const transport: WebStreamTransport = {
    read() {
      if (closed) return Promise.reject(systemError('EBADF'));
      // A stream that is cancelled would say that it has ended.
      return new Promise((resolve, reject) => {
        settleReader = reject;
        next().then((chunk) => (closed ? reject(systemError('EBADF')) : resolve(chunk)), reject);
      });
    },
    write(chunk) {
      return closed ? Promise.reject(systemError('EBADF')) : writer.write(chunk);
    },
    async close() {
      if (closed) return;
      closed = true;
      settleReader(systemError('EBADF'));
      // Whatever a stream says to that, or if it never answers, it is of no use to anybody.
      reader.cancel().catch(() => {});
      writer.abort(systemError('EBADF')).catch(() => {});
      pair.close?.();
    },
  };
  if (halfClose) transport.closeWrite = () => writer.close();
  return transport;
}
