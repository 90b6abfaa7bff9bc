import { checkKeyLength, checkNonceLength, checkPlaces } from '../aead/arguments.ts';
import { CryptoError } from '../errors.ts';
import type { AeadAlgorithm, AeadKey, AeadName } from '../provider.ts';

const nonceLength = 12;
const tagLength = 16;

/** The two directions of one cipher of `@noble/ciphers`, writing into a place of exactly the right size. */
export interface NobleCipher {
  readonly name: AeadName;
  readonly keyLength: number;
  readonly constantTime: boolean;
  seal(
    key: Uint8Array,
    nonce: Uint8Array,
    additionalData: Uint8Array,
    plaintext: Uint8Array,
    place: Uint8Array,
  ): void;
  /** Throws where the tag is wrong, having written nothing. */
  open(
    key: Uint8Array,
    nonce: Uint8Array,
    additionalData: Uint8Array,
    sealed: Uint8Array,
    place: Uint8Array,
  ): void;
}

/** Puts a cipher of noble behind the contract: lengths and places checked, a bad tag told by a boolean. */
export function nobleAead(cipher: NobleCipher): AeadAlgorithm {
  const { name, keyLength, constantTime } = cipher;
  return {
    name,
    keyLength,
    nonceLength,
    tagLength,
    constantTime,
    create(key) {
      checkKeyLength(name, key, keyLength);
      return nobleAeadKey(cipher, Uint8Array.from(key));
    },
  };
}

function nobleAeadKey(cipher: NobleCipher, key: Uint8Array): AeadKey {
  let destroyed = false;

  function checkUsable(nonce: Uint8Array): void {
    if (destroyed) throw new CryptoError('destroyed', `This ${cipher.name} key was wiped`);
    checkNonceLength(cipher.name, nonce, nonceLength);
  }

  return {
    seal(nonce, additionalData, input, inputOffset, length, output, outputOffset) {
      checkUsable(nonce);
      checkPlaces(input, inputOffset, length, output, outputOffset, length + tagLength);
      const plaintext = input.subarray(inputOffset, inputOffset + length);
      const place = output.subarray(outputOffset, outputOffset + length + tagLength);
      cipher.seal(key, nonce, additionalData, plaintext, place);
    },

    open(nonce, additionalData, input, inputOffset, length, output, outputOffset) {
      checkUsable(nonce);
      const plaintextLength = Math.max(0, length - tagLength);
      checkPlaces(input, inputOffset, length, output, outputOffset, plaintextLength);
      // RFC 5116 section 2.2: what is shorter than a tag is as little authentic as what has a wrong one.
      if (length < tagLength) return false;
      const sealed = input.subarray(inputOffset, inputOffset + length);
      const place = output.subarray(outputOffset, outputOffset + plaintextLength);
      try {
        cipher.open(key, nonce, additionalData, sealed, place);
        return true;
      } catch {
        // Every argument was checked above, so what is left to throw for is the tag. Whatever else it
        // should be, it is no authentic plaintext.
        place.fill(0);
        return false;
      }
    },

    destroy() {
      destroyed = true;
      key.fill(0);
    },
  };
}
