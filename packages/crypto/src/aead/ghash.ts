/**
 * GHASH (NIST SP 800-38D section 6.4) by table look-up, four or eight bits at a time.
 *
 * A product with H is the sum of H times each group of bits of the other factor. The tables hold all of these,
 * reduced, for each place of a group, so that a product is look-ups and exclusive ors only. They are constant
 * arrays, which compilers make the most of, and hold what the last key that used them put there:
 *
 * - groups of 8 bits, 64 KiB: twice as fast, filled for a record that is long enough to repay it;
 * - groups of 4 bits, 8 KiB: for keys that take turns on short records.
 *
 * Look-ups at secret places leak through the processor's caches; `constantTimeGhash.ts` has none.
 */
// biome-ignore-all lint/style/noNonNullAssertion: every index is bounded by a mask or a table's length.
import type { Ghash } from './gcm.ts';
import { chunkLength, swapOctets, words } from './workspace.ts';

// Compilers take a module's own constants for constant, and not what it imports: hence these second names.
const shared: Int32Array = words;
const lastBlock = chunkLength / 4 - 4;

/** H times x^0 to x^127, four words each: what the tables are made of. */
type GhashKey = Int32Array;

// Entry v of group g starts at index (g << 8 | v) << 2. Four views of one table, each a word further on, have the
// four words of an entry at the same index, which saves an addition for each look-up.
const octetTable: ArrayBuffer = /* @__PURE__ */ new ArrayBuffer(16 * 256 * 16 + 12);
const octets0: Int32Array = /* @__PURE__ */ new Int32Array(octetTable, 0, 16 * 256 * 4);
const octets1: Int32Array = /* @__PURE__ */ new Int32Array(octetTable, 4, 16 * 256 * 4);
const octets2: Int32Array = /* @__PURE__ */ new Int32Array(octetTable, 8, 16 * 256 * 4);
const octets3: Int32Array = /* @__PURE__ */ new Int32Array(octetTable, 12, 16 * 256 * 4);
let octetTableKey: GhashKey | undefined;

// Likewise, at (g << 4 | v) << 2.
const nibbleTable: ArrayBuffer = /* @__PURE__ */ new ArrayBuffer(32 * 16 * 16 + 12);
const nibbles0: Int32Array = /* @__PURE__ */ new Int32Array(nibbleTable, 0, 32 * 16 * 4);
const nibbles1: Int32Array = /* @__PURE__ */ new Int32Array(nibbleTable, 4, 32 * 16 * 4);
const nibbles2: Int32Array = /* @__PURE__ */ new Int32Array(nibbleTable, 8, 32 * 16 * 4);
const nibbles3: Int32Array = /* @__PURE__ */ new Int32Array(nibbleTable, 12, 32 * 16 * 4);
let nibbleTableKey: GhashKey | undefined;

/** Octets under one key, in one record or in a row of short ones, that repay filling the large table. */
const enoughOctets = 8192;

const state: Int32Array = /* @__PURE__ */ new Int32Array(/* @__PURE__ */ new ArrayBuffer(16));
let usesOctets = false;
/** Octets that the key of the small table was used for since it was filled. */
let octetsByNibbles = 0;

/** Sets up a key from H, which is in the first four words of the workspace. */
function ghashKey(): GhashKey {
  const key = new Int32Array(128 * 4);
  // Big-endian here: bit 0 of the specification, the highest of the first octet, is then the highest of a word.
  let h0 = swapOctets(words[0]!);
  let h1 = swapOctets(words[1]!);
  let h2 = swapOctets(words[2]!);
  let h3 = swapOctets(words[3]!);
  for (let at = 0; at < key.length; at += 4) {
    key[at] = swapOctets(h0);
    key[at + 1] = swapOctets(h1);
    key[at + 2] = swapOctets(h2);
    key[at + 3] = swapOctets(h3);
    // Times x, section 6.3: a shift to the right, and R where a bit falls out.
    const reduction = -(h3 & 1) & 0xe1000000;
    h3 = (h3 >>> 1) | (h2 << 31);
    h2 = (h2 >>> 1) | (h1 << 31);
    h1 = (h1 >>> 1) | (h0 << 31);
    h0 = (h0 >>> 1) ^ reduction;
  }
  return key;
}

