import { constants, createPublicKey, type JsonWebKey, type KeyObject, verify } from 'node:crypto';
import { CryptoError } from '../errors.ts';
import type { HashName, PublicKey, SignatureAlgorithm, SignatureName } from '../provider.ts';
import {
  ecdsaSha256 as portableEcdsaSha256,
  ecdsaSha384 as portableEcdsaSha384,
  ecdsaSha512 as portableEcdsaSha512,
} from '../signature/ecdsa.ts';
import { coordinateLengths, readEcPoint } from '../signature/ecPoint.ts';
import {
  type EdwardsCurve,
  edwards448,
  edwards25519,
  ed448 as portableEd448,
  ed25519 as portableEd25519,
  readEdwardsKey,
} from '../signature/edwards.ts';
import { readRsaKey } from '../signature/rsaKey.ts';
import {
  rsaPkcs1Sha256 as portablePkcs1Sha256,
  rsaPkcs1Sha384 as portablePkcs1Sha384,
  rsaPkcs1Sha512 as portablePkcs1Sha512,
} from '../signature/rsaPkcs1.ts';
import {
  rsaPssSha256 as portablePssSha256,
  rsaPssSha384 as portablePssSha384,
  rsaPssSha512 as portablePssSha512,
} from '../signature/rsaPss.ts';
import { integerToBase64url, toBase64url } from './bytes.ts';
import { digestName } from './sha2.ts';

/**
 * Signatures verified by `node:crypto`, in the bounds of the portable ones: what those refuse of keys is refused here
 * before OpenSSL sees it, with the same errors. Keys go in as JSON Web Keys (RFC 7517, RFC 8037).
 */

/** How `node:crypto` is told which scheme it is. */
export interface RsaScheme {
  readonly padding: number;
  readonly saltLength?: number;
}

/** RFC 8017 section 8.2.2. OpenSSL builds the DigestInfo anew and compares the whole, as we do. */
export const pkcs1: RsaScheme = { padding: constants.RSA_PKCS1_PADDING };

/** RFC 8017 section 8.1.2: MGF1 over the same hash, a salt of exactly its length (RFC 8446 section 4.2.3). */
export const pss: RsaScheme = {
  padding: constants.RSA_PKCS1_PSS_PADDING,
  saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
};

/** @param portable the same algorithm, which serves where this runtime does not take the key */
function rsa(portable: SignatureAlgorithm, hash: HashName, scheme: RsaScheme): SignatureAlgorithm {
  const { name } = portable;
  return {
    name,
    keyType: 'RSA',
    verify(publicKey, message, signature) {
      const { modulus, exponent, length, pssOnly } = readRsaKey(publicKey, name);
      // RFC 4055 section 1.2: a key for id-RSASSA-PSS is for nothing else.
      if ((pssOnly && scheme !== pss) || signature.length !== length) return false;
      const key = importRsaKey(modulus, exponent);
      if (key === undefined) return portable.verify(publicKey, message, signature);
      return verify(digestName(hash), message, { key, ...scheme }, signature);
    },
  };
}

/** Undefined for a key within our bounds and not within the runtime's: Deno takes 4096 bits. */
function importRsaKey(modulus: bigint, exponent: bigint): KeyObject | undefined {
  try {
    return importKey({ kty: 'RSA', n: integerToBase64url(modulus), e: integerToBase64url(exponent) });
  } catch {
    return undefined;
  }
}

/**
 * ECDSA (FIPS 186-5 section 6.4.2) on P-256, P-384 and P-521 with any hash. OpenSSL encodes what it parsed of a signature
 * again and compares, so nothing but DER gets through; `r` and `s` out of [1, n-1] fail.
 *
 * @param portable the same algorithm, which serves where the digest is shorter than half of the order: what Deno has
 * beneath takes every such signature for wrong
 */
