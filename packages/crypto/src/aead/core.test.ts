import { type CipherGCMTypes, createCipheriv } from 'node:crypto';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { nobleAes128Gcm, nobleAes256Gcm } from '../noble/nobleAesGcm.ts';
import { nobleChaCha20Poly1305 } from '../noble/nobleChaCha20Poly1305.ts';
import type { AeadAlgorithm, AeadKey } from '../provider.ts';
import { portableAes128Ccm, portableAes128Ccm8 } from './aesCcm.ts';
import { compactAes128Gcm, compactAes256Gcm, portableAes128Gcm, portableAes256Gcm } from './aesGcm.ts';
import { schedule } from './aesTables.ts';
import { compactChaCha20Poly1305, portableChaCha20Poly1305 } from './chacha20Poly1305.ts';
import {
  constantTimeAes128Ccm,
  constantTimeAes128Ccm8,
  constantTimeAes128Gcm,
  constantTimeAes256Gcm,
} from './constantTimeAes.ts';
import { chunkLength, words, xored } from './workspace.ts';

// What can go wrong in our own cores and nowhere else: chunks, blocks, tables and counters that are kept.
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
];
/** The same AEAD by others' code, as far as there is one. */
const oracles = [nobleChaCha20Poly1305, nobleAes128Gcm, nobleAes256Gcm];

const none = new Uint8Array(0);
const filler = 0xa5;

function sealByNode(
  { name, tagLength: authTagLength }: AeadAlgorithm,
  key: Uint8Array,
  nonce: Uint8Array,
  additionalData: Uint8Array,
  plaintext: Uint8Array,
): Buffer {
  // AES-128-CCM-8 is the same cipher for OpenSSL.
  const cipherName = name.toLowerCase().replace('ccm-8', 'ccm') as CipherGCMTypes;
  const cipher = createCipheriv(cipherName, key, nonce, { authTagLength });
  cipher.setAAD(additionalData, { plaintextLength: plaintext.length });
  return Buffer.concat([cipher.update(plaintext), cipher.final(), cipher.getAuthTag()]);
}

/** Octets that look random and are the same each time. */
function octets(length: number, seed: number): Uint8Array {
  let state = seed >>> 0;
  return Uint8Array.from({ length }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state >>> 24;
  });
}

/** Seals and opens at odd places, in place or from one buffer to another, and compares with what is expected. */
function checkRecord(
  { tagLength }: AeadAlgorithm,
  key: AeadKey,
  nonce: Uint8Array,
  additionalData: Uint8Array,
  plaintext: Uint8Array,
  expected: Uint8Array,
  inPlace: boolean,
): void {
  const from = 1 + (plaintext.length % 7);
  const to = inPlace ? from : 3 + (plaintext.length % 5);
  const input = new Uint8Array(from + expected.length + 2).fill(filler);
  const output = inPlace ? input : new Uint8Array(to + expected.length + 2).fill(filler);
  input.set(plaintext, from);
  key.seal(nonce, additionalData, input, from, plaintext.length, output, to);
  const around = new Uint8Array(output.length).fill(filler);
  around.set(expected, to);
  assert.ok(Buffer.from(around).equals(output), `sealing ${plaintext.length} octets`);

  assert.ok(
    key.open(nonce, additionalData, output, to, expected.length, input, from),
    `opening ${plaintext.length} octets`,
  );
  const opened = input.subarray(from, from + expected.length - tagLength);
  assert.ok(Buffer.from(plaintext).equals(opened), `opening ${plaintext.length} octets`);
}

/** 0 to 300, and around the ends of blocks, chunks, and of 256 blocks of AES. */
const lengths = [
  ...Array.from({ length: 301 }, (_, length) => length),
  ...[512, 1024, chunkLength, 4096 - 32, 4096, 2 * chunkLength, 3 * chunkLength, 8192, 2 ** 14].flatMap(
    (edge) =>
      [-65, -64, -63, -17, -16, -15, -1, 0, 1, 15, 16, 17, 63, 64, 65].map((distance) => edge + distance),
  ),
];