/** Wipes a key, and the tables that were made of it. */
function wipeGhashKey(key: GhashKey): void {
  if (octetTableKey === key) {
    octetTableKey = undefined;
    new Int32Array(octetTable).fill(0);
  }
  wipeNibbles(key);
}

/** Wipes a key, and the small table if it was made of it. */
function wipeNibbles(key: GhashKey): void {
  key.fill(0);
  if (nibbleTableKey !== key) return;
  nibbleTableKey = undefined;
  new Int32Array(nibbleTable).fill(0);
}

/** Begins a hash over a record of `length` octets. */
function startGhash(key: GhashKey, length: number): void {
  wipeState();
  if (octetTableKey !== key) {
    octetsByNibbles = nibbleTableKey === key ? octetsByNibbles + length : length;
    if (octetsByNibbles >= enoughOctets) {
      octetTableKey = key;
      fillTable(octets0, key, 8);
    } else {
      fillNibbles(key);
    }
  }
  usesOctets = octetTableKey === key;
}

function startByNibbles(key: GhashKey): void {
  wipeState();
  fillNibbles(key);
}

function fillNibbles(key: GhashKey): void {
  if (nibbleTableKey === key) return;
  nibbleTableKey = key;
  fillTable(nibbles0, key, 4);
}

function fillTable(table: Int32Array, key: GhashKey, bits: 4 | 8): void {
  const t = table;
  for (let group = 0; group < 128 / bits; group += 1) {
    const entries = group << (bits + 2);
    // Groups count from the lowest bits of a word up, octets as the specification has them, and the bits of an
    // octet from the highest one down.
    const firstBit = bits === 8 ? group << 3 : ((group >> 1) << 3) + (group & 1 ? 0 : 4);
    for (let bit = 0; bit < bits; bit += 1) {
      const from = (firstBit + bits - 1 - bit) << 2;
      const size = 4 << bit;
      // What has this bit as its highest one is the bit alone plus each of the entries before.
      const word0 = key[from]!;
      const word1 = key[from + 1]!;
      const word2 = key[from + 2]!;
      const word3 = key[from + 3]!;
      for (let at = entries; at < entries + size; at += 4) {
        t[at + size] = t[at]! ^ word0;
        t[at + size + 1] = t[at + 1]! ^ word1;
        t[at + size + 2] = t[at + 2]! ^ word2;
        t[at + size + 3] = t[at + 3]! ^ word3;
      }
    }
  }
}

/** Takes in `blocks` blocks of 16 octets from the workspace. */
function updateGhash(blocks: number): void {
  if (usesOctets) updateByOctets(blocks);
  else updateByNibbles(blocks);
}

