import { portableAes128Ccm, portableAes128Ccm8 } from './aead/aesCcm.ts';
import { portableAes128Gcm, portableAes256Gcm } from './aead/aesGcm.ts';
import { portableChaCha20Poly1305 } from './aead/chacha20Poly1305.ts';
import { groups, hashes, signatures } from './algorithms.ts';
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
    aeads: [
      portableChaCha20Poly1305,
      portableAes128Gcm,
      portableAes256Gcm,
      portableAes128Ccm,
      portableAes128Ccm8,
    ],
    groups,
    signatures,
  };
}