for (const algorithm of algorithms) {
  const { name, keyLength, nonceLength, tagLength, constantTime } = algorithm;
  const title = constantTime ? `${name} in constant time` : name;
  const keyOctets = octets(keyLength, 1);

  test(`${title}: every length to 300 and around all edges, one key`, () => {
    const key = algorithm.create(keyOctets);
    for (const [index, length] of lengths.entries()) {
      const nonce = octets(nonceLength, index);
      const additionalData = octets(index % 40, index);
      const plaintext = octets(length, length);
      const expected = sealByNode(algorithm, keyOctets, nonce, additionalData, plaintext);
      checkRecord(algorithm, key, nonce, additionalData, plaintext, expected, index % 2 === 0);
    }
  });

  test(`${title}: every length of the additional data to 70, and longer than a chunk`, () => {
    const key = algorithm.create(keyOctets);
    const nonce = octets(nonceLength, 3);
    const edges = [
      chunkLength - 1,
      chunkLength,
      chunkLength + 1,
      3 * chunkLength + 5,
      0xfeff,
      0xff00,
      0x10001,
    ];
    for (const length of [...Array.from({ length: 71 }, (_, index) => index), ...edges]) {
      const additionalData = octets(length, length);
      const plaintext = octets(33, length);
      const expected = sealByNode(algorithm, keyOctets, nonce, additionalData, plaintext);
      checkRecord(algorithm, key, nonce, additionalData, plaintext, expected, false);
    }
  });

  test(`${title}: counters past 2^8 and 2^16 blocks`, () => {
    const key = algorithm.create(keyOctets);
    const nonce = octets(nonceLength, 4);
    const blockLength = name === 'CHACHA20-POLY1305' ? 64 : 16;
    for (const length of [256 * blockLength + 100, 2 ** 16 * blockLength + 40]) {
      const plaintext = octets(length, length);
      checkRecord(
        algorithm,
        key,
        nonce,
        none,
        plaintext,
        sealByNode(algorithm, keyOctets, nonce, none, plaintext),
        true,
      );
    }
  });

  test(`${title}: many records, keys taking turns, as two directions of some connections do`, () => {
    const keys = Array.from({ length: 5 }, (_, index) => {
      const material = octets(keyLength, 100 + index);
      return { material, key: algorithm.create(material) };
    });
    for (let record = 0; record < 400; record += 1) {
      // Two of them in turn, then all: what is kept for the last key must not serve the next one.
      const turn = keys[record < 200 ? record % 2 : (record * record) % 5];
      if (turn === undefined) throw new RangeError(`No key for record ${record}`);
      const { material, key } = turn;
      const nonce = octets(nonceLength, record);
      const additionalData = octets(5, record);
      const length = record % 3 === 0 ? 4096 + record : record;
      const plaintext = octets(length, record);
      const expected = sealByNode(algorithm, material, nonce, additionalData, plaintext);
      checkRecord(algorithm, key, nonce, additionalData, plaintext, expected, record % 5 === 0);
    }
  });

  test(`${title}: destroying a key leaves the others as they are`, () => {
    const kept = octets(keyLength, 7);
    const keptKey = algorithm.create(kept);
    const nonce = octets(nonceLength, 5);
    for (const length of [20, 5000]) {
      const plaintext = octets(length, 6);
      const expected = sealByNode(algorithm, kept, nonce, none, plaintext);
      const other = algorithm.create(keyOctets);
      other.seal(nonce, none, plaintext, 0, length, new Uint8Array(length + tagLength), 0);
      other.destroy();
      checkRecord(algorithm, keptKey, nonce, none, plaintext, expected, false);
      algorithm.create(keyOctets).destroy();
      checkRecord(algorithm, keptKey, nonce, none, plaintext, expected, false);
    }
  });

  test(`${title}: each flipped bit of a record, its data and its nonce fails and leaves zeros`, () => {
    const key = algorithm.create(keyOctets);
    const nonce = octets(nonceLength, 8);
    const additionalData = octets(5, 8);
    const length = 83;
    const sealed = new Uint8Array(length + tagLength);
    key.seal(nonce, additionalData, octets(length, 9), 0, length, sealed, 0);
    for (const target of [sealed, additionalData, nonce]) {
      for (let bit = 0; bit < 8 * target.length; bit += 1) {
        target[bit >> 3] = (target[bit >> 3] ?? 0) ^ (1 << (bit & 7));
        const output = new Uint8Array(length + 2).fill(filler);
        assert.not(key.open(nonce, additionalData, sealed, 0, sealed.length, output, 1));
        assert.is(output[0], filler);
        assert.is(output[length + 1], filler);
        assert.ok(output.subarray(1, -1).every((octet) => octet === 0));
        const inPlace = sealed.slice();
        assert.not(key.open(nonce, additionalData, inPlace, 0, sealed.length, inPlace, 0));
        assert.ok(inPlace.subarray(0, length).every((octet) => octet === 0));
        target[bit >> 3] = (target[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      }
    }
    assert.ok(key.open(nonce, additionalData, sealed, 0, sealed.length, new Uint8Array(length), 0));
  });

  test(`${title}: a long record with a wrong tag leaves zeros throughout`, () => {
    const key = algorithm.create(keyOctets);
    const nonce = octets(nonceLength, 8);
    const length = 2 * chunkLength + 77;
    const record = new Uint8Array(length + tagLength);
    key.seal(nonce, none, octets(length, 9), 0, length, record, 0);
    record[length] = (record[length] ?? 0) ^ 1;
    assert.not(key.open(nonce, none, record, 0, record.length, record, 0));
    assert.ok(record.subarray(0, length).every((octet) => octet === 0));
  });

  test(`${title}: leaves nothing of a record in the workspace`, () => {
    const key = algorithm.create(keyOctets);
    const nonce = octets(nonceLength, 8);
    const isEmpty = () => [words, xored].every((array) => array.every((word) => word === 0));
    for (const length of [0, 1, 31, 64, 200, chunkLength, chunkLength + 100, 5 * chunkLength]) {
      const record = new Uint8Array(length + tagLength);
      key.seal(nonce, octets(5, 1), octets(length, 9), 0, length, record, 0);
      assert.ok(isEmpty(), `sealing ${length} octets`);
      assert.ok(key.open(nonce, octets(5, 1), record, 0, record.length, record, 0));
      assert.ok(isEmpty(), `opening ${length} octets`);
      assert.not(key.open(nonce, none, record, 0, record.length, record, 0));
      assert.ok(isEmpty(), `failing to open ${length} octets`);
    }
  });

  const oracle = oracles.find((candidate) => candidate.name === name);
  test(`${title}: as OpenSSL${oracle === undefined ? '' : ' and noble'}, for whatever is thrown at it`, () => {
    const recent: { material: Uint8Array; key: AeadKey }[] = [];
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: keyLength, maxLength: keyLength }),
        fc.uint8Array({ minLength: nonceLength, maxLength: nonceLength }),
        fc.uint8Array({ maxLength: 50 }),
        fc.oneof(fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ minLength: 100, maxLength: 3000 })),
        fc.nat(3),
        fc.boolean(),
        (fresh, nonce, additionalData, plaintext, age, inPlace) => {
          const { material, key } = recent[age] ?? { material: fresh, key: algorithm.create(fresh) };
          recent.splice(age, 1);
          if (recent.length < 4) recent.push({ material, key });
          const expected = sealByNode(algorithm, material, nonce, additionalData, plaintext);
          checkRecord(algorithm, key, nonce, additionalData, plaintext, expected, inPlace);
          if (oracle === undefined) return;
          const byOracle = new Uint8Array(expected.length);
          oracle.create(material).seal(nonce, additionalData, plaintext, 0, plaintext.length, byOracle, 0);
          assert.ok(expected.equals(byOracle));
        },
      ),
      { numRuns: 600 },
    );
  });
}

