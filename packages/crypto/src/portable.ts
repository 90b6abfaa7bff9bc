import { sha256, sha384, sha512 } from './hash/sha2.ts';
import { secp256r1 } from './keyExchange/secp256r1.ts';
import { x25519 } from './keyExchange/x25519.ts';
import { nobleAes128Gcm, nobleAes256Gcm } from './noble/nobleAesGcm.ts';
import { nobleChaCha20Poly1305 } from './noble/nobleChaCha20Poly1305.ts';
import type { CryptoProvider, RandomSource } from './provider.ts';
import { ecdsaSha256, ecdsaSha384, ecdsaSha512 } from './signature/ecdsa.ts';
import { ed25519 } from './signature/ed25519.ts';
import { rsaPkcs1Sha256, rsaPkcs1Sha384, rsaPkcs1Sha512 } from './signature/rsaPkcs1.ts';
import { rsaPssSha256, rsaPssSha384, rsaPssSha512 } from './signature/rsaPss.ts';

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
    hashes: [sha256, sha384, sha512],
    aeads: [nobleChaCha20Poly1305, nobleAes128Gcm, nobleAes256Gcm],
    groups: [x25519, secp256r1],
    signatures: [
      ecdsaSha256,
      ecdsaSha384,
      ed25519,
      rsaPssSha256,
      rsaPssSha384,
      rsaPssSha512,
      ecdsaSha512,
      rsaPkcs1Sha256,
      rsaPkcs1Sha384,
      rsaPkcs1Sha512,
    ],
  };
}
