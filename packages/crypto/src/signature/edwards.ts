import { ed448 as nobleEd448 } from '@noble/curves/ed448.js';
import { ed25519 as nobleEd25519 } from '@noble/curves/ed25519.js';
import { CryptoError } from '../errors.ts';
import type { PublicKey, SignatureAlgorithm } from '../provider.ts';

type EdwardsCurve = typeof nobleEd25519;
type EdwardsName = 'Ed25519' | 'Ed448';

const curves: Readonly<Record<EdwardsName, { readonly curve: EdwardsCurve; readonly keyLength: number }>> = {
  Ed25519: { curve: nobleEd25519, keyLength: 32 },
  Ed448: { curve: nobleEd448, keyLength: 57 },
};

/**
 * Ed25519 (RFC 8032 section 5.1.7) or Ed448 (section 5.2.7, with an empty context) of `@noble/curves`, with its strict
 * choices: coordinates below p, `S` below the order, no public key of small order (under which one signature fits many
 * messages).
 */
function edwards(name: 'ed25519' | 'ed448', keyType: EdwardsName): SignatureAlgorithm {
  const { curve, keyLength } = curves[keyType];
  return {
    name,
    keyType,
    verify(publicKey, message, signature) {
      const key = readEdwardsKey(publicKey, keyType);
      if (signature.length !== 2 * keyLength) return false;
      return curve.verify(signature, message, key, { zip215: false });
    },
  };
}

/**
 * @throws CryptoError `unsupported_public_key` for another type, `invalid_public_key` for octets that are no
 * point of the curve or one of small order
 */
export function readEdwardsKey(key: PublicKey, keyType: EdwardsName): Uint8Array {
  if (key.type !== keyType) {
    throw new CryptoError(
      'unsupported_public_key',
      `${keyType} takes an ${keyType} key, this one is ${key.type}`,
    );
  }
  const { curve, keyLength } = curves[keyType];
  if (key.key.length !== keyLength) {
    throw new CryptoError(
      'invalid_public_key',
      `An ${keyType} public key has ${keyLength} octets, this one has ${key.key.length}`,
    );
  }
  if (isSmallOrderOrNone(curve, key.key)) {
    throw new CryptoError('invalid_public_key', `This ${keyType} public key is no point of large order`);
  }
  return key.key;
}

function isSmallOrderOrNone(curve: EdwardsCurve, key: Uint8Array): boolean {
  try {
    return curve.Point.fromBytes(key, false).isSmallOrder();
  } catch {
    return true;
  }
}

export const ed25519: SignatureAlgorithm = /* @__PURE__ */ edwards('ed25519', 'Ed25519');
export const ed448: SignatureAlgorithm = /* @__PURE__ */ edwards('ed448', 'Ed448');
