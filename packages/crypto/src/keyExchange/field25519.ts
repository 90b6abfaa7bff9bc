/**
 * Numbers modulo p = 2^255 - 19 in doubles: eleven limbs of 24 bits, balanced around zero: at most 2^23 and a little more
 * either way. A double holds integers up to 2^53 exactly, and a column of a product is eleven products of two limbs: so one
 * sum or difference of two may go in without a carry. There is no branch and no index that depends on a value.
 */
export type Field25519 = Float64Array;

export const limbs = 11;
const radix = 2 ** 24;
const downward = 2 ** -24;
/** 2^264 modulo p: what a limb above the eleventh counts, eleven below. */
const wrap = 9728;
/** Added and taken away again, it rounds a double to an integer. */
const rounder = 1.5 * 2 ** 52;

export function field25519(): Field25519 {
  return new Float64Array(limbs);
}

export function add(out: Field25519, a: Field25519, b: Field25519): void {
  for (let i = 0; i < limbs; i++) out[i] = (a[i] ?? 0) + (b[i] ?? 0);
}

export function subtract(out: Field25519, a: Field25519, b: Field25519): void {
  for (let i = 0; i < limbs; i++) out[i] = (a[i] ?? 0) - (b[i] ?? 0);
}

/** `a + factor * b`, carried. @param factor less than 2^17: more would leave limbs too large for `multiply` */
export function addMultiple(out: Field25519, a: Field25519, b: Field25519, factor: number): void {
  for (let i = 0; i < limbs; i++) out[i] = (a[i] ?? 0) + factor * (b[i] ?? 0);
  carry(out);
}

/** Exchanges the two where `bit` is 1, and where it is 0 does the same work. */
export function swapIf(bit: number, a: Field25519, b: Field25519): void {
  for (let i = 0; i < limbs; i++) {
    const difference = bit * ((a[i] ?? 0) - (b[i] ?? 0));
    a[i] = (a[i] ?? 0) - difference;
    b[i] = (b[i] ?? 0) + difference;
  }
}

/** From 32 octets, little-endian; the highest bit does not count. */
export function decode(out: Field25519, octets: Uint8Array): void {
  for (let i = 0; i < limbs; i++) {
    out[i] = (octets[3 * i] ?? 0) + (octets[3 * i + 1] ?? 0) * 0x100 + (octets[3 * i + 2] ?? 0) * 0x1_0000;
  }
  out[limbs - 1] = (octets[30] ?? 0) + ((octets[31] ?? 0) & 0x7f) * 0x100;
}

/** To 32 octets, in the range from 0 to p - 1. `a` is changed to that. */
export function encode(a: Field25519): Uint8Array {
  for (let round = 0; round < 3; round++) {
    foldTop(a);
    carryUnsigned(a);
  }
  // p or more becomes 2^255 or more with 19 added.
  const excess = excessOver(a);
  a[0] = (a[0] ?? 0) + 19 * excess;
  carryUnsigned(a);
  a[limbs - 1] = (a[limbs - 1] ?? 0) - excess * topRadix;
  const octets = new Uint8Array(32);
  for (let i = 0; i < limbs; i++) {
    const limb = a[i] ?? 0;
    for (let octet = 0; octet < 3 && 3 * i + octet < 32; octet++)
      octets[3 * i + octet] = limb >>> (8 * octet);
  }
  return octets;
}

/** What stands for 2^255 in the highest limb. */
const topRadix = 2 ** 15;

/** 2^255 is 19. */
function foldTop(a: Field25519): void {
  const top = a[limbs - 1] ?? 0;
  const excess = Math.floor(top / topRadix);
  a[limbs - 1] = top - excess * topRadix;
  a[0] = (a[0] ?? 0) + 19 * excess;
}

/** Makes all limbs but the highest 0 to 2^24 - 1. */
function carryUnsigned(a: Field25519): void {
  for (let i = 0; i < limbs - 1; i++) {
    const limb = a[i] ?? 0;
    const more = Math.floor(limb * downward);
    a[i] = limb - more * radix;
    a[i + 1] = (a[i + 1] ?? 0) + more;
  }
}

