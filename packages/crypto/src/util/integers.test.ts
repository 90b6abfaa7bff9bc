import { bytesToNumberBE, bytesToNumberLE } from '@noble/curves/utils.js';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  fromBigEndian,
  fromLittleEndian,
  inverseModulo,
  modulo,
  toBigEndian,
  toLittleEndian,
} from './integers.ts';

const octets = fc.uint8Array({ minLength: 1, maxLength: 80 });

test('octets are the integers that noble takes them for, wherever they lie, and these go back', () => {
  fc.assert(
    fc.property(octets, fc.nat(9), (given, offset) => {
      const memory = new Uint8Array(given.length + 20).fill(0xee);
      memory.set(given, offset);
      const view = memory.subarray(offset, offset + given.length);
      assert.is(fromBigEndian(view), bytesToNumberBE(given));
      assert.is(fromLittleEndian(view), bytesToNumberLE(given));
      assert.equal(toBigEndian(bytesToNumberBE(given), given.length), given);
      assert.equal(toLittleEndian(bytesToNumberLE(given), given.length), given);
      assert.equal(view, given, 'what is read stays as it was');
    }),
  );
});

test('no octets are zero, and zero has as many octets as are wanted', () => {
  assert.is(fromBigEndian(new Uint8Array(0)), 0n);
  for (const length of [0, 1, 7, 8, 9, 16]) assert.equal(toBigEndian(0n, length), new Uint8Array(length));
});

test('an integer that does not fit is a RangeError', () => {
  for (const length of [0, 1, 7, 8, 9, 32]) {
    const first = 1n << BigInt(8 * length);
    assert.equal(toBigEndian(first - 1n, length), new Uint8Array(length).fill(0xff));
    for (const integer of [first, first << 64n, -1n, -first]) {
      assert.throws(
        () => toBigEndian(integer, length),
        (error: unknown) => error instanceof RangeError,
      );
    }
  }
});

test('a number times its inverse is 1; multiples of the prime have none', () => {
  for (const prime of [3n, 71n, (1n << 255n) - 19n]) {
    fc.assert(
      fc.property(fc.bigInt({ min: -(1n << 300n), max: 1n << 300n }), (number) => {
        const inverse = inverseModulo(number, prime);
        if (number % prime === 0n) {
          assert.is(inverse, undefined);
          return;
        }
        assert.ok(inverse !== undefined && inverse > 0n && inverse < prime);
        assert.is(modulo(number * inverse, prime), 1n);
      }),
    );
    for (const multiple of [0n, prime, -prime, 5n * prime])
      assert.is(inverseModulo(multiple, prime), undefined);
  }
});

test('a rest is never negative', () => {
  assert.equal(
    [-7n, -6n, -1n, 0n, 1n, 6n, 7n].map((number) => modulo(number, 3n)),
    [2n, 0n, 2n, 0n, 1n, 0n, 1n],
  );
});

test.run();
