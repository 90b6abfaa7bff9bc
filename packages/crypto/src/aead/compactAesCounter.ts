/** AES by table look-up in counter mode (NIST SP 800-38D section 6.5), as `aesCounter.ts` has it, round by round. */
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
import { loadWord, swapOctets, words } from './workspace.ts';

// Of the record in hand.
const nonceWords: Int32Array = /* @__PURE__ */ new Int32Array(3);
let lastRound = 0;

function start(key: Int32Array, nonce: Uint8Array): void {
  lastRound = loadKey(key);
  for (let word = 0; word < 3; word += 1) nonceWords[word] = loadWord(nonce, 4 * word);
}

function keystream(firstCounter: number, blocks: number): void {
  for (let block = 0; block < blocks; block += 1) {
    let a = nonceWords[0]! ^ schedule[0]!;
    let b = nonceWords[1]! ^ schedule[1]!;
    let c = nonceWords[2]! ^ schedule[2]!;
    let d = swapOctets(firstCounter + block) ^ schedule[3]!;
    let round = 4;
    for (; round < lastRound; round += 4) {
      const nextA = mixed(a, b, c, d) ^ schedule[round]!;
      const nextB = mixed(b, c, d, a) ^ schedule[round + 1]!;
      const nextC = mixed(c, d, a, b) ^ schedule[round + 2]!;
      d = mixed(d, a, b, c) ^ schedule[round + 3]!;
      a = nextA;
      b = nextB;
      c = nextC;
    }
    const at = block << 2;
    words[at] = substituted(a, b, c, d) ^ schedule[round]!;
    words[at + 1] = substituted(b, c, d, a) ^ schedule[round + 1]!;
    words[at + 2] = substituted(c, d, a, b) ^ schedule[round + 2]!;
    words[at + 3] = substituted(d, a, b, c) ^ schedule[round + 3]!;
  }
}

/** A column after SubBytes, ShiftRows and MixColumns, of the four that ShiftRows takes an octet from. */
function mixed(row0: number, row1: number, row2: number, row3: number): number {
  return (
    table0[row0 & 0xff]! ^ table1[(row1 >>> 8) & 0xff]! ^ table2[(row2 >>> 16) & 0xff]! ^ table3[row3 >>> 24]!
  );
}

/** Likewise in the last round, which has no MixColumns. */
function substituted(row0: number, row1: number, row2: number, row3: number): number {
  return (
    sbox[row0 & 0xff]! |
    (sbox[(row1 >>> 8) & 0xff]! << 8) |
    (sbox[(row2 >>> 16) & 0xff]! << 16) |
    (sbox[row3 >>> 24]! << 24)
  );
}

/** Not in constant time. */
export const compactAesCounter: CounterMode<Int32Array> = {
  expandKey: expandKeyByTable,
  wipeKey,
  start,
  keystream,
  end() {
    // What stays is the nonce, which is no secret, and the key, until it is wiped.
  },
};