/** Of a number below 2^255: 1 where it is p or more, else 0. */
function excessOver(a: Field25519): number {
  let more = 19;
  for (let i = 0; i < limbs - 1; i++) more = Math.floor(((a[i] ?? 0) + more) * downward);
  return Math.floor(((a[limbs - 1] ?? 0) + more) / topRadix);
}

/** The product, carried; limbs of the factors are at most 2^24 and a little more either way. `out` may be a factor. */
export function multiply(out: Float64Array, a: Float64Array, b: Float64Array): void {
  const a0 = a[0] ?? 0;
  const a1 = a[1] ?? 0;
  const a2 = a[2] ?? 0;
  const a3 = a[3] ?? 0;
  const a4 = a[4] ?? 0;
  const a5 = a[5] ?? 0;
  const a6 = a[6] ?? 0;
  const a7 = a[7] ?? 0;
  const a8 = a[8] ?? 0;
  const a9 = a[9] ?? 0;
  const a10 = a[10] ?? 0;
  const b0 = b[0] ?? 0;
  const b1 = b[1] ?? 0;
  const b2 = b[2] ?? 0;
  const b3 = b[3] ?? 0;
  const b4 = b[4] ?? 0;
  const b5 = b[5] ?? 0;
  const b6 = b[6] ?? 0;
  const b7 = b[7] ?? 0;
  const b8 = b[8] ?? 0;
  const b9 = b[9] ?? 0;
  const b10 = b[10] ?? 0;
  const c0 = a0 * b0;
  const c1 = a0 * b1 + a1 * b0;
  const c2 = a0 * b2 + a1 * b1 + a2 * b0;
  const c3 = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0;
  const c4 = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0;
  const c5 = a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0;
  const c6 = a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0;
  const c7 = a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0;
  const c8 = a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0;
  const c9 =
    a0 * b9 + a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1 + a9 * b0;
  const c10 =
    a0 * b10 +
    a1 * b9 +
    a2 * b8 +
    a3 * b7 +
    a4 * b6 +
    a5 * b5 +
    a6 * b4 +
    a7 * b3 +
    a8 * b2 +
    a9 * b1 +
    a10 * b0;
  const c11 =
    a1 * b10 + a2 * b9 + a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3 + a9 * b2 + a10 * b1;
  const c12 = a2 * b10 + a3 * b9 + a4 * b8 + a5 * b7 + a6 * b6 + a7 * b5 + a8 * b4 + a9 * b3 + a10 * b2;
  const c13 = a3 * b10 + a4 * b9 + a5 * b8 + a6 * b7 + a7 * b6 + a8 * b5 + a9 * b4 + a10 * b3;
  const c14 = a4 * b10 + a5 * b9 + a6 * b8 + a7 * b7 + a8 * b6 + a9 * b5 + a10 * b4;
  const c15 = a5 * b10 + a6 * b9 + a7 * b8 + a8 * b7 + a9 * b6 + a10 * b5;
  const c16 = a6 * b10 + a7 * b9 + a8 * b8 + a9 * b7 + a10 * b6;
  const c17 = a7 * b10 + a8 * b9 + a9 * b8 + a10 * b7;
  const c18 = a8 * b10 + a9 * b9 + a10 * b8;
  const c19 = a9 * b10 + a10 * b9;
  const c20 = a10 * b10;
  const q0 = c0 * downward + rounder - rounder;
  const q1 = c1 * downward + rounder - rounder;
  const q2 = c2 * downward + rounder - rounder;
  const q3 = c3 * downward + rounder - rounder;
  const q4 = c4 * downward + rounder - rounder;
  const q5 = c5 * downward + rounder - rounder;
  const q6 = c6 * downward + rounder - rounder;
  const q7 = c7 * downward + rounder - rounder;
  const q8 = c8 * downward + rounder - rounder;
  const q9 = c9 * downward + rounder - rounder;
  const q10 = c10 * downward + rounder - rounder;
  const q11 = c11 * downward + rounder - rounder;
  const q12 = c12 * downward + rounder - rounder;
  const q13 = c13 * downward + rounder - rounder;
  const q14 = c14 * downward + rounder - rounder;
  const q15 = c15 * downward + rounder - rounder;
  const q16 = c16 * downward + rounder - rounder;
  const q17 = c17 * downward + rounder - rounder;
  const q18 = c18 * downward + rounder - rounder;
  const q19 = c19 * downward + rounder - rounder;
  const q20 = c20 * downward + rounder - rounder;
  out[0] = c0 - q0 * radix + wrap * (c11 - q11 * radix + q10);
  out[1] = c1 - q1 * radix + q0 + wrap * (c12 - q12 * radix + q11);
  out[2] = c2 - q2 * radix + q1 + wrap * (c13 - q13 * radix + q12);
  out[3] = c3 - q3 * radix + q2 + wrap * (c14 - q14 * radix + q13);
  out[4] = c4 - q4 * radix + q3 + wrap * (c15 - q15 * radix + q14);
  out[5] = c5 - q5 * radix + q4 + wrap * (c16 - q16 * radix + q15);
  out[6] = c6 - q6 * radix + q5 + wrap * (c17 - q17 * radix + q16);
  out[7] = c7 - q7 * radix + q6 + wrap * (c18 - q18 * radix + q17);
  out[8] = c8 - q8 * radix + q7 + wrap * (c19 - q19 * radix + q18);
  out[9] = c9 - q9 * radix + q8 + wrap * (c20 - q20 * radix + q19);
  out[10] = c10 - q10 * radix + q9 + wrap * q20;
  carry(out);
}

