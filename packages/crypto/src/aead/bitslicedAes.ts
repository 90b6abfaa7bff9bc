/**
 * AES (FIPS 197) in constant time: no table, no branch and no index that depends on a secret.
 *
 * Bitsliced: eight words hold the eight bits of each octet of two blocks, so that SubBytes is a circuit of
 * exclusive ors and ands, computed for 32 octets at once. In such a plane, octet r is row r of the states, and bit
 * 2c + b of it is column c of block b.
 *
 * A word outside the planes is a column of the state, its first octet in the lowest bits.
 */
// biome-ignore-all lint/style/noNonNullAssertion: indexes are constants or bounded by the schedule and the planes.
import { expandAesKey, longestSchedule } from './aesKey.ts';

/** Two blocks: columns before `transpose`, planes after it. */
export const planes: Int32Array = /* @__PURE__ */ new Int32Array(/* @__PURE__ */ new ArrayBuffer(32));

const state: Int32Array = planes;
const roundKeys: Int32Array = /* @__PURE__ */ new Int32Array(2 * longestSchedule);
let lastRound = 0;

/** The round keys as planes, eight words each. */
export function expandBitslicedKey(key: Uint8Array): Int32Array {
  const schedule = expandAesKey(key, substituteWord);
  const sliced = new Int32Array(2 * schedule.length);
  for (let round = 0; round < schedule.length; round += 4) {
    for (let column = 0; column < 4; column += 1) {
      state[2 * column] = schedule[round + column]!;
      state[2 * column + 1] = schedule[round + column]!;
    }
    transpose();
    sliced.set(state, 2 * round);
  }
  schedule.fill(0);
  state.fill(0);
  return sliced;
}

function substituteWord(word: number): number {
  state.fill(0);
  state[0] = word;
  transpose();
  substitute();
  transpose();
  return state[0]!;
}

/** Makes a key the one that `encryptTwoBlocks` uses. */
export function loadBitslicedKey(key: Int32Array): void {
  roundKeys.set(key);
  lastRound = key.length - 8;
}

/** Wipes the key in use and the blocks. */
export function unloadBitslicedKey(): void {
  roundKeys.fill(0);
  state.fill(0);
}

/** Encrypts two blocks, as columns: those of the first at the even indexes of `planes`. */
export function encryptTwoBlocks(): void {
  const s = state;
  const k = roundKeys;
  transpose();
  for (let plane = 0; plane < 8; plane += 1) s[plane] = s[plane]! ^ k[plane]!;
  for (let at = 8; at < lastRound; at += 8) {
    substitute();
    mixPlanes(at);
  }
  substitute();
  for (let plane = 0; plane < 8; plane += 1) s[plane] = shiftRows(s[plane]!) ^ k[lastRound + plane]!;
  transpose();
}

/** Exchanges the place in the list of words with that in each octet; to do it twice does nothing. */
export function transpose(): void {
  exchange(1, 0x55555555);
  exchange(2, 0x33333333);
  exchange(4, 0x0f0f0f0f);
}

function exchange(distance: 1 | 2 | 4, mask: number): void {
  const s = state;
  for (let index = 0; index < 8; index += 1) {
    if ((index & distance) !== 0) continue;
    const low = s[index]!;
    const high = s[index + distance]!;
    const moved = ((low >>> distance) ^ high) & mask;
    s[index] = low ^ (moved << distance);
    s[index + distance] = high ^ moved;
  }
}

/** Section 5.1.2: row r turns by r columns, that is, octet r by 2r bits. */
function shiftRows(plane: number): number {
  return (
    (plane & 0x000000ff) |
    ((plane >>> 2) & 0x00003f00) |
    ((plane << 6) & 0x0000c000) |
    ((plane >>> 4) & 0x000f0000) |
    ((plane << 4) & 0x00f00000) |
    ((plane >>> 6) & 0x03000000) |
    ((plane << 2) & 0xfc000000)
  );
}

/**
 * ShiftRows, MixColumns and AddRoundKey, sections 5.1.2 to 5.1.4. An octet of row r becomes
 * 2 (a[r] + a[r+1]) + a[r+1] + a[r+2] + a[r+3]; row r+1 comes to row r by a rotation of the plane. Doubling moves a
 * plane to the next one, and the highest also to those of the bits of 0x1b.
 */
function mixPlanes(firstKey: number): void {
  const s = state;
  const k = roundKeys;
  const highest = shiftRows(s[7]!);
  const carried = highest ^ ((highest >>> 8) | (highest << 24));
  let doubled = 0;
  for (let plane = 0; plane < 8; plane += 1) {
    const row = shiftRows(s[plane]!);
    const next = (row >>> 8) | (row << 24);
    const sum = row ^ next;
    const opposite = (sum >>> 16) | (sum << 16);
    s[plane] = doubled ^ (carried & -((0x1b >>> plane) & 1)) ^ next ^ opposite ^ k[firstKey + plane]!;
    doubled = sum;
  }
}

