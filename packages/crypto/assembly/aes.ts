/**
 * AES (FIPS 197) in counter mode, for GCM: bitsliced, eight blocks at once, in constant time. There is no table: the
 * S-box is computed, as a circuit in the rounds and as an inversion in the key schedule.
 *
 * The state is eight vectors. Vector i holds bit i of every octet: octet p of the vector is position p of the state,
 * and its eight bits are eight blocks. Positions are row by row (FIPS 197 counts column by column), so that a row is
 * a 32-bit lane: ShiftRows moves octets within lanes, and MixColumns adds lanes to lanes.
 */
import { expandedKey, key, nonce, zero } from './memory';

/** Octets that are encrypted at once. */
export const aesBatchLength: u32 = 128;
const maxRounds: u32 = 14;

/** Round keys 0 to `rounds`, as FIPS 197 has them: at most 240 octets. */
const roundKeys: usize = expandedKey;
/** The same, but for the last, bitsliced: eight vectors each, an octet 0 or 255. */
const slicedKeys: usize = memory.data(1792, 16);
/** Round key `rounds`, which is added to whole blocks. */
const lastKey: usize = memory.data(16, 16);
/** The bitsliced state after round key 0 where the counter is 0 to 7: all but a part of the counter, for a record. */
const firstState: usize = memory.data(128, 16);
/** 10 for a key of 128 bits, 14 for one of 256. Of the key that `sliceRoundKeys` loaded. */
let rounds: u32 = 0;

// ---- Key schedule, section 5.2 -------------------------------------------------------------------------------

/** Expands the key of `4 * rounds - 24` octets at `key`. */
export function expandKey(numberOfRounds: u32): void {
  const step: usize = numberOfRounds == 10 ? 16 : 32;
  const end = roundKeys + 16 * (numberOfRounds + 1);
  v128.store(roundKeys, v128.load(key));
  v128.store(roundKeys, v128.load(key, 16), 16);
  let roundConstant = i32x4.splat(1);
  for (let place = roundKeys + step; place < end; place += 16) {
    const previous = v128.load(place - 16);
    let word: v128;
    if (step == 16 || ((place - roundKeys) & 16) == 0) {
      // RotWord, SubWord, Rcon: of the last word, in all four.
      const rotated = i8x16.swizzle(previous, i8x16(13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12, 13, 14, 15, 12));
      word = v128.xor(subBytes(rotated), roundConstant);
      roundConstant = double(roundConstant);
    } else {
      word = subBytes(v128.shuffle<u32>(previous, previous, 3, 3, 3, 3));
    }
    // Each word is added to the next: w[i] = w[i - Nk] ^ w[i - 1].
    let words = v128.load(place - step);
    words = v128.xor(words, v128.shuffle<u32>(words, i64x2.splat(0), 4, 0, 1, 2));
    words = v128.xor(words, v128.shuffle<u32>(words, i64x2.splat(0), 4, 4, 0, 1));
    v128.store(place, v128.xor(words, word));
  }
}

/** Section 4.2.1: times x, modulo x^8 + x^4 + x^3 + x + 1. */
@inline
function double(a: v128): v128 {
  const carry = v128.and(i8x16.lt_s(a, i8x16.splat(0)), i8x16.splat(0x1b));
  return v128.xor(i8x16.add(a, a), carry);
}

/** Section 4.2: products in GF(2^8), octet by octet. */
function multiply(a: v128, b: v128): v128 {
  let product = i8x16.splat(0);
  for (let bit = 0; bit < 8; bit++) {
    product = v128.xor(double(product), v128.and(a, i8x16.lt_s(b, i8x16.splat(0))));
    b = i8x16.add(b, b);
  }
  return product;
}

/** Section 5.1.1: the inverse, which is a^254, then the affine transformation. */
function subBytes(a: v128): v128 {
  let inverse = a;
  for (let i = 0; i < 6; i++) inverse = multiply(multiply(inverse, inverse), a);
  inverse = multiply(inverse, inverse);
  let sum = v128.xor(inverse, i8x16.splat(0x63));
  for (let i = 0; i < 4; i++) {
    inverse = v128.or(i8x16.add(inverse, inverse), i8x16.shr_u(inverse, 7));
    sum = v128.xor(sum, inverse);
  }
  return sum;
}

/** Makes the bitsliced round keys of what is at `roundKeys`. */
export function sliceRoundKeys(numberOfRounds: u32): void {
  rounds = numberOfRounds;
  slice(slicedKeys, v128.load(roundKeys));
  const end = roundKeys + 16 * numberOfRounds;
  let sliced = slicedKeys + 128;
  let place = roundKeys + 16;
  // The circuit leaves out the constant of the S-box, which MixColumns doesn't change: it is in the keys here.
  for (; place < end; place += 16, sliced += 128) slice(sliced, v128.xor(v128.load(place), i8x16.splat(0x63)));
  v128.store(lastKey, v128.xor(v128.load(place), i8x16.splat(0x63)));
}

