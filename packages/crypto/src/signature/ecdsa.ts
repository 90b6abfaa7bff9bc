import { p256, p384, p521 } from '@noble/curves/nist.js';
import { bytesToNumberBE } from '@noble/curves/utils.js';
import { CryptoError } from '../errors.ts';
import { sha256, sha384, sha512 } from '../hash/sha2.ts';
import type { CurveName, HashAlgorithm, SignatureAlgorithm, SignatureName } from '../provider.ts';
import { readEcPoint } from './ecPoint.ts';
import { createSumOfMultiples } from './sumOfMultiples.ts';

type Curve = typeof p256;
type Point = Curve['Point']['BASE'];

/**
 * ECDSA (FIPS 186-5 section 6.4.2) on P-256, P-384 and P-521, each with any hash. A signature is the strict DER of `r`
 * and `s` (RFC 3279 section 2.2.3); either of `s` and `n - s` is good, as X.509 and TLS ask for no low one. Of
 * `@noble/curves` are the reading of key and signature and the inverse; the sum of points is our own, because nothing
 * here is secret.
 */
function ecdsa(name: SignatureName, hash: HashAlgorithm): SignatureAlgorithm {
  return {
    name,
    keyType: 'EC',
    verify(publicKey, message, signature) {
      const { curve: curveName, point } = readEcPoint(publicKey, name);
      const curve = findCurve(curveName);
      const key = readPoint(curve, curveName, point);
      const numbers = readSignature(curve, signature);
      return numbers !== undefined && isSignature(curve, hash.digest(message), numbers, key);
    },
  };
}

/** @throws CryptoError `invalid_public_key` for a point that is not on its curve */
function readPoint(curve: Curve, curveName: CurveName, octets: Uint8Array): Point {
  try {
    return curve.Point.fromBytes(octets);
  } catch (cause) {
    throw new CryptoError('invalid_public_key', `This public key is no point of ${curveName}`, { cause });
  }
}

interface Numbers {
  readonly r: bigint;
  readonly s: bigint;
}

/** Undefined for anything but the one encoding of two numbers in [1, n-1]. */
function readSignature(curve: Curve, signature: Uint8Array): Numbers | undefined {
  try {
    return curve.Signature.fromBytes(signature, 'der');
  } catch {
    return undefined;
  }
}

/** Steps 3 to 9 of FIPS 186-5 section 6.4.2. */
function isSignature({ Point }: Curve, digest: Uint8Array, { r, s }: Numbers, key: Point): boolean {
  const { Fp, Fn } = Point;
  // Of a digest longer than the order the leftmost bits count.
  const e = bytesToNumberBE(digest) >> BigInt(Math.max(0, 8 * digest.length - Fn.BITS));
  const inverse = Fn.inv(s);
  const { x, z } = sumOn(Point)(Fn.create(e * inverse), Fn.create(r * inverse), key);
  if (z === 0n) return false;
  // x/z² taken mod n is r where x is r·z² mod p, or so with r + n for r. That saves an inverse mod p.
  for (let candidate = r; candidate < Fp.ORDER; candidate += Fn.ORDER) {
    if ((candidate * z * z - x) % Fp.ORDER === 0n) return true;
  }
  return false;
}

const sums = new Map<Curve['Point'], ReturnType<typeof createSumOfMultiples>>();

/** Each curve keeps the multiples of its base point. */
function sumOn(points: Curve['Point']): ReturnType<typeof createSumOfMultiples> {
  const sum = sums.get(points) ?? createSumOfMultiples(points);
  sums.set(points, sum);
  return sum;
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
