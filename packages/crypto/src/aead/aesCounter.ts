/**
 * AES by table look-up in counter mode, with 96 fixed bits and a 32-bit counter (NIST SP 800-38D section 6.5).
 *
 * Within 256 blocks only the last octet of the counter changes. It reaches one column in the first round and one
 * octet of each column in the second, so 27 of the 32 look-ups of these rounds are the same for all 256 blocks
 * and are done once.
 */
// biome-ignore-all lint/style/noNonNullAssertion: every index is an octet or bounded by schedule and workspace.
import {
  expandKeyByTable,
  loadKey,
  sbox,
  schedule,
  table0,
  table1,
  table2,
  table3,
  wipeKey,
} from './aesTables.ts';
import type { CounterMode } from './gcm.ts';
import { chunkLength, loadWord, words } from './workspace.ts';

// Compilers take a module's own constants for constant, and not what it imports: hence these second names.
const shared: Int32Array = words;
const lastBlock = chunkLength / 4 - 4;
const octets: Uint8Array = sbox;
const row0: Int32Array = table0;
const row1: Int32Array = table1;
const row2: Int32Array = table2;
const row3: Int32Array = table3;
const roundKeys: Int32Array = schedule;

// Of the record in hand.
const nonceWords: Int32Array = /* @__PURE__ */ new Int32Array(/* @__PURE__ */ new ArrayBuffer(12));
let lastRound = 0;

