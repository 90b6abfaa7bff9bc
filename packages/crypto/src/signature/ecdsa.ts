import { p256, p384, p521 } from '@noble/curves/nist.js';
import { CryptoError } from '../errors.ts';
import { sha256, sha384, sha512 } from '../hash/sha2.ts';
import type { CurveName, HashAlgorithm, PublicKey, SignatureAlgorithm, SignatureName } from '../provider.ts';
import { readEcPoint } from './ecPoint.ts';

type Curve = typeof p256;

/**
 * ECDSA (FIPS 186-5 section 6.4.2) on P-256, P-384 and P-521 of `@noble/curves`, each with any hash: of a digest
 * longer than the curve's order the leftmost bits count. A signature is the strict DER of `r` and `s` (RFC
 * 3279 section 2.2.3); either of `s` and `n - s` is good, as X.509 and TLS ask for no low one.
 */
function ecdsa(name: SignatureName, hash: HashAlgorithm): SignatureAlgorithm {
  return {
    name,
    keyType: 'EC',
    verify(publicKey, message, signature) {
      const { curve, point } = readEcKey(publicKey, name);
      return curve.verify(signature, hash.digest(message), point, {
        prehash: false,
        lowS: false,
        format: 'der',
      });
    },
  };
}

/**
 * @throws CryptoError `unsupported_public_key` for another type or curve, `invalid_public_key` for a point
 * that is malformed or not on its curve
 */
function readEcKey(key: PublicKey, algorithm: string): { curve: Curve; point: Uint8Array } {
  const { curve: name, point } = readEcPoint(key, algorithm);
  const curve = findCurve(name);
  if (!curve.utils.isValidPublicKey(point, false)) {
    throw new CryptoError('invalid_public_key', `This public key is no point of ${name}`);
  }
  return { curve, point };
}

/** @throws CryptoError `unsupported_public_key` */
export function findCurve(name: CurveName): Curve {
  switch (name) {
    case 'P-256':
      return p256;
    case 'P-384':
      return p384;
    case 'P-521':
      return p521;
    default:
      throw new CryptoError('unsupported_public_key', `The curve '${name satisfies never}' is not supported`);
  }
}

export const ecdsaSha256: SignatureAlgorithm = /* @__PURE__ */ ecdsa('ecdsa_sha256', sha256);
export const ecdsaSha384: SignatureAlgorithm = /* @__PURE__ */ ecdsa('ecdsa_sha384', sha384);
export const ecdsaSha512: SignatureAlgorithm = /* @__PURE__ */ ecdsa('ecdsa_sha512', sha512);