/** As `multiply(out, a, a)`, in two thirds of the time. */
export function square(out: Float64Array, a: Float64Array): void {
  const a0 = a[0] ?? 0;
  const a1 = a[1] ?? 0;
  const a2 = a[2] ?? 0;
  const a3 = a[3] ?? 0;
  const a4 = a[4] ?? 0;
  const a5 = a[5] ?? 0;
  const a6 = a[6] ?? 0;
  const a7 = a[7] ?? 0;
  const a8 = a[8] ?? 0;
  const a9 = a[9] ?? 0;
  const a10 = a[10] ?? 0;
  const d0 = 2 * a0;
  const d1 = 2 * a1;
  const d2 = 2 * a2;
  const d3 = 2 * a3;
  const d4 = 2 * a4;
  const d5 = 2 * a5;
  const d6 = 2 * a6;
  const d7 = 2 * a7;
  const d8 = 2 * a8;
  const d9 = 2 * a9;
  const c0 = a0 * a0;
  const c1 = d0 * a1;
  const c2 = d0 * a2 + a1 * a1;
  const c3 = d0 * a3 + d1 * a2;
  const c4 = d0 * a4 + d1 * a3 + a2 * a2;
  const c5 = d0 * a5 + d1 * a4 + d2 * a3;
  const c6 = d0 * a6 + d1 * a5 + d2 * a4 + a3 * a3;
  const c7 = d0 * a7 + d1 * a6 + d2 * a5 + d3 * a4;
  const c8 = d0 * a8 + d1 * a7 + d2 * a6 + d3 * a5 + a4 * a4;
  const c9 = d0 * a9 + d1 * a8 + d2 * a7 + d3 * a6 + d4 * a5;
  const c10 = d0 * a10 + d1 * a9 + d2 * a8 + d3 * a7 + d4 * a6 + a5 * a5;
  const c11 = d1 * a10 + d2 * a9 + d3 * a8 + d4 * a7 + d5 * a6;
  const c12 = d2 * a10 + d3 * a9 + d4 * a8 + d5 * a7 + a6 * a6;
  const c13 = d3 * a10 + d4 * a9 + d5 * a8 + d6 * a7;
  const c14 = d4 * a10 + d5 * a9 + d6 * a8 + a7 * a7;
  const c15 = d5 * a10 + d6 * a9 + d7 * a8;
  const c16 = d6 * a10 + d7 * a9 + a8 * a8;
  const c17 = d7 * a10 + d8 * a9;
  const c18 = d8 * a10 + a9 * a9;
  const c19 = d9 * a10;
  const c20 = a10 * a10;
  const q0 = c0 * downward + rounder - rounder;
  const q1 = c1 * downward + rounder - rounder;
  const q2 = c2 * downward + rounder - rounder;
  const q3 = c3 * downward + rounder - rounder;
  const q4 = c4 * downward + rounder - rounder;
  const q5 = c5 * downward + rounder - rounder;
  const q6 = c6 * downward + rounder - rounder;
  const q7 = c7 * downward + rounder - rounder;
  const q8 = c8 * downward + rounder - rounder;
  const q9 = c9 * downward + rounder - rounder;
  const q10 = c10 * downward + rounder - rounder;
  const q11 = c11 * downward + rounder - rounder;
  const q12 = c12 * downward + rounder - rounder;
  const q13 = c13 * downward + rounder - rounder;
  const q14 = c14 * downward + rounder - rounder;
  const q15 = c15 * downward + rounder - rounder;
  const q16 = c16 * downward + rounder - rounder;
  const q17 = c17 * downward + rounder - rounder;
  const q18 = c18 * downward + rounder - rounder;
  const q19 = c19 * downward + rounder - rounder;
  const q20 = c20 * downward + rounder - rounder;
  out[0] = c0 - q0 * radix + wrap * (c11 - q11 * radix + q10);
  out[1] = c1 - q1 * radix + q0 + wrap * (c12 - q12 * radix + q11);
  out[2] = c2 - q2 * radix + q1 + wrap * (c13 - q13 * radix + q12);
  out[3] = c3 - q3 * radix + q2 + wrap * (c14 - q14 * radix + q13);
  out[4] = c4 - q4 * radix + q3 + wrap * (c15 - q15 * radix + q14);
  out[5] = c5 - q5 * radix + q4 + wrap * (c16 - q16 * radix + q15);
  out[6] = c6 - q6 * radix + q5 + wrap * (c17 - q17 * radix + q16);
  out[7] = c7 - q7 * radix + q6 + wrap * (c18 - q18 * radix + q17);
  out[8] = c8 - q8 * radix + q7 + wrap * (c19 - q19 * radix + q18);
  out[9] = c9 - q9 * radix + q8 + wrap * (c20 - q20 * radix + q19);
  out[10] = c10 - q10 * radix + q9 + wrap * q20;
  carry(out);
}

