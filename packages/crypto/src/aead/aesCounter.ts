/**
 * AES (FIPS 197) by table look-up, in counter mode with a 96-bit nonce and a 32-bit counter
 * (NIST SP 800-38D section 6.5).
 *
 * Within 256 blocks only the last octet of the counter changes. It reaches one column in the first round and one
 * octet of each column in the second, so 27 of the 32 look-ups of these rounds are the same for all 256 blocks
 * and are done once.
 *
 * Look-ups at secret places leak through the processor's caches to whoever shares it. `bitslicedAes.ts` has none.
 */
// biome-ignore-all lint/style/noNonNullAssertion: every index is an octet or bounded by schedule and workspace.
import { double, expandAesKey, longestSchedule } from './aesKey.ts';
import type { CounterMode } from './gcm.ts';
import { chunkLength, loadWord, words } from './workspace.ts';

// Compilers take a module's own constants for constant, and not what it imports: hence this second name.
const shared: Int32Array = words;

/** SubBytes, section 5.1.1: the inverse in GF(2^8), then an affine transformation. */
const sbox: Uint8Array = /* @__PURE__ */ makeSbox();

// SubBytes, ShiftRows and MixColumns (sections 5.1.1 to 5.1.3) of an octet of row 0 to 3 at once. One array for
// each row and not one to rotate: look-ups cost less than rotations.
const table0: Int32Array = /* @__PURE__ */ makeTable(0);
const table1: Int32Array = /* @__PURE__ */ makeTable(8);
const table2: Int32Array = /* @__PURE__ */ makeTable(16);
const table3: Int32Array = /* @__PURE__ */ makeTable(24);

// Of the record in hand.
const schedule: Int32Array = /* @__PURE__ */ new Int32Array(longestSchedule);
const nonceWords: Int32Array = /* @__PURE__ */ new Int32Array(/* @__PURE__ */ new ArrayBuffer(12));
let lastRound = 0;

function makeSbox(): Uint8Array {
  const box = new Uint8Array(256);
  // `power` runs through the powers of 3 and `inverse` through those of 1/3: always each other's inverses.
  let power = 1;
  let inverse = 1;
  for (let exponent = 0; exponent < 255; exponent += 1) {
    const twice = inverse * 0x0101;
    box[power] = inverse ^ (twice >> 4) ^ (twice >> 5) ^ (twice >> 6) ^ (twice >> 7) ^ 0x63;
    power ^= double(power);
    inverse ^= inverse << 1;
    inverse ^= inverse << 2;
    inverse ^= inverse << 4;
    inverse = (inverse & 0xff) ^ (-((inverse >> 7) & 1) & 0x09);
  }
  box[0] = 0x63;
  return box;
}

function makeTable(rotation: number): Int32Array {
  return Int32Array.from(sbox, (octet) => {
    const doubled = double(octet);
    const column = doubled | (octet << 8) | (octet << 16) | ((doubled ^ octet) << 24);
    return rotation === 0 ? column : (column << rotation) | (column >>> (32 - rotation));
  });
}

/** SubWord, section 5.2. */
function substituteWord(word: number): number {
  return (
    sbox[word & 0xff]! |
    (sbox[(word >>> 8) & 0xff]! << 8) |
    (sbox[(word >>> 16) & 0xff]! << 16) |
    (sbox[word >>> 24]! << 24)
  );
}

function start(key: Int32Array, nonce: Uint8Array): void {
  schedule.set(key);
  lastRound = key.length - 4;
  nonceWords[0] = loadWord(nonce, 0);
  nonceWords[1] = loadWord(nonce, 4);
  nonceWords[2] = loadWord(nonce, 8);
}

function keystream(firstCounter: number, blocks: number): void {
  let block = 0;
  while (block < blocks) {
    const counter = (firstCounter + block) | 0;
    const span = Math.min(blocks - block, 256 - (counter & 0xff));
    keystreamOfSpan(counter, span, block << 2);
    block += span;
  }
}

