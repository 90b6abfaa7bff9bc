import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { bytesToNumberLE, numberToBytesLE } from '@noble/curves/utils.js';
import { hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import rfc8032ed448 from '../../../../test-vectors/rfc8032-ed448.json' with { type: 'json' };
import rfc8032 from '../../../../test-vectors/rfc8032-ed25519.json' with { type: 'json' };
import { CryptoError, type CryptoErrorCode } from '../errors.ts';
import type { PublicKey } from '../provider.ts';
import { ed448, ed25519 } from './edwards.ts';

const order = 2n ** 252n + 27742317777372353535851937790883648493n;

const keyOf = (octets: Uint8Array): PublicKey => ({ type: 'Ed25519', key: octets });

function assertCode(run: () => unknown, code: CryptoErrorCode): void {
  assert.throws(run, (error: unknown) => error instanceof CryptoError && error.code === code);
}

const [first] = rfc8032.vectors;
if (first === undefined) throw new Error('There are no vectors');
const publicKey = keyOf(hexToBytes(first.publicKey));
const message = hexToBytes(first.message);
const signature = hexToBytes(first.signature);

test('the vectors of RFC 8032', () => {
  assert.is(rfc8032.vectors.length, 5);
  for (const vector of rfc8032.vectors) {
    const key = keyOf(hexToBytes(vector.publicKey));
    const octets = hexToBytes(vector.message);
    assert.is(ed25519.verify(key, octets, hexToBytes(vector.signature)), true);
    assert.is(ed25519.verify(key, Uint8Array.of(...octets, 0), hexToBytes(vector.signature)), false);
  }
});

test('takes what OpenSSL signs, and with one flipped bit no more', () => {
  const pair = generateKeyPairSync('ed25519');
  const key = keyOf(Uint8Array.from(pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-32)));
  fc.assert(
    fc.property(
      fc.uint8Array({ minLength: 1, maxLength: 100 }),
      fc.boolean(),
      fc.nat(),
      (octets, inMessage, bit) => {
        const signed = Uint8Array.from(sign(null, octets, pair.privateKey));
        assert.is(ed25519.verify(key, octets, signed), true);
        const target = inMessage ? octets : signed;
        const at = bit % (target.length * 8);
        target[at >> 3] = (target[at >> 3] ?? 0) ^ (1 << (at & 7));
        assert.is(ed25519.verify(key, octets, signed), false);
      },
    ),
    { numRuns: 15 },
  );
});

test('a signature of another length is false', () => {
  for (const length of [0, 32, 63, 65, 128]) {
    const wrong = new Uint8Array(length);
    wrong.set(signature.subarray(0, length));
    assert.is(ed25519.verify(publicKey, message, wrong), false);
  }
});

test('S is below the order (RFC 8032 section 5.1.7, step 1)', () => {
  const s = bytesToNumberLE(signature.subarray(32));
  for (const other of [s + order, order, 2n ** 256n - 1n, 0n]) {
    const malleated = signature.slice();
    malleated.set(numberToBytesLE(other, 32), 32);
    assert.is(ed25519.verify(publicKey, message, malleated), false);
  }
});

test('R that is no point, or not reduced, is false', () => {
  for (const r of [
    'ff'.repeat(32),
    `ed${'ff'.repeat(30)}7f`, // y = p
    `ee${'ff'.repeat(30)}7f`, // y = p + 1
    `02${'00'.repeat(31)}`, // no x for y = 2
  ]) {
    const wrong = signature.slice();
    wrong.set(hexToBytes(r));
    assert.is(ed25519.verify(publicKey, message, wrong), false);
  }
});

test('R is reduced even where the equation holds for it', () => {
  // With R of small order, S = k a: a signature that only the holder of the private key can make.
  const pair = generateKeyPairSync('ed25519');
  const { d, x } = pair.privateKey.export({ format: 'jwk' });
  const key = Uint8Array.from(Buffer.from(x ?? '', 'base64url'));
  const hash = (...parts: readonly Uint8Array[]) =>
    Uint8Array.from(createHash('sha512').update(Buffer.concat(parts)).digest());
  const scalarOctets = hash(Buffer.from(d ?? '', 'base64url')).subarray(0, 32);
  scalarOctets[0] = (scalarOctets[0] ?? 0) & 0xf8;
  scalarOctets[31] = ((scalarOctets[31] ?? 0) & 0x3f) | 0x40;

  const signWith = (r: Uint8Array) => {
    const k = bytesToNumberLE(hash(r, key, message));
    return Uint8Array.of(...r, ...numberToBytesLE((k * bytesToNumberLE(scalarOctets)) % order, 32));
  };
  const reduced = hexToBytes(`01${'00'.repeat(31)}`);
  const notReduced = hexToBytes(`ee${'ff'.repeat(30)}7f`);
  assert.is(ed25519.verify(keyOf(key), message, signWith(reduced)), true);
  assert.is(ed25519.verify(keyOf(key), message, signWith(notReduced)), false);
});

