import type { AeadAlgorithm } from '../provider.ts';
import { simdAead } from './aead.ts';
import type { SimdCore } from './core.ts';

const keyLength = 32;
const keyWords = keyLength / 4;

/** ChaCha20-Poly1305 (RFC 8439), compiled from `assembly/chacha20poly1305.ts`. The key is copied in for each record. */
export function simdChaCha20Poly1305(core: SimdCore): AeadAlgorithm {
  const { words } = core;
  const place = core.key / 4;
  return simdAead(core, {
    name: 'CHACHA20-POLY1305',
    keyLength,
    cipher: core.chacha20Poly1305,
    createKey(key) {
      const copy = new Uint32Array(keyWords);
      new Uint8Array(copy.buffer).set(key);
      return {
        load() {
          for (let index = 0; index < keyWords; index += 1) words[place + index] = copy[index] ?? 0;
        },
        wipe() {
          copy.fill(0);
        },
      };
    },
  });
}
