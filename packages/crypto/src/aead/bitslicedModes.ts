/** Counter mode and CBC-MAC with `bitslicedAes.ts`. */
// biome-ignore-all lint/style/noNonNullAssertion: indexes are constants or bounded by the workspace.
import {
  encryptTwoBlocks,
  expandBitslicedKey,
  loadBitslicedKey,
  planes,
  unloadBitslicedKey,
} from './bitslicedAes.ts';
import type { CbcMac } from './ccm.ts';
import type { CounterMode } from './gcm.ts';
import { loadWord, swapOctets, words } from './workspace.ts';

// Of the record in hand.
const nonceWords: Int32Array = /* @__PURE__ */ new Int32Array(/* @__PURE__ */ new ArrayBuffer(12));
const macState: Int32Array = /* @__PURE__ */ new Int32Array(/* @__PURE__ */ new ArrayBuffer(16));

/** In constant time. */
export const bitslicedCounter: CounterMode<Int32Array> = {
  expandKey: expandBitslicedKey,
  wipeKey(key) {
    key.fill(0);
  },
  start(key, nonce) {
    loadBitslicedKey(key);
    for (let word = 0; word < 3; word += 1) nonceWords[word] = loadWord(nonce, 4 * word);
  },
  keystream(firstCounter, blocks) {
    for (let block = 0; block < blocks; block += 2) {
      for (let word = 0; word < 3; word += 1) {
        planes[2 * word] = nonceWords[word]!;
        planes[2 * word + 1] = nonceWords[word]!;
      }
      planes[6] = swapOctets(firstCounter + block);
      planes[7] = swapOctets(firstCounter + block + 1);
      encryptTwoBlocks();
      const at = block << 2;
      for (let word = 0; word < 4; word += 1) words[at + word] = planes[2 * word]!;
      if (block + 1 === blocks) return;
      for (let word = 0; word < 4; word += 1) words[at + 4 + word] = planes[2 * word + 1]!;
    }
  },
  end: unloadBitslicedKey,
};

/** In constant time. Each block waits for the one before it, so that half of the work is for nothing. */
export const bitslicedCbcMac: CbcMac<Int32Array> = {
  start(key) {
    loadBitslicedKey(key);
    macState.fill(0);
  },
  update(blocks) {
    for (let block = 0; block < blocks; block += 1) {
      for (let word = 0; word < 4; word += 1) {
        planes[2 * word] = macState[word]! ^ words[(block << 2) + word]!;
        planes[2 * word + 1] = 0;
      }
      encryptTwoBlocks();
      for (let word = 0; word < 4; word += 1) macState[word] = planes[2 * word]!;
    }
  },
  finish() {
    words.set(macState);
    macState.fill(0);
  },
};
