import { hmac } from '@noble/hashes/hmac.js';
import * as noble from '@noble/hashes/sha2.js';
import type { Hash, HashAlgorithm, HashName } from '../provider.ts';

/** The part of noble's incremental hash that is used here. */
interface NobleHash {
  update(data: Uint8Array): unknown;
  digest(): Uint8Array;
  clone(): NobleHash;
}

type NobleAlgorithm = typeof noble.sha256 | typeof noble.sha384 | typeof noble.sha512;

/** SHA-2 (FIPS 180-4) and HMAC over it (RFC 2104), of `@noble/hashes`. */
function sha2(name: HashName, algorithm: NobleAlgorithm): HashAlgorithm {
  return {
    name,
    outputLength: algorithm.outputLen,
    blockLength: algorithm.blockLen,
    digest: (data) => algorithm(data),
    create: () => incremental(algorithm.create()),
    hmac: (key, data) => hmac(algorithm, key, data),
  };
}

function incremental(state: NobleHash): Hash {
  return {
    update(data) {
      state.update(data);
    },
    // noble's digest() ends its hash; a copy ends instead, so that this one goes on.
    digest: () => state.clone().digest(),
    clone: () => incremental(state.clone()),
  };
}

export const sha256: HashAlgorithm = /* @__PURE__ */ sha2('SHA-256', noble.sha256);
export const sha384: HashAlgorithm = /* @__PURE__ */ sha2('SHA-384', noble.sha384);
export const sha512: HashAlgorithm = /* @__PURE__ */ sha2('SHA-512', noble.sha512);
