import { type CipherCCMTypes, createCipheriv, createDecipheriv } from 'node:crypto';
import { checkKeyLength, checkNonceLength, checkPlaces } from '../aead/arguments.ts';
import { CryptoError } from '../errors.ts';
import type { AeadAlgorithm, AeadKey, AeadName } from '../provider.ts';

const nonceLength = 12;
const tagLength = 16;

interface NodeCipher {
  readonly name: AeadName;
  readonly keyLength: number;
  /** OpenSSL's name of it. */
  readonly cipher: string;
}

/** In order of preference: processors have instructions for AES. */
const ciphers: readonly NodeCipher[] = [
  { name: 'AES-128-GCM', keyLength: 16, cipher: 'aes-128-gcm' },
  { name: 'AES-256-GCM', keyLength: 32, cipher: 'aes-256-gcm' },
  { name: 'CHACHA20-POLY1305', keyLength: 32, cipher: 'chacha20-poly1305' },
];

/**
 * The AEADs that this runtime's `node:crypto` has. Node's are OpenSSL's; in Bun there is no ChaCha20-Poly1305. Their
 * time does not depend on key or data: AES goes through the processor's instructions or vector permutations.
 *
 * `node:crypto` has no cipher that is keyed once and used again, and writes to no buffer of the caller's: each record
 * costs a cipher object, its key schedule, and a copy.
 */
export function nodeAeads(): readonly AeadAlgorithm[] {
  return ciphers.filter(isThere).map(nodeAead);
}

/** Tried, not looked up: a runtime may list what it then refuses. */
function isThere({ cipher, keyLength }: NodeCipher): boolean {
  try {
    encipher(cipher, new Uint8Array(keyLength), new Uint8Array(nonceLength)).final();
    return true;
  } catch {
    return false;
  }
}

function nodeAead({ name, keyLength, cipher }: NodeCipher): AeadAlgorithm {
  return {
    name,
    keyLength,
    nonceLength,
    tagLength,
    constantTime: true,
    create(key) {
      checkKeyLength(name, key, keyLength);
      return nodeAeadKey(name, cipher, Uint8Array.from(key));
    },
  };
}

function nodeAeadKey(name: AeadName, cipher: string, key: Uint8Array): AeadKey {
  let isDestroyed = false;

  function checkUsable(nonce: Uint8Array): void {
    if (isDestroyed) throw new CryptoError('destroyed', `This ${name} key was wiped`);
    checkNonceLength(name, nonce, nonceLength);
  }

  return {
    seal(nonce, additionalData, input, inputOffset, length, output, outputOffset) {
      checkUsable(nonce);
      checkPlaces(input, inputOffset, length, output, outputOffset, length + tagLength);
      const state = encipher(cipher, key, nonce);
      state.setAAD(additionalData, { plaintextLength: length });
      output.set(state.update(input.subarray(inputOffset, inputOffset + length)), outputOffset);
      state.final();
      output.set(state.getAuthTag(), outputOffset + length);
    },

    open(nonce, additionalData, input, inputOffset, length, output, outputOffset) {
      checkUsable(nonce);
      const plaintextLength = Math.max(0, length - tagLength);
      checkPlaces(input, inputOffset, length, output, outputOffset, plaintextLength);
      // RFC 5116 section 2.2: what is shorter than a tag is as little authentic as what has a wrong one.
      if (length < tagLength) return false;
      const tagOffset = inputOffset + plaintextLength;
      const state = decipher(cipher, key, nonce);
      state.setAuthTag(input.subarray(tagOffset, tagOffset + tagLength));
      state.setAAD(additionalData, { plaintextLength });
      const plaintext = state.update(input.subarray(inputOffset, tagOffset));
      const isAuthentic = succeeds(() => state.final());
      if (isAuthentic) output.set(plaintext, outputOffset);
      else output.fill(0, outputOffset, outputOffset + plaintextLength);
      plaintext.fill(0);
      return isAuthentic;
    },

    destroy() {
      isDestroyed = true;
      key.fill(0);
    },
  };
}

/** Every argument was checked, so the tag is all that is left to throw for; and if not, it is not authentic either. */
function succeeds(final: () => unknown): boolean {
  try {
    final();
    return true;
  } catch {
    return false;
  }
}

// All AEADs are called alike; their types differ in what may be left out, which is least for CCM.

function encipher(cipher: string, key: Uint8Array, nonce: Uint8Array) {
  return createCipheriv(cipher as CipherCCMTypes, key, nonce, { authTagLength: tagLength });
}

function decipher(cipher: string, key: Uint8Array, nonce: Uint8Array) {
  return createDecipheriv(cipher as CipherCCMTypes, key, nonce, { authTagLength: tagLength });
}
