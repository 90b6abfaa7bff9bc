import { gcm } from '@noble/ciphers/aes.js';
import type { AeadAlgorithm, AeadName } from '../provider.ts';
import { nobleAead } from './nobleAead.ts';

/**
 * AES-GCM (NIST SP 800-38D) of `@noble/ciphers`.
 *
 * Its AES and its GHASH look secret values up in tables, so `constantTime` is false. noble takes no output
 * buffer and keeps nothing of a key between calls: each record costs a buffer of the record's length (copied
 * to its place here, plaintexts wiped afterwards), one or two more copies inside, the AES key schedule and
 * the GHASH table (256 objects up to 1 KiB of data, 512 above).
 */
function nobleAesGcm(name: AeadName, keyLength: number): AeadAlgorithm {
  return nobleAead({
    name,
    keyLength,
    constantTime: false,
    seal(key, nonce, additionalData, plaintext, place) {
      place.set(gcm(key, nonce, additionalData).encrypt(plaintext));
    },
    open(key, nonce, additionalData, sealed, place) {
      const plaintext = gcm(key, nonce, additionalData).decrypt(sealed);
      place.set(plaintext);
      plaintext.fill(0);
    },
  });
}

export const nobleAes128Gcm: AeadAlgorithm = /* @__PURE__ */ nobleAesGcm('AES-128-GCM', 16);
export const nobleAes256Gcm: AeadAlgorithm = /* @__PURE__ */ nobleAesGcm('AES-256-GCM', 32);