for (const algorithm of [portableAes128Gcm, portableAes256Gcm, portableAes128Ccm]) {
  test(`${algorithm.name}: round keys stay for the next record, and go with their key`, () => {
    const [key, other] = [octets(algorithm.keyLength, 1), octets(algorithm.keyLength, 2)].map(
      algorithm.create,
    );
    if (key === undefined || other === undefined) throw new RangeError('There are two keys');
    const sealByEach = () => {
      for (const one of [other, key]) {
        one.seal(octets(12, 1), none, octets(40, 1), 0, 40, new Uint8Array(40 + algorithm.tagLength), 0);
      }
    };
    const isEmpty = () => schedule.every((word) => word === 0);
    sealByEach();
    other.destroy();
    assert.not(isEmpty());
    key.destroy();
    assert.ok(isEmpty());
  });
}

for (const algorithm of algorithms.filter(({ name }) => name.includes('CCM'))) {
  test(`${algorithm.name}: refuses a record whose length has no place in its three octets`, () => {
    // RFC 3610 section 2.1, with a nonce of 12 octets.
    const length = 2 ** 24;
    const memory = new Uint8Array(length + algorithm.tagLength);
    const key = algorithm.create(octets(algorithm.keyLength, 1));
    const nonce = octets(algorithm.nonceLength, 1);
    const isRangeError = (error: unknown) => error instanceof RangeError;
    assert.throws(() => key.seal(nonce, none, memory, 0, length, memory, 0), isRangeError);
    assert.throws(() => key.open(nonce, none, memory, 0, memory.length, memory, 0), isRangeError);
    assert.ok(memory.subarray(0, 100).every((octet) => octet === 0));
  });
}

test.run();
