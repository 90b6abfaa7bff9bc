import { ValueError } from './errors.ts';
import { kindOf } from './kindOf.ts';
import type { Link } from './link.ts';
import type { CallOptions, Stop } from './stop.ts';

/** An open file that can be read at any place: Node's `FileHandle` is one. */
export interface ReadableFile {
  /**
   * @param target gets up to `length` octets, at `offset`
   * @param position in the file, octets
   */
  read(
    target: Uint8Array,
    offset: number,
    length: number,
    position: number,
  ): Promise<{ readonly bytesRead: number }>;
}

/** What `sendfile` sends: a file, or chunks as they come, of a stream for instance. */
export type SendableFile = ReadableFile | AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

export interface SendfileOptions extends CallOptions {
  /** Octets at the beginning that are left out. Default: 0. */
  readonly offset?: number | undefined;
  /** Octets to send, at most. Default: all. */
  readonly count?: number | undefined;
  /** Told how many octets were sent until now, after each chunk. What it throws ends the sending. */
  readonly onProgress?: ((sent: number) => void) | undefined;
}

/** Octets of a file that are read at once. */
const readLength = 65_536;

/** What is to be sent, in chunks: each is good until the next is asked for. @throws TypeError, ValueError */
export function chunksOf(
  file: SendableFile,
  { offset = 0, count = Number.POSITIVE_INFINITY }: SendfileOptions,
): AsyncGenerator<Uint8Array, void> {
  if (!Number.isInteger(offset) || offset < 0)
    throw new ValueError(`offset ${offset} is no number of octets`);
  if (!(count === Number.POSITIVE_INFINITY || (Number.isInteger(count) && count > 0))) {
    throw new ValueError(`count must be a positive integer (got ${count})`);
  }
  if (typeof file !== 'object' || file === null) throw new TypeError(`a file, not ${kindOf(file)}`);
  if (Symbol.asyncIterator in file || Symbol.iterator in file) return partOf(file, offset, count);
  return readFrom(file, offset, count);
}

async function* readFrom(
  file: ReadableFile,
  offset: number,
  count: number,
): AsyncGenerator<Uint8Array, void> {
  const target = new Uint8Array(Math.min(readLength, count));
  for (let sent = 0; sent < count; ) {
    const wanted = Math.min(target.length, count - sent);
    const { bytesRead } = await file.read(target, 0, wanted, offset + sent);
    if (bytesRead === 0) return;
    sent += bytesRead;
    yield target.subarray(0, bytesRead);
  }
}

async function* partOf(
  chunks: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  offset: number,
  count: number,
): AsyncGenerator<Uint8Array, void> {
  let [skip, left] = [offset, count];
  for await (const chunk of chunks) {
    if (!(chunk instanceof Uint8Array)) throw new TypeError(`a file gave ${kindOf(chunk)}, not a Uint8Array`);
    const part = chunk.subarray(skip, skip + left);
    skip -= Math.min(skip, chunk.length);
    left -= part.length;
    if (part.length > 0) yield part;
    if (left === 0) return;
  }
}

/** Sends all chunks. @returns octets */
export async function sendChunks(
  link: Link,
  chunks: AsyncGenerator<Uint8Array, void>,
  onProgress: SendfileOptions['onProgress'],
  stop: Stop | undefined,
): Promise<number> {
  let total = 0;
  try {
    for (;;) {
      const { value: chunk } = await link.whileWritable(chunks.next(), stop);
      if (chunk === undefined) return total;
      for (let sent = 0; sent < chunk.length; ) sent += await link.write(chunk, sent, stop);
      total += chunk.length;
      onProgress?.(total);
      stop?.restart();
    }
  } finally {
    // Not awaited: a source that gives nothing may never come to an end either.
    void chunks.return().catch(() => {});
  }
}