function start(key: Int32Array, nonce: Uint8Array): void {
  lastRound = loadKey(key);
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
  const k = roundKeys;
  const w = shared;
  const t0 = row0;
  const t1 = row1;
  const t2 = row2;
  const t3 = row3;
  const s = octets;
  const end = lastRound;
  const isLong = end > 40;

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
    // Written out up to the last round of a key of 128 bits, which saves a sixth of the time.
    let n0 = t0[s0 & 0xff]! ^ t1[(s1 >>> 8) & 0xff]! ^ t2[(s2 >>> 16) & 0xff]! ^ t3[s3 >>> 24]! ^ k[12]!;
    let n1 = t0[s1 & 0xff]! ^ t1[(s2 >>> 8) & 0xff]! ^ t2[(s3 >>> 16) & 0xff]! ^ t3[s0 >>> 24]! ^ k[13]!;
    let n2 = t0[s2 & 0xff]! ^ t1[(s3 >>> 8) & 0xff]! ^ t2[(s0 >>> 16) & 0xff]! ^ t3[s1 >>> 24]! ^ k[14]!;
    let n3 = t0[s3 & 0xff]! ^ t1[(s0 >>> 8) & 0xff]! ^ t2[(s1 >>> 16) & 0xff]! ^ t3[s2 >>> 24]! ^ k[15]!;
    s0 = t0[n0 & 0xff]! ^ t1[(n1 >>> 8) & 0xff]! ^ t2[(n2 >>> 16) & 0xff]! ^ t3[n3 >>> 24]! ^ k[16]!;
    s1 = t0[n1 & 0xff]! ^ t1[(n2 >>> 8) & 0xff]! ^ t2[(n3 >>> 16) & 0xff]! ^ t3[n0 >>> 24]! ^ k[17]!;
    s2 = t0[n2 & 0xff]! ^ t1[(n3 >>> 8) & 0xff]! ^ t2[(n0 >>> 16) & 0xff]! ^ t3[n1 >>> 24]! ^ k[18]!;
    s3 = t0[n3 & 0xff]! ^ t1[(n0 >>> 8) & 0xff]! ^ t2[(n1 >>> 16) & 0xff]! ^ t3[n2 >>> 24]! ^ k[19]!;
    n0 = t0[s0 & 0xff]! ^ t1[(s1 >>> 8) & 0xff]! ^ t2[(s2 >>> 16) & 0xff]! ^ t3[s3 >>> 24]! ^ k[20]!;
    n1 = t0[s1 & 0xff]! ^ t1[(s2 >>> 8) & 0xff]! ^ t2[(s3 >>> 16) & 0xff]! ^ t3[s0 >>> 24]! ^ k[21]!;
    n2 = t0[s2 & 0xff]! ^ t1[(s3 >>> 8) & 0xff]! ^ t2[(s0 >>> 16) & 0xff]! ^ t3[s1 >>> 24]! ^ k[22]!;
    n3 = t0[s3 & 0xff]! ^ t1[(s0 >>> 8) & 0xff]! ^ t2[(s1 >>> 16) & 0xff]! ^ t3[s2 >>> 24]! ^ k[23]!;
    s0 = t0[n0 & 0xff]! ^ t1[(n1 >>> 8) & 0xff]! ^ t2[(n2 >>> 16) & 0xff]! ^ t3[n3 >>> 24]! ^ k[24]!;
    s1 = t0[n1 & 0xff]! ^ t1[(n2 >>> 8) & 0xff]! ^ t2[(n3 >>> 16) & 0xff]! ^ t3[n0 >>> 24]! ^ k[25]!;
    s2 = t0[n2 & 0xff]! ^ t1[(n3 >>> 8) & 0xff]! ^ t2[(n0 >>> 16) & 0xff]! ^ t3[n1 >>> 24]! ^ k[26]!;
    s3 = t0[n3 & 0xff]! ^ t1[(n0 >>> 8) & 0xff]! ^ t2[(n1 >>> 16) & 0xff]! ^ t3[n2 >>> 24]! ^ k[27]!;
    n0 = t0[s0 & 0xff]! ^ t1[(s1 >>> 8) & 0xff]! ^ t2[(s2 >>> 16) & 0xff]! ^ t3[s3 >>> 24]! ^ k[28]!;
    n1 = t0[s1 & 0xff]! ^ t1[(s2 >>> 8) & 0xff]! ^ t2[(s3 >>> 16) & 0xff]! ^ t3[s0 >>> 24]! ^ k[29]!;
    n2 = t0[s2 & 0xff]! ^ t1[(s3 >>> 8) & 0xff]! ^ t2[(s0 >>> 16) & 0xff]! ^ t3[s1 >>> 24]! ^ k[30]!;
    n3 = t0[s3 & 0xff]! ^ t1[(s0 >>> 8) & 0xff]! ^ t2[(s1 >>> 16) & 0xff]! ^ t3[s2 >>> 24]! ^ k[31]!;
    s0 = t0[n0 & 0xff]! ^ t1[(n1 >>> 8) & 0xff]! ^ t2[(n2 >>> 16) & 0xff]! ^ t3[n3 >>> 24]! ^ k[32]!;
    s1 = t0[n1 & 0xff]! ^ t1[(n2 >>> 8) & 0xff]! ^ t2[(n3 >>> 16) & 0xff]! ^ t3[n0 >>> 24]! ^ k[33]!;
    s2 = t0[n2 & 0xff]! ^ t1[(n3 >>> 8) & 0xff]! ^ t2[(n0 >>> 16) & 0xff]! ^ t3[n1 >>> 24]! ^ k[34]!;
    s3 = t0[n3 & 0xff]! ^ t1[(n0 >>> 8) & 0xff]! ^ t2[(n1 >>> 16) & 0xff]! ^ t3[n2 >>> 24]! ^ k[35]!;
    n0 = t0[s0 & 0xff]! ^ t1[(s1 >>> 8) & 0xff]! ^ t2[(s2 >>> 16) & 0xff]! ^ t3[s3 >>> 24]! ^ k[36]!;
    n1 = t0[s1 & 0xff]! ^ t1[(s2 >>> 8) & 0xff]! ^ t2[(s3 >>> 16) & 0xff]! ^ t3[s0 >>> 24]! ^ k[37]!;
    n2 = t0[s2 & 0xff]! ^ t1[(s3 >>> 8) & 0xff]! ^ t2[(s0 >>> 16) & 0xff]! ^ t3[s1 >>> 24]! ^ k[38]!;
    n3 = t0[s3 & 0xff]! ^ t1[(s0 >>> 8) & 0xff]! ^ t2[(s1 >>> 16) & 0xff]! ^ t3[s2 >>> 24]! ^ k[39]!;
    // The four more of a key of 256 bits.
    if (isLong) {
      s0 = t0[n0 & 0xff]! ^ t1[(n1 >>> 8) & 0xff]! ^ t2[(n2 >>> 16) & 0xff]! ^ t3[n3 >>> 24]! ^ k[40]!;
      s1 = t0[n1 & 0xff]! ^ t1[(n2 >>> 8) & 0xff]! ^ t2[(n3 >>> 16) & 0xff]! ^ t3[n0 >>> 24]! ^ k[41]!;
      s2 = t0[n2 & 0xff]! ^ t1[(n3 >>> 8) & 0xff]! ^ t2[(n0 >>> 16) & 0xff]! ^ t3[n1 >>> 24]! ^ k[42]!;
      s3 = t0[n3 & 0xff]! ^ t1[(n0 >>> 8) & 0xff]! ^ t2[(n1 >>> 16) & 0xff]! ^ t3[n2 >>> 24]! ^ k[43]!;
      n0 = t0[s0 & 0xff]! ^ t1[(s1 >>> 8) & 0xff]! ^ t2[(s2 >>> 16) & 0xff]! ^ t3[s3 >>> 24]! ^ k[44]!;
      n1 = t0[s1 & 0xff]! ^ t1[(s2 >>> 8) & 0xff]! ^ t2[(s3 >>> 16) & 0xff]! ^ t3[s0 >>> 24]! ^ k[45]!;
      n2 = t0[s2 & 0xff]! ^ t1[(s3 >>> 8) & 0xff]! ^ t2[(s0 >>> 16) & 0xff]! ^ t3[s1 >>> 24]! ^ k[46]!;
      n3 = t0[s3 & 0xff]! ^ t1[(s0 >>> 8) & 0xff]! ^ t2[(s1 >>> 16) & 0xff]! ^ t3[s2 >>> 24]! ^ k[47]!;
      s0 = t0[n0 & 0xff]! ^ t1[(n1 >>> 8) & 0xff]! ^ t2[(n2 >>> 16) & 0xff]! ^ t3[n3 >>> 24]! ^ k[48]!;
      s1 = t0[n1 & 0xff]! ^ t1[(n2 >>> 8) & 0xff]! ^ t2[(n3 >>> 16) & 0xff]! ^ t3[n0 >>> 24]! ^ k[49]!;
      s2 = t0[n2 & 0xff]! ^ t1[(n3 >>> 8) & 0xff]! ^ t2[(n0 >>> 16) & 0xff]! ^ t3[n1 >>> 24]! ^ k[50]!;
      s3 = t0[n3 & 0xff]! ^ t1[(n0 >>> 8) & 0xff]! ^ t2[(n1 >>> 16) & 0xff]! ^ t3[n2 >>> 24]! ^ k[51]!;
      n0 = t0[s0 & 0xff]! ^ t1[(s1 >>> 8) & 0xff]! ^ t2[(s2 >>> 16) & 0xff]! ^ t3[s3 >>> 24]! ^ k[52]!;
      n1 = t0[s1 & 0xff]! ^ t1[(s2 >>> 8) & 0xff]! ^ t2[(s3 >>> 16) & 0xff]! ^ t3[s0 >>> 24]! ^ k[53]!;
      n2 = t0[s2 & 0xff]! ^ t1[(s3 >>> 8) & 0xff]! ^ t2[(s0 >>> 16) & 0xff]! ^ t3[s1 >>> 24]! ^ k[54]!;
      n3 = t0[s3 & 0xff]! ^ t1[(s0 >>> 8) & 0xff]! ^ t2[(s1 >>> 16) & 0xff]! ^ t3[s2 >>> 24]! ^ k[55]!;
    }
    // The last round has no MixColumns.
    const at = (firstWord + (block << 2)) & lastBlock;
    w[at] =
      (s[n0 & 0xff]! |
        (s[(n1 >>> 8) & 0xff]! << 8) |
        (s[(n2 >>> 16) & 0xff]! << 16) |
        (s[n3 >>> 24]! << 24)) ^
      k[end]!;
    w[at + 1] =
      (s[n1 & 0xff]! |
        (s[(n2 >>> 8) & 0xff]! << 8) |
        (s[(n3 >>> 16) & 0xff]! << 16) |
        (s[n0 >>> 24]! << 24)) ^
      k[end + 1]!;
    w[at + 2] =
      (s[n2 & 0xff]! |
        (s[(n3 >>> 8) & 0xff]! << 8) |
        (s[(n0 >>> 16) & 0xff]! << 16) |
        (s[n1 >>> 24]! << 24)) ^
      k[end + 2]!;
    w[at + 3] =
      (s[n3 & 0xff]! |
        (s[(n0 >>> 8) & 0xff]! << 8) |
        (s[(n1 >>> 16) & 0xff]! << 16) |
        (s[n2 >>> 24]! << 24)) ^
      k[end + 3]!;
  }
}

/** Not in constant time. */
export const tableAesCounter: CounterMode<Int32Array> = {
  expandKey: expandKeyByTable,
  wipeKey,
  start,
  keystream,
  end() {
    // What stays is the nonce, which is no secret, and the key, until it is wiped.
  },
};
