import { CryptoError } from '../errors.ts';
import type { RandomSource } from '../provider.ts';

/** A draw is out of range once in 2^32 times at most, so a working source never needs this many. */
const maximumDraws = 8;

/**
 * A private key for a curve whose order has `bits` bits, by rejection sampling (FIPS 186-5 A.2.2): as many bits are
 * drawn, big-endian, until `accept` takes them.
 * @throws CryptoError `broken_random`
 */
export function drawScalar<T>(
  random: RandomSource,
  curveName: string,
  bits: number,
  accept: (octets: Uint8Array) => T | undefined,
): T {
  const octets = new Uint8Array(Math.ceil(bits / 8));
  for (let draw = 0; draw < maximumDraws; draw += 1) {
    random(octets);
    // P-521 has 521 bits in 66 octets.
    octets[0] = (octets[0] ?? 0) & (0xff >> (octets.length * 8 - bits));
    const accepted = accept(octets);
    if (accepted !== undefined) return accepted;
  }
  throw new CryptoError(
    'broken_random',
    `The random source gave ${maximumDraws} values in a row that are no ${curveName} private key`,
  );
}

/**
 * RFC 8446 section 4.2.8.2: the uncompressed form is the only one.
 * @throws CryptoError `invalid_public_key`
 */
export function checkPointForm(point: Uint8Array, length: number, curveName: string): void {
  if (point.length === length && point[0] === 4) return;
  throw new CryptoError(
    'invalid_public_key',
    `A ${curveName} public key is 04 and ${length - 1} octets, the peer's has ${point.length} octets and starts with ${point[0]}`,
  );
}
