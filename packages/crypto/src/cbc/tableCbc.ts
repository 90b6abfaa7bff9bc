/** AES-CBC by table look-up: fast, and it leaks through the processor's caches to whoever shares them. */
// biome-ignore-all lint/style/noNonNullAssertion: every index is an octet or bounded by the schedule.
import { expandKeyByTable, sbox, table0, table1, table2, table3 } from '../aead/aesTables.ts';
import { loadWord, viewOutput } from '../aead/workspace.ts';
import type { CbcMode } from './chaining.ts';
import {
  inverseSbox,
  inverseTable0,
  inverseTable1,
  inverseTable2,
  inverseTable3,
  invertSchedule,
} from './inverseTables.ts';

/** Round keys, those of the inverse cipher in the order in which it uses them. */
export interface TableKey {
  readonly forward: Int32Array;
  readonly inverse: Int32Array;
}

/** The block in hand, column by column. */
const state: Int32Array = /* @__PURE__ */ new Int32Array(/* @__PURE__ */ new ArrayBuffer(16));

function encryptState(k: Int32Array): void {
  const last = k.length - 4;
  let s0 = state[0]! ^ k[0]!;
  let s1 = state[1]! ^ k[1]!;
  let s2 = state[2]! ^ k[2]!;
  let s3 = state[3]! ^ k[3]!;
  for (let at = 4; at < last; at += 4) {
    const n0 = mix(s0, s1, s2, s3) ^ k[at]!;
    const n1 = mix(s1, s2, s3, s0) ^ k[at + 1]!;
    const n2 = mix(s2, s3, s0, s1) ^ k[at + 2]!;
    s3 = mix(s3, s0, s1, s2) ^ k[at + 3]!;
    s0 = n0;
    s1 = n1;
    s2 = n2;
  }
  // The last round has no MixColumns.
  state[0] = substitute(sbox, s0, s1, s2, s3) ^ k[last]!;
  state[1] = substitute(sbox, s1, s2, s3, s0) ^ k[last + 1]!;
  state[2] = substitute(sbox, s2, s3, s0, s1) ^ k[last + 2]!;
  state[3] = substitute(sbox, s3, s0, s1, s2) ^ k[last + 3]!;
}

/** The equivalent inverse cipher, FIPS 197 section 5.3.5. Rows turn the other way. */
function decryptState(k: Int32Array): void {
  const last = k.length - 4;
  let s0 = state[0]! ^ k[0]!;
  let s1 = state[1]! ^ k[1]!;
  let s2 = state[2]! ^ k[2]!;
  let s3 = state[3]! ^ k[3]!;
  for (let at = 4; at < last; at += 4) {
    const n0 = inverseMix(s0, s3, s2, s1) ^ k[at]!;
    const n1 = inverseMix(s1, s0, s3, s2) ^ k[at + 1]!;
    const n2 = inverseMix(s2, s1, s0, s3) ^ k[at + 2]!;
    s3 = inverseMix(s3, s2, s1, s0) ^ k[at + 3]!;
    s0 = n0;
    s1 = n1;
    s2 = n2;
  }
  state[0] = substitute(inverseSbox, s0, s3, s2, s1) ^ k[last]!;
  state[1] = substitute(inverseSbox, s1, s0, s3, s2) ^ k[last + 1]!;
  state[2] = substitute(inverseSbox, s2, s1, s0, s3) ^ k[last + 2]!;
  state[3] = substitute(inverseSbox, s3, s2, s1, s0) ^ k[last + 3]!;
}

// A column of the next state, of the columns that rows 0 to 3 come from.

function mix(row0: number, row1: number, row2: number, row3: number): number {
  return (
    table0[row0 & 0xff]! ^ table1[(row1 >>> 8) & 0xff]! ^ table2[(row2 >>> 16) & 0xff]! ^ table3[row3 >>> 24]!
  );
}

function inverseMix(row0: number, row1: number, row2: number, row3: number): number {
  return (
    inverseTable0[row0 & 0xff]! ^
    inverseTable1[(row1 >>> 8) & 0xff]! ^
    inverseTable2[(row2 >>> 16) & 0xff]! ^
    inverseTable3[row3 >>> 24]!
  );
}

function substitute(box: Uint8Array, row0: number, row1: number, row2: number, row3: number): number {
  return (
    box[row0 & 0xff]! |
    (box[(row1 >>> 8) & 0xff]! << 8) |
    (box[(row2 >>> 16) & 0xff]! << 16) |
    (box[row3 >>> 24]! << 24)
  );
}

/** Not in constant time. */
export const tableCbc: CbcMode<TableKey> = {
  constantTime: false,
  expandKey(key) {
    const forward = expandKeyByTable(key);
    return { forward, inverse: invertSchedule(forward) };
  },
  wipeKey({ forward, inverse }) {
    forward.fill(0);
    inverse.fill(0);
  },
  encrypt({ forward }, iv, data, offset, length) {
    const view = viewOutput(data);
    const start = data.byteOffset + offset;
    for (let word = 0; word < 4; word += 1) state[word] = loadWord(iv, 4 * word);
    for (let at = start; at < start + length; at += 16) {
      for (let word = 0; word < 4; word += 1) {
        state[word] = state[word]! ^ view.getInt32(at + 4 * word, true);
      }
      encryptState(forward);
      for (let word = 0; word < 4; word += 1) view.setInt32(at + 4 * word, state[word]!, true);
    }
    state.fill(0);
  },
  decrypt({ inverse }, iv, data, offset, length) {
    const view = viewOutput(data);
    const start = data.byteOffset + offset;
    let previous0 = loadWord(iv, 0);
    let previous1 = loadWord(iv, 4);
    let previous2 = loadWord(iv, 8);
    let previous3 = loadWord(iv, 12);
    for (let at = start; at < start + length; at += 16) {
      const here0 = view.getInt32(at, true);
      const here1 = view.getInt32(at + 4, true);
      const here2 = view.getInt32(at + 8, true);
      const here3 = view.getInt32(at + 12, true);
      state[0] = here0;
      state[1] = here1;
      state[2] = here2;
      state[3] = here3;
      decryptState(inverse);
      view.setInt32(at, state[0]! ^ previous0, true);
      view.setInt32(at + 4, state[1]! ^ previous1, true);
      view.setInt32(at + 8, state[2]! ^ previous2, true);
      view.setInt32(at + 12, state[3]! ^ previous3, true);
      previous0 = here0;
      previous1 = here1;
      previous2 = here2;
      previous3 = here3;
    }
    state.fill(0);
  },
};