/** Writes eight vectors, for eight blocks that are all `block`. */
function slice(place: usize, block: v128): void {
  const rows = i8x16.swizzle(block, i8x16(0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15));
  v128.store(place, spread(rows, 1), 0); v128.store(place, spread(rows, 2), 16);
  v128.store(place, spread(rows, 4), 32); v128.store(place, spread(rows, 8), 48);
  v128.store(place, spread(rows, 16), 64); v128.store(place, spread(rows, 32), 80);
  v128.store(place, spread(rows, 64), 96); v128.store(place, spread(rows, -128), 112);
}

/** 255 where the octet has the bit, else 0. */
@inline
function spread(octets: v128, bit: i8): v128 {
  return i8x16.eq(v128.and(octets, i8x16.splat(bit)), i8x16.splat(bit));
}

export function wipeRoundKeys(): void {
  zero(slicedKeys, 128 * maxRounds);
  zero(lastKey, 16);
}

// ---- Counter mode --------------------------------------------------------------------------------------------

/** Takes the nonce of a record: 12 octets, then comes the counter. */
export function startCounter(): void {
  slice(firstState, i32x4.replace_lane(v128.load(nonce), 3, 0));
  for (let vector: usize = 0; vector < 128; vector += 16) {
    xorAt(firstState + vector, v128.load(slicedKeys + vector));
  }
  // The lowest bits of the counters 0 to 7, in the last octet of the state.
  xorAt(firstState, i8x16(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, <i8>0xaa));
  xorAt(firstState + 16, i8x16(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, <i8>0xcc));
  xorAt(firstState + 32, i8x16(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, <i8>0xf0));
}

export function wipeCounter(): void {
  zero(firstState, 128);
}

@inline
function xorAt(place: usize, value: v128): void {
  v128.store(place, v128.xor(v128.load(place), value));
}

/** Where the bits of `b` that are in `mask` differ from those of `a` that are `distance` places higher. */
@inline
function difference(a: v128, b: v128, distance: i32, mask: i8): v128 {
  return v128.and(v128.xor(i64x2.shr_u(a, distance), b), i8x16.splat(mask));
}

/** Section 5.1.2, rows of four octets rotated to the left by 0, 1, 2 and 3. */
@inline
function shiftRows(a: v128): v128 {
  return i8x16.swizzle(a, i8x16(0, 1, 2, 3, 5, 6, 7, 4, 10, 11, 8, 9, 15, 12, 13, 14));
}

/** To each row the next one. */
@inline
function nextRow(a: v128): v128 {
  return v128.shuffle<u32>(a, a, 1, 2, 3, 0);
}

@inline
function secondNextRow(a: v128): v128 {
  return v128.shuffle<u32>(a, a, 2, 3, 0, 1);
}

/** The sum of three vectors and of the one that is `offset` octets after `place`. */
@inline
function xor5(a: v128, b: v128, c: v128, place: usize, offset: usize): v128 {
  return v128.xor(v128.xor(a, b), v128.xor(c, v128.load(place + offset)));
}

/** Adds what a whole block became to what is at `place`. */
@inline
function xorBlock(place: usize, a: v128, last: v128): void {
  // The last ShiftRows, and from rows back to columns.
  const block = i8x16.swizzle(a, i8x16(0, 5, 10, 15, 1, 6, 11, 12, 2, 7, 8, 13, 3, 4, 9, 14));
  xorAt(place, v128.xor(block, last));
}

