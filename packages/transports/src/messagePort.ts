/** A byte stream between two threads, or a page and its worker. */
import { createInbox } from './inbox.ts';
import { systemError } from './systemError.ts';

/** What is used of a `MessagePort`, a `Worker` or a worker's own scope. */
export interface MessagePortLike {
  postMessage(message: unknown, transfer: ArrayBuffer[]): void;
  addEventListener(
    type: 'message',
    listener: (event: { readonly type: string; readonly data?: unknown }) => void,
  ): void;
  /** A port whose messages are listened to in this way waits for it. */
  start?(): void;
  close?(): void;
}

/** Fits the `Transport` of `@halfclose/ssl`. */
export interface MessagePortTransport {
  /** The next octets, the caller's to keep; null at the end. One call at a time. @throws OSError `ECONNRESET` where the other end was closed */
  read(): Promise<Uint8Array | null>;
  /** Copies `chunk` and resolves when more is welcome. One call at a time. @throws OSError `EPIPE` where nobody reads */
  write(chunk: Uint8Array): Promise<void>;
  /** Nothing more will be written. */
  closeWrite(): Promise<void>;
  /** Ends both directions: the other end reads what was written, then the end. A port is closed. */
  close(): Promise<void>;
}

/** What the two ends tell each other. */
type Message =
  | { readonly kind: 'data'; readonly data: Uint8Array }
  | { readonly kind: 'taken'; readonly octets: number }
  | { readonly kind: 'end' }
  | { readonly kind: 'close' };

/** Octets on their way to the other end, and not read there yet, from which on a writer waits. */
const windowLength = 1 << 18;

/**
 * One end of a byte stream over a port; the other end does the same with the port's other end. At most 256 KiB and one chunk
 * are on their way in each direction.
 *
 * A thread that dies tells nobody: then `read` waits until this end is closed.
 */
export function fromMessagePort(port: MessagePortLike): MessagePortTransport {
  let onTheirWay = 0;
  let noWriting: Error | undefined;
  let closed = false;
  let wakeWriter = (): void => {};
  const post = (message: Message, transfer: ArrayBuffer[] = []): void => port.postMessage(message, transfer);
  const inbox = createInbox((octets) => {
    if (!closed) post({ kind: 'taken', octets });
  });
  const endWriting = (error: Error): void => {
    noWriting ??= error;
    wakeWriter();
  };

  port.addEventListener('message', ({ data }) => {
    if (!isMessage(data) || closed) return;
    if (data.kind === 'data') inbox.put(data.data);
    else if (data.kind === 'end') inbox.end();
    else if (data.kind === 'taken') {
      onTheirWay -= data.octets;
      wakeWriter();
    } else {
      inbox.end();
      endWriting(systemError('EPIPE', 'the other end was closed'));
    }
  });
  port.start?.();

  return {
    read: () => inbox.read(),

    async write(chunk) {
      if (noWriting !== undefined) throw noWriting;
      if (chunk.length === 0) return;
      const data = new Uint8Array(chunk);
      onTheirWay += data.length;
      post({ kind: 'data', data }, [data.buffer]);
      while (onTheirWay > windowLength && noWriting === undefined) {
        await new Promise<void>((resolve) => {
          wakeWriter = resolve;
        });
      }
      if (noWriting !== undefined) throw noWriting;
    },

    async closeWrite() {
      if (noWriting !== undefined) return;
      endWriting(systemError('EPIPE', 'this end was closed for writing'));
      post({ kind: 'end' });
    },

    async close() {
      if (closed) return;
      closed = true;
      inbox.abandon();
      endWriting(systemError('EBADF'));
      post({ kind: 'close' });
      port.close?.();
    },
  };
}

function isMessage(value: unknown): value is Message {
  if (typeof value !== 'object' || value === null || !('kind' in value)) return false;
  if (value.kind === 'data') return 'data' in value && value.data instanceof Uint8Array;
  if (value.kind === 'taken') return 'octets' in value && typeof value.octets === 'number';
  return value.kind === 'end' || value.kind === 'close';
}
