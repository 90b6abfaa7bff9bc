import { ed448 as nobleEd448 } from '@noble/curves/ed448.js';
import { ed25519 as nobleEd25519 } from '@noble/curves/ed25519.js';
import { CryptoError } from '../errors.ts';
import type { PublicKey, SignatureAlgorithm } from '../provider.ts';

export interface EdwardsCurve {
  readonly keyType: 'Ed25519' | 'Ed448';
  readonly keyLength: number;
  readonly noble: typeof nobleEd25519;
}

export const edwards25519: EdwardsCurve = { keyType: 'Ed25519', keyLength: 32, noble: nobleEd25519 };
export const edwards448: EdwardsCurve = { keyType: 'Ed448', keyLength: 57, noble: nobleEd448 };

/**
 * Ed25519 (RFC 8032 section 5.1.7) or Ed448 (section 5.2.7, with an empty context) of `@noble/curves`, with its strict
 * choices: coordinates below p, `S` below the order, no public key of small order (under which one signature fits many
 * messages).
 */
function edwards(name: 'ed25519' | 'ed448', curve: EdwardsCurve): SignatureAlgorithm {
  return {
    name,
    keyType: curve.keyType,
    verify(publicKey, message, signature) {
      const key = readEdwardsKey(publicKey, curve);
      if (signature.length !== 2 * curve.keyLength) return false;
      return curve.noble.verify(signature, message, key, { zip215: false });
    },
  };
}

/**
 * @throws CryptoError `unsupported_public_key` for another type, `invalid_public_key` for octets that are no
 * point of the curve or one of small order
 */
export function readEdwardsKey(key: PublicKey, { keyType, keyLength, noble }: EdwardsCurve): Uint8Array {
  if (key.type !== keyType) {
    throw new CryptoError(
      'unsupported_public_key',
      `${keyType} takes an ${keyType} key, this one is ${key.type}`,
    );
  }
  if (key.key.length !== keyLength) {
    throw new CryptoError(
      'invalid_public_key',
      `An ${keyType} public key has ${keyLength} octets, this one has ${key.key.length}`,
    );
  }
  if (isSmallOrderOrNone(noble, key.key)) {
    throw new CryptoError('invalid_public_key', `This ${keyType} public key is no point of large order`);
  }
  return key.key;
}

function isSmallOrderOrNone(curve: EdwardsCurve['noble'], key: Uint8Array): boolean {
  try {
    return curve.Point.fromBytes(key, false).isSmallOrder();
  } catch {
    return true;
  }
}

export const ed25519: SignatureAlgorithm = /* @__PURE__ */ edwards('ed25519', edwards25519);
export const ed448: SignatureAlgorithm = /* @__PURE__ */ edwards('ed448', edwards448);
