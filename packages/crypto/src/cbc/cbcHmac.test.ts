import { createCipheriv, createHmac } from 'node:crypto';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CryptoError } from '../errors.ts';
import type { CompressionFunction } from '../hash/compression.ts';
import { sha1Compression } from '../hash/sha1.ts';
import { sha256Compression } from '../hash/sha256.ts';
import { sha384Compression } from '../hash/sha512.ts';
import {
  portableAes128CbcHmacSha1,
  portableAes128CbcHmacSha256,
  portableAes256CbcHmacSha1,
  portableAes256CbcHmacSha256,
  portableAes256CbcHmacSha384,
} from './aesCbcHmac.ts';
import { bitslicedCbc } from './bitslicedCbc.ts';
import { cbcHmac } from './cbcHmac.ts';
import {
  constantTimeAes128CbcHmacSha1,
  constantTimeAes128CbcHmacSha256,
  constantTimeAes256CbcHmacSha1,
  constantTimeAes256CbcHmacSha256,
  constantTimeAes256CbcHmacSha384,
} from './constantTimeAesCbcHmac.ts';
import type { CbcHmacAlgorithm, CbcHmacKey, MacOrder } from './contract.ts';

const algorithms = [
  portableAes128CbcHmacSha1,
  portableAes128CbcHmacSha256,
  portableAes256CbcHmacSha1,
  portableAes256CbcHmacSha256,
  portableAes256CbcHmacSha384,
  constantTimeAes128CbcHmacSha1,
  constantTimeAes128CbcHmacSha256,
  constantTimeAes256CbcHmacSha1,
  constantTimeAes256CbcHmacSha256,
  constantTimeAes256CbcHmacSha384,
];
const orders: readonly MacOrder[] = ['mac-then-encrypt', 'encrypt-then-mac'];
const filler = 0xa5;

