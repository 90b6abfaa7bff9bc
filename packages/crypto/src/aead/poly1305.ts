/**
 * Poly1305 (RFC 8439 section 2.5) for messages of whole 16-octet blocks, which are all that an AEAD makes.
 *
 * JavaScript's widest exact product is that of doubles, 53 bits. So a number modulo p = 2^130 - 5 is six limbs
 * of 22 bits in doubles, limb i a multiple of 2^22i (the idea is D. J. Bernstein's). Such limbs are added and
 * multiplied as they are; a carry is the part that is lost when 1.5 * 2^(52+k) is added, taken away again, which
 * rounds to a multiple of 2^k without a branch. Limbs may be negative in between.
 *
 * Bounds: after the carries a limb is at most 2^21 and a little in its unit, with a message block less than
 * 1.5 * 2^22. A limb of r is less than 2^22, one of r^2 is again at most 2^21 and a little, and 20 times that where
 * it comes in from above 2^130. A sum of six products with r is less than 1.5 * 2^44 * (1 + 5 * 20) < 2^52. Where two
 * blocks are taken in at once, the sum of six with r^2 and, of a block alone, six with r is less than
 * (1.5 * 2^43 + 2^44) * (1 + 5 * 20) < 2^52: exact.
 */
// biome-ignore-all lint/style/noNonNullAssertion: indexes are constants or bounded by the workspace.
import { chunkLength, type Kept, words, xored } from './workspace.ts';

// Compilers take a module's own constants for constant, and not what it imports: hence these second names.
const shared: Int32Array = words;
const results: Int32Array = xored;
const lastPair = chunkLength / 4 - 8;

/** r in 0 to 5, the accumulator in 6 to 11, r^2 in 12 to 17, and what two blocks at once keep in between in 18 to 29. */
const limbs: Float64Array = /* @__PURE__ */ new Float64Array(30);
/** s, what is added at the end. */
const pad: Int32Array = /* @__PURE__ */ new Int32Array(/* @__PURE__ */ new ArrayBuffer(16));

/** Octets of a record that repay r^2. */
export const enoughForPairs = 128;

const limbMask = 0x3fffff;
const unit1 = 2 ** 22;
const unit2 = 2 ** 44;
const unit3 = 2 ** 66;
const unit4 = 2 ** 88;
const unit5 = 2 ** 110;

/** Adding and subtracting `roundN` rounds limb N to a multiple of the next limb's unit. */
const round0 = 1.5 * 2 ** 74;
const round1 = 1.5 * 2 ** 96;
const round2 = 1.5 * 2 ** 118;
const round3 = 1.5 * 2 ** 140;
const round4 = 1.5 * 2 ** 162;
const round5 = 1.5 * 2 ** 184;

/** 2^130 = 5 modulo p: what is carried out at the top comes in at the bottom with this factor. */
const fold = 5 * 2 ** -130;

/** The same constants to read: compilers load a number that stands in the source anew wherever it is used. */
const constants: Float64Array = /* @__PURE__ */ Float64Array.of(
  unit1,
  unit2,
  unit3,
  unit4,
  unit5,
  round0,
  round1,
  round2,
  round3,
  round4,
  round5,
  fold,
);

/** Takes the one-time key from the first eight words of the workspace, for a record of `length` octets. */
export function startPoly1305(length: number): void {
  // Clamping, section 2.5.
  const r0 = words[0]! & 0x0fffffff;
  const r1 = words[1]! & 0x0ffffffc;
  const r2 = words[2]! & 0x0ffffffc;
  const r3 = words[3]! & 0x0ffffffc;
  limbs[0] = r0 & limbMask;
  limbs[1] = (((r0 >>> 22) | (r1 << 10)) & limbMask) * unit1;
  limbs[2] = (((r1 >>> 12) | (r2 << 20)) & limbMask) * unit2;
  limbs[3] = ((r2 >>> 2) & limbMask) * unit3;
  limbs[4] = (((r2 >>> 24) | (r3 << 8)) & limbMask) * unit4;
  limbs[5] = (r3 >>> 14) * unit5;
  if (length >= enoughForPairs) {
    limbs.copyWithin(6, 0, 6);
    multiplyByR();
    limbs.copyWithin(12, 6, 12);
  }
  // Here and at the end: for so few, a loop is faster than `fill`.
  for (let index = 6; index < 12; index += 1) limbs[index] = 0;
  for (let index = 0; index < 4; index += 1) pad[index] = words[4 + index]!;
}

