/**
 * GHASH (NIST SP 800-38D section 6.4) in constant time: no table, no branch and no index that depends on a secret.
 *
 * A product of polynomials over GF(2) is an integer product without carries. Where only every fourth bit of the
 * factors is set, at most eight ones meet in a place of the product, so that carries never reach the next place in
 * use, and the lowest bit there is their sum modulo 2 (the idea is T. Pornin's, in BearSSL). So a product of words
 * is 16 products, of the four such parts of each. `Math.imul` gives the lower half; the upper half is the lower
 * half of the product of the factors in opposite order of bits, in opposite order.
 *
 * A 128-bit product is nine products of words, by Karatsuba's method twice.
 */
// biome-ignore-all lint/style/noNonNullAssertion: indexes are constants or bounded by the workspace.
import type { Ghash } from './gcm.ts';
import { swapOctets, words } from './workspace.ts';

/** Nine factors of each product, then the same with their bits in opposite order. */
type Factors = Int32Array;

const keyFactors: Factors = /* @__PURE__ */ new Int32Array(18);
const factors: Factors = /* @__PURE__ */ new Int32Array(18);
const products: Int32Array = /* @__PURE__ */ new Int32Array(18);
const state: Int32Array = /* @__PURE__ */ new Int32Array(/* @__PURE__ */ new ArrayBuffer(16));

/** The lower 32 bits of a product of polynomials. */
function multiplyLow(x: number, y: number): number {
  const x0 = x & 0x11111111;
  const x1 = x & 0x22222222;
  const x2 = x & 0x44444444;
  const x3 = x & 0x88888888;
  const y0 = y & 0x11111111;
  const y1 = y & 0x22222222;
  const y2 = y & 0x44444444;
  const y3 = y & 0x88888888;
  const z0 = Math.imul(x0, y0) ^ Math.imul(x1, y3) ^ Math.imul(x2, y2) ^ Math.imul(x3, y1);
  const z1 = Math.imul(x0, y1) ^ Math.imul(x1, y0) ^ Math.imul(x2, y3) ^ Math.imul(x3, y2);
  const z2 = Math.imul(x0, y2) ^ Math.imul(x1, y1) ^ Math.imul(x2, y0) ^ Math.imul(x3, y3);
  const z3 = Math.imul(x0, y3) ^ Math.imul(x1, y2) ^ Math.imul(x2, y1) ^ Math.imul(x3, y0);
  return (z0 & 0x11111111) | (z1 & 0x22222222) | (z2 & 0x44444444) | (z3 & 0x88888888);
}

/** The bits of each octet in opposite order. */
function reverseInOctets(word: number): number {
  let w = ((word >>> 1) & 0x55555555) | ((word & 0x55555555) << 1);
  w = ((w >>> 2) & 0x33333333) | ((w & 0x33333333) << 2);
  return ((w >>> 4) & 0x0f0f0f0f) | ((w & 0x0f0f0f0f) << 4);
}

/** Karatsuba's nine factors of a number of four words, from `at`: a0 is the lowest. */
function spread(to: Factors, at: number, a0: number, a1: number, a2: number, a3: number): void {
  to[at] = a0;
  to[at + 1] = a1;
  to[at + 2] = a0 ^ a1;
  to[at + 3] = a2;
  to[at + 4] = a3;
  to[at + 5] = a2 ^ a3;
  to[at + 6] = a0 ^ a2;
  to[at + 7] = a1 ^ a3;
  to[at + 8] = a0 ^ a1 ^ a2 ^ a3;
}

/** From words whose first octet is lowest. The block's first octet is the highest of the number. */
function spreadBlock(to: Factors, w0: number, w1: number, w2: number, w3: number): void {
  spread(to, 0, swapOctets(w3), swapOctets(w2), swapOctets(w1), swapOctets(w0));
  // All 32 bits in opposite order are the octets swapped back, and the bits in them.
  spread(to, 9, reverseInOctets(w3), reverseInOctets(w2), reverseInOctets(w1), reverseInOctets(w0));
}

/** Turns the upper half of a product, which `multiplyLow` gave with its bits in opposite order. */
function turn(word: number): number {
  return swapOctets(reverseInOctets(word)) >>> 1;
}

