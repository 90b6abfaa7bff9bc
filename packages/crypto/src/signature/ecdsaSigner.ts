import { p256, p384, p521 } from '@noble/curves/nist.js';
import { CryptoError } from '../errors.ts';
import type { PrivateKey, RandomSource, SignatureName, Signer } from '../provider.ts';
import { cannotSign, hashOf, invalidPrivateKey } from './signing.ts';

type EcPrivateKey = PrivateKey & { readonly type: 'EC' };

/** With the hash that TLS 1.3 ties to the curve first. */
const signaturesOf: Readonly<Record<EcPrivateKey['curve'], readonly SignatureName[]>> = {
  'P-256': ['ecdsa_sha256', 'ecdsa_sha384', 'ecdsa_sha512'],
  'P-384': ['ecdsa_sha384', 'ecdsa_sha256', 'ecdsa_sha512'],
  'P-521': ['ecdsa_sha512', 'ecdsa_sha256', 'ecdsa_sha384'],
};

/** What a key on this curve signs with, with any hash as in X.509. */
export function ecdsaSignatures(curve: EcPrivateKey['curve']): readonly SignatureName[] {
  return signaturesOf[curve];
}

/**
 * ECDSA (FIPS 186-5 section 6.4.1) with numbers k that follow from key, message and `random` together (RFC 6979
 * section 3.6), of `@noble/curves`: a random source that fails costs nothing but that equal messages have equal signatures.
 */
export function createEcdsaSigner(key: EcPrivateKey, random: RandomSource): Signer {
  const curve = findCurve(key.curve);
  const scalar = new Uint8Array(key.scalar);
  const point = publicPoint(key);
  const signatures = ecdsaSignatures(key.curve);
  return {
    publicKey: { type: 'EC', curve: key.curve, point },
    signatures,
    sign(name, message) {
      if (!signatures.includes(name)) return cannotSign(name, 'EC');
      const extraEntropy = new Uint8Array(32);
      random(extraEntropy);
      const digest = hashOf(name).digest(message);
      return curve.sign(digest, scalar, { prehash: false, lowS: false, format: 'der', extraEntropy });
    },
  };
}

/** @throws CryptoError `invalid_private_key` where there is none, or another than the key says */
export function publicPoint({ curve: name, scalar, point: stated }: EcPrivateKey): Uint8Array {
  const curve = findCurve(name);
  let point: Uint8Array;
  try {
    point = curve.getPublicKey(scalar, false);
  } catch (cause) {
    throw invalidPrivateKey(`This ${name} private key is no number between 1 and the order of the curve`, {
      cause,
    });
  }
  if (stated !== undefined && stated.join() !== point.join()) {
    throw invalidPrivateKey(`The public point of this ${name} private key is another key's`);
  }
  return point;
}

/** @throws CryptoError `unsupported_public_key` */
function findCurve(name: EcPrivateKey['curve']): typeof p256 {
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
