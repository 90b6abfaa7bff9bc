/**
 * Poly1305 (RFC 8439 section 2.5) for messages of whole 16-octet blocks, which are all that an AEAD makes.
 *
 * JavaScript's widest exact product is that of doubles, 53 bits. So a number modulo p = 2^130 - 5 is six limbs
 * of 22 bits in doubles, limb i a multiple of 2^22i (the idea is D. J. Bernstein's). Such limbs are added and
 * multiplied as they are; a carry is the part that is lost when 1.5 * 2^(52+k) is added, taken away again, which
 * rounds to a multiple of 2^k without a branch. Limbs may be negative in between.
 *
 * Bounds: after the carries a limb is at most 2^21 and a little in its unit, with a message block less than
 * 1.5 * 2^22. A limb of r is less than 2^22, and 20 times that where it comes in from above 2^130. A sum of six
 * products is then less than 1.5 * 2^44 * (1 + 5 * 20) < 2^52: exact.
 */
// biome-ignore-all lint/style/noNonNullAssertion: indexes are constants or bounded by the workspace.
import { chunkLength, type Kept, keepInput, words } from './workspace.ts';

// Compilers take a module's own constants for constant, and not what it imports: hence this second name.
const shared: Int32Array = words;

/** r in 0 to 5, the accumulator in 6 to 11. */
const limbs: Float64Array = /* @__PURE__ */ new Float64Array(12);
/** s, what is added at the end. */
const pad: Int32Array = /* @__PURE__ */ new Int32Array(/* @__PURE__ */ new ArrayBuffer(16));

const noView: DataView = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(0));

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

/** Takes the one-time key from the first eight words of the workspace. */
export function startPoly1305(): void {
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
  limbs.fill(0, 6);
  for (let index = 0; index < 4; index += 1) pad[index] = words[4 + index]!;
}

/** Takes in `blocks` blocks of 16 octets from the workspace. */
export function updatePoly1305(blocks: number): void {
  update(blocks, false, noView, 0, noView, 0, keepInput);
}

/**
 * Xors `blocks` blocks of input with the keystream in the workspace to the output, and takes in one of the two, as
 * `xorChunk` and `updatePoly1305` would. The carries of Poly1305 wait for each other; meanwhile a processor does the
 * rest for nothing, which makes a record of 16 KiB a tenth faster.
 */
export function xorAndUpdatePoly1305(
  blocks: number,
  input: DataView,
  inputPosition: number,
  output: DataView,
  outputPosition: number,
  kept: Kept,
): void {
  update(blocks, true, input, inputPosition, output, outputPosition, kept);
}

function update(
  blocks: number,
  xors: boolean,
  input: DataView,
  inputPosition: number,
  output: DataView,
  outputPosition: number,
  kept: Kept,
): void {
  const w = shared;
  const state = limbs;
  const r0 = state[0]!;
  const r1 = state[1]!;
  const r2 = state[2]!;
  const r3 = state[3]!;
  const r4 = state[4]!;
  const r5 = state[5]!;
  const f1 = r1 * fold;
  const f2 = r2 * fold;
  const f3 = r3 * fold;
  const f4 = r4 * fold;
  const f5 = r5 * fold;
  let h0 = state[6]!;
  let h1 = state[7]!;
  let h2 = state[8]!;
  let h3 = state[9]!;
  let h4 = state[10]!;
  let h5 = state[11]!;

  for (let block = 0; block < blocks; block += 1) {
    const at = (block << 2) & (chunkLength / 4 - 4);
    let w0 = w[at]!;
    let w1 = w[at + 1]!;
    let w2 = w[at + 2]!;
    let w3 = w[at + 3]!;
    if (xors) {
      const from = inputPosition + (block << 4);
      const to = outputPosition + (block << 4);
      const input0 = input.getInt32(from, true);
      const input1 = input.getInt32(from + 4, true);
      const input2 = input.getInt32(from + 8, true);
      const input3 = input.getInt32(from + 12, true);
      output.setInt32(to, input0 ^ w0, true);
      output.setInt32(to + 4, input1 ^ w1, true);
      output.setInt32(to + 8, input2 ^ w2, true);
      output.setInt32(to + 12, input3 ^ w3, true);
      w0 = input0 ^ (w0 & kept);
      w1 = input1 ^ (w1 & kept);
      w2 = input2 ^ (w2 & kept);
      w3 = input3 ^ (w3 & kept);
    }
    // The block with a one bit after its 16 octets.
    h0 += w0 & limbMask;
    h1 += (((w0 >>> 22) | (w1 << 10)) & limbMask) * unit1;
    h2 += (((w1 >>> 12) | (w2 << 20)) & limbMask) * unit2;
    h3 += ((w2 >>> 2) & limbMask) * unit3;
    h4 += (((w2 >>> 24) | (w3 << 8)) & limbMask) * unit4;
    h5 += ((w3 >>> 14) | 0x40000) * unit5;

    let d0 = h0 * r0 + h1 * f5 + h2 * f4 + h3 * f3 + h4 * f2 + h5 * f1;
    let d1 = h0 * r1 + h1 * r0 + h2 * f5 + h3 * f4 + h4 * f3 + h5 * f2;
    let d2 = h0 * r2 + h1 * r1 + h2 * r0 + h3 * f5 + h4 * f4 + h5 * f3;
    let d3 = h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0 + h4 * f5 + h5 * f4;
    let d4 = h0 * r4 + h1 * r3 + h2 * r2 + h3 * r1 + h4 * r0 + h5 * f5;
    let d5 = h0 * r5 + h1 * r4 + h2 * r3 + h3 * r2 + h4 * r1 + h5 * r0;

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
    h2 = d2 - lower;
    d3 += lower;
    h5 = d5 - upper;
    d0 += upper * fold;
    lower = d3 + round3 - round3;
    upper = d0 + round0 - round0;
    h3 = d3 - lower;
    h4 = d4 + lower;
    h0 = d0 - upper;
    h1 = d1 + upper;
  }

  state[6] = h0;
  state[7] = h1;
  state[8] = h2;
  state[9] = h3;
  state[10] = h4;
  state[11] = h5;
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

  limbs.fill(0);
  pad.fill(0);
}