/** Takes in `blocks` blocks of 16 octets from the workspace. */
export function updatePoly1305(blocks: number): void {
  for (let at = 0; at < blocks << 2; at += 4) {
    const w0 = words[at]!;
    const w1 = words[at + 1]!;
    const w2 = words[at + 2]!;
    const w3 = words[at + 3]!;
    // The block with a one bit after its 16 octets.
    limbs[6] = limbs[6]! + (w0 & limbMask);
    limbs[7] = limbs[7]! + (((w0 >>> 22) | (w1 << 10)) & limbMask) * unit1;
    limbs[8] = limbs[8]! + (((w1 >>> 12) | (w2 << 20)) & limbMask) * unit2;
    limbs[9] = limbs[9]! + ((w2 >>> 2) & limbMask) * unit3;
    limbs[10] = limbs[10]! + (((w2 >>> 24) | (w3 << 8)) & limbMask) * unit4;
    limbs[11] = limbs[11]! + ((w3 >>> 14) | 0x40000) * unit5;
    multiplyByR();
  }
}

/** The accumulator times r. */
function multiplyByR(): void {
  const l = limbs;
  const r0 = l[0]!;
  const r1 = l[1]!;
  const r2 = l[2]!;
  const r3 = l[3]!;
  const r4 = l[4]!;
  const r5 = l[5]!;
  const f1 = r1 * fold;
  const f2 = r2 * fold;
  const f3 = r3 * fold;
  const f4 = r4 * fold;
  const f5 = r5 * fold;
  const h0 = l[6]!;
  const h1 = l[7]!;
  const h2 = l[8]!;
  const h3 = l[9]!;
  const h4 = l[10]!;
  const h5 = l[11]!;
  let d0 = h0 * r0 + h1 * f5 + (h2 * f4 + h3 * f3) + (h4 * f2 + h5 * f1);
  let d1 = h0 * r1 + h1 * r0 + (h2 * f5 + h3 * f4) + (h4 * f3 + h5 * f2);
  let d2 = h0 * r2 + h1 * r1 + (h2 * r0 + h3 * f5) + (h4 * f4 + h5 * f3);
  let d3 = h0 * r3 + h1 * r2 + (h2 * r1 + h3 * r0) + (h4 * f5 + h5 * f4);
  let d4 = h0 * r4 + h1 * r3 + (h2 * r2 + h3 * r1) + (h4 * r0 + h5 * f5);
  let d5 = h0 * r5 + h1 * r4 + (h2 * r3 + h3 * r2) + (h4 * r1 + h5 * r0);

  // Two chains of carries side by side, from limb 0 and from limb 3, each a limb past where the other began.
  let lower = d0 + round0 - round0;
  let upper = d3 + round3 - round3;
  d0 -= lower;
  d1 += lower;
  d3 -= upper;
  d4 += upper;
  lower = d1 + round1 - round1;
  upper = d4 + round4 - round4;
  d1 -= lower;
  d2 += lower;
  d4 -= upper;
  d5 += upper;
  lower = d2 + round2 - round2;
  upper = d5 + round5 - round5;
  l[8] = d2 - lower;
  d3 += lower;
  l[11] = d5 - upper;
  d0 += upper * fold;
  lower = d3 + round3 - round3;
  upper = d0 + round0 - round0;
  l[9] = d3 - lower;
  l[10] = d4 + lower;
  l[6] = d0 - upper;
  l[7] = d1 + upper;
}

/**
 * Xors `blocks` blocks of input, an even number, with the keystream in the workspace, and takes in what is kept of
 * the two, as `xorChunk` and `updatePoly1305` would, in half the time: two blocks share their carries, and these wait
 * for each other while a processor does the rest. The record has at least `enoughForPairs` octets.
 */
