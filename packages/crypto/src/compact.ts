import { compactAes128Gcm, compactAes256Gcm } from './aead/aesGcm.ts';
import { compactChaCha20Poly1305 } from './aead/chacha20Poly1305.ts';
import { compactSha256, compactSha384, compactSha512 } from './hash/compactSha2.ts';
import { compactX25519 } from './keyExchange/montgomery.ts';
import type { CryptoProvider, RandomSource } from './provider.ts';
import { ecdsa } from './signature/ecdsa.ts';
import { p256, p384 } from './signature/nistCurves.ts';
import { rsaPkcs1, sha256Prefix, sha384Prefix, sha512Prefix } from './signature/rsaPkcs1.ts';
import { rsaPss } from './signature/rsaPss.ts';

/** P-521 is left out: its numbers alone are 0.3 KB, and hardly any certificate has such a key. */
const curves = [p256, p384];

/**
 * The provider for programs that are to be small: 12 KB of minified and compressed code, where the portable one has 46. It
 * has ChaCha20-Poly1305 and AES-GCM, X25519, and the signatures of ECDSA on P-256 and P-384 and of RSA, and is slower than
 * the portable one at ChaCha20-Poly1305 by a quarter, at the others by half.
 *
 * That is all that RFC 8446 section 9.1 demands but for one thing: **key exchange on P-256 is missing**, which is another
 * 10 KB. Who has to comply, or to reach servers that know no X25519, adds it:
 *
 *     const compact = createCompactProvider(random);
 *     const provider = { ...compact, groups: [...compact.groups, secp256r1] };
 *
 * @param random the source of every secret, for instance
 * `(output) => { crypto.getRandomValues(output); }`
 */
export function createCompactProvider(random: RandomSource): CryptoProvider {
  return {
    name: 'compact',
    random,
    hashes: [compactSha256, compactSha384, compactSha512],
    aeads: [compactChaCha20Poly1305, compactAes128Gcm, compactAes256Gcm],
    groups: [compactX25519],
    signatures: [
      ecdsa('ecdsa_sha256', compactSha256, curves),
      ecdsa('ecdsa_sha384', compactSha384, curves),
      rsaPss('rsa_pss_sha256', compactSha256),
      rsaPss('rsa_pss_sha384', compactSha384),
      rsaPss('rsa_pss_sha512', compactSha512),
      rsaPkcs1('rsa_pkcs1_sha256', compactSha256, sha256Prefix),
      rsaPkcs1('rsa_pkcs1_sha384', compactSha384, sha384Prefix),
      rsaPkcs1('rsa_pkcs1_sha512', compactSha512, sha512Prefix),
    ],
  };
}
