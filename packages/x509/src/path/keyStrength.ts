import type { PublicKey } from '@halfclose/crypto';

const minimumModulusBits = 2048;
/** A larger modulus makes verification slow, and nobody's key better. */
const maximumModulusBits = 8192;
/** A larger exponent makes verification slow: with one as long as the modulus, a hundred times. */
const maximumExponentBits = 33;

/** Why a key is not to be relied on, or undefined. Elliptic curves are all strong enough that are supported. */
export function keyWeakness(key: PublicKey): string | undefined {
  if (key.type !== 'RSA') return undefined;
  const modulusBits = bitLength(key.modulus);
  if (modulusBits < minimumModulusBits || modulusBits > maximumModulusBits || modulusBits % 8 !== 0) {
    return `its RSA modulus has ${modulusBits} bits, not ${minimumModulusBits} to ${maximumModulusBits} and a multiple of 8`;
  }
  if (!isOdd(key.modulus)) return 'its RSA modulus is even';
  const exponentBits = bitLength(key.exponent);
  if (exponentBits < 2 || exponentBits > maximumExponentBits || !isOdd(key.exponent)) {
    return `its RSA exponent is not an odd number from 3 to 2^${maximumExponentBits} - 1`;
  }
  return undefined;
}

/** Bits of a big-endian number. */
function bitLength(number: Uint8Array): number {
  const first = number.findIndex((octet) => octet !== 0);
  if (first < 0) return 0;
  return (number.length - first - 1) * 8 + (32 - Math.clz32(number[first] ?? 0));
}

function isOdd(number: Uint8Array): boolean {
  return ((number.at(-1) ?? 0) & 1) === 1;
}