function ecdsa(portable: SignatureAlgorithm, hash: HashName): SignatureAlgorithm {
  const { name } = portable;
  return {
    name,
    keyType: 'EC',
    verify(publicKey, message, signature) {
      if (hash === 'SHA-256' && publicKey.type === 'EC' && publicKey.curve === 'P-521') {
        return portable.verify(publicKey, message, signature);
      }
      // DER is what is taken unless another encoding is asked for.
      return verify(digestName(hash), message, importEcKey(publicKey, name), signature);
    },
  };
}

/**
 * @throws CryptoError `unsupported_public_key` for another type or curve, `invalid_public_key` for a point that is
 * malformed or not on its curve
 */
function importEcKey(key: PublicKey, name: SignatureName): KeyObject {
  const { curve, point } = readEcPoint(key, name);
  const length = coordinateLengths[curve];
  const x = toBase64url(point.subarray(1, 1 + length));
  const y = toBase64url(point.subarray(1 + length));
  try {
    return importKey({ kty: 'EC', crv: curve, x, y });
  } catch (cause) {
    throw new CryptoError('invalid_public_key', `This public key is no point of ${curve}`, { cause });
  }
}

/**
 * Ed25519 and Ed448 (RFC 8032 sections 5.1.7 and 5.2.7). OpenSSL takes keys of small order and coordinates that are not
 * reduced, so the key is read by the portable implementation first. OpenSSL's equation is the one without the cofactor:
 * of signatures that only a holder of the key can make, it takes fewer than the portable one.
 *
 * @param portable the same algorithm, which serves where this runtime has not the curve
 */
function edwards(portable: SignatureAlgorithm, curve: EdwardsCurve): SignatureAlgorithm {
  return {
    name: portable.name,
    keyType: curve.keyType,
    verify(publicKey, message, signature) {
      const key = importEdwardsKey(readEdwardsKey(publicKey, curve), curve.keyType);
      if (key === undefined) return portable.verify(publicKey, message, signature);
      return verify(null, message, key, signature);
    },
  };
}

function importEdwardsKey(octets: Uint8Array, curve: string): KeyObject | undefined {
  try {
    return importKey({ kty: 'OKP', crv: curve, x: toBase64url(octets) });
  } catch {
    return undefined;
  }
}

function importKey(key: JsonWebKey): KeyObject {
  return createPublicKey({ key, format: 'jwk' });
}

export const rsaPkcs1Sha256: SignatureAlgorithm = /* @__PURE__ */ rsa(portablePkcs1Sha256, 'SHA-256', pkcs1);
export const rsaPkcs1Sha384: SignatureAlgorithm = /* @__PURE__ */ rsa(portablePkcs1Sha384, 'SHA-384', pkcs1);
export const rsaPkcs1Sha512: SignatureAlgorithm = /* @__PURE__ */ rsa(portablePkcs1Sha512, 'SHA-512', pkcs1);
export const rsaPssSha256: SignatureAlgorithm = /* @__PURE__ */ rsa(portablePssSha256, 'SHA-256', pss);
export const rsaPssSha384: SignatureAlgorithm = /* @__PURE__ */ rsa(portablePssSha384, 'SHA-384', pss);
export const rsaPssSha512: SignatureAlgorithm = /* @__PURE__ */ rsa(portablePssSha512, 'SHA-512', pss);
export const ecdsaSha256: SignatureAlgorithm = /* @__PURE__ */ ecdsa(portableEcdsaSha256, 'SHA-256');
export const ecdsaSha384: SignatureAlgorithm = /* @__PURE__ */ ecdsa(portableEcdsaSha384, 'SHA-384');
export const ecdsaSha512: SignatureAlgorithm = /* @__PURE__ */ ecdsa(portableEcdsaSha512, 'SHA-512');
export const ed25519: SignatureAlgorithm = /* @__PURE__ */ edwards(portableEd25519, edwards25519);
export const ed448: SignatureAlgorithm = /* @__PURE__ */ edwards(portableEd448, edwards448);
