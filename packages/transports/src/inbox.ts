import { systemError } from './systemError.ts';

/** What a carrier that can't be paused has brought and nobody has read yet. */
export interface Inbox {
  /** Octets that wait. */
  readonly waiting: number;
  /** The next chunk; null at the end. One call at a time. @throws what was given to `fail` once all is read */
  read(): Promise<Uint8Array | null>;
  /** Takes a chunk, which belongs to whoever reads it. Empty ones, and what comes after the end, are dropped. */
  put(chunk: Uint8Array): void;
  /** Nothing more will come. */
  end(): void;
  /** Nothing more will come, and that is an error, to be told after what came before it. */
  fail(error: Error): void;
  /** Nobody is going to read: what waits is dropped, and a reader is told at once. */
  abandon(): void;
}

/** @param onTaken told of how many octets a reader has got, each time */
export function createInbox(onTaken: (octets: number) => void = () => {}): Inbox {
  const chunks: Uint8Array[] = [];
  let waiting = 0;
  /** How it ends once the chunks are read. */
  let ending: { readonly error: Error | undefined } | undefined;
  let reader: { resolve(chunk: Uint8Array | null): void; reject(error: Error): void } | undefined;

  const finish = (error: Error | undefined): void => {
    ending ??= { error };
    if (reader === undefined) return;
    if (ending.error === undefined) reader.resolve(null);
    else reader.reject(ending.error);
    reader = undefined;
  };

  return {
    get waiting() {
      return waiting;
    },

    async read() {
      if (reader !== undefined) throw new Error('a read is under way already');
      const chunk = chunks.shift();
      if (chunk !== undefined) {
        waiting -= chunk.length;
        onTaken(chunk.length);
        return chunk;
      }
      if (ending?.error !== undefined) throw ending.error;
      if (ending !== undefined) return null;
      return new Promise((resolve, reject) => {
        reader = { resolve, reject };
      });
    },

    put(chunk) {
      if (chunk.length === 0 || ending !== undefined) return;
      if (reader === undefined) {
        chunks.push(chunk);
        waiting += chunk.length;
        return;
      }
      reader.resolve(chunk);
      reader = undefined;
      onTaken(chunk.length);
    },

    end: () => finish(undefined),
    fail: (error) => finish(error),

    abandon() {
      chunks.length = 0;
      waiting = 0;
      ending = { error: systemError('EBADF') };
      finish(undefined);
    },
  };
}
