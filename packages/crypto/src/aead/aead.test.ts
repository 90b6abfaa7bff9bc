import { type CipherGCMTypes, createCipheriv } from 'node:crypto';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import ccm from '../../../../test-vectors/aes-ccm.json' with { type: 'json' };
import gcm from '../../../../test-vectors/gcm-spec.json' with { type: 'json' };
import chacha from '../../../../test-vectors/rfc8439-chacha20-poly1305.json' with { type: 'json' };
import { CryptoError } from '../errors.ts';
import { nobleAes128Gcm, nobleAes256Gcm } from '../noble/nobleAesGcm.ts';
import { nobleChaCha20Poly1305 } from '../noble/nobleChaCha20Poly1305.ts';
import { nodeAeads } from '../node/aead.ts';
import type { AeadAlgorithm } from '../provider.ts';
import { simdAeads } from '../simd/aeads.ts';
import { portableAes128Ccm, portableAes128Ccm8 } from './aesCcm.ts';
import { compactAes128Gcm, compactAes256Gcm, portableAes128Gcm, portableAes256Gcm } from './aesGcm.ts';
import { compactChaCha20Poly1305, portableChaCha20Poly1305 } from './chacha20Poly1305.ts';
import {
  constantTimeAes128Ccm,
  constantTimeAes128Ccm8,
  constantTimeAes128Gcm,
  constantTimeAes256Gcm,
} from './constantTimeAes.ts';

// Every implementation of an AEAD behind the contract goes through everything in this file.
const algorithms = [
  compactChaCha20Poly1305,
  compactAes128Gcm,
  compactAes256Gcm,
  portableChaCha20Poly1305,
  portableAes128Gcm,
  portableAes256Gcm,
  portableAes128Ccm,
  portableAes128Ccm8,
  constantTimeAes128Gcm,
  constantTimeAes256Gcm,
  constantTimeAes128Ccm,
  constantTimeAes128Ccm8,
  nobleAes128Gcm,
  nobleAes256Gcm,
  nobleChaCha20Poly1305,
  ...nodeAeads(),
  ...(simdAeads() ?? []),
];
const none = new Uint8Array(0);

/** What OpenSSL makes of it: ciphertext and tag. */
function sealByNode(
  { name, tagLength: authTagLength }: AeadAlgorithm,
  key: Uint8Array,
  nonce: Uint8Array,
  additionalData: Uint8Array,
  plaintext: Uint8Array,
): Uint8Array {
  // AES-128-CCM-8 is the same cipher for OpenSSL.
  const cipherName = name.toLowerCase().replace('ccm-8', 'ccm') as CipherGCMTypes;
  const cipher = createCipheriv(cipherName, key, nonce, { authTagLength });
  cipher.setAAD(additionalData, { plaintextLength: plaintext.length });
  return Uint8Array.from(Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]));
}

function seal(algorithm: AeadAlgorithm, key: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const sealed = new Uint8Array(plaintext.length + algorithm.tagLength);
  const nonce = new Uint8Array(algorithm.nonceLength);
  algorithm.create(key).seal(nonce, none, plaintext, 0, plaintext.length, sealed, 0);
  return sealed;
}

function assertCode(run: () => unknown, code: CryptoError['code']): void {
  assert.throws(run, (error: unknown) => error instanceof CryptoError && error.code === code);
}

const assertRangeError = (run: () => unknown) =>
  assert.throws(run, (error: unknown) => error instanceof RangeError);

function checkVector(
  algorithm: AeadAlgorithm,
  vector: {
    key: string;
    nonce: string;
    additionalData: string;
    plaintext: string;
    ciphertext: string;
    tag: string;
  },
): void {
  const key = algorithm.create(hexToBytes(vector.key));
  const nonce = hexToBytes(vector.nonce);
  const additionalData = hexToBytes(vector.additionalData);
  const plaintext = hexToBytes(vector.plaintext);
  const sealed = hexToBytes(vector.ciphertext + vector.tag);

  const output = new Uint8Array(sealed.length);
  key.seal(nonce, additionalData, plaintext, 0, plaintext.length, output, 0);
  assert.is(bytesToHex(output), bytesToHex(sealed));

  const opened = new Uint8Array(plaintext.length);
  assert.is(key.open(nonce, additionalData, sealed, 0, sealed.length, opened, 0), true);
  assert.is(bytesToHex(opened), vector.plaintext);
}

for (const vector of gcm.vectors) {
  for (const algorithm of vector.key.length === 32
    ? [portableAes128Gcm, nobleAes128Gcm]
    : [portableAes256Gcm, nobleAes256Gcm]) {
    test(`${algorithm.name}: test case ${vector.testCase} of the GCM specification`, () => {
      checkVector(algorithm, vector);
    });
  }
}

for (const vector of chacha.vectors) {
  test(`CHACHA20-POLY1305: RFC 8439, ${vector.section}`, () => {
    checkVector(portableChaCha20Poly1305, vector);
    checkVector(nobleChaCha20Poly1305, vector);
  });
}

