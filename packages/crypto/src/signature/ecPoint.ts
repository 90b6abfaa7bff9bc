import { CryptoError } from '../errors.ts';
import type { CurveName, PublicKey } from '../provider.ts';

/** Octets of a coordinate. */
export const coordinateLengths: Readonly<Record<CurveName, number>> = {
  'P-256': 32,
  'P-384': 48,
  'P-521': 66,
};

type EcPublicKey = Extract<PublicKey, { readonly type: 'EC' }>;

/**
 * A key whose point has the form of one; whether it is on its curve remains to be seen.
 * @throws CryptoError `unsupported_public_key` for another type or curve, `invalid_public_key` for another form
 */
export function readEcPoint(key: PublicKey, algorithm: string): EcPublicKey {
  if (key.type !== 'EC') {
    throw new CryptoError('unsupported_public_key', `${algorithm} takes an EC key, this one is ${key.type}`);
  }
  const { curve, point } = key;
  const length = Object.hasOwn(coordinateLengths, curve) ? coordinateLengths[curve] : undefined;
  if (length === undefined) {
    throw new CryptoError('unsupported_public_key', `The curve '${curve}' is not supported`);
  }
  // RFC 5480 section 2.2: the hybrid form is forbidden; the compressed one is optional and not taken here.
  if (point.length !== 1 + 2 * length || point[0] !== 4) {
    throw new CryptoError(
      'invalid_public_key',
      `A ${curve} public key is 04 and ${2 * length} octets, this one has ${point.length} octets and starts with ${point[0]}`,
    );
  }
  return key;
}