export function xorAndUpdatePoly1305(blocks: number, input: DataView, position: number, kept: Kept): void {
  const w = shared;
  const x = results;
  const l = limbs;
  const c = constants;
  const u1 = c[0]!;
  const u2 = c[1]!;
  const u3 = c[2]!;
  const u4 = c[3]!;
  const u5 = c[4]!;
  const c0 = c[5]!;
  const c1 = c[6]!;
  const c2 = c[7]!;
  const c3 = c[8]!;
  const c4 = c[9]!;
  const c5 = c[10]!;
  const f = c[11]!;
  const r0 = l[0]!;
  const r1 = l[1]!;
  const r2 = l[2]!;
  const r3 = l[3]!;
  const r4 = l[4]!;
  const r5 = l[5]!;
  const f1 = r1 * f;
  const f2 = r2 * f;
  const f3 = r3 * f;
  const f4 = r4 * f;
  const f5 = r5 * f;
  // r^2.
  const s0 = l[12]!;
  const s1 = l[13]!;
  const s2 = l[14]!;
  const s3 = l[15]!;
  const s4 = l[16]!;
  const s5 = l[17]!;
  const g1 = s1 * f;
  const g2 = s2 * f;
  const g3 = s3 * f;
  const g4 = s4 * f;
  const g5 = s5 * f;
  let h0 = l[6]!;
  let h1 = l[7]!;
  let h2 = l[8]!;
  let h3 = l[9]!;
  let h4 = l[10]!;
  let h5 = l[11]!;

  let from = position;
  for (let block = 0; block < blocks; block += 2) {
    const at = (block << 2) & lastPair;
    let input0 = input.getInt32(from, true);
    let input1 = input.getInt32(from + 4, true);
    let input2 = input.getInt32(from + 8, true);
    let input3 = input.getInt32(from + 12, true);
    let w0 = w[at]!;
    let w1 = w[at + 1]!;
    let w2 = w[at + 2]!;
    let w3 = w[at + 3]!;
    x[at] = input0 ^ w0;
    x[at + 1] = input1 ^ w1;
    x[at + 2] = input2 ^ w2;
    x[at + 3] = input3 ^ w3;
    w0 = input0 ^ (w0 & kept);
    w1 = input1 ^ (w1 & kept);
    w2 = input2 ^ (w2 & kept);
    w3 = input3 ^ (w3 & kept);
    // Here and below, compilers left to themselves would keep more numbers at once than there are registers. Storing
    // makes them come to an end with one thing before the next, which makes a quarter of the time.
    l[24] = h0 + (w0 & limbMask);
    l[25] = h1 + (((w0 >>> 22) | (w1 << 10)) & limbMask) * u1;
    l[26] = h2 + (((w1 >>> 12) | (w2 << 20)) & limbMask) * u2;
    l[27] = h3 + ((w2 >>> 2) & limbMask) * u3;
    l[28] = h4 + (((w2 >>> 24) | (w3 << 8)) & limbMask) * u4;
    l[29] = h5 + ((w3 >>> 14) | 0x40000) * u5;

    input0 = input.getInt32(from + 16, true);
    input1 = input.getInt32(from + 20, true);
    input2 = input.getInt32(from + 24, true);
    input3 = input.getInt32(from + 28, true);
    from += 32;
    w0 = w[at + 4]!;
    w1 = w[at + 5]!;
    w2 = w[at + 6]!;
    w3 = w[at + 7]!;
    x[at + 4] = input0 ^ w0;
    x[at + 5] = input1 ^ w1;
    x[at + 6] = input2 ^ w2;
    x[at + 7] = input3 ^ w3;
    w0 = input0 ^ (w0 & kept);
    w1 = input1 ^ (w1 & kept);
    w2 = input2 ^ (w2 & kept);
    w3 = input3 ^ (w3 & kept);
    const m0 = w0 & limbMask;
    const m1 = (((w0 >>> 22) | (w1 << 10)) & limbMask) * u1;
    const m2 = (((w1 >>> 12) | (w2 << 20)) & limbMask) * u2;
    const m3 = ((w2 >>> 2) & limbMask) * u3;
    const m4 = (((w2 >>> 24) | (w3 << 8)) & limbMask) * u4;
    const m5 = ((w3 >>> 14) | 0x40000) * u5;
    l[18] = m0 * r0 + m1 * f5 + m2 * f4 + m3 * f3 + m4 * f2 + m5 * f1;
    l[19] = m0 * r1 + m1 * r0 + m2 * f5 + m3 * f4 + m4 * f3 + m5 * f2;
    l[20] = m0 * r2 + m1 * r1 + m2 * r0 + m3 * f5 + m4 * f4 + m5 * f3;
    l[21] = m0 * r3 + m1 * r2 + m2 * r1 + m3 * r0 + m4 * f5 + m5 * f4;
    l[22] = m0 * r4 + m1 * r3 + m2 * r2 + m3 * r1 + m4 * r0 + m5 * f5;
    l[23] = m0 * r5 + m1 * r4 + m2 * r3 + m3 * r2 + m4 * r1 + m5 * r0;

    h0 = l[24]!;
    h1 = l[25]!;
    h2 = l[26]!;
    h3 = l[27]!;
    h4 = l[28]!;
    h5 = l[29]!;
    let d0 = l[18]! + (h0 * s0 + h1 * g5) + (h2 * g4 + h3 * g3) + (h4 * g2 + h5 * g1);
    let d1 = l[19]! + (h0 * s1 + h1 * s0) + (h2 * g5 + h3 * g4) + (h4 * g3 + h5 * g2);
    let d2 = l[20]! + (h0 * s2 + h1 * s1) + (h2 * s0 + h3 * g5) + (h4 * g4 + h5 * g3);
    let d3 = l[21]! + (h0 * s3 + h1 * s2) + (h2 * s1 + h3 * s0) + (h4 * g5 + h5 * g4);
    let d4 = l[22]! + (h0 * s4 + h1 * s3) + (h2 * s2 + h3 * s1) + (h4 * s0 + h5 * g5);
    let d5 = l[23]! + (h0 * s5 + h1 * s4) + (h2 * s3 + h3 * s2) + (h4 * s1 + h5 * s0);

    // As in `multiplyByR`.
    let lower = d0 + c0 - c0;
    let upper = d3 + c3 - c3;
    d0 -= lower;
    d1 += lower;
    d3 -= upper;
    d4 += upper;
    lower = d1 + c1 - c1;
    upper = d4 + c4 - c4;
    d1 -= lower;
    d2 += lower;
    d4 -= upper;
    d5 += upper;
    lower = d2 + c2 - c2;
    upper = d5 + c5 - c5;
    h2 = d2 - lower;
    d3 += lower;
    h5 = d5 - upper;
    d0 += upper * f;
    lower = d3 + c3 - c3;
    upper = d0 + c0 - c0;
    h3 = d3 - lower;
    h4 = d4 + lower;
    h0 = d0 - upper;
    h1 = d1 + upper;
  }

  l[6] = h0;
  l[7] = h1;
  l[8] = h2;
  l[9] = h3;
  l[10] = h4;
  l[11] = h5;
}