function updateByOctets(blocks: number): void {
  const w = shared;
  const t0 = octets0;
  const t1 = octets1;
  const t2 = octets2;
  const t3 = octets3;
  let y0 = state[0]!;
  let y1 = state[1]!;
  let y2 = state[2]!;
  let y3 = state[3]!;
  for (let block = 0; block < blocks; block += 1) {
    const at = (block << 2) & lastBlock;
    const z0 = y0 ^ w[at]!;
    const z1 = y1 ^ w[at + 1]!;
    const z2 = y2 ^ w[at + 2]!;
    const z3 = y3 ^ w[at + 3]!;
    let e = (z0 << 2) & 0x3fc;
    y0 = t0[e]!;
    y1 = t1[e]!;
    y2 = t2[e]!;
    y3 = t3[e]!;
    e = ((z0 >>> 6) & 0x3fc) | 0x400;
    y0 ^= t0[e]!;
    y1 ^= t1[e]!;
    y2 ^= t2[e]!;
    y3 ^= t3[e]!;
    e = ((z0 >>> 14) & 0x3fc) | 0x800;
    y0 ^= t0[e]!;
    y1 ^= t1[e]!;
    y2 ^= t2[e]!;
    y3 ^= t3[e]!;
    e = ((z0 >>> 22) & 0x3fc) | 0xc00;
    y0 ^= t0[e]!;
    y1 ^= t1[e]!;
    y2 ^= t2[e]!;
    y3 ^= t3[e]!;
    e = ((z1 << 2) & 0x3fc) | 0x1000;
    y0 ^= t0[e]!;
    y1 ^= t1[e]!;
    y2 ^= t2[e]!;
    y3 ^= t3[e]!;
    e = ((z1 >>> 6) & 0x3fc) | 0x1400;
    y0 ^= t0[e]!;
    y1 ^= t1[e]!;
    y2 ^= t2[e]!;
    y3 ^= t3[e]!;
    e = ((z1 >>> 14) & 0x3fc) | 0x1800;
    y0 ^= t0[e]!;
    y1 ^= t1[e]!;
    y2 ^= t2[e]!;
    y3 ^= t3[e]!;
    e = ((z1 >>> 22) & 0x3fc) | 0x1c00;
    y0 ^= t0[e]!;
    y1 ^= t1[e]!;
    y2 ^= t2[e]!;
    y3 ^= t3[e]!;
    e = ((z2 << 2) & 0x3fc) | 0x2000;
    y0 ^= t0[e]!;
    y1 ^= t1[e]!;
    y2 ^= t2[e]!;
    y3 ^= t3[e]!;
    e = ((z2 >>> 6) & 0x3fc) | 0x2400;
    y0 ^= t0[e]!;
    y1 ^= t1[e]!;
    y2 ^= t2[e]!;
    y3 ^= t3[e]!;
    e = ((z2 >>> 14) & 0x3fc) | 0x2800;
    y0 ^= t0[e]!;
    y1 ^= t1[e]!;
    y2 ^= t2[e]!;
    y3 ^= t3[e]!;
    e = ((z2 >>> 22) & 0x3fc) | 0x2c00;
    y0 ^= t0[e]!;
    y1 ^= t1[e]!;
    y2 ^= t2[e]!;
    y3 ^= t3[e]!;
    e = ((z3 << 2) & 0x3fc) | 0x3000;
    y0 ^= t0[e]!;
    y1 ^= t1[e]!;
    y2 ^= t2[e]!;
    y3 ^= t3[e]!;
    e = ((z3 >>> 6) & 0x3fc) | 0x3400;
    y0 ^= t0[e]!;
    y1 ^= t1[e]!;
    y2 ^= t2[e]!;
    y3 ^= t3[e]!;
    e = ((z3 >>> 14) & 0x3fc) | 0x3800;
    y0 ^= t0[e]!;
    y1 ^= t1[e]!;
    y2 ^= t2[e]!;
    y3 ^= t3[e]!;
    e = ((z3 >>> 22) & 0x3fc) | 0x3c00;
    y0 ^= t0[e]!;
    y1 ^= t1[e]!;
    y2 ^= t2[e]!;
    y3 ^= t3[e]!;
  }
  state[0] = y0;
  state[1] = y1;
  state[2] = y2;
  state[3] = y3;
}

function updateByNibbles(blocks: number): void {
  const t0 = nibbles0;
  const t1 = nibbles1;
  const t2 = nibbles2;
  const t3 = nibbles3;
  for (let block = 0; block < blocks; block += 1) {
    let y0 = 0;
    let y1 = 0;
    let y2 = 0;
    let y3 = 0;
    for (let word = 0; word < 4; word += 1) {
      let z = state[word]! ^ words[(block << 2) + word]!;
      for (let group = word << 9; group < (word + 1) << 9; group += 64) {
        const e = ((z & 15) << 2) | group;
        z >>>= 4;
        y0 ^= t0[e]!;
        y1 ^= t1[e]!;
        y2 ^= t2[e]!;
        y3 ^= t3[e]!;
      }
    }
    state[0] = y0;
    state[1] = y1;
    state[2] = y2;
    state[3] = y3;
  }
}

/** Puts the hash into the first four words of the workspace. */
function finishGhash(): void {
  words[0] = state[0]!;
  words[1] = state[1]!;
  words[2] = state[2]!;
  words[3] = state[3]!;
  wipeState();
}

/** Written out: for so few, `fill` costs more than all else that begins and ends a record. */
function wipeState(): void {
  state[0] = 0;
  state[1] = 0;
  state[2] = 0;
  state[3] = 0;
}

export const tableGhash: Ghash<GhashKey> = {
  createKey: ghashKey,
  wipeKey: wipeGhashKey,
  start: startGhash,
  update: updateGhash,
  finish: finishGhash,
};

/** With the small table alone: less code and memory, and half as fast. */
export const nibbleGhash: Ghash<GhashKey> = {
  createKey: ghashKey,
  wipeKey: wipeNibbles,
  start: startByNibbles,
  update: updateByNibbles,
  finish: finishGhash,
};
