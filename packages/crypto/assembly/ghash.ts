/**
 * GHASH (NIST SP 800-38D sections 6.3 and 6.4) in constant time: tables are read by `swizzle`, which looks up sixteen
 * octets in a register and touches no memory.
 *
 * A factor is cut into its 32 groups of four bits. The product of H with a group is a polynomial of 16 octets, and
 * for each of these there is a table of 16 entries: one `swizzle` gives that octet of the products with sixteen
 * groups, of which octet j stands for x^8j times a product. So the sum over octets b and groups j of x^8(b + j) is
 * made from the last b to the first, as Horner does, by moving a sum of 32 octets on by one each time.
 *
 * Four blocks go through that at once, multiplied with H^4, H^3, H^2 and H, and share the moving and the reduction.
 *
 * An octet's highest bit is its lowest power of x. Where vectors are shifted, they are turned round first, so that
 * they are integers of 128 bits whose highest bit is x^0.
 */
import { expandedKey, zero } from './memory';

/** H, H^2, H^3 and H^4. */
const powersOfH: usize = expandedKey + 240;
/** For each octet b of a product and each power of H: the tables for the high and for the low half of an octet. */
const tables: usize = memory.data(2048, 16);
const tablesOfOctet: usize = 128;
export const hash: usize = memory.data(16, 16);
/** Half of a sum of products, for a moment. */
const half: usize = memory.data(16, 16);

@inline
function turnRound(a: v128): v128 {
  return i8x16.swizzle(a, i8x16(15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0));
}

/** To the lower half what is in the upper one, and zeros above. */
@inline
function upperToLower(a: v128): v128 {
  return v128.shuffle<u64>(a, i64x2.splat(0), 1, 2);
}

/** Times x, of what was turned round. */
@inline
function multiplyByX(a: v128): v128 {
  const shifted = v128.or(i64x2.shr_u(a, 1), upperToLower(i64x2.shl(a, 63)));
  // x^128 = 1 + x + x^2 + x^7, if x^127 was there.
  const lowest = v128.shuffle<u64>(a, a, 0, 0);
  const carry = i64x2.neg(v128.and(lowest, i64x2(1, 1)));
  return v128.xor(shifted, v128.and(carry, i64x2(0, 0xe100000000000000)));
}

/** Makes the tables for H^(index + 1). */
function makeTables(index: u32): void {
  let h0 = turnRound(v128.load(powersOfH + 16 * index));
  let h1 = multiplyByX(h0), h2 = multiplyByX(h1), h3 = multiplyByX(h2);
  // Entries whose number has the bit that stands for x^0, x^1, x^2, x^3.
  const has0 = i8x16(0, 0, 0, 0, 0, 0, 0, 0, -1, -1, -1, -1, -1, -1, -1, -1);
  const has1 = i8x16(0, 0, 0, 0, -1, -1, -1, -1, 0, 0, 0, 0, -1, -1, -1, -1);
  const has2 = i8x16(0, 0, -1, -1, 0, 0, -1, -1, 0, 0, -1, -1, 0, 0, -1, -1);
  const has3 = i8x16(0, -1, 0, -1, 0, -1, 0, -1, 0, -1, 0, -1, 0, -1, 0, -1);
  for (let half: usize = 0; half < 2; half++) {
    let place = tables + 32 * index + 16 * half;
    for (let octet = 15; octet >= 0; octet--, place += tablesOfOctet) {
      const everywhere = i8x16.splat(<i8>octet);
      v128.store(place, v128.xor(
        v128.xor(v128.and(i8x16.swizzle(h0, everywhere), has0), v128.and(i8x16.swizzle(h1, everywhere), has1)),
        v128.xor(v128.and(i8x16.swizzle(h2, everywhere), has2), v128.and(i8x16.swizzle(h3, everywhere), has3))));
    }
    h0 = multiplyByX(h3); h1 = multiplyByX(h0); h2 = multiplyByX(h1); h3 = multiplyByX(h2);
  }
}

