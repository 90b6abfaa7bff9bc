import { portableAes128Ccm, portableAes128Ccm8 } from './aead/aesCcm.ts';
import { portableAes128Gcm, portableAes256Gcm } from './aead/aesGcm.ts';
import { portableChaCha20Poly1305 } from './aead/chacha20Poly1305.ts';
import {
  constantTimeAes128Ccm,
  constantTimeAes128Ccm8,
  constantTimeAes128Gcm,
  constantTimeAes256Gcm,
} from './aead/constantTimeAes.ts';
import { groups, hashes, signatures } from './algorithms.ts';
import type { AeadAlgorithm, CryptoProvider, RandomSource } from './provider.ts';

export interface PortableOptions {
  /**
   * True refuses AES by tables, whose entries are read at places that depend on secrets, for AES whose time and
   * memory access depend on none. That is about five times slower. False by default.
   */
  readonly constantTimeAes?: boolean;
}

/**
 * The provider for any ES2022 engine: TypeScript and BigInt all the way down, always synchronous.
 * ChaCha20-Poly1305 stands first: it is the fastest of them, and in constant time, which AES is on request only.
 *
 * @param random the source of every secret, for instance
 * `(output) => { crypto.getRandomValues(output); }`
 */
export function createPortableProvider(random: RandomSource, options: PortableOptions = {}): CryptoProvider {
  return {
    name: 'portable',
    random,
    hashes,
    aeads: [portableChaCha20Poly1305, ...(options.constantTimeAes ? constantTimeAes() : tableAes())],
    groups,
    signatures,
    ...(options.constantTimeAes && { constantTimeAes: true }),
  };
}

function tableAes(): readonly AeadAlgorithm[] {
  return [portableAes128Gcm, portableAes256Gcm, portableAes128Ccm, portableAes128Ccm8];
}

function constantTimeAes(): readonly AeadAlgorithm[] {
  return [constantTimeAes128Gcm, constantTimeAes256Gcm, constantTimeAes128Ccm, constantTimeAes128Ccm8];
}