/** Octets that look random and are the same each time. */
function octets(length: number, seed: number): Uint8Array {
  let state = seed >>> 0;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

const iv = octets(16, 77);
const additionalData = octets(11, 78);

interface Keys {
  readonly encryption: Uint8Array;
  readonly mac: Uint8Array;
}

function keysOf({ encryptionKeyLength, macLength }: CbcHmacAlgorithm): Keys {
  return { encryption: octets(encryptionKeyLength, 5), mac: octets(macLength, 6) };
}

/** Records by OpenSSL's primitives, good or bad, put together as the RFCs say. */
class Oracle {
  readonly #algorithm: CbcHmacAlgorithm;
  readonly #keys: Keys;
  constructor(algorithm: CbcHmacAlgorithm) {
    this.#algorithm = algorithm;
    this.#keys = keysOf(algorithm);
  }

  mac(length: number, ...data: readonly Uint8Array[]): Buffer {
    const hmac = createHmac(this.#algorithm.name.replace(/.*-/, ''), this.#keys.mac);
    hmac.update(additionalData).update(Uint8Array.of(length >> 8, length));
    for (const part of data) hmac.update(part);
    return hmac.digest();
  }

  encrypt(...data: readonly Uint8Array[]): Buffer {
    const name = `aes-${this.#algorithm.encryptionKeyLength * 8}-cbc`;
    const cipher = createCipheriv(name, this.#keys.encryption, iv).setAutoPadding(false);
    return Buffer.concat([...data.map((part) => cipher.update(part)), cipher.final()]);
  }

  /** @param least fewest octets of padding; by default those needed */
  seal(order: MacOrder, content: Uint8Array, least = 0): Buffer {
    const before = order === 'encrypt-then-mac' ? 0 : this.#algorithm.macLength;
    return this.sealPadded(order, content, paddingAfter(content.length + before, least));
  }

  sealPadded(order: MacOrder, content: Uint8Array, padding: Uint8Array): Buffer {
    if (order === 'encrypt-then-mac') {
      const encrypted = this.encrypt(content, padding);
      return Buffer.concat([encrypted, this.mac(16 + encrypted.length, iv, encrypted)]);
    }
    return this.encrypt(content, this.mac(content.length, content), padding);
  }
}

function paddingAfter(length: number, least: number): Uint8Array {
  const paddingLength = least + ((32 - ((length + least + 1) % 16)) % 16);
  return new Uint8Array(paddingLength + 1).fill(paddingLength);
}

/** Opens in place, between octets that must stay. Gives what is returned and what is left. */
function openAt(key: CbcHmacKey, sealed: Uint8Array, offset: number): [number | undefined, Buffer] {
  const record = Buffer.alloc(offset + sealed.length + 3, filler);
  record.set(sealed, offset);
  const length = key.open(iv, additionalData, record, offset, sealed.length, record, offset);
  const around = [...record.subarray(0, offset), ...record.subarray(offset + sealed.length)];
  assert.ok(around.every((octet) => octet === filler));
  return [length, record.subarray(offset, offset + sealed.length)];
}

function expectOpened(key: CbcHmacKey, sealed: Uint8Array, content: Uint8Array, offset: number): void {
  const expected = Buffer.alloc(sealed.length);
  expected.set(content);
  const [length, left] = openAt(key, sealed, offset);
  assert.is(length, content.length);
  assert.ok(left.equals(expected), 'the content, then zeros');

  const input = Buffer.concat([Buffer.alloc(offset), sealed]);
  const output = Buffer.alloc(sealed.length + 7, filler);
  assert.is(key.open(iv, additionalData, input, offset, sealed.length, output, 5), content.length);
  assert.ok(output.subarray(5, -2).equals(expected), 'the content elsewhere, then zeros');
  assert.ok(input.subarray(offset).equals(sealed), 'the input stays');
}

function expectRefused(key: CbcHmacKey, sealed: Uint8Array, what: string): void {
  const [length, left] = openAt(key, sealed, 1 + (sealed.length % 5));
  assert.is(length, undefined, what);
  assert.ok(
    left.every((octet) => octet === 0),
    `${what}: zeros are left`,
  );
}

function flipBit(data: Uint8Array, bit: number): Uint8Array {
  const flipped = Uint8Array.from(data);
  flipped[bit >> 3] = (flipped[bit >> 3] ?? 0) ^ (1 << (bit & 7));
  return flipped;
}

for (const algorithm of algorithms) {
  for (const order of orders) {
    const title = `${algorithm.name}${algorithm.constantTime ? ' in constant time' : ''}, ${order}`;
    const oracle = new Oracle(algorithm);
    const { encryption, mac } = keysOf(algorithm);
    const key = algorithm.create(encryption, mac, order);

    test(`${title}: every length to 300, and the longest of TLS`, () => {
      for (const length of [...Array(301).keys(), 2 ** 14 - 1, 2 ** 14, 2 ** 14 + 1]) {
        const content = octets(length, length);
        const expected = oracle.seal(order, content);
        assert.is(key.sealedLength(length), expected.length);
        const from = 1 + (length % 7);
        const inPlace = length % 2 === 0;
        const to = inPlace ? from : 3 + (length % 5);
        const input = Buffer.alloc(from + expected.length + 2, filler);
        const output = inPlace ? input : Buffer.alloc(to + expected.length + 2, filler);
        input.set(content, from);
        key.seal(iv, additionalData, input, from, length, output, to);
        const around = Buffer.alloc(output.length, filler);
        around.set(expected, to);
        assert.ok(output.equals(around), `sealing ${length} octets`);
        expectOpened(key, expected, content, from);
      }
    });

    test(`${title}: every length of the padding`, () => {
      const { macLength } = algorithm;
      const before = order === 'encrypt-then-mac' ? 0 : macLength;
      for (let paddingLength = 0; paddingLength < 256; paddingLength += 1) {
        for (const blocks of [0, 1, 20]) {
          const content = octets(16 * blocks + (15 & (255 - paddingLength - before)), paddingLength);
          assert.is(paddingAfter(content.length + before, paddingLength).length, paddingLength + 1);
          expectOpened(key, oracle.seal(order, content, paddingLength), content, paddingLength % 9);
        }
      }
    });

    test(`${title}: a flipped bit anywhere`, () => {
      const sealed = oracle.seal(order, octets(21, 3), 20);
      for (let bit = 0; bit < 8 * sealed.length; bit += 1) {
        expectRefused(key, flipBit(sealed, bit), `bit ${bit}`);
      }
      const output = new Uint8Array(sealed.length);
      for (let bit = 0; bit < 8 * iv.length; bit += 1) {
        const other = flipBit(iv, bit);
        assert.is(key.open(other, additionalData, sealed, 0, sealed.length, output, 0), undefined);
      }
      for (let bit = 0; bit < 8 * additionalData.length; bit += 1) {
        const other = flipBit(additionalData, bit);
        assert.is(key.open(iv, other, sealed, 0, sealed.length, output, 0), undefined);
        assert.ok(output.every((octet) => octet === 0));
      }
      assert.is(key.open(iv, additionalData, sealed, 0, sealed.length, output, 0), 21);
    });

    test(`${title}: a wrong padding under a right MAC`, () => {
      const before = order === 'encrypt-then-mac' ? 0 : algorithm.macLength;
      const content = new Uint8Array(32 + (15 & (255 - before)));
      expectOpened(key, oracle.sealPadded(order, content, Uint8Array.of(0)), content, 1);
      for (let wrong = 1; wrong < 256; wrong += 1) {
        const sealed = oracle.sealPadded(order, content, Uint8Array.of(wrong));
        expectRefused(key, sealed, `${wrong} octets of padding where there are none`);
      }
      const padding = new Uint8Array(33).fill(32);
      expectOpened(key, oracle.sealPadded(order, content, padding), content, 1);
      for (let bit = 0; bit < 8 * (padding.length - 1); bit += 1) {
        expectRefused(key, oracle.sealPadded(order, content, flipBit(padding, bit)), `bit ${bit}`);
      }
      const longer = new Uint8Array(16 - (before % 16)).fill(255);
      const sealed = oracle.sealPadded(order, new Uint8Array(0), longer);
      expectRefused(key, sealed, 'a padding that begins before the record');
    });

    test(`${title}: every length that is none of a record's`, () => {
      const sealed = oracle.seal(order, octets(70, 3));
      for (let length = 0; length < sealed.length; length += 1) {
        expectRefused(key, sealed.subarray(0, length), `${length} octets`);
      }
    });

    test(`${title}: whatever is sealed is opened, and nothing else`, () => {
      const content = fc.uint8Array({ maxLength: 400 });
      fc.assert(
        fc.property(content, fc.nat(255), fc.nat(20), (plaintext, least, offset) => {
          expectOpened(key, oracle.seal(order, plaintext, Math.min(least, 240)), plaintext, offset);
        }),
      );
      fc.assert(
        fc.property(fc.uint8Array({ maxLength: 400 }), (noise) => expectRefused(key, noise, 'noise')),
      );
    });

    test(`${title}: what no caller may do`, () => {
      const code = (expected: string) => (error: unknown) =>
        error instanceof CryptoError && error.code === expected;
      const badLength = code('invalid_key_length');
      const { create } = algorithm;
      assert.throws(() => create(octets(24, 1), mac, order), badLength);
      assert.throws(() => create(encryption, octets(mac.length + 1, 1), order), badLength);
      const record = new Uint8Array(200);
      const seal = (at: number, length: number, to: number) =>
        key.seal(iv, additionalData, record, at, length, record, to);
      const open = (at: number, length: number, to: number) =>
        key.open(iv, additionalData, record, at, length, record, to);
      const isRangeError = (error: unknown) => error instanceof RangeError;
      for (const [at, length, to] of [
        [0, 190, 0],
        [0, 201, 0],
        [-1, 5, -1],
        [0, Number.NaN, 0],
        [0.5, 5, 0.5],
        [0, 32, 1],
        [40, 64, 10],
      ] as const) {
        assert.throws(() => seal(at, length, to), isRangeError, `sealing ${at}, ${length}, ${to}`);
        if (length !== 190) assert.throws(() => open(at, length, to), isRangeError);
      }
      const long = new Uint8Array(70_000);
      assert.throws(() => key.seal(iv, additionalData, long, 0, 65_530, long, 0), isRangeError);
      assert.throws(() => key.open(iv, additionalData, long, 0, 65_520, long, 0), isRangeError);
      for (const length of [0, 15, 17]) {
        assert.throws(() => key.seal(octets(length, 1), additionalData, record, 0, 1, record, 0), badLength);
        assert.throws(() => key.open(octets(length, 1), additionalData, record, 0, 1, record, 0), badLength);
      }
      for (const length of [0, 10, 13]) {
        assert.throws(() => key.seal(iv, octets(length, 1), record, 0, 1, record, 0), badLength);
        assert.throws(() => key.open(iv, octets(length, 1), record, 0, 1, record, 0), badLength);
      }
      const other = create(encryption, mac, order);
      other.destroy();
      assert.throws(() => other.seal(iv, additionalData, record, 0, 1, record, 0), code('destroyed'));
      assert.throws(() => other.open(iv, additionalData, record, 0, 64, record, 0), code('destroyed'));
      other.destroy();
      seal(0, 1, 0);
      assert.is(open(0, key.sealedLength(1), 0), 1);
    });
  }
}

for (const { algorithm, hash } of [
  { algorithm: constantTimeAes128CbcHmacSha1, hash: sha1Compression },
  { algorithm: constantTimeAes128CbcHmacSha256, hash: sha256Compression },
  { algorithm: constantTimeAes256CbcHmacSha384, hash: sha384Compression },
]) {
  const { name, encryptionKeyLength, macLength } = algorithm;

  test(`${name}: wrong padding and wrong MAC, wherever, take the same steps as a right record`, () => {
    const steps: string[] = [];
    const counted: CompressionFunction<20 | 32 | 48> = {
      ...hash,
      compress(state, data, offset) {
        steps.push(`${data.length}/${offset}`);
        hash.compress(state, data, offset);
      },
    };
    const { encryption, mac } = keysOf(algorithm);
    const key = cbcHmac(name, encryptionKeyLength, bitslicedCbc, counted).create(
      encryption,
      mac,
      'mac-then-encrypt',
    );
    const oracle = new Oracle(algorithm);
    const traces = new Map<number, Set<string>>();
    let opened = 0;
    let refused = 0;

    const open = (plaintext: Uint8Array): number | undefined => {
      steps.length = 0;
      const record = Buffer.from(oracle.encrypt(plaintext));
      const length = key.open(iv, additionalData, record, 0, record.length, record, 0);
      const seen = traces.get(record.length) ?? new Set();
      traces.set(record.length, seen.add(steps.join()));
      if (length === undefined) {
        refused += 1;
        assert.ok(record.every((octet) => octet === 0));
      } else {
        opened += 1;
      }
      return length;
    };

    for (const recordLength of [macLength + 16 - (macLength % 16), 256, 320, 496]) {
      for (let paddingLength = 0; paddingLength < 256; paddingLength += 1) {
        const contentLength = recordLength - macLength - 1 - paddingLength;
        const plaintext = octets(recordLength, paddingLength);
        plaintext.fill(paddingLength, Math.max(0, recordLength - 1 - paddingLength));
        if (contentLength < 0) {
          assert.is(open(plaintext), undefined, 'a padding that leaves no room for the MAC');
          continue;
        }
        const content = plaintext.subarray(0, contentLength);
        plaintext.set(oracle.mac(contentLength, content), contentLength);
        assert.is(open(plaintext), contentLength);
        // The MAC's first and last octet, then the padding's first, one within, and the last before its length.
        const middle = recordLength - 1 - (paddingLength >> 1);
        const places = [contentLength, contentLength + macLength - 1];
        if (paddingLength > 1) places.push(contentLength + macLength, middle, recordLength - 2);
        for (const place of places) assert.is(open(flipBit(plaintext, 8 * place)), undefined, `at ${place}`);
      }
    }
    assert.ok(opened > 256 && refused > 1024);
    for (const [length, seen] of traces) assert.is(seen.size, 1, `records of ${length} octets`);
    assert.ok(new Set([...traces.values()].flatMap((seen) => [...seen])).size > 1);
  });
}

test.run();
