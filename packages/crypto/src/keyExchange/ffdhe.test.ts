import { createDiffieHellman } from 'node:crypto';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import rfc7919 from '../../../../test-vectors/rfc7919-ffdhe.json' with { type: 'json' };
import { CryptoError, type CryptoErrorCode } from '../errors.ts';
import type { KeyExchangeGroup } from '../provider.ts';
import { exponentOf } from '../util/secretPower.ts';
import { ffdhe2048, ffdhe3072, ffdhe4096, ffdheParameters } from './ffdhe.ts';
import { ffdhePrime } from './ffdhePrime.ts';

function assertCode(run: () => unknown, code: CryptoErrorCode): void {
  assert.throws(run, (error: unknown) => error instanceof CryptoError && error.code === code);
}

const even = (hex: string) => (hex.length % 2 === 0 ? hex : `0${hex}`);

test('the primes of RFC 7919 appendix A', () => {
  assert.equal(
    rfc7919.groups.map(({ group }) => group),
    ffdheParameters.map(({ name }) => name),
  );
  for (const [index, { p }] of rfc7919.groups.entries()) {
    assert.is(ffdhePrime(ffdheParameters[index]?.bits ?? 0).toString(16), p);
  }
  assert.throws(() => ffdhePrime(1024), RangeError);
});

test('private keys are as long as RFC 7919 appendix A wants short ones to be', () => {
  assert.equal(
    ffdheParameters.map(
      ({ exponentLength }, index) => exponentLength * 8 >= ([225, 275, 325][index] ?? Infinity),
    ),
    [true, true, true],
  );
});

test('an exponent has no digit that is zero', () => {
  assert.is(exponentOf(Uint8Array.of(0, 0)), 0x1111n);
  assert.is(exponentOf(Uint8Array.of(0x12, 0x3e)), 0x234fn);
  assert.is(exponentOf(Uint8Array.of(0xff, 0xff)), 0x11110n);
});

const groups: readonly KeyExchangeGroup[] = [ffdhe2048, ffdhe3072, ffdhe4096];

for (const [index, group] of groups.entries()) {
  const { name, publicKeyLength: length } = group;
  const exponentLength = ffdheParameters[index]?.exponentLength ?? 0;
  const prime = rfc7919.groups[index]?.p ?? '';
  const octets = fc.uint8Array({ minLength: exponentLength, maxLength: exponentLength });
  const toOctets = (number: bigint) => hexToBytes(number.toString(16).padStart(2 * length, '0'));

  const pairOf = (drawn: Uint8Array) =>
    group.generate((output) => {
      assert.is(output.length, exponentLength);
      output.set(drawn);
    });
  const numbered = (octet: number) => new Uint8Array(exponentLength).fill(octet);

  test(`${name}: agrees with OpenSSL`, async () => {
    await fc.assert(
      fc.asyncProperty(octets, octets, async (drawn, drawnByPeer) => {
        const theirs = createDiffieHellman(prime, 'hex', 2);
        theirs.setPrivateKey(even(exponentOf(drawn).toString(16)), 'hex');
        const pair = await pairOf(drawn);
        assert.is(bytesToHex(pair.publicKey), theirs.generateKeys('hex').padStart(2 * length, '0'));
        const { publicKey } = await pairOf(drawnByPeer);
        assert.is(bytesToHex(await pair.agree(publicKey)), theirs.computeSecret(publicKey).toString('hex'));
      }),
      { numRuns: 5 },
    );
  });

  test(`${name}: both sides come to the same secret, as long as the prime`, async () => {
    const one = await pairOf(numbered(0x42));
    const other = await pairOf(numbered(0xa7));
    const secret = await one.agree(other.publicKey);
    assert.equal(secret, await other.agree(one.publicKey));
    assert.equal([secret.length, one.publicKey.length], [length, length]);
  });

  test(`${name}: a peer is as long as the prime and between 1 and p - 1 (RFC 8446 section 4.2.8.1)`, async () => {
    const pair = await pairOf(numbered(0x42));
    const p = BigInt(`0x${prime}`);
    for (const good of [2n, p - 2n]) assert.is((await pair.agree(toOctets(good))).length, length);
    for (const bad of [0n, 1n, p - 1n, p, p + 1n, (1n << BigInt(8 * length)) - 1n]) {
      assertCode(() => pair.agree(toOctets(bad)), 'invalid_public_key');
    }
    for (const bad of [0, 1, length - 1, length + 1]) {
      assertCode(() => pair.agree(new Uint8Array(bad).fill(5)), 'invalid_public_key');
    }
  });

  test(`${name}: destroy wipes the private key, and nothing is agreed any more`, async () => {
    let drawn = new Uint8Array(0);
    const pair = await group.generate((output) => {
      output.fill(0x42);
      drawn = output as typeof drawn;
    });
    pair.destroy();
    pair.destroy();
    assert.is(bytesToHex(drawn), '00'.repeat(exponentLength));
    assertCode(() => pair.agree(pair.publicKey), 'destroyed');
  });
}

test('ffdhe2048: a secret keeps its leading zeros', async () => {
  const pair = await ffdhe2048.generate((output) => {
    output.fill(0x42);
  });
  for (let candidate = 2; ; candidate += 1) {
    const peer = new Uint8Array(256);
    new DataView(peer.buffer).setUint32(252, candidate);
    const secret = await pair.agree(peer);
    assert.is(secret.length, 256);
    if (secret[0] !== 0) continue;
    // Not OpenSSL's: some of its versions take no public key that is as small.
    const prime = BigInt(`0x${rfc7919.groups[0]?.p}`);
    const expected = power(BigInt(candidate), exponentOf(new Uint8Array(32).fill(0x42)), prime);
    assert.is(bytesToHex(secret), expected.toString(16).padStart(512, '0'));
    return;
  }
});

function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  if (exponent === 0n) return 1n;
  const half = power(base, exponent >> 1n, modulus);
  return (exponent & 1n) === 0n ? (half * half) % modulus : (half * half * base) % modulus;
}

test.run();
