import {
  type CipherCCM,
  type CipherCCMTypes,
  createCipheriv,
  createDecipheriv,
  createSecretKey,
  type DecipherCCM,
  type KeyObject,
} from 'node:crypto';
import { checkKeyLength, checkNonceLength, checkPlaces } from '../aead/arguments.ts';
import { CryptoError } from '../errors.ts';
import type { AeadAlgorithm, AeadKey, AeadName } from '../provider.ts';
import { constantTimeEqual } from '../util/bytes.ts';

const nonceLength = 12;

/** RFC 3610 section 2: with a nonce of 12 octets, three are left to count those of a message. */
const maximumCcmLength = 2 ** 24 - 1;

/**
 * No octets, but with an address. CCM's tag is made and verified when the message comes, and OpenSSL takes no octets at no
 * address, which an empty Uint8Array may be, for no message: then sealing fails, and opening takes any tag. So sealing
 * gets these, and of an empty message the tag is not left to `node:crypto` to verify.
 */
const emptyMessage: Uint8Array = new Uint8Array(1).subarray(0, 0);

interface NodeCipher {
  readonly name: AeadName;
  readonly keyLength: number;
  readonly tagLength: number;
  /** Octets of plaintext that it takes. */
  readonly maximumLength: number;
  /** OpenSSL's name of it. */
  readonly cipher: string;
}

const unlimited = Number.POSITIVE_INFINITY;

/** In order of preference: processors have instructions for AES. */
const ciphers: readonly NodeCipher[] = [
  { name: 'AES-128-GCM', keyLength: 16, tagLength: 16, maximumLength: unlimited, cipher: 'aes-128-gcm' },
  { name: 'AES-256-GCM', keyLength: 32, tagLength: 16, maximumLength: unlimited, cipher: 'aes-256-gcm' },
  {
    name: 'CHACHA20-POLY1305',
    keyLength: 32,
    tagLength: 16,
    maximumLength: unlimited,
    cipher: 'chacha20-poly1305',
  },
  {
    name: 'AES-128-CCM',
    keyLength: 16,
    tagLength: 16,
    maximumLength: maximumCcmLength,
    cipher: 'aes-128-ccm',
  },
  {
    name: 'AES-128-CCM-8',
    keyLength: 16,
    tagLength: 8,
    maximumLength: maximumCcmLength,
    cipher: 'aes-128-ccm',
  },
];

/**
 * The AEADs that this runtime's `node:crypto` has. Node's are OpenSSL's; in Bun there is no ChaCha20-Poly1305. Their
 * time does not depend on key or data: AES goes through the processor's instructions or vector permutations.
 *
 * `node:crypto` has no cipher that is keyed once and used again, and writes to no buffer of the caller's: each record
 * costs a cipher object, its key schedule, and a copy. Of octets it would make a key each time, which takes Node 24 longer
 * than a short record.
 */
export function nodeAeads(): readonly AeadAlgorithm[] {
  return ciphers.filter(isThere).map(nodeAead);
}

/** Tried, not looked up: a runtime may list what it then refuses. */
function isThere(cipher: NodeCipher): boolean {
  try {
    encipher(cipher, createSecretKey(new Uint8Array(cipher.keyLength)), new Uint8Array(nonceLength));
    return true;
  } catch {
    return false;
  }
}

function nodeAead(cipher: NodeCipher): AeadAlgorithm {
  const { name, keyLength, tagLength } = cipher;
  return {
    name,
    keyLength,
    nonceLength,
    tagLength,
    constantTime: true,
    create(key) {
      checkKeyLength(name, key, keyLength);
      return nodeAeadKey(cipher, createSecretKey(key));
    },
  };
}

/** @param imported which is let go of, not wiped; the runtime wipes it when it collects it */
function nodeAeadKey(cipher: NodeCipher, imported: KeyObject): AeadKey {
  const { name, tagLength, maximumLength } = cipher;
  let key: KeyObject | undefined = imported;

  function usableKey(nonce: Uint8Array): KeyObject {
    if (key === undefined) throw new CryptoError('destroyed', `This ${name} key was let go of`);
    checkNonceLength(name, nonce, nonceLength);
    return key;
  }

  function checkLength(plaintextLength: number): void {
    if (plaintextLength > maximumLength) {
      throw new RangeError(`${name} takes at most ${maximumLength} octets, not ${plaintextLength}`);
    }
  }

  /** Writes ciphertext and tag. */
  function encrypt(
    secret: KeyObject,
    nonce: Uint8Array,
    additionalData: Uint8Array,
    plaintext: Uint8Array,
    output: Uint8Array,
    outputOffset: number,
  ): void {
    const state = encipher(cipher, secret, nonce);
    state.setAAD(additionalData, { plaintextLength: plaintext.length });
    output.set(state.update(plaintext), outputOffset);
    state.final();
    output.set(state.getAuthTag(), outputOffset + plaintext.length);
  }

  return {
    seal(nonce, additionalData, input, inputOffset, length, output, outputOffset) {
      const secret = usableKey(nonce);
      checkPlaces(input, inputOffset, length, output, outputOffset, length + tagLength);
      checkLength(length);
      const plaintext = length === 0 ? emptyMessage : input.subarray(inputOffset, inputOffset + length);
      encrypt(secret, nonce, additionalData, plaintext, output, outputOffset);
    },

    open(nonce, additionalData, input, inputOffset, length, output, outputOffset) {
      const secret = usableKey(nonce);
      const plaintextLength = Math.max(0, length - tagLength);
      checkPlaces(input, inputOffset, length, output, outputOffset, plaintextLength);
      // RFC 5116 section 2.2: what is shorter than a tag is as little authentic as what has a wrong one.
      if (length < tagLength) return false;
      checkLength(plaintextLength);
      const tagOffset = inputOffset + plaintextLength;
      const tag = input.subarray(tagOffset, tagOffset + tagLength);
      if (plaintextLength === 0) {
        const expected = new Uint8Array(tagLength);
        encrypt(secret, nonce, additionalData, emptyMessage, expected, 0);
        return constantTimeEqual(expected, tag);
      }
      const state = decipher(cipher, secret, nonce);
      state.setAuthTag(tag);
      state.setAAD(additionalData, { plaintextLength });
      const plaintext = decrypt(state, input.subarray(inputOffset, tagOffset));
      if (plaintext === undefined) {
        output.fill(0, outputOffset, outputOffset + plaintextLength);
        return false;
      }
      output.set(plaintext, outputOffset);
      plaintext.fill(0);
      return true;
    },

    destroy() {
      key = undefined;
    },
  };
}

/** The plaintext, or undefined, with nothing left of it, where the tag is wrong. */
function decrypt(state: DecipherCCM, ciphertext: Uint8Array): Uint8Array | undefined {
  let plaintext: Uint8Array | undefined;
  try {
    plaintext = state.update(ciphertext);
    state.final();
    return plaintext;
  } catch {
    // Every argument was checked, so the tag is all that is left to throw for; and if not, it is not authentic either.
    plaintext?.fill(0);
    return undefined;
  }
}

// All AEADs are called alike; their types differ in what may be left out, which is least for CCM.

function encipher({ cipher, tagLength }: NodeCipher, key: KeyObject, nonce: Uint8Array): CipherCCM {
  return createCipheriv(cipher as CipherCCMTypes, key, nonce, { authTagLength: tagLength });
}

function decipher({ cipher, tagLength }: NodeCipher, key: KeyObject, nonce: Uint8Array): DecipherCCM {
  return createDecipheriv(cipher as CipherCCMTypes, key, nonce, { authTagLength: tagLength });
}
