/**
 * Numbers modulo p = 2^255 - 19 in doubles: eleven limbs of 24 bits, balanced around zero: at most 2^23 and a little more
 * either way. A double holds integers up to 2^53 exactly, and a column of a product is eleven products of two limbs: so one
 * sum or difference of two may go in without a carry. There is no branch and no index that depends on a value.
 */
export type Field25519 = Float64Array;

export const limbs = 11;
export const radix: number = 2 ** 24;
export const downward: number = 2 ** -24;
/** 2^264 modulo p: what a limb above the eleventh counts, eleven below. */
export const wrap = 9728;
/** Added and taken away again, it rounds a double to an integer. */
export const rounder: number = 1.5 * 2 ** 52;

/** What takes nearly all the time. Results are carried, and `out` may be a factor. */
export interface Arithmetic25519 {
  /** Limbs of the factors are at most 2^24 and a little more either way. */
  multiply(out: Field25519, a: Field25519, b: Field25519): void;
  /** As `multiply(out, a, a)`, in two thirds of the time. */
  square(out: Field25519, a: Field25519): void;
  /** Brings limbs of up to 2^41 either way back to 2^23 and a little more. */
  carry(out: Field25519): void;
  /** Wipes what the last product left. */
  wipe(): void;
}

export function field25519(): Field25519 {
  return new Float64Array(limbs);
}

export function add(out: Field25519, a: Field25519, b: Field25519): void {
  for (let i = 0; i < limbs; i++) out[i] = (a[i] ?? 0) + (b[i] ?? 0);
}

export function subtract(out: Field25519, a: Field25519, b: Field25519): void {
  for (let i = 0; i < limbs; i++) out[i] = (a[i] ?? 0) - (b[i] ?? 0);
}

/** @param factor less than 2^17: after more, no `carry` would leave limbs that can be multiplied */
export function addMultiple(out: Field25519, a: Field25519, b: Field25519, factor: number): void {
  for (let i = 0; i < limbs; i++) out[i] = (a[i] ?? 0) + factor * (b[i] ?? 0);
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