function update(blocks: number): void {
  const p = products;
  for (let block = 0; block < blocks; block += 1) {
    const at = block << 2;
    spreadBlock(
      factors,
      state[0]! ^ words[at]!,
      state[1]! ^ words[at + 1]!,
      state[2]! ^ words[at + 2]!,
      state[3]! ^ words[at + 3]!,
    );
    for (let index = 0; index < 18; index += 1) p[index] = multiplyLow(factors[index]!, keyFactors[index]!);

    // Words of the three 64-bit products, each without what Karatsuba's method takes away from the middle.
    const low1 = p[2]! ^ p[0]! ^ p[1]!;
    const high1 = p[5]! ^ p[3]! ^ p[4]!;
    const middle1 = p[8]! ^ p[6]! ^ p[7]!;
    const low0Up = turn(p[9]!);
    const low1Up = turn(p[11]! ^ p[9]! ^ p[10]!);
    const low2Up = turn(p[10]!);
    const high0Up = turn(p[12]!);
    const high1Up = turn(p[14]! ^ p[12]! ^ p[13]!);
    const high2Up = turn(p[13]!);
    const middle0Up = turn(p[15]!);
    const middle1Up = turn(p[17]! ^ p[15]! ^ p[16]!);
    const middle2Up = turn(p[16]!);

    const l0 = p[0]!;
    const l1 = low0Up ^ low1;
    const l2 = p[1]! ^ low1Up;
    const l3 = low2Up;
    const h0 = p[3]!;
    const h1 = high0Up ^ high1;
    const h2 = p[4]! ^ high1Up;
    const h3 = high2Up;
    const z0 = l0;
    const z1 = l1;
    const z2 = l2 ^ p[6]! ^ l0 ^ h0;
    const z3 = l3 ^ middle0Up ^ middle1 ^ l1 ^ h1;
    const z4 = h0 ^ p[7]! ^ middle1Up ^ l2 ^ h2;
    const z5 = h1 ^ middle2Up ^ l3 ^ h3;
    reduce(z0, z1, z2, z3, z4, z5, h2, h3);
  }
}

/**
 * Modulo the polynomial of section 6.3, into the state. Of bits in opposite order the product has 255, so it
 * is shifted by one; what is below the upper four words then comes in from above, by x^128 = x^7 + x^2 + x + 1.
 */
function reduce(
  z0: number,
  z1: number,
  z2: number,
  z3: number,
  z4: number,
  z5: number,
  z6: number,
  z7: number,
): void {
  let r7 = (z7 << 1) | (z6 >>> 31);
  let r6 = (z6 << 1) | (z5 >>> 31);
  let r5 = (z5 << 1) | (z4 >>> 31);
  let r4 = (z4 << 1) | (z3 >>> 31);
  let r3 = (z3 << 1) | (z2 >>> 31);
  const r2 = (z2 << 1) | (z1 >>> 31);
  const r1 = (z1 << 1) | (z0 >>> 31);
  const r0 = z0 << 1;
  r4 ^= r0 ^ (r0 >>> 1) ^ (r0 >>> 2) ^ (r0 >>> 7);
  r3 ^= (r0 << 31) ^ (r0 << 30) ^ (r0 << 25);
  r5 ^= r1 ^ (r1 >>> 1) ^ (r1 >>> 2) ^ (r1 >>> 7);
  r4 ^= (r1 << 31) ^ (r1 << 30) ^ (r1 << 25);
  r6 ^= r2 ^ (r2 >>> 1) ^ (r2 >>> 2) ^ (r2 >>> 7);
  r5 ^= (r2 << 31) ^ (r2 << 30) ^ (r2 << 25);
  r7 ^= r3 ^ (r3 >>> 1) ^ (r3 >>> 2) ^ (r3 >>> 7);
  r6 ^= (r3 << 31) ^ (r3 << 30) ^ (r3 << 25);
  state[0] = swapOctets(r7);
  state[1] = swapOctets(r6);
  state[2] = swapOctets(r5);
  state[3] = swapOctets(r4);
}

/** In constant time. */
export const constantTimeGhash: Ghash<Factors> = {
  createKey() {
    const key = new Int32Array(18);
    spreadBlock(key, words[0]!, words[1]!, words[2]!, words[3]!);
    return key;
  },
  wipeKey(key) {
    key.fill(0);
  },
  start(key) {
    keyFactors.set(key);
    state.fill(0);
  },
  update,
  finish() {
    words.set(state);
    keyFactors.fill(0);
    factors.fill(0);
    products.fill(0);
    state.fill(0);
  },
};
