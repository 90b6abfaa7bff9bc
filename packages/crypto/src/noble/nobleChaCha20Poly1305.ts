import { chacha20poly1305 } from '@noble/ciphers/chacha.js';
import type { AeadAlgorithm } from '../provider.ts';
import { nobleAead } from './nobleAead.ts';

/**
 * ChaCha20-Poly1305 (RFC 8439) of `@noble/ciphers`: additions, rotations and small multiplications only, so
 * neither time nor memory access depends on a secret.
 *
 * noble writes straight to the output. A record costs one copy of its octets to there (none moves in place)
 * and some small objects: the cipher, the Poly1305 state, a copy of the key, a few views.
 */
export const nobleChaCha20Poly1305: AeadAlgorithm = /* @__PURE__ */ nobleAead({
  name: 'CHACHA20-POLY1305',
  keyLength: 32,
  constantTime: true,
  seal(key, nonce, additionalData, plaintext, place) {
    chacha20poly1305(key, nonce, additionalData).encrypt(plaintext, place);
  },
  open(key, nonce, additionalData, sealed, place) {
    chacha20poly1305(key, nonce, additionalData).decrypt(sealed, place);
  },
});
