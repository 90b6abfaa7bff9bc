/** Octets as unsigned integers and back: OS2IP and I2OSP of RFC 8017 section 4, and the same from the other end. */

const wordLength = 8;

/** The integer whose octets these are, the highest first. */
export function fromBigEndian(octets: Uint8Array): bigint {
  const view = new DataView(octets.buffer, octets.byteOffset, octets.length);
  let integer = 0n;
  let offset = 0;
  for (; offset < octets.length % wordLength; offset += 1) {
    integer = (integer << 8n) | BigInt(view.getUint8(offset));
  }
  for (; offset < octets.length; offset += wordLength) integer = (integer << 64n) | view.getBigUint64(offset);
  return integer;
}

/**
 * The `length` octets of an integer, the highest first.
 * @throws RangeError where it is negative, or has more
 */
export function toBigEndian(integer: bigint, length: number): Uint8Array {
  const octets = new Uint8Array(length);
  const view = new DataView(octets.buffer);
  let rest = integer;
  let offset = length;
  for (; offset >= wordLength; rest >>= 64n) {
    offset -= wordLength;
    view.setBigUint64(offset, rest);
  }
  for (; offset > 0; rest >>= 8n) {
    offset -= 1;
    view.setUint8(offset, Number(rest & 0xffn));
  }
  // The integer itself may be secret.
  if (rest !== 0n) throw new RangeError(`An integer is negative, or has more than ${length} octets`);
  return octets;
}

/** The integer whose octets these are, the lowest first. */
export function fromLittleEndian(octets: Uint8Array): bigint {
  return fromBigEndian(new Uint8Array(octets).reverse());
}

/**
 * The `length` octets of an integer, the lowest first.
 * @throws RangeError where it is negative, or has more
 */
export function toLittleEndian(integer: bigint, length: number): Uint8Array {
  return toBigEndian(integer, length).reverse();
}

/**
 * The inverse of a number modulo a prime, or undefined where it is a multiple of that: by Euclid's algorithm, in a time that
 * depends on both, so for public numbers alone.
 */
export function inverseModulo(number: bigint, prime: bigint): bigint | undefined {
  let [remainder, next] = [prime, modulo(number, prime)];
  let [factor, nextFactor] = [0n, 1n];
  while (next !== 0n) {
    const quotient = remainder / next;
    [remainder, next] = [next, remainder - quotient * next];
    [factor, nextFactor] = [nextFactor, factor - quotient * nextFactor];
  }
  return remainder === 1n ? modulo(factor, prime) : undefined;
}

/** From 0 up to the modulus, also for negative numbers. */
export function modulo(number: bigint, modulus: bigint): bigint {
  const rest = number % modulus;
  return rest < 0n ? rest + modulus : rest;
}
