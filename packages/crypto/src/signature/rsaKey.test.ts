import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CryptoError } from '../errors.ts';
import { readRsaKey, recoverEncodedMessage } from './rsaKey.ts';
import { rsaPkcs1Sha256 } from './rsaPkcs1.ts';
import { rsaPssSha256 } from './rsaPss.ts';

/** An odd number of so many bits. No product of primes; the bounds don't look at that. */
function modulusOf(bits: number): Uint8Array {
  const modulus = new Uint8Array(Math.ceil(bits / 8)).fill(0xff);
  modulus[0] = 0xff >> (modulus.length * 8 - bits);
  return modulus;
}

const exponent65537 = Uint8Array.of(1, 0, 1);

function rsaKey(modulus: Uint8Array, exponent: Uint8Array = exponent65537) {
  return { type: 'RSA', modulus, exponent, pssOnly: false } as const;
}

function isRefused(modulus: Uint8Array, exponent?: Uint8Array): boolean {
  const key = rsaKey(modulus, exponent);
  const refusals = [rsaPkcs1Sha256, rsaPssSha256].map((algorithm) => {
    try {
      algorithm.verify(key, new Uint8Array(0), new Uint8Array(modulus.length));
      return false;
    } catch (error) {
      assert.ok(error instanceof CryptoError, `got ${error}`);
      assert.is(error.code, 'unsupported_public_key');
      return true;
    }
  });
  assert.is(refusals[0], refusals[1]);
  return refusals[0] === true;
}

test('takes moduli of 2048 to 8192 bits, multiples of 8', () => {
  for (const bits of [2048, 2056, 3072, 4096, 8184, 8192])
    assert.is(isRefused(modulusOf(bits)), false, `${bits}`);
  for (const bits of [1, 1024, 2040, 2047, 2049, 2055, 4095, 4097, 8185, 8191, 8193, 8200, 16384]) {
    assert.is(isRefused(modulusOf(bits)), true, `${bits}`);
  }
  assert.is(isRefused(new Uint8Array(0)), true);
  assert.is(isRefused(new Uint8Array(256)), true);
});

test('refuses a megabyte of modulus or exponent before it becomes a number', () => {
  assert.is(isRefused(new Uint8Array(2 ** 20).fill(0xff)), true);
  assert.is(isRefused(modulusOf(2048), new Uint8Array(2 ** 20).fill(0xff)), true);
});

test('refuses an even modulus', () => {
  const even = modulusOf(2048);
  even[255] = 0xfe;
  assert.is(isRefused(even), true);
});

test('takes odd exponents from 3 to 2^33 - 1', () => {
  const taken = [[3], [5], [17], [1, 0, 1], [0xff, 0xff, 0xff, 0xff], [1, 0xff, 0xff, 0xff, 0xff]];
  const refused = [
    [],
    [0],
    [1],
    [2],
    [4],
    [1, 0, 0],
    [2, 0, 0, 0, 1],
    [2, 0, 0, 0, 0],
    [3, 0xff, 0xff, 0xff, 0xff],
    [1, 0, 0, 0, 0, 1],
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
  ];
  for (const octets of taken)
    assert.is(isRefused(modulusOf(2048), Uint8Array.from(octets)), false, `${octets}`);
  for (const octets of refused)
    assert.is(isRefused(modulusOf(2048), Uint8Array.from(octets)), true, `${octets}`);
});

test('leading zeros count for nothing', () => {
  const key = readRsaKey(rsaKey(Uint8Array.of(0, 0, ...modulusOf(2048)), Uint8Array.of(0, 1, 0, 1)), 'RSA');
  assert.is(key.length, 256);
  assert.is(key.modulus, 2n ** 2048n - 1n);
  assert.is(key.exponent, 65537n);
  assert.is(isRefused(Uint8Array.of(0, ...modulusOf(2040))), true);
});

test('refuses keys of other types', () => {
  const keys = [
    { type: 'EC', curve: 'P-256', point: new Uint8Array(65) },
    { type: 'Ed25519', key: new Uint8Array(32) },
  ] as const;
  for (const key of keys) {
    assert.throws(
      () => rsaPssSha256.verify(key, new Uint8Array(0), new Uint8Array(256)),
      (error: unknown) => error instanceof CryptoError && error.code === 'unsupported_public_key',
    );
  }
});

test('raises to the exponent below the modulus, for any exponent', () => {
  // Modulo 2^2048 - 1 a power of two only moves its bit round.
  const signature = new Uint8Array(256);
  signature[255] = 2;
  for (const exponent of [3, 5, 7, 65537, 2047, 4097, 2 ** 33 - 1]) {
    const octets = Uint8Array.from(exponent.toString(16).padStart(10, '0').match(/../g) ?? [], (pair) =>
      Number.parseInt(pair, 16),
    );
    const encoded = recoverEncodedMessage(readRsaKey(rsaKey(modulusOf(2048), octets), 'RSA'), signature);
    const expected = new Uint8Array(256);
    const bit = exponent % 2048;
    expected[255 - (bit >> 3)] = 1 << (bit & 7);
    assert.equal(encoded, expected, `${exponent}`);
  }
});

test('a signature is exactly as long as the modulus, and below it', () => {
  const key = readRsaKey(rsaKey(modulusOf(2048)), 'RSA');
  for (const length of [0, 1, 255, 257, 512]) {
    assert.is(recoverEncodedMessage(key, new Uint8Array(length)), undefined);
  }
  const equal = modulusOf(2048);
  assert.is(recoverEncodedMessage(key, equal), undefined);
  const below = equal.slice();
  below[255] = 0xfe;
  assert.is(recoverEncodedMessage(key, below)?.length, 256);
  assert.equal(recoverEncodedMessage(key, new Uint8Array(256)), new Uint8Array(256));
});

test.run();
