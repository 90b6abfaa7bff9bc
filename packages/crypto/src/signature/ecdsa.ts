import { CryptoError } from '../errors.ts';
import { sha256, sha384, sha512 } from '../hash/sha2.ts';
import type { HashAlgorithm, PublicKey, SignatureAlgorithm, SignatureName } from '../provider.ts';
import { fromBigEndian, inverseModulo } from '../util/integers.ts';
import { concatenatedOfDer } from './concatenated.ts';
import { coordinateLengths, readEcPoint } from './ecPoint.ts';
import { type NistCurve, p256, p384, p521 } from './nistCurves.ts';
import { type AffinePoint, createSumOfMultiples } from './sumOfMultiples.ts';

/**
 * ECDSA (FIPS 186-5 section 6.4.2) on these curves, each with any hash. A signature is the strict DER of `r` and `s` (RFC 3279
 * section 2.2.3); either of `s` and `n - s` is good, as X.509 and TLS ask for no low one. Nothing here is secret.
 */
export function ecdsa(
  name: SignatureName,
  hash: HashAlgorithm,
  curves: readonly NistCurve[],
): SignatureAlgorithm {
  return {
    name,
    keyType: 'EC',
    verify(publicKey, message, signature) {
      const { curve, point } = readKey(publicKey, name, curves);
      const length = coordinateLengths[curve.name];
      // Of each curve the order is as long as a coordinate.
      const numbers = concatenatedOfDer(signature, length);
      if (numbers === undefined) return false;
      const r = fromBigEndian(numbers.subarray(0, length));
      const s = fromBigEndian(numbers.subarray(length));
      return isSignature(curve, hash.digest(message), r, s, point);
    },
  };
}

/**
 * @throws CryptoError `unsupported_public_key` for another type or curve, `invalid_public_key` for a point that is not on its
 * curve
 */
function readKey(
  publicKey: PublicKey,
  name: SignatureName,
  curves: readonly NistCurve[],
): { readonly curve: NistCurve; readonly point: AffinePoint } {
  const { curve: curveName, point: octets } = readEcPoint(publicKey, name);
  const curve = curves.find((each) => each.name === curveName);
  if (curve === undefined) {
    throw new CryptoError('unsupported_public_key', `${name} is not supported on the curve ${curveName}`);
  }
  const middle = (octets.length + 1) / 2;
  const point = { x: fromBigEndian(octets.subarray(1, middle)), y: fromBigEndian(octets.subarray(middle)) };
  if (!isOnCurve(curve, point)) {
    throw new CryptoError('invalid_public_key', `This public key is no point of ${curveName}`);
  }
  return { curve, point };
}

/** SP 800-186 appendix D.1.1. The order is prime, so each of these generates all points. */
function isOnCurve({ p, b }: NistCurve, { x, y }: AffinePoint): boolean {
  return x < p && y < p && (y * y - (x * x - 3n) * x - b) % p === 0n;
}

/** FIPS 186-5 section 6.4.2. */
function isSignature(curve: NistCurve, digest: Uint8Array, r: bigint, s: bigint, key: AffinePoint): boolean {
  const { p, order, orderBits } = curve;
  if (r >= order || s >= order) return false;
  const inverse = inverseModulo(s, order);
  if (r === 0n || inverse === undefined) return false;
  // Of a digest longer than the order the leftmost bits count.
  const e = fromBigEndian(digest) >> BigInt(Math.max(0, 8 * digest.length - orderBits));
  const { x, z } = sumOn(curve)((e * inverse) % order, (r * inverse) % order, key);
  if (z === 0n) return false;
  // x/z² taken mod n is r where x is r·z² mod p, or so with r + n for r. That saves an inverse mod p.
  for (let candidate = r; candidate < p; candidate += order) {
    if ((candidate * z * z - x) % p === 0n) return true;
  }
  return false;
}

const sums = /* @__PURE__ */ new Map<NistCurve, ReturnType<typeof createSumOfMultiples>>();

/** Each curve keeps the multiples of its base point. */
function sumOn(curve: NistCurve): ReturnType<typeof createSumOfMultiples> {
  const sum = sums.get(curve) ?? createSumOfMultiples(curve);
  sums.set(curve, sum);
  return sum;
}

const all: readonly NistCurve[] = [p256, p384, p521];

export const ecdsaSha256: SignatureAlgorithm = /* @__PURE__ */ ecdsa('ecdsa_sha256', sha256, all);
export const ecdsaSha384: SignatureAlgorithm = /* @__PURE__ */ ecdsa('ecdsa_sha384', sha384, all);
export const ecdsaSha512: SignatureAlgorithm = /* @__PURE__ */ ecdsa('ecdsa_sha512', sha512, all);
