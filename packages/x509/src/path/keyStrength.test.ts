import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { keyWeakness } from './keyStrength.ts';

/** An RSA key with a modulus of so many bits, all of them ones or as `low` says at the end. */
function rsa(bits: number, exponent: readonly number[] = [1, 0, 1], low = 0xff) {
  const modulus = new Uint8Array(Math.ceil(bits / 8)).fill(0xff);
  modulus[0] = 0xff >> ((8 - (bits % 8)) % 8);
  modulus[modulus.length - 1] = low;
  return { type: 'RSA', modulus, exponent: Uint8Array.from(exponent), pssOnly: false } as const;
}

test('RSA moduli of 2048 to 8192 bits', () => {
  for (const bits of [2048, 3072, 4096, 8192]) assert.is(keyWeakness(rsa(bits)), undefined);
  for (const bits of [8, 1024, 2040, 2047, 2049, 2052, 8200, 16_384]) {
    assert.match(keyWeakness(rsa(bits)) ?? '', `has ${bits} bits`);
  }
});

test('leading zeros do not count', () => {
  const key = rsa(1024);
  const padded = Uint8Array.of(...new Uint8Array(200), ...key.modulus);
  assert.match(keyWeakness({ ...key, modulus: padded }) ?? '', 'has 1024 bits');
  assert.match(keyWeakness({ ...key, modulus: new Uint8Array(256) }) ?? '', 'has 0 bits');
});

test('an even modulus', () => {
  assert.match(keyWeakness(rsa(2048, [3], 0xfe)) ?? '', 'even');
});

test('odd exponents from 3 to 33 bits', () => {
  for (const exponent of [[3], [17], [1, 0, 1], [0, 0, 3], [1, 0xff, 0xff, 0xff, 0xff]]) {
    assert.is(keyWeakness(rsa(2048, exponent)), undefined);
  }
  for (const exponent of [
    [],
    [0],
    [1],
    [2],
    [4],
    [1, 0, 0],
    [2, 0, 0, 0, 1],
    new Array<number>(256).fill(0xff),
  ]) {
    assert.match(keyWeakness(rsa(2048, exponent)) ?? '', 'exponent');
  }
});

test('elliptic curves', () => {
  assert.is(keyWeakness({ type: 'EC', curve: 'P-256', point: new Uint8Array(65) }), undefined);
  assert.is(keyWeakness({ type: 'Ed25519', key: new Uint8Array(32) }), undefined);
});

test.run();