/** Takes H from `place`, keeps it and its powers, and makes all tables. */
export function expandH(place: usize): void {
  v128.store(powersOfH, v128.load(place));
  makeTables(0);
  for (let power: u32 = 1; power < 4; power++) {
    zero(hash, 16);
    updateHash(powersOfH + 16 * (power - 1), 1);
    v128.store(powersOfH + 16 * power, v128.load(hash));
    makeTables(power);
  }
}

/** Makes all tables of the powers that are there. */
export function loadPowersOfH(): void {
  for (let power: u32 = 0; power < 4; power++) makeTables(power);
}

export function wipeTables(): void {
  zero(tables, 2048);
}

export function wipeHash(): void {
  zero(hash, 16);
  zero(half, 16);
}

@inline
function high(a: v128): v128 {
  return i8x16.shr_u(a, 4);
}

@inline
function low(a: v128): v128 {
  return v128.and(a, i8x16.splat(15));
}

/**
 * One octet of the products with the sixteen high and the sixteen low halves of a block, by its tables at `place`. Relaxed, as no
 * half is more than 15; an engine that has no such instruction gets `swizzle` (scripts/build-simd.mjs).
 */
@inline
function products(place: usize, highHalves: v128, lowHalves: v128): v128 {
  return v128.xor(
    i8x16.relaxed_swizzle(v128.load(place), highHalves), i8x16.relaxed_swizzle(v128.load(place, 16), lowHalves));
}

/** The same of four blocks: the sum with H, H^2, H^3 and H^4. */
@inline
function sumOfProducts(
  place: usize, high1: v128, low1: v128, high2: v128, low2: v128, high3: v128, low3: v128, high4: v128, low4: v128,
): v128 {
  // One half after the other: compilers would load all eight tables first, for which there are too few registers.
  v128.store(half, v128.xor(products(place, high1, low1), products(place + 32, high2, low2)));
  return v128.xor(v128.load(half),
    v128.xor(products(place + 64, high3, low3), products(place + 96, high4, low4)));
}

/** Times x^8: sixteen octets move on by one, and the last one of `before` comes first. */
@inline
function moveOn(before: v128, octets: v128): v128 {
  return v128.shuffle<u8>(before, octets, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24, 25, 26, 27, 28, 29, 30);
}

/** Hashes whole blocks. */
export function updateHash(message: usize, blocks: u32): void {
  const zeros = i64x2.splat(0);
  let y = v128.load(hash);
  // What doesn't fill a group of four comes first, behind blocks of zeros.
  let group = blocks & 3;
  if (group == 0) group = 4;
  for (const end = message + 16 * blocks; message < end; group = 4) {
    let x0 = zeros, x1 = zeros, x2 = zeros, x3 = v128.xor(y, v128.load(message));
    if (group > 1) { x2 = x3; x3 = v128.load(message, 16); }
    if (group > 2) { x1 = x2; x2 = x3; x3 = v128.load(message, 32); }
    if (group > 3) { x0 = x1; x1 = x2; x2 = x3; x3 = v128.load(message, 48); }
    message += 16 * group;

    const high4 = high(x0), low4 = low(x0), high3 = high(x1), low3 = low(x1);
    const high2 = high(x2), low2 = low(x2), high1 = high(x3), low1 = low(x3);
    let sum = zeros, overflow = zeros;
    // Tested at its end, because compilers then leave outside what doesn't change.
    let place = tables + 15 * tablesOfOctet;
    do {
      const octet = sumOfProducts(place, high1, low1, high2, low2, high3, low3, high4, low4);
      overflow = moveOn(sum, overflow);
      sum = v128.xor(moveOn(zeros, sum), octet);
      place -= tablesOfOctet;
    } while (place >= tables);

    // x^128 = 1 + x + x^2 + x^7. What overflows is below x^120, so it does so once.
    const n = turnRound(overflow);
    const shifted = v128.xor(v128.xor(n, i64x2.shr_u(n, 1)), v128.xor(i64x2.shr_u(n, 2), i64x2.shr_u(n, 7)));
    const carried = v128.xor(v128.xor(i64x2.shl(n, 63), i64x2.shl(n, 62)), i64x2.shl(n, 57));
    y = v128.xor(sum, turnRound(v128.xor(shifted, upperToLower(carried))));
  }
  v128.store(hash, y);
}