/** Blocks whose counters differ in the last octet only. */
function keystreamOfSpan(firstCounter: number, blocks: number, firstWord: number): void {
  const k = schedule;
  const w = shared;
  const t0 = table0;
  const t1 = table1;
  const t2 = table2;
  const t3 = table3;
  const s = sbox;
  const end = lastRound;

  // The counter is big-endian: its last octet is in the highest bits of the last column, here left out.
  const high =
    ((firstCounter >>> 24) & 0xff) | ((firstCounter >>> 8) & 0xff00) | ((firstCounter << 8) & 0xff0000);
  const a0 = nonceWords[0]! ^ k[0]!;
  const a1 = nonceWords[1]! ^ k[1]!;
  const a2 = nonceWords[2]! ^ k[2]!;
  const a3 = high ^ k[3]!;
  // Round 1. The changing octet goes to column 0 only.
  const b0 = t0[a0 & 0xff]! ^ t1[(a1 >>> 8) & 0xff]! ^ t2[(a2 >>> 16) & 0xff]! ^ k[4]!;
  const b1 = t0[a1 & 0xff]! ^ t1[(a2 >>> 8) & 0xff]! ^ t2[(a3 >>> 16) & 0xff]! ^ t3[a0 >>> 24]! ^ k[5]!;
  const b2 = t0[a2 & 0xff]! ^ t1[(a3 >>> 8) & 0xff]! ^ t2[(a0 >>> 16) & 0xff]! ^ t3[a1 >>> 24]! ^ k[6]!;
  const b3 = t0[a3 & 0xff]! ^ t1[(a0 >>> 8) & 0xff]! ^ t2[(a1 >>> 16) & 0xff]! ^ t3[a2 >>> 24]! ^ k[7]!;
  // Round 2, without what comes from column 0.
  const c0 = t1[(b1 >>> 8) & 0xff]! ^ t2[(b2 >>> 16) & 0xff]! ^ t3[b3 >>> 24]! ^ k[8]!;
  const c1 = t0[b1 & 0xff]! ^ t1[(b2 >>> 8) & 0xff]! ^ t2[(b3 >>> 16) & 0xff]! ^ k[9]!;
  const c2 = t0[b2 & 0xff]! ^ t1[(b3 >>> 8) & 0xff]! ^ t3[b1 >>> 24]! ^ k[10]!;
  const c3 = t0[b3 & 0xff]! ^ t2[(b1 >>> 16) & 0xff]! ^ t3[b2 >>> 24]! ^ k[11]!;

  const highest = a3 >>> 24;
  for (let block = 0; block < blocks; block += 1) {
    const column0 = b0 ^ t3[((firstCounter + block) & 0xff) ^ highest]!;
    let s0 = c0 ^ t0[column0 & 0xff]!;
    let s1 = c1 ^ t3[column0 >>> 24]!;
    let s2 = c2 ^ t2[(column0 >>> 16) & 0xff]!;
    let s3 = c3 ^ t1[(column0 >>> 8) & 0xff]!;
    for (let at = 12; at < end; at += 4) {
      const n0 = t0[s0 & 0xff]! ^ t1[(s1 >>> 8) & 0xff]! ^ t2[(s2 >>> 16) & 0xff]! ^ t3[s3 >>> 24]! ^ k[at]!;
      const n1 =
        t0[s1 & 0xff]! ^ t1[(s2 >>> 8) & 0xff]! ^ t2[(s3 >>> 16) & 0xff]! ^ t3[s0 >>> 24]! ^ k[at + 1]!;
      const n2 =
        t0[s2 & 0xff]! ^ t1[(s3 >>> 8) & 0xff]! ^ t2[(s0 >>> 16) & 0xff]! ^ t3[s1 >>> 24]! ^ k[at + 2]!;
      s3 = t0[s3 & 0xff]! ^ t1[(s0 >>> 8) & 0xff]! ^ t2[(s1 >>> 16) & 0xff]! ^ t3[s2 >>> 24]! ^ k[at + 3]!;
      s0 = n0;
      s1 = n1;
      s2 = n2;
    }
    // The last round has no MixColumns.
    const at = (firstWord + (block << 2)) & (chunkLength / 4 - 4);
    w[at] =
      (s[s0 & 0xff]! |
        (s[(s1 >>> 8) & 0xff]! << 8) |
        (s[(s2 >>> 16) & 0xff]! << 16) |
        (s[s3 >>> 24]! << 24)) ^
      k[end]!;
    w[at + 1] =
      (s[s1 & 0xff]! |
        (s[(s2 >>> 8) & 0xff]! << 8) |
        (s[(s3 >>> 16) & 0xff]! << 16) |
        (s[s0 >>> 24]! << 24)) ^
      k[end + 1]!;
    w[at + 2] =
      (s[s2 & 0xff]! |
        (s[(s3 >>> 8) & 0xff]! << 8) |
        (s[(s0 >>> 16) & 0xff]! << 16) |
        (s[s1 >>> 24]! << 24)) ^
      k[end + 2]!;
    w[at + 3] =
      (s[s3 & 0xff]! |
        (s[(s0 >>> 8) & 0xff]! << 8) |
        (s[(s1 >>> 16) & 0xff]! << 16) |
        (s[s2 >>> 24]! << 24)) ^
      k[end + 3]!;
  }
}

/** Not in constant time. */
export const tableAesCounter: CounterMode<Int32Array> = {
  expandKey: (key) => expandAesKey(key, substituteWord),
  wipeKey(key) {
    key.fill(0);
  },
  start,
  keystream,
  end() {
    schedule.fill(0);
  },
};
