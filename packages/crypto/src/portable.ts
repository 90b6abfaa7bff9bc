import { groups, hashes, signatures } from './algorithms.ts';
import { nobleAes128Gcm, nobleAes256Gcm } from './noble/nobleAesGcm.ts';
import { nobleChaCha20Poly1305 } from './noble/nobleChaCha20Poly1305.ts';
import type { CryptoProvider, RandomSource } from './provider.ts';

/**
 * The provider for any ES2022 engine: TypeScript and BigInt all the way down, always synchronous. Its AES
 * reads secret-dependent table entries, so ChaCha20-Poly1305 stands first.
 *
 * @param random the source of every secret, for instance
 * `(output) => { crypto.getRandomValues(output); }`
 */
export function createPortableProvider(random: RandomSource): CryptoProvider {
  return {
    name: 'portable',
    random,
    hashes,
    aeads: [nobleChaCha20Poly1305, nobleAes128Gcm, nobleAes256Gcm],
    groups,
    signatures,
  };
}
