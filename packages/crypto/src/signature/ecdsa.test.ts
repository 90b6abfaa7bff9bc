import { generateKeyPairSync, sign } from 'node:crypto';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { bytesToNumberBE } from '@noble/curves/utils.js';
import { hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import rfc6979 from '../../../../test-vectors/rfc6979-ecdsa.json' with { type: 'json' };
import { CryptoError, type CryptoErrorCode } from '../errors.ts';
import { sha256 } from '../hash/sha2.ts';
import type { CurveName, PublicKey } from '../provider.ts';
import { ecdsaSha256, ecdsaSha384, ecdsaSha512 } from './ecdsa.ts';

const algorithms = { 'SHA-256': ecdsaSha256, 'SHA-384': ecdsaSha384, 'SHA-512': ecdsaSha512 };
const hashNames = ['SHA-256', 'SHA-384', 'SHA-512'] as const;
const curveNames = ['P-256', 'P-384', 'P-521'] as const;
const coordinateLengths = { 'P-256': 32, 'P-384': 48, 'P-521': 66 };

// SEC 2 sections 2.4.2, 2.5.1 and 2.6.1.
const orders = {
  'P-256': 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
  'P-384':
    0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
  'P-521': BigInt(`0x1${'ff'.repeat(32)}fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`),
};

const toNumber = (hex: string) => BigInt(`0x${hex}`);

/** The content of a DER INTEGER: minimal, with a zero before a set top bit. */
function integerOctets(value: bigint): number[] {
  const hex = value.toString(16);
  const octets = [...hexToBytes(hex.padStart(hex.length + (hex.length % 2), '0'))];
  return (octets[0] ?? 0) >= 0x80 ? [0, ...octets] : octets;
}

/** Definite and minimal: a signature on P-521 takes the long form. */
const lengthOctets = (length: number) => (length < 0x80 ? [length] : [0x81, length]);
const tlv = (tag: number, content: readonly number[]) => [tag, ...lengthOctets(content.length), ...content];

function encodeSignature(r: bigint, s: bigint): Uint8Array {
  return Uint8Array.from(tlv(0x30, [...tlv(2, integerOctets(r)), ...tlv(2, integerOctets(s))]));
}

function curveOf(name: string): CurveName {
  const curve = curveNames.find((candidate) => candidate === name);
  if (curve === undefined) throw new Error(`The vectors name an unknown curve ${name}`);
  return curve;
}

function hashOf(name: string) {
  const hash = hashNames.find((candidate) => candidate === name);
  if (hash === undefined) throw new Error(`The vectors name an unknown hash ${name}`);
  return hash;
}

const vectors = rfc6979.vectors.map(({ curve, hash, publicKey, message, r, s }) => ({
  curve: curveOf(curve),
  hash: hashOf(hash),
  publicKey: { type: 'EC', curve: curveOf(curve), point: hexToBytes(publicKey) } as const,
  message: hexToBytes(message),
  r: toNumber(r),
  s: toNumber(s),
}));

function vectorOn(curve: CurveName) {
  const vector = vectors.find((candidate) => candidate.curve === curve);
  if (vector === undefined) throw new Error(`No vector on ${curve}`);
  return vector;
}

function assertCode(run: () => unknown, code: CryptoErrorCode): void {
  assert.throws(run, (error: unknown) => error instanceof CryptoError && error.code === code);
}

test('the vectors of RFC 6979: three curves with each hash, so with digests longer and shorter than the order', () => {
  assert.is(vectors.length, 18);
  for (const { hash, publicKey, message, r, s } of vectors) {
    const signature = encodeSignature(r, s);
    for (const name of hashNames) {
      assert.is(algorithms[name].verify(publicKey, message, signature), name === hash);
    }
    assert.is(algorithms[hash].verify(publicKey, utf8ToBytes('another message'), signature), false);
  }
});

test('both s and n - s are good', () => {
  for (const { curve, hash, publicKey, message, r, s } of vectors) {
    const other = encodeSignature(r, orders[curve] - s);
    assert.is(algorithms[hash].verify(publicKey, message, other), true);
  }
});

test('r and s are in [1, n-1]', () => {
  for (const curve of curveNames) {
    const { hash, publicKey, message, r, s } = vectorOn(curve);
    const n = orders[curve];
    const { verify } = algorithms[hash];
    const outside = [0n, n, n + 1n, 2n ** 256n, 2n ** 384n, 2n ** 521n];
    for (const value of outside) {
      assert.is(verify(publicKey, message, encodeSignature(value, s)), false);
      assert.is(verify(publicKey, message, encodeSignature(r, value)), false);
      assert.is(verify(publicKey, message, encodeSignature(value, value)), false);
    }
    assert.is(verify(publicKey, message, encodeSignature(r + n, s)), false);
    assert.is(verify(publicKey, message, encodeSignature(r, s + n)), false);
    assert.is(verify(publicKey, message, encodeSignature(1n, 1n)), false);
    assert.is(verify(publicKey, message, encodeSignature(n - 1n, n - 1n)), false);
  }
});

/** The key under which `s` is right for `e` and a point R, of whose x coordinate `r` is the rest: (sR - eG)/r. */
function keyFor(curve: typeof p256, e: bigint, r: bigint, s: bigint, R: typeof p256.Point.BASE): Uint8Array {
  const { BASE, Fn } = curve.Point;
  const inverse = Fn.inv(r);
  return R.multiplyUnsafe(Fn.mul(s, inverse))
    .add(BASE.multiplyUnsafe(Fn.create(-e * inverse)))
    .toBytes(false);
}

test('x is compared modulo the order: that of R is r, or r + n where that is a coordinate', () => {
  const message = utf8ToBytes('wrapped');
  const e = bytesToNumberBE(sha256.digest(message));
  for (const [name, curve] of [
    ['P-256', p256],
    ['P-384', p384],
    ['P-521', p521],
  ] as const) {
    const { Fn, Fp } = curve.Point;
    const digest = Fn.create(e);
    const n = Fn.ORDER;
    const s = n / 7n;
    /** The first point with an x coordinate from there on. */
    const pointFrom = (x: bigint): typeof curve.Point.BASE => {
      for (let candidate = x; candidate < Fp.ORDER; candidate += 1n) {
        try {
          return curve.Point.fromBytes(Uint8Array.of(2, ...Fp.toBytes(candidate)));
        } catch {
          // No point has it.
        }
      }
      throw new Error(`No point of ${name} has an x coordinate from ${x} on`);
    };
    const wrapped = pointFrom(n + 1n);
    const notWrapped = pointFrom(1n);
    for (const point of [wrapped, notWrapped]) {
      const r = point.x % n;
      const publicKey = { type: 'EC', curve: name, point: keyFor(curve, digest, r, s, point) } as const;
      assert.is(ecdsaSha256.verify(publicKey, message, encodeSignature(r, s)), true);
      for (const other of [r + 1n, r + n, n - r]) {
        assert.is(ecdsaSha256.verify(publicKey, message, encodeSignature(other, s)), false);
      }
    }
  }
});

test('a sum at infinity is no signature', () => {
  const message = utf8ToBytes('infinity');
  const e = bytesToNumberBE(sha256.digest(message));
  for (const [name, curve] of [
    ['P-256', p256],
    ['P-384', p384],
    ['P-521', p521],
  ] as const) {
    // With Q = -(e/r)·G the sum is (e - e)/s·G for each s; for r the coordinates that infinity is written with are tried.
    const { BASE, Fn } = curve.Point;
    for (const r of [1n, 2n, Fn.ORDER - 1n]) {
      const point = BASE.multiplyUnsafe(Fn.create(-e * Fn.inv(r))).toBytes(false);
      for (const s of [1n, 2n, Fn.ORDER - 1n]) {
        assert.is(
          ecdsaSha256.verify({ type: 'EC', curve: name, point }, message, encodeSignature(r, s)),
          false,
        );
      }
    }
  }
});

test('a signature is strict DER', () => {
  for (const curve of curveNames) {
    const { hash, publicKey, message, r, s } = vectorOn(curve);
    const R = tlv(2, integerOctets(r));
    const S = tlv(2, integerOctets(s));
    const width = 2 * coordinateLengths[curve];
    const fixed = hexToBytes(r.toString(16).padStart(width, '0') + s.toString(16).padStart(width, '0'));
    const good = tlv(0x30, [...R, ...S]);
    const content = [...R, ...S];
    const notDer: Record<string, readonly number[]> = {
      empty: [],
      'r and s without DER': [...fixed],
      'cut by one octet': good.slice(0, -1),
      'one octet after': [...good, 0],
      'one octet within': tlv(0x30, [...content, 0]),
      'a third integer': tlv(0x30, [...content, 2, 1, 1]),
      'r alone': tlv(0x30, R),
      'a SET': tlv(0x31, content),
      'length not minimal': [
        0x30,
        ...(content.length < 0x80 ? [0x81] : [0x82, 0]),
        content.length,
        ...content,
      ],
      'length with leading zeros': [0x30, 0x83, 0, 0, content.length, ...content],
      'indefinite length': [0x30, 0x80, ...content, 0, 0],
      'length of 4 GiB': [0x30, 0x84, 0xff, 0xff, 0xff, 0xff, ...content],
      'length beyond the end': [0x30, ...lengthOctets(content.length + 1), ...content],
      'r with a zero too many': tlv(0x30, [...tlv(2, [0, ...integerOctets(r)]), ...S]),
      's with a zero too many': tlv(0x30, [...R, ...tlv(2, [0, ...integerOctets(s)])]),
      'r empty': tlv(0x30, [2, 0, ...S]),
      'r negative': tlv(0x30, [...tlv(2, [0x80, ...integerOctets(r).slice(1)]), ...S]),
      'r as OCTET STRING': tlv(0x30, [...tlv(4, integerOctets(r)), ...S]),
      'length of r not minimal': tlv(0x30, [2, 0x81, ...R.slice(1), ...S]),
    };
    assert.is(algorithms[hash].verify(publicKey, message, Uint8Array.from(good)), true);
    for (const [what, octets] of Object.entries(notDer)) {
      assert.is(algorithms[hash].verify(publicKey, message, Uint8Array.from(octets)), false, what);
    }
  }
});

for (const curve of curveNames) {
  const pair = generateKeyPairSync('ec', { namedCurve: curve });
  const spki = pair.publicKey.export({ format: 'der', type: 'spki' });
  const point = Uint8Array.from(spki.subarray(-1 - 2 * coordinateLengths[curve]));
  const publicKey: PublicKey = { type: 'EC', curve, point };

  test(`${curve}: takes what OpenSSL signs, and with one flipped bit no more`, () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ minLength: 1, maxLength: 100 }),
        fc.constantFrom(...hashNames),
        fc.boolean(),
        fc.nat(),
        (message, hash, inMessage, bit) => {
          const signature = Uint8Array.from(sign(hash.replace('-', ''), message, pair.privateKey));
          const { verify } = algorithms[hash];
          assert.is(verify(publicKey, message, signature), true);
          const target = inMessage ? message : signature;
          const at = bit % (target.length * 8);
          target[at >> 3] = (target[at >> 3] ?? 0) ^ (1 << (at & 7));
          assert.is(verify(publicKey, message, signature), false);
        },
      ),
      { numRuns: 15 },
    );
  });

  test(`${curve}: a point that is malformed or not on the curve is invalid_public_key`, () => {
    const half = (point.length - 1) / 2;
    const x = point.subarray(1, 1 + half);
    const y = point.subarray(1 + half);
    const parity = (y[half - 1] ?? 0) & 1;
    const malformed: Record<string, readonly number[]> = {
      empty: [],
      infinity: [0],
      'infinity, padded': [...point].fill(0),
      compressed: [2 + parity, ...x],
      hybrid: [6 + parity, ...x, ...y],
      'without its first octet': [...x, ...y],
      'one octet long': [...point, 0],
      'one octet short': [...point.subarray(0, -1)],
      'off the curve': [4, ...y, ...x],
      'coordinates not reduced': [4, ...point.subarray(1).map(() => 0xff)],
      zeros: [4, ...point.subarray(1).map(() => 0)],
    };
    for (const octets of Object.values(malformed)) {
      const key: PublicKey = { type: 'EC', curve, point: Uint8Array.from(octets) };
      assertCode(() => ecdsaSha256.verify(key, point, point), 'invalid_public_key');
    }
  });

  test(`${curve}: a point of the other curve is invalid_public_key`, () => {
    const other = curve === 'P-256' ? 'P-384' : 'P-256';
    assertCode(
      () => ecdsaSha256.verify({ type: 'EC', curve: other, point }, point, point),
      'invalid_public_key',
    );
  });
}

test('keys of other types, and curves that a caller without types may name, are unsupported_public_key', () => {
  const keys = [
    { type: 'RSA', modulus: new Uint8Array(256), exponent: Uint8Array.of(3), pssOnly: false },
    { type: 'Ed25519', key: new Uint8Array(32) },
    { type: 'EC', curve: 'P-192' as CurveName, point: new Uint8Array(49) },
  ] as const;
  for (const key of keys) {
    assertCode(
      () => ecdsaSha384.verify(key, new Uint8Array(0), new Uint8Array(70)),
      'unsupported_public_key',
    );
  }
});

test.run();
