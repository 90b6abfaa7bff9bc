/**
 * One end of a pair. Fits the `Transport` of `@halfclose/ssl`.
 */
export interface MemoryTransport {
  /**
   * The next bytes, which are the caller's to keep; null once the other end has closed its side.
   * @throws the error given to `break`, or an `EBADF` error after `close`
   */
  read(): Promise<Uint8Array | null>;
  /**
   * Copies `chunk` to the other end, and resolves when that has read enough for more to be welcome.
   * @throws the error given to `break`, or an `EPIPE` error when nobody will read it
   */
  write(chunk: Uint8Array): Promise<void>;
  /** Says that nothing more will be written. Absent from a pair that was made without half-close. */
  closeWrite?(): Promise<void>;
  /** Ends both directions: the other end reads what was written, then the end. */
  close(): Promise<void>;
  /** Tears the connection, for both ends and at once, as a reset does: what was on its way is lost. */
  break(error?: Error): void;
  /** Octets that wait here to be read. */
  readonly waiting: number;
}

export interface MemoryPairOptions {
  /**
   * Octets that may wait in one direction before `write` makes its caller wait, and the most that `read` gives at
   * once. At least 1. Default: 65,536.
   */
  readonly highWaterMark?: number;
  /** Whether the ends have `closeWrite`. Default: true. */
  readonly halfClose?: boolean;
}

/** Two connected ends in this process, with back-pressure and without any I/O. */
export function memoryPair(options: MemoryPairOptions = {}): [MemoryTransport, MemoryTransport] {
  const { highWaterMark = 65_536, halfClose = true } = options;
  const there = createPipe(highWaterMark);
  const back = createPipe(highWaterMark);
  return [createEnd(back, there, halfClose), createEnd(there, back, halfClose)];
}

function createEnd(incoming: Pipe, outgoing: Pipe, halfClose: boolean): MemoryTransport {
  const end: MemoryTransport = {
    read: () => incoming.read(),
    write: (chunk) => outgoing.write(chunk),
    async close() {
      outgoing.end();
      incoming.abandon();
    },
    break(error = systemError('ECONNRESET', 'the connection was reset')) {
      incoming.break(error);
      outgoing.break(error);
    },
    get waiting() {
      return incoming.waiting;
    },
  };
  if (halfClose) {
    end.closeWrite = async () => outgoing.end();
  }
  return end;
}

/** One direction. */
interface Pipe {
  read(): Promise<Uint8Array | null>;
  write(chunk: Uint8Array): Promise<void>;
  /** The writer is done. */
  end(): void;
  /** The reader is done. */
  abandon(): void;
  break(error: Error): void;
  readonly waiting: number;
}

interface Waiter<T> {
  resolve(value: T): void;
  reject(error: Error): void;
}

function createPipe(highWaterMark: number): Pipe {
  const chunks: Uint8Array[] = [];
  let waiting = 0;
  let ended = false;
  let abandoned = false;
  let broken: Error | undefined;
  let reader: Waiter<Uint8Array | null> | undefined;
  let writers: Waiter<void>[] = [];

  const give = (piece: Uint8Array): void => {
    if (reader === undefined) {
      chunks.push(piece);
      waiting += piece.length;
    } else {
      reader.resolve(piece);
      reader = undefined;
    }
  };

  const releaseWriters = (): void => {
    const released = writers;
    writers = [];
    for (const writer of released) writer.resolve();
  };

  const failWriters = (error: Error): void => {
    const failed = writers;
    writers = [];
    for (const writer of failed) writer.reject(error);
  };

  return {
    get waiting() {
      return waiting;
    },

    async read() {
      if (broken !== undefined) throw broken;
      if (abandoned) throw systemError('EBADF', 'this end was closed');
      if (reader !== undefined) throw new Error('a read is under way already');
      const chunk = chunks.shift();
      if (chunk !== undefined) {
        waiting -= chunk.length;
        if (waiting < highWaterMark) releaseWriters();
        return chunk;
      }
      if (ended) return null;
      return new Promise((resolve, reject) => {
        reader = { resolve, reject };
      });
    },

    async write(chunk) {
      if (broken !== undefined) throw broken;
      if (ended) throw systemError('EPIPE', 'this end was closed for writing');
      if (abandoned) throw systemError('EPIPE', 'the other end was closed');
      for (let from = 0; from < chunk.length; from += highWaterMark)
        give(new Uint8Array(chunk.subarray(from, from + highWaterMark)));
      if (waiting < highWaterMark) return;
      await new Promise<void>((resolve, reject) => {
        writers.push({ resolve, reject });
      });
    },

    end() {
      ended = true;
      reader?.resolve(null);
      reader = undefined;
    },

    abandon() {
      abandoned = true;
      chunks.length = 0;
      waiting = 0;
      reader?.reject(systemError('EBADF', 'this end was closed'));
      reader = undefined;
      failWriters(systemError('EPIPE', 'the other end was closed'));
    },

    break(error) {
      broken ??= error;
      chunks.length = 0;
      waiting = 0;
      reader?.reject(broken);
      reader = undefined;
      failWriters(broken);
    },
  };
}

function systemError(code: string, message: string): Error & { readonly code: string } {
  return Object.assign(new Error(message), { code });
}
