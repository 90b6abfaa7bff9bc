import { weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { CryptoError } from '../errors.ts';
import type { GroupName, KeyExchange, KeyExchangeGroup } from '../provider.ts';
import { coordinateLengths } from '../signature/ecPoint.ts';
import { type NistCurve, p256, p384, p521 } from '../signature/nistCurves.ts';
import { wipe } from '../util/bytes.ts';
import { fromBigEndian } from '../util/integers.ts';
import { checkPointForm, drawScalar } from './ecdh.ts';

type Points = ReturnType<typeof weierstrass<bigint>>;
type Point = Points['BASE'];

/** Bits of a private key that one look-up in the table of the base point's multiples serves. */
const tableWindow = 4;

/** Public keys that a process makes without that table: as many as take longer than the table takes to make. */
const keysWithoutTable = 4;

/**
 * ECDH on a NIST curve (SEC 1 section 3.3.1) of `@noble/curves`. The arithmetic is BigInt: it is written to be even in
 * time, which no JavaScript engine promises, and its intermediate values can't be wiped. Where the engine has
 * `crypto.getRandomValues`, noble also blinds the private key with it while it multiplies; that changes no result.
 */
function nistCurve(name: GroupName, curve: NistCurve): KeyExchangeGroup {
  const multiplyBase = baseMultiplier(curve);
  return {
    name,
    publicKeyLength: 1 + 2 * coordinateLengths[curve.name],
    generate(random) {
      const privateKey = drawScalar(random, curve.name, curve.orderBits, (octets) => {
        const scalar = fromBigEndian(octets);
        return scalar > 0n && scalar < curve.order ? octets : undefined;
      });
      const publicKey = multiplyBase(fromBigEndian(privateKey)).toBytes(false);
      return keyExchange(curve, privateKey, publicKey);
    },
  };
}

const pointsByCurve = /* @__PURE__ */ new Map<NistCurve, Points>();

/** Made when first needed. */
function pointsOn(curve: NistCurve): Points {
  const { p, b, order, x, y } = curve;
  const points = pointsByCurve.get(curve) ?? weierstrass({ p, n: order, h: 1n, a: p - 3n, b, Gx: x, Gy: y });
  pointsByCurve.set(curve, points);
  return points;
}

/**
 * Multiplies the base point, after a while by a table of its multiples, which makes each multiplication four times as fast:
 * a process that connects once does without. The table belongs to a copy of the point: noble's own has a larger one, which
 * takes eight times as long to make.
 */
function baseMultiplier(curve: NistCurve): (scalar: bigint) => Point {
  let base: Point | undefined;
  let multiplied = 0;
  return (scalar) => {
    base ??= pointsOn(curve).fromAffine(pointsOn(curve).BASE.toAffine());
    multiplied += 1;
    if (multiplied === keysWithoutTable + 1) base.precompute(tableWindow);
    return base.multiply(scalar);
  };
}

function keyExchange(curve: NistCurve, privateKey: Uint8Array, publicKey: Uint8Array): KeyExchange {
  let destroyed = false;
  return {
    publicKey,

    agree(peerPublicKey) {
      if (destroyed) throw new CryptoError('destroyed', `This ${curve.name} private key was wiped`);
      checkPointForm(peerPublicKey, publicKey.length, curve.name);
      const point = readPoint(curve, peerPublicKey);
      const sharedPoint = point.multiply(fromBigEndian(privateKey)).toBytes(false);
      // RFC 8446 section 7.4.2: the secret is the x coordinate, leading zeros included.
      const secret = sharedPoint.slice(1, 1 + coordinateLengths[curve.name]);
      wipe(sharedPoint);
      return secret;
    },

    destroy() {
      destroyed = true;
      wipe(privateKey);
    },
  };
}

/**
 * The curves have prime order, so a point on one leads to no weak secret.
 * @throws CryptoError `invalid_public_key`
 */
function readPoint(curve: NistCurve, octets: Uint8Array): Point {
  try {
    return pointsOn(curve).fromBytes(octets);
  } catch (cause) {
    throw new CryptoError('invalid_public_key', `The peer's ${curve.name} public key is not on the curve`, {
      cause,
    });
  }
}

export const secp256r1: KeyExchangeGroup = /* @__PURE__ */ nistCurve('secp256r1', p256);
export const secp384r1: KeyExchangeGroup = /* @__PURE__ */ nistCurve('secp384r1', p384);
export const secp521r1: KeyExchangeGroup = /* @__PURE__ */ nistCurve('secp521r1', p521);
