import type { CertificateDecompressor } from '@halfclose/tls';

/** The runner's own algorithms: one leaves two zeros out, one puts four octets in front, one a random one. */
export const decompressors: readonly CertificateDecompressor[] = [
  { algorithm: 0xff01, decompress: (input) => Uint8Array.of(0, 0, ...input) },
  { algorithm: 0xff02, decompress: (input) => withoutPrefix(input, [1, 2, 3, 4]) },
  { algorithm: 0xff03, decompress: (input) => input.subarray(1) },
];

function withoutPrefix(input: Uint8Array, prefix: readonly number[]): Uint8Array {
  if (prefix.some((octet, index) => input[index] !== octet)) throw new Error('the prefix is another');
  return input.subarray(prefix.length);
}
