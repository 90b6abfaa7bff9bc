/**
 * What is special to the core on WebAssembly: lengths around its blocks, batches and window, and many keys in one
 * memory. What every AEAD must do is in `../aead/aead.test.ts`.
 */
import { type CipherGCMTypes, createCipheriv } from 'node:crypto';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import gcmVectors from '../../../../test-vectors/gcm-spec.json' with { type: 'json' };
import chachaVectors from '../../../../test-vectors/rfc8439-chacha20-poly1305.json' with { type: 'json' };
import { nobleAes128Gcm, nobleAes256Gcm } from '../noble/nobleAesGcm.ts';
import { nobleChaCha20Poly1305 } from '../noble/nobleChaCha20Poly1305.ts';
import type { AeadAlgorithm, AeadKey, AeadName } from '../provider.ts';
import { simdAeads } from './aeads.ts';
import { simdCore } from './core.ts';

const algorithms = simdAeads() ?? [];
const core = simdCore();
const none = new Uint8Array(0);
const nonce = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12);
const header = Uint8Array.of(23, 3, 3, 64, 17);

const noble: readonly AeadAlgorithm[] = [nobleAes128Gcm, nobleAes256Gcm, nobleChaCha20Poly1305];

function byName(list: readonly AeadAlgorithm[], name: AeadName): AeadAlgorithm {
  const found = list.find((algorithm) => algorithm.name === name);
  if (found === undefined) throw new Error(`there is no ${name}`);
  return found;
}

function fail(): never {
  throw new Error('there is nothing at this index');
}

/** Octets that are different everywhere, and in every test the same. */
function octetsOf(length: number, seed = 1): Uint8Array {
  let state = seed;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

function sealByNode(name: AeadName, key: Uint8Array, data: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const cipher =
    name === 'CHACHA20-POLY1305'
      ? createCipheriv('chacha20-poly1305', key, nonce, { authTagLength: 16 })
      : createCipheriv(name.toLowerCase() as CipherGCMTypes, key, nonce);
  cipher.setAAD(data, { plaintextLength: plaintext.length });
  return Uint8Array.from(Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]));
}

function seal(key: AeadKey, data: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const sealed = new Uint8Array(plaintext.length + 16);
  key.seal(nonce, data, plaintext, 0, plaintext.length, sealed, 0);
  return sealed;
}

/** Compares in hexadecimal only what differs: for long octet strings that takes its time. */
function assertSame(actual: Uint8Array, expected: Uint8Array, message: string): void {
  if (Buffer.compare(actual, expected) !== 0) assert.is(bytesToHex(actual), bytesToHex(expected), message);
}

test('runs here', () => {
  assert.equal(
    algorithms.map(({ name }) => name),
    ['CHACHA20-POLY1305', 'AES-128-GCM', 'AES-256-GCM'],
  );
  assert.ok(algorithms.every(({ constantTime }) => constantTime));
  assert.is(simdAeads(), algorithms);
});

for (const [name, vectors] of [
  ['AES-128-GCM', gcmVectors.vectors.filter(({ key }) => key.length === 32)],
  ['AES-256-GCM', gcmVectors.vectors.filter(({ key }) => key.length === 64)],
  ['CHACHA20-POLY1305', chachaVectors.vectors],
] as const) {
  test(`${name}: the specification's vectors`, () => {
    assert.ok(vectors.length > 0);
    for (const vector of vectors) {
      const key = byName(algorithms, name).create(hexToBytes(vector.key));
      const [vectorNonce, data] = [hexToBytes(vector.nonce), hexToBytes(vector.additionalData)];
      const plaintext = hexToBytes(vector.plaintext);
      const sealed = new Uint8Array(plaintext.length + 16);
      key.seal(vectorNonce, data, plaintext, 0, plaintext.length, sealed, 0);
      assert.is(bytesToHex(sealed), vector.ciphertext + vector.tag);
      const opened = new Uint8Array(plaintext.length);
      assert.is(key.open(vectorNonce, data, sealed, 0, sealed.length, opened, 0), true);
      assert.is(bytesToHex(opened), vector.plaintext);
    }
  });
}