/** Encrypts the 128 octets at `place` with the counters from `counter`, a multiple of 8. */
export function xorKeystream(place: usize, counter: u32): void {
  // The counter, big-endian in the last column, but for its lowest bits.
  const column = i8x16.swizzle(i32x4.splat(counter),
    i8x16(-1, -1, -1, 3, -1, -1, -1, 2, -1, -1, -1, 1, -1, -1, -1, 0));
  let q0 = v128.xor(v128.load(firstState, 0), spread(column, 1));
  let q1 = v128.xor(v128.load(firstState, 16), spread(column, 2));
  let q2 = v128.xor(v128.load(firstState, 32), spread(column, 4));
  let q3 = v128.xor(v128.load(firstState, 48), spread(column, 8));
  let q4 = v128.xor(v128.load(firstState, 64), spread(column, 16));
  let q5 = v128.xor(v128.load(firstState, 80), spread(column, 32));
  let q6 = v128.xor(v128.load(firstState, 96), spread(column, 64));
  let q7 = v128.xor(v128.load(firstState, 112), spread(column, -128));

  let roundKey = slicedKeys + 128;
  const end = slicedKeys + 128 * rounds;
  while (true) {
    // SubBytes without its constant: the circuit of Boyar and Peralta, "A new combinational logic minimization
    // technique with applications to cryptology", with the names that it has there. Inputs are q7 (x0 there) to q0
    // (x7), outputs s0 to s7.
    const y14 = v128.xor(q4, q2), y13 = v128.xor(q7, q1), y9 = v128.xor(q7, q4), y8 = v128.xor(q7, q2);
    const t0 = v128.xor(q6, q5), y1 = v128.xor(t0, q0), y4 = v128.xor(y1, q4), y12 = v128.xor(y13, y14);
    const y2 = v128.xor(y1, q7), y5 = v128.xor(y1, q1), y3 = v128.xor(y5, y8), t1 = v128.xor(q3, y12);
    const y15 = v128.xor(t1, q2), y20 = v128.xor(t1, q6), y6 = v128.xor(y15, q0), y10 = v128.xor(y15, t0);
    const y11 = v128.xor(y20, y9), y7 = v128.xor(q0, y11), y17 = v128.xor(y10, y11), y19 = v128.xor(y10, y8);
    const y16 = v128.xor(t0, y11), y21 = v128.xor(y13, y16), y18 = v128.xor(q7, y16);

    const t2 = v128.and(y12, y15), t4 = v128.xor(v128.and(y3, y6), t2), t6 = v128.xor(v128.and(y4, q0), t2);
    const t7 = v128.and(y13, y16), t9 = v128.xor(v128.and(y5, y1), t7), t11 = v128.xor(v128.and(y2, y7), t7);
    const t12 = v128.and(y9, y11), t14 = v128.xor(v128.and(y14, y17), t12);
    const t16 = v128.xor(v128.and(y8, y10), t12);
    const t21 = v128.xor(v128.xor(t4, t14), y20), t22 = v128.xor(v128.xor(t6, t16), y19);
    const t23 = v128.xor(v128.xor(t9, t14), y21), t24 = v128.xor(v128.xor(t11, t16), y18);
    const t25 = v128.xor(t21, t22), t26 = v128.and(t21, t23), t27 = v128.xor(t24, t26);
    const t29 = v128.xor(v128.and(t25, t27), t22), t30 = v128.xor(t23, t24), t31 = v128.xor(t22, t26);
    const t33 = v128.xor(v128.and(t31, t30), t24), t34 = v128.xor(t23, t33), t35 = v128.xor(t27, t33);
    const t36 = v128.and(t24, t35), t37 = v128.xor(t36, t34), t38 = v128.xor(t27, t36);
    const t40 = v128.xor(t25, v128.and(t29, t38)), t41 = v128.xor(t40, t37), t42 = v128.xor(t29, t33);
    const t43 = v128.xor(t29, t40), t44 = v128.xor(t33, t37), t45 = v128.xor(t42, t41);

    const z0 = v128.and(t44, y15), z1 = v128.and(t37, y6), z2 = v128.and(t33, q0), z3 = v128.and(t43, y16);
    const z4 = v128.and(t40, y1), z5 = v128.and(t29, y7), z6 = v128.and(t42, y11), z7 = v128.and(t45, y17);
    const z8 = v128.and(t41, y10), z9 = v128.and(t44, y12), z10 = v128.and(t37, y3), z11 = v128.and(t33, y4);
    const z12 = v128.and(t43, y13), z13 = v128.and(t40, y5), z14 = v128.and(t29, y2), z15 = v128.and(t42, y9);
    const z16 = v128.and(t45, y14), z17 = v128.and(t41, y8);

    const t46 = v128.xor(z15, z16), t47 = v128.xor(z10, z11), t48 = v128.xor(z5, z13), t49 = v128.xor(z9, z10);
    const t50 = v128.xor(z2, z12), t51 = v128.xor(z2, z5), t52 = v128.xor(z7, z8), t53 = v128.xor(z0, z3);
    const t54 = v128.xor(z6, z7), t55 = v128.xor(z16, z17), t56 = v128.xor(z12, t48), t57 = v128.xor(t50, t53);
    const t58 = v128.xor(z4, t46), t59 = v128.xor(z3, t54), t60 = v128.xor(t46, t57), t61 = v128.xor(z14, t57);
    const t62 = v128.xor(t52, t58), t63 = v128.xor(t49, t58), t64 = v128.xor(z4, t59), t65 = v128.xor(t61, t62);
    const t66 = v128.xor(z1, t63), t67 = v128.xor(t64, t65);
    const s0 = v128.xor(t59, t63), s6 = v128.xor(t56, t62), s7 = v128.xor(t48, t60), s3 = v128.xor(t53, t66);
    const s4 = v128.xor(t51, t66), s5 = v128.xor(t47, t65), s1 = v128.xor(t64, s3), s2 = v128.xor(t55, t67);

    if (roundKey == end) {
      q7 = s0; q6 = s1; q5 = s2; q4 = s3; q3 = s4; q2 = s5; q1 = s6; q0 = s7;
      break;
    }

    // ShiftRows; MixColumns (section 5.1.3): 2 a + 3 b + c + d = 2 (a + b) + b + (c + d), where b, c and d are the
    // rows after a; doubling moves bits up, and bit 7 to where the polynomial has terms; AddRoundKey.
    const a0 = shiftRows(s7), b0 = nextRow(a0), c0 = v128.xor(a0, b0);
    const a1 = shiftRows(s6), b1 = nextRow(a1), c1 = v128.xor(a1, b1);
    const a2 = shiftRows(s5), b2 = nextRow(a2), c2 = v128.xor(a2, b2);
    const a3 = shiftRows(s4), b3 = nextRow(a3), c3 = v128.xor(a3, b3);
    const a4 = shiftRows(s3), b4 = nextRow(a4), c4 = v128.xor(a4, b4);
    const a5 = shiftRows(s2), b5 = nextRow(a5), c5 = v128.xor(a5, b5);
    const a6 = shiftRows(s1), b6 = nextRow(a6), c6 = v128.xor(a6, b6);
    const a7 = shiftRows(s0), b7 = nextRow(a7), c7 = v128.xor(a7, b7);
    q0 = xor5(c7, b0, secondNextRow(c0), roundKey, 0);
    q1 = xor5(v128.xor(c0, c7), b1, secondNextRow(c1), roundKey, 16);
    q2 = xor5(c1, b2, secondNextRow(c2), roundKey, 32);
    q3 = xor5(v128.xor(c2, c7), b3, secondNextRow(c3), roundKey, 48);
    q4 = xor5(v128.xor(c3, c7), b4, secondNextRow(c4), roundKey, 64);
    q5 = xor5(c4, b5, secondNextRow(c5), roundKey, 80);
    q6 = xor5(c5, b6, secondNextRow(c6), roundKey, 96);
    q7 = xor5(c6, b7, secondNextRow(c7), roundKey, 112);
    roundKey += 128;
  }

  // From bits of eight blocks to blocks: bits change places between vectors 1, then 2, then 4 apart.
  let d = difference(q0, q1, 1, 0x55); q1 = v128.xor(q1, d); q0 = v128.xor(q0, i64x2.shl(d, 1));
  d = difference(q2, q3, 1, 0x55); q3 = v128.xor(q3, d); q2 = v128.xor(q2, i64x2.shl(d, 1));
  d = difference(q4, q5, 1, 0x55); q5 = v128.xor(q5, d); q4 = v128.xor(q4, i64x2.shl(d, 1));
  d = difference(q6, q7, 1, 0x55); q7 = v128.xor(q7, d); q6 = v128.xor(q6, i64x2.shl(d, 1));
  d = difference(q0, q2, 2, 0x33); q2 = v128.xor(q2, d); q0 = v128.xor(q0, i64x2.shl(d, 2));
  d = difference(q1, q3, 2, 0x33); q3 = v128.xor(q3, d); q1 = v128.xor(q1, i64x2.shl(d, 2));
  d = difference(q4, q6, 2, 0x33); q6 = v128.xor(q6, d); q4 = v128.xor(q4, i64x2.shl(d, 2));
  d = difference(q5, q7, 2, 0x33); q7 = v128.xor(q7, d); q5 = v128.xor(q5, i64x2.shl(d, 2));
  d = difference(q0, q4, 4, 0x0f); q4 = v128.xor(q4, d); q0 = v128.xor(q0, i64x2.shl(d, 4));
  d = difference(q1, q5, 4, 0x0f); q5 = v128.xor(q5, d); q1 = v128.xor(q1, i64x2.shl(d, 4));
  d = difference(q2, q6, 4, 0x0f); q6 = v128.xor(q6, d); q2 = v128.xor(q2, i64x2.shl(d, 4));
  d = difference(q3, q7, 4, 0x0f); q7 = v128.xor(q7, d); q3 = v128.xor(q3, i64x2.shl(d, 4));

  const last = v128.load(lastKey);
  xorBlock(place, q0, last); xorBlock(place + 16, q1, last);
  xorBlock(place + 32, q2, last); xorBlock(place + 48, q3, last);
  xorBlock(place + 64, q4, last); xorBlock(place + 80, q5, last);
  xorBlock(place + 96, q6, last); xorBlock(place + 112, q7, last);
}
