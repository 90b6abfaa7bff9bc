import { checkKeyLength, checkPlaces } from '../aead/arguments.ts';
import { CryptoError } from '../errors.ts';
import type { CompressionFunction } from '../hash/compression.ts';
import type { CbcMode } from './chaining.ts';
import type { CbcHmacAlgorithm, CbcHmacKey, CbcHmacName } from './contract.ts';
import { encryptThenMac } from './encryptThenMac.ts';
import { expandHmacKey } from './hmac.ts';
import { macThenEncrypt } from './macThenEncrypt.ts';
import { additionalDataLength, type RecordCipher, type RecordKeys } from './recordCipher.ts';

const recordIvLength = 16;
/** What the length of a record can say, RFC 5246 section 6.2.1. What TLS allows is less, and for the caller to check. */
const longestFragment = 0xffff;

/** Puts AES-CBC and HMAC, made of their parts, behind the contract. */
export function cbcHmac<Key>(
  name: CbcHmacName,
  encryptionKeyLength: 16 | 32,
  mode: CbcMode<Key>,
  hash: CompressionFunction<CbcHmacAlgorithm['macLength']>,
): CbcHmacAlgorithm {
  const macLength = hash.outputLength;
  return {
    name,
    encryptionKeyLength,
    macLength,
    recordIvLength,
    constantTime: mode.constantTime,
    create(encryptionKey, macKey, order) {
      checkKeyLength(name, encryptionKey, encryptionKeyLength);
      checkKeyLength(`the MAC of ${name}`, macKey, macLength);
      const keys = {
        mode,
        encryption: mode.expandKey(encryptionKey),
        hash,
        mac: expandHmacKey(hash, macKey),
      };
      return cbcHmacKey(name, keys, order === 'encrypt-then-mac' ? encryptThenMac : macThenEncrypt);
    },
  };
}

function cbcHmacKey<Key>(name: CbcHmacName, keys: RecordKeys<Key>, cipher: RecordCipher): CbcHmacKey {
  let destroyed = false;

  function checkUsable(iv: Uint8Array, additionalData: Uint8Array): void {
    if (destroyed) throw new CryptoError('destroyed', `This ${name} key was wiped`);
    checkLength('An IV', iv, recordIvLength);
    checkLength('Additional data', additionalData, additionalDataLength);
  }

  function checkLength(what: string, octets: Uint8Array, expected: number): void {
    if (octets.length === expected) return;
    throw new CryptoError(
      'invalid_key_length',
      `${what} for ${name} has ${expected} octets, this one has ${octets.length}`,
    );
  }

  function checkFragment(length: number): void {
    if (recordIvLength + length <= longestFragment) return;
    throw new RangeError(`A record has at most ${longestFragment} octets, not ${recordIvLength + length}`);
  }

  return {
    sealedLength(length) {
      return cipher.sealedLength(keys, length);
    },

    seal(iv, additionalData, input, inputOffset, length, output, outputOffset) {
      checkUsable(iv, additionalData);
      const sealedLength = cipher.sealedLength(keys, length);
      checkPlaces(input, inputOffset, length, output, outputOffset, sealedLength);
      checkFragment(sealedLength);
      cipher.seal(keys, iv, additionalData, input, inputOffset, length, output, outputOffset);
    },

    open(iv, additionalData, input, inputOffset, length, output, outputOffset) {
      checkUsable(iv, additionalData);
      checkPlaces(input, inputOffset, length, output, outputOffset, length);
      checkFragment(length);
      const contentLength = cipher.open(
        keys,
        iv,
        additionalData,
        input,
        inputOffset,
        length,
        output,
        outputOffset,
      );
      output.fill(0, outputOffset + (contentLength ?? 0), outputOffset + length);
      return contentLength;
    },

    destroy() {
      destroyed = true;
      keys.mode.wipeKey(keys.encryption);
      keys.mac.inner.fill(0);
      keys.mac.outer.fill(0);
    },
  };
}
