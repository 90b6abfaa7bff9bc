import { CryptoError } from '../errors.ts';
import type { AeadAlgorithm, AeadKey, AeadName } from '../provider.ts';
import { checkKeyLength, checkNonceLength, checkPlaces } from './arguments.ts';

/** One key of an AEAD of the core. Its arguments are checked: lengths fit, and places lie in their buffers. */
export interface RecordCipher {
  /** As `AeadKey.seal`. */
  seal(
    nonce: Uint8Array,
    additionalData: Uint8Array,
    input: Uint8Array,
    inputOffset: number,
    length: number,
    output: Uint8Array,
    outputOffset: number,
  ): void;
  /**
   * As `AeadKey.open`, with `length` without the tag that follows. May leave plaintext in the output where the
   * tag was wrong: `recordAead` wipes it.
   */
  open(
    nonce: Uint8Array,
    additionalData: Uint8Array,
    input: Uint8Array,
    inputOffset: number,
    length: number,
    output: Uint8Array,
    outputOffset: number,
  ): boolean;
  /** Overwrites all that depends on the key. */
  wipe(): void;
}

export interface RecordAead {
  readonly name: AeadName;
  readonly keyLength: number;
  readonly tagLength: number;
  readonly constantTime: boolean;
  /** Sets up a key of the right length. */
  readonly create: (key: Uint8Array) => RecordCipher;
}

/** RFC 5116 section 3.2, and the only one in TLS. */
const nonceLength = 12;

/** Puts an AEAD of the core behind the contract. */
export function recordAead({ name, keyLength, tagLength, constantTime, create }: RecordAead): AeadAlgorithm {
  return {
    name,
    keyLength,
    nonceLength,
    tagLength,
    constantTime,
    create(key) {
      checkKeyLength(name, key, keyLength);
      return recordAeadKey(name, tagLength, create(key));
    },
  };
}

function recordAeadKey(name: AeadName, tagLength: number, cipher: RecordCipher): AeadKey {
  let destroyed = false;

  function checkUsable(nonce: Uint8Array): void {
    if (destroyed) throw new CryptoError('destroyed', `This ${name} key was wiped`);
    checkNonceLength(name, nonce, nonceLength);
  }

  return {
    seal(nonce, additionalData, input, inputOffset, length, output, outputOffset) {
      checkUsable(nonce);
      checkPlaces(input, inputOffset, length, output, outputOffset, length + tagLength);
      cipher.seal(nonce, additionalData, input, inputOffset, length, output, outputOffset);
    },

    open(nonce, additionalData, input, inputOffset, length, output, outputOffset) {
      checkUsable(nonce);
      const plaintextLength = Math.max(0, length - tagLength);
      checkPlaces(input, inputOffset, length, output, outputOffset, plaintextLength);
      // RFC 5116 section 2.2: what is shorter than a tag is as little authentic as what has a wrong one.
      if (length < tagLength) return false;
      const isAuthentic = cipher.open(
        nonce,
        additionalData,
        input,
        inputOffset,
        plaintextLength,
        output,
        outputOffset,
      );
      if (!isAuthentic) output.fill(0, outputOffset, outputOffset + plaintextLength);
      return isAuthentic;
    },

    destroy() {
      destroyed = true;
      cipher.wipe();
    },
  };
}
