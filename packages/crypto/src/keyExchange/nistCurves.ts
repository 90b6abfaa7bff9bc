import { p256, p384, p521 } from '@noble/curves/nist.js';
import { CryptoError } from '../errors.ts';
import type { CurveName, GroupName, KeyExchange, KeyExchangeGroup } from '../provider.ts';
import { wipe } from '../util/bytes.ts';
import { checkPointForm, drawScalar } from './ecdh.ts';

type Curve = typeof p256;
type Point = typeof p256.Point.BASE;

/** Bits of a private key that one look-up in the table of the base point's multiples serves. */
const tableWindow = 4;

/** Public keys that a process makes without that table: as many as take longer than the table takes to make. */
const keysWithoutTable = 4;

/**
 * ECDH on a NIST curve (SEC 1 section 3.3.1) of `@noble/curves`. The arithmetic is BigInt: it is written to be even in
 * time, which no JavaScript engine promises, and its intermediate values can't be wiped. Where the engine has
 * `crypto.getRandomValues`, noble also blinds the private key with it while it multiplies; that changes no result.
 */
function nistCurve(name: GroupName, curveName: CurveName, curve: Curve): KeyExchangeGroup {
  const publicKeyLength = 1 + 2 * curve.Point.Fp.BYTES;
  const multiplyBase = baseMultiplier(curve);
  return {
    name,
    publicKeyLength,
    generate(random) {
      const privateKey = drawScalar(random, curveName, curve.Point.Fn.BITS, (octets) =>
        curve.utils.isValidSecretKey(octets) ? octets : undefined,
      );
      const publicKey = multiplyBase(curve.Point.Fn.fromBytes(privateKey)).toBytes(false);
      return keyExchange(curve, curveName, privateKey, publicKey);
    },
  };
}

/**
 * Multiplies the base point, after a while by a table of its multiples, which makes each multiplication four times as fast:
 * a process that connects once does without. The table belongs to a copy of the point: noble's own has a larger one, which
 * takes eight times as long to make.
 */
function baseMultiplier({ Point }: Curve): (scalar: bigint) => Point {
  let base: Point | undefined;
  let multiplied = 0;
  return (scalar) => {
    base ??= Point.fromAffine(Point.BASE.toAffine());
    multiplied += 1;
    if (multiplied === keysWithoutTable + 1) base.precompute(tableWindow);
    return base.multiply(scalar);
  };
}

function keyExchange(
  curve: Curve,
  curveName: CurveName,
  privateKey: Uint8Array,
  publicKey: Uint8Array,
): KeyExchange {
  let destroyed = false;
  return {
    publicKey,

    agree(peerPublicKey) {
      if (destroyed) throw new CryptoError('destroyed', `This ${curveName} private key was wiped`);
      checkPointForm(peerPublicKey, publicKey.length, curveName);
      const sharedPoint = sharePoint(curve, curveName, privateKey, peerPublicKey);
      // RFC 8446 section 7.4.2: the secret is the x coordinate, leading zeros included.
      const secret = sharedPoint.slice(1, 1 + curve.Point.Fp.BYTES);
      wipe(sharedPoint);
      return secret;
    },

    destroy() {
      destroyed = true;
      wipe(privateKey);
    },
  };
}

/** The curves have prime order, so a point on one leads to no weak secret. */
function sharePoint(
  curve: Curve,
  curveName: CurveName,
  privateKey: Uint8Array,
  peerPublicKey: Uint8Array,
): Uint8Array {
  try {
    return curve.getSharedSecret(privateKey, peerPublicKey, false);
  } catch (cause) {
    throw new CryptoError('invalid_public_key', `The peer's ${curveName} public key is not on the curve`, {
      cause,
    });
  }
}

export const secp256r1: KeyExchangeGroup = /* @__PURE__ */ nistCurve('secp256r1', 'P-256', p256);
export const secp384r1: KeyExchangeGroup = /* @__PURE__ */ nistCurve('secp384r1', 'P-384', p384);
export const secp521r1: KeyExchangeGroup = /* @__PURE__ */ nistCurve('secp521r1', 'P-521', p521);