/**
 * SubBytes, section 5.1.1, by the circuit of J. Boyar and R. Peralta, "A New Combinational Logic Minimization
 * Technique with Applications to Cryptology" (2009): a linear layer, the inverse in GF(2^8) by way of GF(2^4), a
 * linear layer.
 */
export function substitute(): void {
  const s = state;
  const x0 = s[7]!;
  const x1 = s[6]!;
  const x2 = s[5]!;
  const x3 = s[4]!;
  const x4 = s[3]!;
  const x5 = s[2]!;
  const x6 = s[1]!;
  const x7 = s[0]!;

  const y14 = x3 ^ x5;
  const y13 = x0 ^ x6;
  const y9 = x0 ^ x3;
  const y8 = x0 ^ x5;
  const t0 = x1 ^ x2;
  const y1 = t0 ^ x7;
  const y4 = y1 ^ x3;
  const y12 = y13 ^ y14;
  const y2 = y1 ^ x0;
  const y5 = y1 ^ x6;
  const y3 = y5 ^ y8;
  const t1 = x4 ^ y12;
  const y15 = t1 ^ x5;
  const y20 = t1 ^ x1;
  const y6 = y15 ^ x7;
  const y10 = y15 ^ t0;
  const y11 = y20 ^ y9;
  const y7 = x7 ^ y11;
  const y17 = y10 ^ y11;
  const y19 = y10 ^ y8;
  const y16 = t0 ^ y11;
  const y21 = y13 ^ y16;
  const y18 = x0 ^ y16;

  const t2 = y12 & y15;
  const t3 = y3 & y6;
  const t4 = t3 ^ t2;
  const t5 = y4 & x7;
  const t6 = t5 ^ t2;
  const t7 = y13 & y16;
  const t8 = y5 & y1;
  const t9 = t8 ^ t7;
  const t10 = y2 & y7;
  const t11 = t10 ^ t7;
  const t12 = y9 & y11;
  const t13 = y14 & y17;
  const t14 = t13 ^ t12;
  const t15 = y8 & y10;
  const t16 = t15 ^ t12;
  const t17 = t4 ^ t14;
  const t18 = t6 ^ t16;
  const t19 = t9 ^ t14;
  const t20 = t11 ^ t16;
  const t21 = t17 ^ y20;
  const t22 = t18 ^ y19;
  const t23 = t19 ^ y21;
  const t24 = t20 ^ y18;
  const t25 = t21 ^ t22;
  const t26 = t21 & t23;
  const t27 = t24 ^ t26;
  const t28 = t25 & t27;
  const t29 = t28 ^ t22;
  const t30 = t23 ^ t24;
  const t31 = t22 ^ t26;
  const t32 = t31 & t30;
  const t33 = t32 ^ t24;
  const t34 = t23 ^ t33;
  const t35 = t27 ^ t33;
  const t36 = t24 & t35;
  const t37 = t36 ^ t34;
  const t38 = t27 ^ t36;
  const t39 = t29 & t38;
  const t40 = t25 ^ t39;
  const t41 = t40 ^ t37;
  const t42 = t29 ^ t33;
  const t43 = t29 ^ t40;
  const t44 = t33 ^ t37;
  const t45 = t42 ^ t41;
  const z0 = t44 & y15;
  const z1 = t37 & y6;
  const z2 = t33 & x7;
  const z3 = t43 & y16;
  const z4 = t40 & y1;
  const z5 = t29 & y7;
  const z6 = t42 & y11;
  const z7 = t45 & y17;
  const z8 = t41 & y10;
  const z9 = t44 & y12;
  const z10 = t37 & y3;
  const z11 = t33 & y4;
  const z12 = t43 & y13;
  const z13 = t40 & y5;
  const z14 = t29 & y2;
  const z15 = t42 & y9;
  const z16 = t45 & y14;
  const z17 = t41 & y8;

  const t46 = z15 ^ z16;
  const t47 = z10 ^ z11;
  const t48 = z5 ^ z13;
  const t49 = z9 ^ z10;
  const t50 = z2 ^ z12;
  const t51 = z2 ^ z5;
  const t52 = z7 ^ z8;
  const t53 = z0 ^ z3;
  const t54 = z6 ^ z7;
  const t55 = z16 ^ z17;
  const t56 = z12 ^ t48;
  const t57 = t50 ^ t53;
  const t58 = z4 ^ t46;
  const t59 = z3 ^ t54;
  const t60 = t46 ^ t57;
  const t61 = z14 ^ t57;
  const t62 = t52 ^ t58;
  const t63 = t49 ^ t58;
  const t64 = z4 ^ t59;
  const t65 = t61 ^ t62;
  const t66 = z1 ^ t63;
  const t67 = t64 ^ t65;
  const s3 = t53 ^ t66;

  s[7] = t59 ^ t63;
  s[6] = t64 ^ ~s3;
  s[5] = t55 ^ ~t67;
  s[4] = s3;
  s[3] = t51 ^ t66;
  s[2] = t47 ^ t65;
  s[1] = t56 ^ ~t62;
  s[0] = t48 ^ ~t60;
}
