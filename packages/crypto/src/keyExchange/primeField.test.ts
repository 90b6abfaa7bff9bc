import { createDiffieHellman, createDiffieHellmanGroup, randomFillSync } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CryptoError } from '../errors.ts';
import { ffdhePrime } from './ffdhePrime.ts';
import { createPrimeField } from './primeField.ts';

const random = (output: Uint8Array): void => void randomFillSync(output);
/** 2048 bits, RFC 3526. */
const group = createDiffieHellmanGroup('modp14');
const prime = Uint8Array.from(group.getPrime());
const two = Uint8Array.of(2);

test('agrees with node:crypto', () => {
  const theirs = createDiffieHellman(group.getPrime(), 2);
  const theirKey = theirs.generateKeys();
  const ours = createPrimeField(prime, two).generate(random);
  const shared = ours.agree(Uint8Array.from(theirKey)) as Uint8Array;
  assert.is(shared.length, 256);
  const padded = Buffer.alloc(256);
  const theirShared = theirs.computeSecret(ours.publicKey);
  theirShared.copy(padded, 256 - theirShared.length);
  assert.ok(padded.equals(shared));
});

test('says how many bits the prime has', () => {
  assert.is(createPrimeField(prime, two).bits, 2048);
  assert.is(createPrimeField(Uint8Array.of(0, 23), Uint8Array.of(5)).bits, 5);
});

test('a wiped key agrees on nothing', () => {
  const own = createPrimeField(prime, two).generate(random);
  own.destroy();
  assert.throws(
    () => own.agree(two),
    (error: unknown) => error instanceof CryptoError && error.code === 'destroyed',
  );
});

const isInvalid = (error: unknown): boolean =>
  error instanceof CryptoError && error.code === 'invalid_public_key';
const bytes = (number: bigint): Uint8Array =>
  Uint8Array.from(Buffer.from(number.toString(16).padStart(512, '0'), 'hex'));
const p = ffdhePrime(2048);

for (const [what, element] of [
  ['0', 0n],
  ['1', 1n],
  ['p - 1', p - 1n],
  ['p', p],
  ['more than p', p + 2n],
] as const) {
  test(`${what} is no public key, and generates nothing`, () => {
    assert.throws(() => createPrimeField(bytes(p), bytes(element)), isInvalid);
    const own = createPrimeField(bytes(p), two).generate(random);
    assert.throws(() => own.agree(bytes(element)), isInvalid);
  });
}

test('an even prime is none', () => {
  assert.throws(() => createPrimeField(bytes(p - 1n), two), isInvalid);
});

test('a secret of a small subgroup is refused', () => {
  // 7 - 1 = 2 · 3: the powers of 2 are 2, 4 and 1.
  const field = createPrimeField(Uint8Array.of(7), Uint8Array.of(3));
  const refused = Array.from({ length: 64 }, () => {
    try {
      const shared = field.generate(random).agree(two) as Uint8Array;
      return shared[0] === 1;
    } catch (error) {
      assert.ok(isInvalid(error));
      return undefined;
    }
  });
  assert.not.ok(refused.includes(true));
  assert.ok(refused.includes(undefined));
});

test.run();
