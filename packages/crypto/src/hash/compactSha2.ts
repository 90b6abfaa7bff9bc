import type { Hash, HashAlgorithm, HashName } from '../provider.ts';
import { wipe } from '../util/bytes.ts';
import { type CompressionFunction, storeBigEndian } from './compression.ts';
import { sha256Compression } from './sha256.ts';
import { sha384Compression, sha512Compression } from './sha512.ts';

/** A message as far as it has come: what its whole blocks have led to, and the octets behind them. */
class RunningHash implements Hash {
  readonly #compression: CompressionFunction;
  readonly #state: Int32Array;
  readonly #block: Uint8Array;
  /** Octets of the message. */
  #length: number;

  constructor(compression: CompressionFunction, state: Int32Array, block: Uint8Array, length: number) {
    this.#compression = compression;
    this.#state = state;
    this.#block = block;
    this.#length = length;
  }

  update(data: Uint8Array): void {
    const blockLength = this.#block.length;
    const pending = this.#length % blockLength;
    this.#length += data.length;
    if (pending + data.length < blockLength) {
      this.#block.set(data, pending);
      return;
    }
    let offset = 0;
    if (pending > 0) {
      offset = blockLength - pending;
      this.#block.set(data.subarray(0, offset), pending);
      this.#compression.compress(this.#state, this.#block, 0);
    }
    for (; offset + blockLength <= data.length; offset += blockLength) {
      this.#compression.compress(this.#state, data, offset);
    }
    this.#block.set(data.subarray(offset));
    this.#compression.wipe();
  }

  digest(): Uint8Array {
    return this.clone().end();
  }

  /**
   * The digest, and wipes what the message has left here. FIPS 180-4 section 5.1: behind the message come a 1 bit, zeros, and
   * at the end of the last block the number of bits.
   */
  end(): Uint8Array {
    const { lengthOctets, outputLength } = this.#compression;
    const state = this.#state;
    const block = this.#block;
    const pending = this.#length % block.length;
    block[pending] = 0x80;
    block.fill(0, pending + 1);
    if (pending >= block.length - lengthOctets) {
      this.#compression.compress(state, block, 0);
      block.fill(0);
    }
    const bits = new DataView(block.buffer, block.length - 8);
    bits.setUint32(0, this.#length / 2 ** 29);
    bits.setUint32(4, this.#length * 8);
    this.#compression.compress(state, block, 0);
    const digest = new Uint8Array(outputLength);
    storeBigEndian(state, digest, 0, outputLength);
    state.fill(0);
    block.fill(0);
    this.#compression.wipe();
    return digest;
  }

  clone(): RunningHash {
    return new RunningHash(this.#compression, this.#state.slice(), this.#block.slice(), this.#length);
  }
}

/** The digest of one message, or of two in a row. */
export function digestBy(
  compression: CompressionFunction,
  first: Uint8Array,
  second?: Uint8Array,
): Uint8Array {
  const hash = begin(compression);
  hash.update(first);
  if (second !== undefined) hash.update(second);
  return hash.end();
}

function begin(compression: CompressionFunction): RunningHash {
  const block = new Uint8Array(2 ** compression.blockLengthBits);
  return new RunningHash(compression, compression.initial.slice(), block, 0);
}

/**
 * SHA-2 (FIPS 180-4) and HMAC over it (RFC 2104) for where code is to be small, on the compression functions that the MACs of
 * TLS 1.2 need anyway. Time and memory access depend on lengths alone.
 */
function sha2(name: HashName, compression: CompressionFunction): HashAlgorithm {
  const blockLength = 2 ** compression.blockLengthBits;
  return {
    name,
    outputLength: compression.outputLength,
    blockLength,
    digest: (data) => digestBy(compression, data),
    create: () => begin(compression),
    hmac(key, data) {
      const block = new Uint8Array(blockLength);
      block.set(key.length > blockLength ? digestBy(compression, key) : key);
      addPad(block, 0x36);
      const inner = digestBy(compression, block, data);
      addPad(block, 0x36 ^ 0x5c);
      const mac = digestBy(compression, block, inner);
      wipe(block, inner);
      return mac;
    },
  };
}

function addPad(block: Uint8Array, pad: number): void {
  for (let octet = 0; octet < block.length; octet += 1) block[octet] = (block[octet] ?? 0) ^ pad;
}

export const compactSha256: HashAlgorithm = /* @__PURE__ */ sha2('SHA-256', sha256Compression);
export const compactSha384: HashAlgorithm = /* @__PURE__ */ sha2('SHA-384', sha384Compression);
export const compactSha512: HashAlgorithm = /* @__PURE__ */ sha2('SHA-512', sha512Compression);
