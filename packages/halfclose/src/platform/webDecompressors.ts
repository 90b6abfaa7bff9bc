import type { CertificateDecompressor } from '@halfclose/ssl';

/** What every web-like runtime decompresses certificates with (RFC 8879): none where it has no DecompressionStream. */
export function webDecompressors(): readonly CertificateDecompressor[] {
  return typeof globalThis.DecompressionStream === 'function'
    ? [{ algorithm: 'zlib', decompress: inflate }]
    : [];
}

/**
 * Octets that go in at once. There are streams that make all of what they are given before anybody has read of it, a
 * thousand times as much and more: so that is not much, and no more goes in before it was read.
 */
const pieceLength = 256;

/** Stops where there is more than the server said: a few octets can stand for gigabytes. */
async function inflate(input: Uint8Array, length: number): Promise<Uint8Array> {
  // The Compression Standard's word for the format of RFC 1950.
  const stream = new DecompressionStream('deflate');
  // What fails in writing fails in reading, too.
  const written = writePieces(stream.writable.getWriter(), input).catch(() => {});
  const reader = stream.readable.getReader();
  const output = new Uint8Array(length);
  let end = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (end + value.length > length) {
      await reader.cancel();
      throw new Error(`there are more than ${length} octets`);
    }
    output.set(value, end);
    end += value.length;
  }
  await written;
  return output.subarray(0, end);
}

async function writePieces(
  writer: WritableStreamDefaultWriter<Uint8Array<ArrayBuffer>>,
  input: Uint8Array,
): Promise<void> {
  for (let from = 0; from < input.length; from += pieceLength) {
    await writer.ready;
    await writer.write(new Uint8Array(input.subarray(from, from + pieceLength)));
  }
  await writer.close();
}
