import { groups, hashes, signatures } from '../algorithms.ts';
import type { CryptoProvider, RandomSource } from '../provider.ts';
import { nobleAes128Gcm, nobleAes256Gcm } from './nobleAesGcm.ts';
import { nobleChaCha20Poly1305 } from './nobleChaCha20Poly1305.ts';

/**
 * The portable provider with the AEADs of `@noble/ciphers` in the place of our own: for those who prefer audited code
 * to speed, and for tests that need a second opinion. Its AES reads secret-dependent table entries, so
 * ChaCha20-Poly1305 stands first.
 *
 * @param random the source of every secret, for instance
 * `(output) => { crypto.getRandomValues(output); }`
 */
export function createNobleProvider(random: RandomSource): CryptoProvider {
  return {
    name: 'noble',
    random,
    hashes,
    aeads: [nobleChaCha20Poly1305, nobleAes128Gcm, nobleAes256Gcm],
    groups,
    signatures,
  };
}