/** Puts the tag into the first four words of the workspace, and wipes what led to it. */
export function finishPoly1305(): void {
  // Integers from here on: each limb fits 24 bits with its sign, and shifts to the right keep the sign.
  let h0 = limbs[6]! | 0;
  let h1 = (limbs[7]! / unit1) | 0;
  let h2 = (limbs[8]! / unit2) | 0;
  let h3 = (limbs[9]! / unit3) | 0;
  let h4 = (limbs[10]! / unit4) | 0;
  let h5 = (limbs[11]! / unit5) | 0;
  // The first pass leaves a number that is less than 5 * 4 away from [0, 2^130), the second one within it.
  for (let pass = 0; pass < 2; pass += 1) {
    h1 += h0 >> 22;
    h2 += h1 >> 22;
    h3 += h2 >> 22;
    h4 += h3 >> 22;
    h5 += h4 >> 22;
    h0 = (h0 & limbMask) + 5 * (h5 >> 20);
    h1 &= limbMask;
    h2 &= limbMask;
    h3 &= limbMask;
    h4 &= limbMask;
    h5 &= 0xfffff;
  }

  // h - p is h + 5 - 2^130. It is taken where it isn't negative, by a mask.
  const g0 = h0 + 5;
  const g1 = h1 + (g0 >> 22);
  const g2 = h2 + (g1 >> 22);
  const g3 = h3 + (g2 >> 22);
  const g4 = h4 + (g3 >> 22);
  const g5 = h5 + (g4 >> 22);
  const takes = -(g5 >> 20);
  h0 = (h0 & ~takes) | (g0 & limbMask & takes);
  h1 = (h1 & ~takes) | (g1 & limbMask & takes);
  h2 = (h2 & ~takes) | (g2 & limbMask & takes);
  h3 = (h3 & ~takes) | (g3 & limbMask & takes);
  h4 = (h4 & ~takes) | (g4 & limbMask & takes);
  h5 = (h5 & ~takes) | (g5 & 0xfffff & takes);

  // (h + s) modulo 2^128, in words. Sums are exact in a double, and the carry is what is above 32 bits.
  let sum = ((h0 | (h1 << 22)) >>> 0) + (pad[0]! >>> 0);
  words[0] = sum;
  sum = (((h1 >>> 10) | (h2 << 12)) >>> 0) + (pad[1]! >>> 0) + Math.floor(sum / 2 ** 32);
  words[1] = sum;
  sum = (((h2 >>> 20) | (h3 << 2) | (h4 << 24)) >>> 0) + (pad[2]! >>> 0) + Math.floor(sum / 2 ** 32);
  words[2] = sum;
  sum = (((h4 >>> 8) | (h5 << 14)) >>> 0) + (pad[3]! >>> 0) + Math.floor(sum / 2 ** 32);
  words[3] = sum;

  for (let index = 0; index < limbs.length; index += 1) limbs[index] = 0;
  for (let index = 0; index < 4; index += 1) pad[index] = 0;
}
