import { fromBigEndian, toBigEndian } from './integers.ts';

const windowBits = 4;
const windowSize = 16;

/**
 * The exponent that octets stand for: the number that they are, with 1 added to each of its digits of four bits. The
 * digits are then 1 to 16 instead of 0 to 15, so that `secretPower` never multiplies by 1, which would be faster.
 */
export function exponentOf(octets: Uint8Array): bigint {
  return fromBigEndian(octets) + ones(octets.length);
}

/**
 * The octets that stand for an exponent.
 * @throws RangeError where `length` octets stand for none that is so small or so large
 */
export function octetsOf(exponent: bigint, length: number): Uint8Array {
  return toBigEndian(exponent - ones(length), length);
}

function ones(length: number): bigint {
  return fromBigEndian(new Uint8Array(length).fill(0x11));
}

/**
 * `base ** exponentOf(octets) % modulus`, a window of four bits at a time: the same operations in the same order for all
 * exponents of the same length. What time each takes depends on its operands, as always with BigInt.
 */
export function secretPower(base: bigint, octets: Uint8Array, modulus: bigint): bigint {
  const powers = [base];
  while (powers.length < windowSize) powers.push(((powers.at(-1) ?? base) * base) % modulus);
  let result = 1n;
  for (const octet of octets) {
    for (const window of [octet >> windowBits, octet % windowSize]) {
      for (let squaring = 0; squaring < windowBits; squaring += 1) result = (result * result) % modulus;
      result = (result * select(powers, window)) % modulus;
    }
  }
  return result;
}

/** Looks at all of them, whichever it takes. */
function select(powers: readonly bigint[], index: number): bigint {
  let selected = 0n;
  for (const [position, power] of powers.entries()) selected = position === index ? power : selected;
  return selected;
}