for (const vector of ccm.vectors) {
  test(`${vector.algorithm}: ${vector.source}`, () => {
    const matching = algorithms.filter(({ name }) => name === vector.algorithm);
    assert.ok(matching.length > 0);
    for (const algorithm of matching) checkVector(algorithm, vector);
  });
}

/** A case with room around the octets: `input` and `output` are the same buffer where `inPlace`. */
function sealingCase(algorithm: AeadAlgorithm) {
  return fc.record({
    keyOctets: fc.uint8Array({ minLength: algorithm.keyLength, maxLength: algorithm.keyLength }),
    nonce: fc.uint8Array({ minLength: algorithm.nonceLength, maxLength: algorithm.nonceLength }),
    additionalData: fc.uint8Array({ maxLength: 40 }),
    plaintext: fc.oneof(fc.uint8Array({ maxLength: 70 }), fc.uint8Array({ maxLength: 1500 })),
    inputOffset: fc.nat(9),
    outputOffset: fc.nat(9),
    slack: fc.nat(9),
    inPlace: fc.boolean(),
  });
}

const filler = 0xa5;

for (const algorithm of algorithms) {
  const { name, tagLength } = algorithm;
  const keyOctets = Uint8Array.from({ length: algorithm.keyLength }, (_, index) => index);
  const nonce = new Uint8Array(algorithm.nonceLength);

  test(`${name}: seals and opens as OpenSSL, at any offset, in place or not, and writes nowhere else`, () => {
    fc.assert(
      fc.property(sealingCase(algorithm), (c) => {
        const expected = sealByNode(algorithm, c.keyOctets, c.nonce, c.additionalData, c.plaintext);
        const outputOffset = c.inPlace ? c.inputOffset : c.outputOffset;
        const { length } = c.plaintext;
        const key = algorithm.create(c.keyOctets);

        const input = new Uint8Array(c.inputOffset + expected.length + c.slack).fill(filler);
        input.set(c.plaintext, c.inputOffset);
        const output = c.inPlace
          ? input
          : new Uint8Array(outputOffset + expected.length + c.slack).fill(filler);
        const around = output.slice();
        key.seal(c.nonce, c.additionalData, input, c.inputOffset, length, output, outputOffset);
        around.set(expected, outputOffset);
        assert.is(bytesToHex(output), bytesToHex(around));

        // And back, from where it now is to where it came from.
        const opened = c.inPlace ? output : input.fill(filler);
        const openedAround = opened.slice();
        openedAround.set(c.plaintext, c.inputOffset);
        assert.is(
          key.open(c.nonce, c.additionalData, output, outputOffset, expected.length, opened, c.inputOffset),
          true,
        );
        assert.is(bytesToHex(opened), bytesToHex(openedAround));
      }),
      { numRuns: 150 },
    );
  });

  test(`${name}: one flipped bit anywhere fails, and leaves zeros in the output's place only`, () => {
    const arbitrary = fc.tuple(
      sealingCase(algorithm),
      fc.constantFrom('sealed', 'nonce', 'data', 'key'),
      fc.nat(),
    );
    fc.assert(
      fc.property(arbitrary, ([c, where, bit]) => {
        const sealed = sealByNode(algorithm, c.keyOctets, c.nonce, c.additionalData, c.plaintext);
        const target = { sealed, nonce: c.nonce, data: c.additionalData, key: c.keyOctets }[where];
        fc.pre(target.length > 0);
        const at = bit % (target.length * 8);
        target[at >> 3] = (target[at >> 3] ?? 0) ^ (1 << (at & 7));

        const input = new Uint8Array(c.inputOffset + sealed.length + c.slack).fill(filler);
        input.set(sealed, c.inputOffset);
        const outputOffset = c.inPlace ? c.inputOffset : c.outputOffset;
        const output = c.inPlace
          ? input
          : new Uint8Array(outputOffset + c.plaintext.length + c.slack).fill(filler);
        const expected = output.slice().fill(0, outputOffset, outputOffset + c.plaintext.length);
        const isAuthentic = algorithm
          .create(c.keyOctets)
          .open(c.nonce, c.additionalData, input, c.inputOffset, sealed.length, output, outputOffset);
        assert.is(isAuthentic, false);
        assert.is(bytesToHex(output), bytesToHex(expected));
      }),
      { numRuns: 150 },
    );
  });

  test(`${name}: a record of 2^14 + 256 octets`, () => {
    const plaintext = Uint8Array.from({ length: 2 ** 14 + 256 }, (_, index) => index * 7);
    const expected = Buffer.from(sealByNode(algorithm, keyOctets, nonce, none, plaintext));
    assert.ok(expected.equals(seal(algorithm, keyOctets, plaintext)));
  });

  test(`${name}: works on views and on Buffers`, () => {
    const memory = new ArrayBuffer(100);
    const input = new Uint8Array(memory, 3, 20).fill(1);
    const output = new Uint8Array(memory, 51, 40);
    algorithm.create(Buffer.from(keyOctets)).seal(nonce, Buffer.from('data'), input, 1, 15, output, 2);
    const expected = sealByNode(algorithm, keyOctets, nonce, Buffer.from('data'), new Uint8Array(15).fill(1));
    assert.is(bytesToHex(output.subarray(2, 17 + tagLength)), bytesToHex(expected));
    const opened = Buffer.alloc(15);
    const key = algorithm.create(keyOctets);
    assert.is(
      key.open(Buffer.from(nonce), Buffer.from('data'), Buffer.from(expected), 0, 15 + tagLength, opened, 0),
      true,
    );
    assert.is(opened.toString('hex'), '01'.repeat(15));
  });

  test(`${name}: what is shorter than a tag is not authentic`, () => {
    const key = algorithm.create(keyOctets);
    for (let length = 0; length < tagLength; length += 1) {
      assert.is(key.open(nonce, none, new Uint8Array(length), 0, length, none, 0), false);
    }
  });

  test(`${name}: takes keys and nonces of its own lengths only`, () => {
    for (const length of [0, 12, 15, 17, 24, 31, 33, algorithm.keyLength - 1, algorithm.keyLength + 1]) {
      assertCode(() => algorithm.create(new Uint8Array(length)), 'invalid_key_length');
    }
    const key = algorithm.create(keyOctets);
    for (const length of [0, 8, 11, 13, 16]) {
      const wrong = new Uint8Array(length);
      assertCode(() => key.seal(wrong, none, none, 0, 0, new Uint8Array(16), 0), 'invalid_key_length');
      assertCode(
        () => key.open(wrong, none, new Uint8Array(16), 0, tagLength, none, 0),
        'invalid_key_length',
      );
    }
  });

  test(`${name}: refuses places that leave their buffer, and touches nothing`, () => {
    const key = algorithm.create(keyOctets);
    const input = new Uint8Array(64).fill(filler);
    const output = new Uint8Array(64).fill(filler);
    const places: readonly [inputOffset: number, length: number, outputOffset: number][] = [
      [-1, 16, 0],
      [0, 16, -1],
      [0, -1, 0],
      [49, 16, 0],
      [64, 1, 0],
      [65, 0, 0],
      [0, 65, 0],
      [0.5, 16, 0],
      [0, 16.5, 0],
      [0, 16, 0.5],
      [Number.NaN, 16, 0],
      [0, Number.NaN, 0],
      [0, 16, Number.NaN],
      [Number.POSITIVE_INFINITY, 16, 0],
      [0, Number.POSITIVE_INFINITY, 0],
      [0, 2 ** 53, 0],
      [0, 16, 65],
    ];
    for (const [inputOffset, length, outputOffset] of places) {
      assertRangeError(() => key.seal(nonce, none, input, inputOffset, length, output, outputOffset));
      assertRangeError(() => key.open(nonce, none, input, inputOffset, length, output, outputOffset));
    }
    // One octet too few for the tag of one, for the plaintext of the other.
    assertRangeError(() => key.seal(nonce, none, input, 0, 64 - tagLength, output, 1));
    assertRangeError(() => key.open(nonce, none, input, 0, 64, output, tagLength + 1));
    assert.ok(input.every((octet) => octet === filler) && output.every((octet) => octet === filler));
  });

  test(`${name}: refuses input and output that overlap in part, takes what is adjacent`, () => {
    const key = algorithm.create(keyOctets);
    const memory = new Uint8Array(96);
    const sealed = 32 + tagLength;
    assertRangeError(() => key.seal(nonce, none, memory, 0, 32, memory, 1));
    assertRangeError(() => key.seal(nonce, none, memory, sealed - 1, 32, memory, 0));
    assertRangeError(() => key.open(nonce, none, memory, 0, sealed, memory, 1));
    assertRangeError(() => key.open(nonce, none, memory, 31, sealed, memory, 0));
    assertRangeError(() => key.seal(nonce, none, memory, 10, 32, memory.subarray(5), 6));
    key.seal(nonce, none, memory, sealed, 32, memory, 0);
    assert.is(key.open(nonce, none, memory, 0, sealed, memory, sealed), true);
    key.seal(nonce, none, memory, 15, 32, memory.subarray(5), 10);
    assert.is(key.open(nonce, none, memory.subarray(15), 0, sealed, memory, 15), true);
  });

  test(`${name}: keeps its own copy of the key, and a destroyed key does nothing more`, () => {
    const borrowed = keyOctets.slice();
    const key = algorithm.create(borrowed);
    borrowed.fill(0);
    const sealed = new Uint8Array(1 + tagLength);
    const plaintext = Uint8Array.of(7);
    key.seal(nonce, none, plaintext, 0, 1, sealed, 0);
    assert.is(bytesToHex(sealed), bytesToHex(sealByNode(algorithm, keyOctets, nonce, none, plaintext)));

    key.destroy();
    key.destroy();
    assertCode(() => key.seal(nonce, none, none, 0, 0, sealed, 0), 'destroyed');
    assertCode(() => key.open(nonce, none, sealed, 0, tagLength, none, 0), 'destroyed');
  });
}

test.run();
