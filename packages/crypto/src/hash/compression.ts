/**
 * The compression function of a hash of the family of SHA (FIPS 180-4, RFC 6234): what `compactSha2.ts` makes hashes of, and HMAC
 * needs to take in a secret number of octets with the same work for each number.
 */
export interface CompressionFunction<OutputLength extends number = number> {
  /** Octets of a digest. */
  readonly outputLength: OutputLength;
  /** Octets of a block, as a power of two. */
  readonly blockLengthBits: 6 | 7;
  /** Octets at the end of the padding that hold the message's length in bits. */
  readonly lengthOctets: 8 | 16;
  /** H(0). Words of 64 bits stand here as two, the higher half first. */
  readonly initial: Int32Array;
  /** Takes the block of `data` that starts at `offset` into the state. In constant time. */
  compress(state: Int32Array, data: Uint8Array, offset: number): void;
  /** Wipes what the last block left. */
  wipe(): void;
}

/** The four octets of `data` from `offset`, the first in the highest bits. */
export function loadBigEndian(data: Uint8Array, offset: number): number {
  // biome-ignore-start lint/style/noNonNullAssertion: the caller's blocks lie within their buffers.
  return (data[offset]! << 24) | (data[offset + 1]! << 16) | (data[offset + 2]! << 8) | data[offset + 3]!;
  // biome-ignore-end lint/style/noNonNullAssertion: until here.
}

/** Writes the first `length` octets of words, the highest bits of each first. */
export function storeBigEndian(
  words: Int32Array,
  output: Uint8Array,
  outputOffset: number,
  length: number,
): void {
  for (let octet = 0; octet < length; octet += 1) {
    output[outputOffset + octet] = (words[octet >> 2] ?? 0) >>> (24 - ((octet & 3) << 3));
  }
}