/** Brings limbs of up to 2^41 either way back to 2^23 and a little more. */
function carry(out: Float64Array): void {
  const e0 = out[0] ?? 0;
  const e1 = out[1] ?? 0;
  const e2 = out[2] ?? 0;
  const e3 = out[3] ?? 0;
  const e4 = out[4] ?? 0;
  const e5 = out[5] ?? 0;
  const e6 = out[6] ?? 0;
  const e7 = out[7] ?? 0;
  const e8 = out[8] ?? 0;
  const e9 = out[9] ?? 0;
  const e10 = out[10] ?? 0;
  const q0 = e0 * downward + rounder - rounder;
  const q1 = e1 * downward + rounder - rounder;
  const q2 = e2 * downward + rounder - rounder;
  const q3 = e3 * downward + rounder - rounder;
  const q4 = e4 * downward + rounder - rounder;
  const q5 = e5 * downward + rounder - rounder;
  const q6 = e6 * downward + rounder - rounder;
  const q7 = e7 * downward + rounder - rounder;
  const q8 = e8 * downward + rounder - rounder;
  const q9 = e9 * downward + rounder - rounder;
  const q10 = e10 * downward + rounder - rounder;
  const first = e0 - q0 * radix + wrap * q10;
  const more = first * downward + rounder - rounder;
  out[0] = first - more * radix;
  out[1] = e1 - q1 * radix + q0 + more;
  out[2] = e2 - q2 * radix + q1;
  out[3] = e3 - q3 * radix + q2;
  out[4] = e4 - q4 * radix + q3;
  out[5] = e5 - q5 * radix + q4;
  out[6] = e6 - q6 * radix + q5;
  out[7] = e7 - q7 * radix + q6;
  out[8] = e8 - q8 * radix + q7;
  out[9] = e9 - q9 * radix + q8;
  out[10] = e10 - q10 * radix + q9;
}
