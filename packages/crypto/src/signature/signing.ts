import { CryptoError } from '../errors.ts';
import { sha256, sha384, sha512 } from '../hash/sha2.ts';
import type { HashAlgorithm, PublicKey, SignatureName } from '../provider.ts';

/** @throws CryptoError `unsupported_algorithm`: a signer was asked for what it never said that it can */
export function cannotSign(name: SignatureName, type: PublicKey['type']): never {
  throw new CryptoError('unsupported_algorithm', `This ${type} key does not sign with ${name}`);
}

export function invalidPrivateKey(message: string, options?: { readonly cause: unknown }): CryptoError {
  return new CryptoError('invalid_private_key', message, options);
}

/** The hash in the name of a signature with RSA or ECDSA. */
export function hashOf(name: SignatureName): HashAlgorithm {
  if (name.endsWith('sha256')) return sha256;
  return name.endsWith('sha384') ? sha384 : sha512;
}
