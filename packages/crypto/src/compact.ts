import { portableAes128Gcm, portableAes256Gcm } from './aead/aesGcm.ts';
import { portableChaCha20Poly1305 } from './aead/chacha20Poly1305.ts';
import { sha256, sha384, sha512 } from './hash/sha2.ts';
import { compactX25519 } from './keyExchange/montgomery.ts';
import type { CryptoProvider, RandomSource } from './provider.ts';
import { ecdsa } from './signature/ecdsa.ts';
import { p256, p384 } from './signature/nistCurves.ts';
import { rsaPkcs1Sha256, rsaPkcs1Sha384, rsaPkcs1Sha512 } from './signature/rsaPkcs1.ts';
import { rsaPssSha256, rsaPssSha384, rsaPssSha512 } from './signature/rsaPss.ts';

/** P-521 is left out: its numbers alone are 0.3 KB, and hardly any certificate has such a key. */
const curves = [p256, p384];

/**
 * The provider for programs that are to be small: the portable one without what is rarely met, 15 KB of minified and
 * compressed code instead of 42. AES-GCM and ChaCha20-Poly1305, X25519, and signatures with ECDSA on P-256 and P-384 and with
 * RSA: that is what RFC 8446 section 9.1 demands of everybody, but for one thing. **Key exchange on P-256 is missing**, which
 * is another 10 KB; who has to comply, or to reach servers that know no X25519, adds it:
 *
 *     const compact = createCompactProvider(random);
 *     const provider = { ...compact, groups: [...compact.groups, secp256r1] };
 *
 * Likewise other entries, and `constantTimeAes128Gcm` in the place of AES by tables.
 *
 * @param random the source of every secret, for instance
 * `(output) => { crypto.getRandomValues(output); }`
 */
export function createCompactProvider(random: RandomSource): CryptoProvider {
  return {
    name: 'compact',
    random,
    hashes: [sha256, sha384, sha512],
    aeads: [portableChaCha20Poly1305, portableAes128Gcm, portableAes256Gcm],
    groups: [compactX25519],
    signatures: [
      ecdsa('ecdsa_sha256', sha256, curves),
      ecdsa('ecdsa_sha384', sha384, curves),
      rsaPssSha256,
      rsaPssSha384,
      rsaPssSha512,
      rsaPkcs1Sha256,
      rsaPkcs1Sha384,
      rsaPkcs1Sha512,
    ],
  };
}
