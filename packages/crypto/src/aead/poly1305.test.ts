import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  enoughForPairs,
  finishPoly1305,
  startPoly1305,
  updatePoly1305,
  xorAndUpdatePoly1305,
} from './poly1305.ts';
import { keepInput, keepOutput, words, xored } from './workspace.ts';

// The bounds of its limbs are reached by keys and blocks that no AEAD comes across by chance.

const p = 2n ** 130n - 5n;
const clamp = 0x0ffffffc0ffffffc0ffffffc0fffffffn;

/** Four words of 32 bits, the lowest first. */
function toWords(value: bigint): Int32Array {
  return Int32Array.from({ length: 4 }, (_, index) => Number(BigInt.asIntN(32, value >> BigInt(32 * index))));
}

function fromWords(from: Int32Array): bigint {
  return from.reduceRight((value, word) => (value << 32n) | BigInt(word >>> 0), 0n);
}

/** RFC 8439 section 2.5, as it stands there. */
function poly1305(r: bigint, s: bigint, blocks: readonly bigint[]): bigint {
  const sum = blocks.reduce((before, block) => ((before + block + 2n ** 128n) * (r & clamp)) % p, 0n);
  return (sum + s) % 2n ** 128n;
}

function start(r: bigint, s: bigint, length: number): void {
  words.set(toWords(r));
  words.set(toWords(s), 4);
  startPoly1305(length);
}

function finish(): bigint {
  finishPoly1305();
  return fromWords(words.subarray(0, 4));
}

/** Takes in blocks one by one. */
function singly(r: bigint, s: bigint, blocks: readonly bigint[]): bigint {
  start(r, s, 0);
  for (const [index, block] of blocks.entries()) words.set(toWords(block), 4 * index);
  updatePoly1305(blocks.length);
  return finish();
}

/** Takes in an even number of blocks two by two, as input or as output of a keystream. */
function inPairs(r: bigint, s: bigint, blocks: readonly bigint[], kept: 0 | -1): bigint {
  const keystream = 0x0123456789abcdeffedcba9876543210n;
  const view = new DataView(new ArrayBuffer(16 * blocks.length + 3));
  start(r, s, enoughForPairs);
  for (const [index, block] of blocks.entries()) {
    const input = toWords(kept === keepInput ? block : block ^ keystream);
    for (const [word, value] of input.entries()) view.setInt32(3 + 16 * index + 4 * word, value, true);
    words.set(toWords(keystream), 4 * index);
  }
  xorAndUpdatePoly1305(blocks.length, view, 3, kept);
  for (const [index, block] of blocks.entries()) {
    const output = kept === keepInput ? block ^ keystream : block;
    assert.is(fromWords(xored.subarray(4 * index, 4 * index + 4)), output);
  }
  return finish();
}

const ones = 2n ** 128n - 1n;
/** Of r: nothing, the least, the greatest, only high and only low bits of each word; then any. */
const rs = [
  0n,
  1n,
  ones,
  0x0fffffffn,
  0x0ffffffc000000000000000000000000n,
  0x0f000000f00000c00f0000040000000fn,
];
/** Blocks: the least, the greatest, those next to p, limbs of 22 bits that are all ones or all zeros. */
const blockKinds = [
  0n,
  ones,
  2n ** 128n - 5n,
  2n ** 128n - 6n,
  0x00000fffffc00000ffffff000003fffffn,
  1n << 127n,
];

test('keys and blocks at the bounds, singly and in pairs', () => {
  for (const r of rs) {
    for (const s of [0n, ones]) {
      for (const first of blockKinds) {
        for (const second of blockKinds) {
          const blocks = Array.from({ length: 16 }, (_, index) => (index % 3 === 1 ? second : first));
          const expected = poly1305(r, s, blocks);
          assert.is(singly(r, s, blocks), expected);
          assert.is(inPairs(r, s, blocks, keepInput), expected);
          assert.is(inPairs(r, s, blocks, keepOutput), expected);
        }
      }
    }
  }
});

test('sums that end next to a multiple of p', () => {
  // With r = 1 the sum is of the blocks themselves, which makes any number that the last reduction can meet.
  let tried = 0;
  for (let distance = -8n; distance <= 8n; distance += 1n) {
    for (const count of [2, 4, 8]) {
      const multiple = ((BigInt(count) * (2n ** 128n + ones)) / p) * p;
      const wanted = multiple + distance - BigInt(count) * 2n ** 128n;
      if (wanted < 0n) continue;
      const share = wanted / BigInt(count);
      const blocks = Array.from({ length: count }, (_, index) =>
        index > 0 ? share : wanted - share * BigInt(count - 1),
      );
      if (blocks.some((block) => block > ones)) continue;
      const expected = poly1305(1n, ones, blocks);
      assert.is(singly(1n, ones, blocks), expected);
      assert.is(inPairs(1n, ones, blocks, keepInput), expected);
      tried += 1;
    }
  }
  assert.ok(tried > 20, `${tried} sums`);
});

test('blocks taken in singly after blocks taken in in pairs', () => {
  const r = 0x0a1b2c3d4e5f60718293a4b5c6d7e8f9n;
  const blocks = Array.from({ length: 9 }, (_, index) =>
    BigInt.asUintN(128, r * 3n ** BigInt(40 * index + 1)),
  );
  const [first = 0n, ...others] = blocks;
  start(r, 7n, enoughForPairs);
  words.set(toWords(first));
  updatePoly1305(1);
  const view = new DataView(new ArrayBuffer(96));
  for (const [index, block] of others.slice(0, 6).entries()) {
    for (const [word, value] of toWords(block).entries()) view.setInt32(16 * index + 4 * word, value, true);
  }
  xorAndUpdatePoly1305(6, view, 0, keepInput);
  for (const [index, block] of others.slice(6).entries()) words.set(toWords(block), 4 * index);
  updatePoly1305(2);
  assert.is(finish(), poly1305(r, 7n, blocks));
});

test.run();
