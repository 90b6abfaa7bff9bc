import { CryptoError } from '../errors.ts';
import type { PublicKey } from '../provider.ts';
import { fromBigEndian, toBigEndian } from '../util/integers.ts';

const minimumModulusBits = 2048;
const maximumModulusBits = 8192;
const maximumExponentBits = 33;

/** An RSA public key whose bounds were checked. */
export interface RsaKey {
  /** Octets of the modulus, and so of a signature: k in RFC 8017. */
  readonly length: number;
  readonly modulus: bigint;
  readonly exponent: bigint;
  /** The same two, big-endian and without leading zeros. */
  readonly modulusOctets: Uint8Array;
  readonly exponentOctets: Uint8Array;
  readonly pssOnly: boolean;
}

/**
 * Checks the bounds that keep verification cheap and the key plausible: a modulus of 2048 to 8192 bits, a
 * multiple of 8, odd; an exponent odd, at least 3 and below 2^33. Leading zeros of either don't count.
 * @throws CryptoError `unsupported_public_key`, before any arithmetic on it
 */
export function readRsaKey(key: PublicKey, algorithm: string): RsaKey {
  if (key.type !== 'RSA') {
    throw new CryptoError('unsupported_public_key', `${algorithm} takes an RSA key, this one is ${key.type}`);
  }

  const modulusOctets = stripLeadingZeros(key.modulus);
  const modulusBits = bitLength(modulusOctets);
  if (modulusBits < minimumModulusBits || modulusBits > maximumModulusBits || modulusBits % 8 !== 0) {
    throw new CryptoError(
      'unsupported_public_key',
      `An RSA modulus has ${minimumModulusBits} to ${maximumModulusBits} bits, a multiple of 8; this one has ${modulusBits}`,
    );
  }
  const modulus = fromBigEndian(modulusOctets);
  if (modulus % 2n === 0n) {
    throw new CryptoError('unsupported_public_key', 'An RSA modulus is odd, this one is even');
  }

  const exponentOctets = stripLeadingZeros(key.exponent);
  const exponentBits = bitLength(exponentOctets);
  if (exponentBits > maximumExponentBits) {
    throw new CryptoError(
      'unsupported_public_key',
      `An RSA exponent has at most ${maximumExponentBits} bits, this one has ${exponentBits}`,
    );
  }
  const exponent = fromBigEndian(exponentOctets);
  if (exponent < 3n || exponent % 2n === 0n) {
    throw new CryptoError(
      'unsupported_public_key',
      `An RSA exponent is odd and at least 3, this one is ${exponent}`,
    );
  }

  const { pssOnly } = key;
  return { length: modulusOctets.length, modulus, exponent, modulusOctets, exponentOctets, pssOnly };
}

/**
 * RSAVP1 with the conversions around it, RFC 8017 section 5.2.2: the encoded message of `key.length` octets
 * that was signed, or undefined where the signature is of another length or no number below the modulus.
 */
export function recoverEncodedMessage(key: RsaKey, signature: Uint8Array): Uint8Array | undefined {
  if (signature.length !== key.length) return undefined;
  const representative = fromBigEndian(signature);
  if (representative >= key.modulus) return undefined;
  return toBigEndian(publicPower(representative, key.exponent, key.modulus), key.length);
}

/**
 * RSAEP with the conversions around it, RFC 8017 section 5.1.1.
 * @param encodedMessage `key.length` octets that begin with a zero, and so are a number below the modulus
 */
export function encryptEncodedMessage(key: RsaKey, encodedMessage: Uint8Array): Uint8Array {
  return toBigEndian(publicPower(fromBigEndian(encodedMessage), key.exponent, key.modulus), key.length);
}

/**
 * `base ** exponent % modulus` from the exponent's highest bit down: 17 products for 65537. The exponent is
 * public. Montgomery's and Barrett's reductions, done with BigInt, are no faster than the engine's `%`.
 */
export function publicPower(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = base;
  for (const bit of exponent.toString(2).slice(1)) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * base) % modulus;
  }
  return result;
}

function stripLeadingZeros(integer: Uint8Array): Uint8Array {
  const first = integer.findIndex((octet) => octet !== 0);
  return first === -1 ? new Uint8Array(0) : integer.subarray(first);
}

/** Bits of a big-endian integer without leading zeros. */
function bitLength(integer: Uint8Array): number {
  const first = integer[0];
  return first === undefined ? 0 : integer.length * 8 - (Math.clz32(first) - 24);
}
