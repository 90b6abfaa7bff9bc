import type { CertificateDecompressor } from '@halfclose/ssl';

/** What every web-like runtime decompresses certificates with (RFC 8879): none where it has no DecompressionStream. */
export function webDecompressors(): readonly CertificateDecompressor[] {
  return typeof globalThis.DecompressionStream === 'function'
    ? [{ algorithm: 'zlib', decompress: inflate }]
    : [];
}

/** Stops where there is more than the server said: a few octets can stand for gigabytes. */
async function inflate(input: Uint8Array, length: number): Promise<Uint8Array> {
  // The Compression Standard's word for the format of RFC 1950.
  const stream = new DecompressionStream('deflate');
  const writer = stream.writable.getWriter();
  // What fails in writing fails in reading, too.
  const written = Promise.all([writer.write(new Uint8Array(input)), writer.close()]).catch(() => {});
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
