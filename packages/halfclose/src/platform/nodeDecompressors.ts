import * as zlib from 'node:zlib';
import type { CertificateDecompressor } from '@halfclose/ssl';

/**
 * What Node decompresses certificates with (RFC 8879), that which makes them shortest first. Each stops where there is more
 * than the server said: a few octets that stand for gigabytes cost no more than a certificate.
 */
export function nodeDecompressors(): readonly CertificateDecompressor[] {
  return [
    ...zstdDecompressors(),
    {
      algorithm: 'brotli',
      decompress: (input, length) => octets(zlib.brotliDecompressSync(input, { maxOutputLength: length })),
    },
    {
      algorithm: 'zlib',
      decompress: (input, length) => octets(zlib.inflateSync(input, { maxOutputLength: length })),
    },
  ];
}

/** ZSTD_d_windowLogMax: RFC 8878 section 3.1.1.1.2 asks for windows of 8 MiB, and Node would take 128. */
const windowLogMax = { option: 100, value: 23 };

/** Node has it since 22.15. */
function zstdDecompressors(): CertificateDecompressor[] {
  if (!('zstdDecompressSync' in zlib) || typeof zlib.zstdDecompressSync !== 'function') return [];
  const { zstdDecompressSync } = zlib;
  return [
    {
      algorithm: 'zstd',
      decompress(input, length) {
        const params = { [windowLogMax.option]: windowLogMax.value };
        return octets(zstdDecompressSync(input, { maxOutputLength: length, params }));
      },
    },
  ];
}

/** A Buffer is one, but its `slice` is no copy. */
function octets(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}
