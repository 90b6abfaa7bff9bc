import {
  type Arithmetic25519,
  add,
  addMultiple,
  decode,
  encode,
  type Field25519,
  field25519,
  subtract,
  swapIf,
} from './field25519.ts';

/** RFC 7748 section 5: (486662 - 2) / 4. */
const a24 = 121665;

/**
 * X25519 of RFC 7748 section 5: the u-coordinate of `scalar` times the point with `u`, 32 octets each. Zero for a point of
 * low order. What it works with is wiped.
 */
export type ScalarMultiply25519 = (scalar: Uint8Array, u: Uint8Array) => Uint8Array;

export function createLadder25519(arithmetic: Arithmetic25519): ScalarMultiply25519 {
  const { multiply, square, carry } = arithmetic;

  return (scalar, u) => {
    const scratch: Field25519[] = [];
    const number = (): Field25519 => {
      const made = field25519();
      scratch.push(made);
      return made;
    };
    const [x1, x2, z2, x3, z3] = [number(), number(), number(), number(), number()];
    const [sum2, difference2, sum3, difference3] = [number(), number(), number(), number()];
    const [squaredSum, squaredDifference, between] = [number(), number(), number()];
    decode(x1, u);
    x3.set(x1);
    x2[0] = 1;
    z3[0] = 1;

    let swapped = 0;
    for (let position = 254; position >= 0; position--) {
      const bit = bitOfClamped(scalar, position);
      swapIf(swapped ^ bit, x2, x3);
      swapIf(swapped ^ bit, z2, z3);
      swapped = bit;

      add(sum2, x2, z2);
      subtract(difference2, x2, z2);
      add(sum3, x3, z3);
      subtract(difference3, x3, z3);
      square(squaredSum, sum2);
      square(squaredDifference, difference2);
      multiply(difference3, difference3, sum2);
      multiply(sum3, sum3, difference2);
      add(x3, difference3, sum3);
      square(x3, x3);
      subtract(z3, difference3, sum3);
      square(z3, z3);
      multiply(z3, z3, x1);
      multiply(x2, squaredSum, squaredDifference);
      subtract(between, squaredSum, squaredDifference);
      addMultiple(z2, squaredSum, between, a24);
      carry(z2);
      multiply(z2, z2, between);
    }
    swapIf(swapped, x2, x3);
    swapIf(swapped, z2, z3);
    invert(arithmetic, z2, z2, number);
    multiply(x2, x2, z2);
    const result = encode(x2);
    for (const each of scratch) each.fill(0);
    arithmetic.wipe();
    return result;
  };
}

/** decodeScalar25519: three low bits off, the highest off, the one below on. */
function bitOfClamped(scalar: Uint8Array, position: number): number {
  if (position < 3) return 0;
  if (position === 254) return 1;
  return ((scalar[position >> 3] ?? 0) >> (position & 7)) & 1;
}

/** To the power of p - 2 = 2^255 - 21; zero for zero. */
function invert(
  { multiply, square }: Arithmetic25519,
  out: Field25519,
  a: Field25519,
  number: () => Field25519,
): void {
  const [a2, a9, a11, run, longer] = [number(), number(), number(), number(), number()];
  square(a2, a);
  squareTimes(a9, a2, 2);
  multiply(a9, a9, a);
  multiply(a11, a9, a2);
  square(run, a11);
  multiply(run, run, a9);
  // From here on `run` is a to the power of 2^n - 1: n = 5, then 10, 20, 40, 50, 100, 200, 250.
  const [run10, run50] = [number(), number()];
  extend(run10, run, 5, run);
  extend(longer, run10, 10, run10);
  extend(longer, longer, 20, longer);
  extend(run50, longer, 10, run10);
  extend(longer, run50, 50, run50);
  extend(longer, longer, 100, longer);
  extend(longer, longer, 50, run50);
  squareTimes(longer, longer, 5);
  multiply(out, longer, a11);

  /** From exponents 2^n - 1 and 2^count - 1 to 2^(n + count) - 1. */
  function extend(to: Field25519, from: Field25519, count: number, tail: Field25519): void {
    squareTimes(a2, from, count);
    multiply(to, a2, tail);
  }

  function squareTimes(to: Field25519, from: Field25519, times: number): void {
    square(to, from);
    for (let i = 1; i < times; i++) square(to, to);
  }
}
