import * as nodeCrypto from 'node:crypto';
import type { Hash, HashAlgorithm, HashName } from '../provider.ts';
import { wipe } from '../util/bytes.ts';
import { withoutBuffer } from './bytes.ts';

/** The name that every `node:crypto` knows: Deno's has not the one with the hyphen. */
export function digestName(name: HashName): string {
  return name.replace('-', '').toLowerCase();
}

/** SHA-2 (FIPS 180-4) and HMAC over it (RFC 2104), of `node:crypto`. */
function sha2(name: HashName, outputLength: number, blockLength: number): HashAlgorithm {
  const algorithm = digestName(name);
  const digest = digestOf(algorithm);
  return {
    name,
    outputLength,
    blockLength,
    digest: (data) => withoutBuffer(digest(data)),
    create: () => incremental(nodeCrypto.createHash(algorithm)),
    hmac: hmacOf(digest, blockLength),
  };
}

/** `hash` takes half the time of `createHash`, and Node has it since 20.12; other runtimes may have it not. */
function digestOf(algorithm: string): (data: Uint8Array) => Uint8Array {
  if (typeof nodeCrypto.hash !== 'function') {
    return (data) => nodeCrypto.createHash(algorithm).update(data).digest();
  }
  return (data) => nodeCrypto.hash(algorithm, data, 'buffer');
}

/** Octets of a text that an HMAC makes no array for: those of the key schedule are shorter. */
const shortText = 256;

/** What a digest of SHA-512 has, the longest. */
const longestDigest = 64;

/**
 * H(K XOR opad, H(K XOR ipad, text)), RFC 2104 section 2. `createHmac` takes two to seven times as long for a short text,
 * most of it for the key.
 */
function hmacOf(
  digest: (data: Uint8Array) => Uint8Array,
  blockLength: number,
): (key: Uint8Array, text: Uint8Array) => Uint8Array {
  // Used again and again, and wiped each time: to make them takes longer than to hash them.
  const shortInner = new Uint8Array(blockLength + shortText);
  const outer = new Uint8Array(blockLength + longestDigest);

  return (key, text) => {
    const blockKey = key.length > blockLength ? digest(key) : key;
    const length = blockLength + text.length;
    const inner = text.length > shortText ? new Uint8Array(length) : shortInner;
    for (let i = 0; i < blockLength; i++) {
      const octet = blockKey[i] ?? 0;
      inner[i] = 0x36 ^ octet;
      outer[i] = 0x5c ^ octet;
    }
    inner.set(text, blockLength);
    const innerDigest = digest(inner.subarray(0, length));
    outer.set(innerDigest, blockLength);
    const code = digest(outer.subarray(0, blockLength + innerDigest.length));
    wipe(inner, innerDigest, outer);
    if (blockKey !== key) wipe(blockKey);
    return withoutBuffer(code);
  };
}

function incremental(state: nodeCrypto.Hash): Hash {
  return {
    update(data) {
      state.update(data);
    },
    // digest() ends a hash; a copy ends instead, so that this one goes on.
    digest: () => withoutBuffer(state.copy().digest()),
    clone: () => incremental(state.copy()),
  };
}

export const sha256: HashAlgorithm = /* @__PURE__ */ sha2('SHA-256', 32, 64);
export const sha384: HashAlgorithm = /* @__PURE__ */ sha2('SHA-384', 48, 128);
export const sha512: HashAlgorithm = /* @__PURE__ */ sha2('SHA-512', 64, 128);
