/**
 * CBC-MAC with AES by table look-up (RFC 3610 section 2.2): each block is added to the state, which is encrypted.
 */
// biome-ignore-all lint/style/noNonNullAssertion: every index is an octet or bounded by schedule and workspace.
import { loadKey, sbox, schedule, table0, table1, table2, table3 } from './aesTables.ts';
import type { CbcMac } from './ccm.ts';
import { chunkLength, words } from './workspace.ts';

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
const state: Int32Array = /* @__PURE__ */ new Int32Array(/* @__PURE__ */ new ArrayBuffer(16));
let lastRound = 0;

function start(key: Int32Array): void {
  lastRound = loadKey(key);
  state.fill(0);
}

function update(blocks: number): void {
  const k = roundKeys;
  const w = shared;
  const t0 = row0;
  const t1 = row1;
  const t2 = row2;
  const t3 = row3;
  const s = octets;
  const end = lastRound;
  let s0 = state[0]!;
  let s1 = state[1]!;
  let s2 = state[2]!;
  let s3 = state[3]!;
  for (let block = 0; block < blocks; block += 1) {
    const from = (block << 2) & lastBlock;
    s0 ^= w[from]! ^ k[0]!;
    s1 ^= w[from + 1]! ^ k[1]!;
    s2 ^= w[from + 2]! ^ k[2]!;
    s3 ^= w[from + 3]! ^ k[3]!;
    // Written out up to the last round of a key of 128 bits, which saves a sixth of the time.
    let n0 = t0[s0 & 0xff]! ^ t1[(s1 >>> 8) & 0xff]! ^ t2[(s2 >>> 16) & 0xff]! ^ t3[s3 >>> 24]! ^ k[4]!;
    let n1 = t0[s1 & 0xff]! ^ t1[(s2 >>> 8) & 0xff]! ^ t2[(s3 >>> 16) & 0xff]! ^ t3[s0 >>> 24]! ^ k[5]!;
    let n2 = t0[s2 & 0xff]! ^ t1[(s3 >>> 8) & 0xff]! ^ t2[(s0 >>> 16) & 0xff]! ^ t3[s1 >>> 24]! ^ k[6]!;
    let n3 = t0[s3 & 0xff]! ^ t1[(s0 >>> 8) & 0xff]! ^ t2[(s1 >>> 16) & 0xff]! ^ t3[s2 >>> 24]! ^ k[7]!;
    s0 = t0[n0 & 0xff]! ^ t1[(n1 >>> 8) & 0xff]! ^ t2[(n2 >>> 16) & 0xff]! ^ t3[n3 >>> 24]! ^ k[8]!;
    s1 = t0[n1 & 0xff]! ^ t1[(n2 >>> 8) & 0xff]! ^ t2[(n3 >>> 16) & 0xff]! ^ t3[n0 >>> 24]! ^ k[9]!;
    s2 = t0[n2 & 0xff]! ^ t1[(n3 >>> 8) & 0xff]! ^ t2[(n0 >>> 16) & 0xff]! ^ t3[n1 >>> 24]! ^ k[10]!;
    s3 = t0[n3 & 0xff]! ^ t1[(n0 >>> 8) & 0xff]! ^ t2[(n1 >>> 16) & 0xff]! ^ t3[n2 >>> 24]! ^ k[11]!;
    n0 = t0[s0 & 0xff]! ^ t1[(s1 >>> 8) & 0xff]! ^ t2[(s2 >>> 16) & 0xff]! ^ t3[s3 >>> 24]! ^ k[12]!;
    n1 = t0[s1 & 0xff]! ^ t1[(s2 >>> 8) & 0xff]! ^ t2[(s3 >>> 16) & 0xff]! ^ t3[s0 >>> 24]! ^ k[13]!;
    n2 = t0[s2 & 0xff]! ^ t1[(s3 >>> 8) & 0xff]! ^ t2[(s0 >>> 16) & 0xff]! ^ t3[s1 >>> 24]! ^ k[14]!;
    n3 = t0[s3 & 0xff]! ^ t1[(s0 >>> 8) & 0xff]! ^ t2[(s1 >>> 16) & 0xff]! ^ t3[s2 >>> 24]! ^ k[15]!;
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
    s0 = n0;
    s1 = n1;
    s2 = n2;
    s3 = n3;
    // The four more of a key of 256 bits.
    for (let at = 40; at < end; at += 4) {
      n0 = t0[s0 & 0xff]! ^ t1[(s1 >>> 8) & 0xff]! ^ t2[(s2 >>> 16) & 0xff]! ^ t3[s3 >>> 24]! ^ k[at]!;
      n1 = t0[s1 & 0xff]! ^ t1[(s2 >>> 8) & 0xff]! ^ t2[(s3 >>> 16) & 0xff]! ^ t3[s0 >>> 24]! ^ k[at + 1]!;
      n2 = t0[s2 & 0xff]! ^ t1[(s3 >>> 8) & 0xff]! ^ t2[(s0 >>> 16) & 0xff]! ^ t3[s1 >>> 24]! ^ k[at + 2]!;
      n3 = t0[s3 & 0xff]! ^ t1[(s0 >>> 8) & 0xff]! ^ t2[(s1 >>> 16) & 0xff]! ^ t3[s2 >>> 24]! ^ k[at + 3]!;
      s0 = n0;
      s1 = n1;
      s2 = n2;
      s3 = n3;
    }
    // The last round has no MixColumns.
    n0 =
      s[s0 & 0xff]! | (s[(s1 >>> 8) & 0xff]! << 8) | (s[(s2 >>> 16) & 0xff]! << 16) | (s[s3 >>> 24]! << 24);
    n1 =
      s[s1 & 0xff]! | (s[(s2 >>> 8) & 0xff]! << 8) | (s[(s3 >>> 16) & 0xff]! << 16) | (s[s0 >>> 24]! << 24);
    n2 =
      s[s2 & 0xff]! | (s[(s3 >>> 8) & 0xff]! << 8) | (s[(s0 >>> 16) & 0xff]! << 16) | (s[s1 >>> 24]! << 24);
    n3 =
      s[s3 & 0xff]! | (s[(s0 >>> 8) & 0xff]! << 8) | (s[(s1 >>> 16) & 0xff]! << 16) | (s[s2 >>> 24]! << 24);
    s0 = n0 ^ k[end]!;
    s1 = n1 ^ k[end + 1]!;
    s2 = n2 ^ k[end + 2]!;
    s3 = n3 ^ k[end + 3]!;
  }
  state[0] = s0;
  state[1] = s1;
  state[2] = s2;
  state[3] = s3;
}

/** Not in constant time. */
export const tableCbcMac: CbcMac<Int32Array> = {
  start,
  update,
  finish() {
    words.set(state);
    state.fill(0);
  },
};
