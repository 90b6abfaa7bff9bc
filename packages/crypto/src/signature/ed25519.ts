import { ed25519 as noble } from '@noble/curves/ed25519.js';
import { CryptoError } from '../errors.ts';
import type { PublicKey, SignatureAlgorithm } from '../provider.ts';

const keyLength = 32;
const signatureLength = 64;

/**
 * Ed25519 (RFC 8032 section 5.1.7) of `@noble/curves`, with its strict choices: coordinates below p, `S`
 * below the order, no public key of small order (under which one signature fits many messages).
 */
export const ed25519: SignatureAlgorithm = {
  name: 'ed25519',
  keyType: 'Ed25519',
  verify(publicKey, message, signature) {
    const key = readEd25519Key(publicKey);
    if (signature.length !== signatureLength) return false;
    return noble.verify(signature, message, key, { zip215: false });
  },
};

/**
 * @throws CryptoError `unsupported_public_key` for another type, `invalid_public_key` for octets that are no
 * point of the curve or one of small order
 */
export function readEd25519Key(key: PublicKey): Uint8Array {
  if (key.type !== 'Ed25519') {
    throw new CryptoError('unsupported_public_key', `ed25519 takes an Ed25519 key, this one is ${key.type}`);
  }
  if (key.key.length !== keyLength) {
    throw new CryptoError(
      'invalid_public_key',
      `An Ed25519 public key has ${keyLength} octets, this one has ${key.key.length}`,
    );
  }
  if (isSmallOrderOrNone(key.key)) {
    throw new CryptoError('invalid_public_key', 'This Ed25519 public key is no point of large order');
  }
  return key.key;
}

function isSmallOrderOrNone(key: Uint8Array): boolean {
  try {
    return noble.Point.fromBytes(key, false).isSmallOrder();
  } catch {
    return true;
  }
}
