/** AES-CBC with `bitslicedAes.ts`. */
// biome-ignore-all lint/style/noNonNullAssertion: indexes are constants.
import {
  encryptTwoBlocks,
  expandBitslicedKey,
  loadBitslicedKey,
  planes,
  unloadBitslicedKey,
} from '../aead/bitslicedAes.ts';
import { loadWord, viewOutput } from '../aead/workspace.ts';
import { decryptTwoBlocks, wipePlanes } from './bitslicedInverse.ts';
import type { CbcMode } from './chaining.ts';

/** The block of ciphertext before the one in hand, and of a pair that is decrypted, the first. */
const previous: Int32Array = /* @__PURE__ */ new Int32Array(/* @__PURE__ */ new ArrayBuffer(32));

/** In constant time. When encrypting, each block waits for the one before it, so half of the work is for nothing. */
export const bitslicedCbc: CbcMode<Int32Array> = {
  constantTime: true,
  expandKey: expandBitslicedKey,
  wipeKey(key) {
    key.fill(0);
  },
  encrypt(key, iv, data, offset, length) {
    const view = viewOutput(data);
    const start = data.byteOffset + offset;
    loadBitslicedKey(key);
    for (let word = 0; word < 4; word += 1) previous[word] = loadWord(iv, 4 * word);
    for (let at = start; at < start + length; at += 16) {
      for (let word = 0; word < 4; word += 1) {
        planes[2 * word] = previous[word]! ^ view.getInt32(at + 4 * word, true);
        planes[2 * word + 1] = 0;
      }
      encryptTwoBlocks();
      for (let word = 0; word < 4; word += 1) {
        previous[word] = planes[2 * word]!;
        view.setInt32(at + 4 * word, planes[2 * word]!, true);
      }
    }
    unloadBitslicedKey();
  },
  decrypt(key, iv, data, offset, length) {
    const view = viewOutput(data);
    const end = data.byteOffset + offset + length;
    for (let word = 0; word < 4; word += 1) previous[word] = loadWord(iv, 4 * word);
    for (let at = end - length; at < end; at += 32) {
      const isPair = at + 16 < end;
      for (let word = 0; word < 4; word += 1) {
        planes[2 * word] = view.getInt32(at + 4 * word, true);
        planes[2 * word + 1] = isPair ? view.getInt32(at + 16 + 4 * word, true) : 0;
        previous[4 + word] = planes[2 * word]!;
      }
      decryptTwoBlocks(key);
      for (let word = 0; word < 4; word += 1) {
        view.setInt32(at + 4 * word, planes[2 * word]! ^ previous[word]!, true);
        if (!isPair) continue;
        previous[word] = view.getInt32(at + 16 + 4 * word, true);
        view.setInt32(at + 16 + 4 * word, planes[2 * word + 1]! ^ previous[4 + word]!, true);
      }
    }
    wipePlanes();
  },
};