/** 0 to 300, and a few around every multiple that matters, up to three windows. */
function* lengths(): Generator<number> {
  for (let length = 0; length <= 300; length += 1) yield length;
  const { windowLength = 0 } = core ?? {};
  assert.ok(windowLength >= 2 ** 14 + 256);
  for (const around of [512, 1024, 4096, 2 ** 14, windowLength, 2 * windowLength, 3 * windowLength]) {
    // The cipher's lead takes from the first window: 64 octets or 32.
    for (const start of [around - 64, around - 32, around]) {
      for (const difference of [-17, -16, -15, -1, 0, 1, 15, 16, 17]) yield start + difference;
    }
  }
}

for (const algorithm of algorithms) {
  const { name } = algorithm;
  const keyOctets = octetsOf(algorithm.keyLength, 7);

  test(`${name}: every length, as OpenSSL`, () => {
    const key = algorithm.create(keyOctets);
    for (const length of lengths()) {
      const plaintext = octetsOf(length);
      const expected = sealByNode(name, keyOctets, header, plaintext);
      assertSame(seal(key, header, plaintext), expected, `${length} octets`);

      // And back, in place, at an odd offset.
      const memory = new Uint8Array(expected.length + 8).fill(0xa5);
      memory.set(expected, 3);
      assert.is(key.open(nonce, header, memory, 3, expected.length, memory, 3), true, `${length} octets`);
      assertSame(memory.subarray(3, 3 + length), plaintext, `${length} octets`);
      assertSame(
        memory.subarray(3 + length, 19 + length),
        expected.subarray(length),
        'the tag is left alone',
      );
      assert.ok(memory.subarray(0, 3).every((octet) => octet === 0xa5));
      assert.ok(memory.subarray(length + 19).every((octet) => octet === 0xa5));
    }
  });

  test(`${name}: every length of additional data around its own window, as OpenSSL`, () => {
    const key = algorithm.create(keyOctets);
    for (const around of [0, 16, 32, 256, 512, 1024]) {
      for (let length = Math.max(0, around - 17); length <= around + 17; length += 1) {
        const data = octetsOf(length, 3);
        const expected = sealByNode(name, keyOctets, data, header);
        assertSame(seal(key, data, header), expected, `${length} octets`);
        assert.is(key.open(nonce, data, expected, 0, expected.length, new Uint8Array(5), 0), true);
      }
    }
  });

  test(`${name}: as noble, for any key, nonce, data, plaintext and offsets`, () => {
    const oracle = byName(noble, name);
    const octets = (length: number) => fc.uint8Array({ minLength: length, maxLength: length });
    const arbitrary = fc.tuple(
      octets(algorithm.keyLength),
      octets(12),
      fc.uint8Array({ maxLength: 600 }),
      fc.oneof(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 4000 })),
      fc.nat(20),
    );
    fc.assert(
      fc.property(arbitrary, ([keyOfCase, nonceOfCase, data, plaintext, offset]) => {
        const { length } = plaintext;
        const input = new Uint8Array(offset + length);
        input.set(plaintext, offset);
        const outputs = [algorithm, oracle].map((one) => {
          const output = new Uint8Array(offset + length + 16);
          one.create(keyOfCase).seal(nonceOfCase, data, input, offset, length, output, offset);
          return output;
        });
        assert.is(bytesToHex(outputs[0] ?? none), bytesToHex(outputs[1] ?? none));
      }),
      { numRuns: 300 },
    );
  });

  test(`${name}: any flipped bit fails and leaves zeros`, () => {
    const key = algorithm.create(keyOctets);
    for (const length of [0, 1, 31, 100]) {
      const sealed = seal(key, header, octetsOf(length));
      for (let bit = 0; bit < sealed.length * 8; bit += 1) {
        const broken = sealed.slice();
        broken[bit >> 3] = (broken[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const opened = new Uint8Array(length).fill(0xa5);
        assert.is(key.open(nonce, header, broken, 0, broken.length, opened, 0), false, `bit ${bit}`);
        assert.ok(
          opened.every((octet) => octet === 0),
          `bit ${bit}`,
        );
      }
    }
  });

  test(`${name}: a long record that fails leaves zeros, in place and not`, () => {
    const key = algorithm.create(keyOctets);
    const { windowLength = 0 } = core ?? {};
    const length = 2 * windowLength + 5;
    const sealed = seal(key, header, octetsOf(length));
    for (const broken of [0, windowLength, length - 1, length + 15]) {
      const input = sealed.slice();
      input[broken] = (input[broken] ?? 0) ^ 0x80;
      const opened = new Uint8Array(length).fill(0xa5);
      assert.is(key.open(nonce, header, input, 0, input.length, opened, 0), false);
      assert.ok(opened.every((octet) => octet === 0));
      assert.is(key.open(nonce, header, input, 0, input.length, input, 0), false);
      assert.ok(input.subarray(0, length).every((octet) => octet === 0));
    }
  });
}

test('many keys of all algorithms take turns in one memory', () => {
  const keys = Array.from({ length: 3000 }, (_, index) => {
    const algorithm = algorithms[index % algorithms.length] ?? fail();
    const octets = octetsOf(algorithm.keyLength, index);
    return { name: algorithm.name, octets, key: algorithm.create(octets) };
  });
  const { memory } = core ?? {};
  for (const step of [1, 7, 1001]) {
    const order = keys.map((_, turn) => keys[(turn * step) % keys.length] ?? fail());
    for (const [turn, { name, octets, key }] of order.entries()) {
      const plaintext = octetsOf(turn % 50, turn);
      const sealed = seal(key, header, plaintext);
      assertSame(sealed, sealByNode(name, octets, header, plaintext), `turn ${turn}`);
      // Each second is opened with another key's record in between.
      if (turn % 2 === 0) seal(keys[(turn + 1) % keys.length]?.key ?? fail(), none, header);
      const opened = new Uint8Array(plaintext.length);
      assert.is(key.open(nonce, header, sealed, 0, sealed.length, opened, 0), true);
      assertSame(opened, plaintext, `turn ${turn}`);
    }
  }
  assert.is(simdCore()?.memory, memory);
  assert.ok((memory?.length ?? 0) > 0, 'the memory is still attached');
});

/** Whether `needle` is somewhere in the memory of the core: four octets in a row are enough. */
function isInMemory(needle: Uint8Array): boolean {
  const memory = Buffer.from(core?.memory ?? none);
  for (let offset = 0; offset + 4 <= needle.length; offset += 4) {
    if (memory.includes(Buffer.from(needle.subarray(offset, offset + 4)))) return true;
  }
  return false;
}

/** The memory of the core but for nonce and additional data, which are no secrets. */
function secretPlaces(): Uint8Array {
  if (core === undefined) return fail();
  const memory = core.memory.slice();
  memory.fill(0, core.nonce, core.nonce + 16);
  memory.fill(0, core.additionalData, core.additionalData + core.additionalDataLength);
  return memory;
}

for (const algorithm of algorithms) {
  test(`${algorithm.name}: leaves neither key nor plaintext nor keystream in memory`, () => {
    const keyOctets = octetsOf(algorithm.keyLength, 11);
    const key = algorithm.create(keyOctets);
    for (const length of [5, 64, 200, 700, 16_384, 40_000]) {
      const plaintext = octetsOf(length, 12).map((octet) => octet | 1);
      const sealed = seal(key, header, plaintext);
      const keystream = sealed.map((octet, index) => octet ^ (plaintext[index] ?? 0)).subarray(0, length);
      const check = (what: string) => {
        assert.is(isInMemory(plaintext), false, `plaintext of ${length} octets after ${what}`);
        assert.is(isInMemory(keystream), false, `keystream of ${length} octets after ${what}`);
        assert.is(isInMemory(keyOctets), false, `key after ${what}`);
      };
      check('sealing');
      assert.is(key.open(nonce, header, sealed, 0, sealed.length, new Uint8Array(length), 0), true);
      check('opening');
      // The wrong plaintext that a changed ciphertext gives must not stay either: here it is zeros and the rest.
      sealed[0] = (sealed[0] ?? 0) ^ 1;
      assert.is(key.open(nonce, header, sealed, 0, sealed.length, new Uint8Array(length), 0), false);
      check('failing');
    }
    // The tables of an AES key stay for its next record: what wipes them is another key, or this.
    algorithms[1]?.create(new Uint8Array(16)).destroy();
    const isEmpty = () => secretPlaces().every((octet) => octet === 0);
    if (algorithm.name !== 'CHACHA20-POLY1305') {
      seal(key, header, header);
      assert.is(isEmpty(), false);
    }
    key.destroy();
    assert.is(isEmpty(), true);
  });
}

test.run();