// Points of order 1, 2, 4 and 8, and encodings that are not reduced.
const unusableKeys = [
  `01${'00'.repeat(31)}`,
  `ec${'ff'.repeat(30)}7f`,
  '00'.repeat(32),
  `${'00'.repeat(31)}80`,
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa',
  `01${'00'.repeat(30)}80`, // x = 0 with its sign bit set
  `ed${'ff'.repeat(30)}7f`,
  `ee${'ff'.repeat(30)}7f`,
  'ff'.repeat(32),
  `02${'00'.repeat(31)}`,
];

test('a key that is no point, not reduced or of small order is invalid_public_key', () => {
  for (const encoding of unusableKeys) {
    const key = keyOf(hexToBytes(encoding));
    assertCode(() => ed25519.verify(key, message, signature), 'invalid_public_key');
    // The signature that holds for every message under the neutral element.
    const universal = Uint8Array.of(1, ...new Uint8Array(63));
    assertCode(() => ed25519.verify(key, message, universal), 'invalid_public_key');
  }
});

test('a key of another length is invalid_public_key', () => {
  for (const length of [0, 31, 33, 57]) {
    assertCode(() => ed25519.verify(keyOf(new Uint8Array(length)), message, signature), 'invalid_public_key');
  }
});

test('keys of other types are unsupported_public_key', () => {
  const keys = [
    { type: 'RSA', modulus: new Uint8Array(256), exponent: Uint8Array.of(3), pssOnly: false },
    { type: 'EC', curve: 'P-256', point: new Uint8Array(65) },
    { type: 'Ed448', key: new Uint8Array(57) },
  ] as const;
  for (const key of keys) assertCode(() => ed25519.verify(key, message, signature), 'unsupported_public_key');
  assertCode(() => ed448.verify(publicKey, message, signature), 'unsupported_public_key');
});

const order448 = 2n ** 446n - 0x8335dc163bb124b65129c96fde933d8d723a70aadc873d6d54a7bb0dn;
const keyOf448 = (octets: Uint8Array): PublicKey => ({ type: 'Ed448', key: octets });

test('Ed448: the vectors of RFC 8032', () => {
  assert.is(rfc8032ed448.vectors.length, 8);
  for (const vector of rfc8032ed448.vectors) {
    const key = keyOf448(hexToBytes(vector.publicKey));
    const octets = hexToBytes(vector.message);
    const signed = hexToBytes(vector.signature);
    assert.is(ed448.verify(key, octets, signed), true);
    assert.is(ed448.verify(key, Uint8Array.of(...octets, 0), signed), false);
    for (const at of [0, 56, 57, 113]) {
      const changed = signed.map((octet, index) => (index === at ? octet ^ 1 : octet));
      assert.is(ed448.verify(key, octets, changed), false);
    }
  }
});

test('Ed448: takes what OpenSSL signs, of a length of 114 octets and with S below the order', () => {
  const pair = generateKeyPairSync('ed448');
  const key = keyOf448(Uint8Array.from(pair.publicKey.export({ format: 'der', type: 'spki' }).subarray(-57)));
  const signed = Uint8Array.from(sign(null, message, pair.privateKey));
  assert.is(ed448.verify(key, message, signed), true);
  for (const wrong of [new Uint8Array(0), signed.subarray(0, -1), Uint8Array.of(...signed, 0)]) {
    assert.is(ed448.verify(key, message, wrong), false);
  }
  const s = bytesToNumberLE(signed.subarray(57));
  for (const other of [s + order448, order448, 2n ** 456n - 1n, 0n]) {
    const malleated = signed.slice();
    malleated.set(numberToBytesLE(other, 57), 57);
    assert.is(ed448.verify(key, message, malleated), false);
  }
});

test('Ed448: a key that is no point, not reduced, of small order or of another length is invalid_public_key', () => {
  const zeros = '00'.repeat(56);
  const unusable = [
    `01${zeros}`, // the neutral element
    `01${'00'.repeat(55)}80`, // x = 0 with its sign bit set
    `fe${'ff'.repeat(27)}fe${'ff'.repeat(27)}00`, // order 2: y = p - 1
    `${zeros}00`, // order 4
    `${zeros}80`,
    `${'ff'.repeat(28)}fe${'ff'.repeat(27)}00`, // y = p
    `${'00'.repeat(28)}${'ff'.repeat(28)}00`, // y = p + 1
    'ff'.repeat(57),
    zeros,
    '',
  ];
  for (const encoding of unusable) {
    const key = keyOf448(hexToBytes(encoding));
    const universal = Uint8Array.of(1, ...new Uint8Array(113));
    assertCode(() => ed448.verify(key, message, universal), 'invalid_public_key');
  }
});

test.run();
