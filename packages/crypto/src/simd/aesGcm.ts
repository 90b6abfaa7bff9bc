import type { AeadAlgorithm } from '../provider.ts';
import { simdAead } from './aead.ts';
import type { SimdCore } from './core.ts';

/**
 * AES-GCM (NIST SP 800-38D), compiled from `assembly/gcm.ts`, in constant time. A key is expanded once; its tables
 * stay in the memory of the core until another AES key's take their place, or until it is wiped.
 */
export function simdAesGcm(core: SimdCore, keyLength: 16 | 32): AeadAlgorithm {
  const { memory, aesGcm, expandedKey, expandedKeyLength } = core;
  const rounds = keyLength === 16 ? 10 : 14;
  return simdAead(core, {
    name: keyLength === 16 ? 'AES-128-GCM' : 'AES-256-GCM',
    keyLength,
    cipher: aesGcm,
    createKey(key) {
      memory.set(key, core.key);
      aesGcm.expandKey(rounds);
      const expanded = memory.slice(expandedKey, expandedKey + expandedKeyLength);
      aesGcm.loadKey(rounds);
      const simdKey = {
        load() {
          if (core.loadedKey === simdKey) return;
          memory.set(expanded, expandedKey);
          aesGcm.loadKey(rounds);
          core.loadedKey = simdKey;
        },
        wipe() {
          expanded.fill(0);
          if (core.loadedKey === simdKey) {
            aesGcm.wipeKey();
            core.loadedKey = undefined;
          }
        },
      };
      core.loadedKey = simdKey;
      return simdKey;
    },
  });
}
