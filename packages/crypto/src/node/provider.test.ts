import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createDefaultProvider } from '../default.ts';
import { CryptoError } from '../errors.ts';
import { createPortableProvider } from '../portable.ts';
import type { KeyExchangeGroup, RandomSource } from '../provider.ts';
import { findAead, findGroup, findHash } from '../util/lookup.ts';
import { completed, createNodeProvider } from './provider.ts';

const provider = createNodeProvider();
const portable = createPortableProvider(provider.random);

test('has every algorithm of the portable provider', () => {
  assert.is(provider.name, 'node');
  for (const list of ['hashes', 'groups', 'signatures'] as const) {
    assert.equal(
      provider[list].map(({ name }) => name),
      portable[list].map(({ name }) => name),
    );
  }
  assert.equal(provider.aeads.map(({ name }) => name).sort(), portable.aeads.map(({ name }) => name).sort());
});

test('offers AES first, all of it in constant time', () => {
  assert.equal(
    provider.aeads.slice(0, 3).map(({ name, constantTime }) => [name, constantTime]),
    [
      ['AES-128-GCM', true],
      ['AES-256-GCM', true],
      ['CHACHA20-POLY1305', true],
    ],
  );
  assert.ok(provider.aeads.every(({ constantTime }) => constantTime));
});

test('an empty message has one tag, wherever its octets are not', () => {
  const none = new Uint8Array(0);
  const empties = [
    none,
    none,
    Buffer.alloc(0),
    new Uint8Array(new ArrayBuffer(0)),
    new Uint8Array(9).subarray(4, 4),
  ];
  for (const { name, keyLength, tagLength, create } of provider.aeads) {
    const nonce = new Uint8Array(12);
    const expected = new Uint8Array(tagLength);
    findAead(portable, name).create(new Uint8Array(keyLength)).seal(nonce, none, none, 0, 0, expected, 0);
    const key = create(new Uint8Array(keyLength));
    for (const empty of empties) {
      const sealed = new Uint8Array(tagLength);
      key.seal(nonce, empty, empty, 0, 0, sealed, 0);
      assert.is(bytesToHex(sealed), bytesToHex(expected), name);
      assert.is(key.open(nonce, empty, sealed, 0, tagLength, empty, 0), true, name);
      for (const [index, octet] of expected.entries()) {
        sealed[index] = octet ^ 1;
        assert.is(key.open(nonce, empty, sealed, 0, tagLength, empty, 0), false, name);
        sealed[index] = octet;
      }
    }
  }
});

test('CCM has a longest message, as the portable one', () => {
  for (const name of ['AES-128-CCM', 'AES-128-CCM-8'] as const) {
    const memory = new Uint8Array(2 ** 24 + 16);
    for (const one of [provider, portable]) {
      const key = findAead(one, name).create(new Uint8Array(16));
      const nonce = new Uint8Array(12);
      const { tagLength } = findAead(one, name);
      for (const run of [
        () => key.seal(nonce, nonce, memory, 0, 2 ** 24, memory, 0),
        () => key.open(nonce, nonce, memory, 0, 2 ** 24 + tagLength, memory, 0),
      ]) {
        assert.throws(
          run,
          (error: unknown) => error instanceof RangeError && error.message.includes('16777215'),
        );
      }
    }
  }
});

test('what the runtime lacks comes from our own cores, behind the rest', () => {
  // As in Bun.
  const native = provider.aeads.filter(({ name }) => name !== 'CHACHA20-POLY1305');
  const aeads = completed(native, provider.random);
  assert.equal(aeads.slice(0, -1), native);
  const ours = createDefaultProvider(provider.random).aeads;
  assert.is(
    aeads.at(-1),
    ours.find(({ name }) => name === 'CHACHA20-POLY1305'),
  );
});

test('draws from node:crypto unless another source is injected', () => {
  const first = new Uint8Array(32);
  const second = new Uint8Array(32);
  provider.random(first);
  provider.random(second);
  assert.not.equal(first, second);
  const random = (output: Uint8Array) => {
    output.fill(7);
  };
  assert.is(createNodeProvider(random).random, random);
});

test('hashes and HMACs as the portable provider, and what it gives is no Buffer', () => {
  const pieces = fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 4 });
  fc.assert(
    fc.property(
      fc.constantFrom(...provider.hashes),
      pieces,
      fc.uint8Array({ maxLength: 200 }),
      (ours, data, key) => {
        const theirs = findHash(portable, ours.name);
        assert.equal([ours.outputLength, ours.blockLength], [theirs.outputLength, theirs.blockLength]);
        const whole = Uint8Array.from(data.flatMap((piece) => [...piece]));
        assert.equal(ours.digest(whole), theirs.digest(whole));
        assert.equal(ours.hmac(key, whole), theirs.hmac(key, whole));
        const state = ours.create();
        for (const piece of data) state.update(piece);
        const clone = state.clone();
        assert.equal(state.digest(), theirs.digest(whole));
        state.update(key);
        assert.equal(state.digest(), theirs.digest(Uint8Array.of(...whole, ...key)));
        assert.equal(clone.digest(), theirs.digest(whole));
        assert.not(Buffer.isBuffer(ours.digest(whole)) || Buffer.isBuffer(ours.hmac(key, whole)));
      },
    ),
  );
});

/** Gives these values one after the other. */
function drawsOf(values: readonly Uint8Array[]): RandomSource {
  const left = [...values];
  return (output) => {
    const value = left.shift();
    if (value === undefined) throw new Error('One draw too many');
    output.set(value);
  };
}

/** What comes of it: a value in hex, or the code of an error. */
async function outcomeOf(run: () => unknown): Promise<string> {
  try {
    const value: unknown = await run();
    return value instanceof Uint8Array ? bytesToHex(value) : String(value);
  } catch (error) {
    if (error instanceof CryptoError) return error.code;
    throw error;
  }
}

const zero = new Uint8Array(32);
const ones = new Uint8Array(32).fill(0xff);
const groupOrder = hexToBytes('ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551');
const scalar = fc.oneof(
  fc.uint8Array({ minLength: 32, maxLength: 32 }),
  fc.constantFrom(zero, ones, groupOrder),
);

/** From the same draws, as both providers have it: the public key, and what comes of a peer's. */
async function agreements(name: KeyExchangeGroup['name'], draws: readonly Uint8Array[], peer: Uint8Array) {
  return Promise.all(
    [provider, portable].map(async (one) => {
      const pair = await findGroup(one, name).generate(drawsOf(draws));
      return [bytesToHex(pair.publicKey), await outcomeOf(() => pair.agree(peer))];
    }),
  );
}

for (const { name, publicKeyLength } of provider.groups) {
  const usable = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((octets) => octets.fill(0x42, 0, 2));

  test(`${name}: the same draws give the same keys and secrets as in the portable provider`, async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(scalar, { maxLength: 3 }), usable, usable, async (first, own, other) => {
        const peer = await findGroup(portable, name).generate(drawsOf([other]));
        const [ours, theirs] = await agreements(name, [...first, own], peer.publicKey);
        assert.equal(ours, theirs);
      }),
      { numRuns: 12 },
    );
  });

  test(`${name}: refuses the same public keys, for the same reason`, async () => {
    const good = (await findGroup(portable, name).generate(provider.random)).publicKey;
    const bad = [
      new Uint8Array(0),
      new Uint8Array(1),
      new Uint8Array(publicKeyLength),
      new Uint8Array(publicKeyLength).fill(0xff),
      Uint8Array.of(4, ...new Uint8Array(publicKeyLength - 1)),
      good.subarray(1),
      Uint8Array.of(...good, 0),
      ...[1, 2, 3, 5, 6, 7].map((first) => Uint8Array.of(first, ...good.subarray(1))),
      Uint8Array.of(2, ...good.subarray(1, 33)),
      good.map((octet, at) => (at === publicKeyLength - 1 ? octet ^ 1 : octet)),
      // The points of low order on Curve25519, and above its prime.
      Uint8Array.of(1, ...new Uint8Array(31)),
      hexToBytes('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'),
      hexToBytes('5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157'),
      hexToBytes('ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'),
      hexToBytes('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'),
      hexToBytes('eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'),
      hexToBytes('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff'),
    ];
    let refused = 0;
    for (const peer of bad) {
      const [ours, theirs] = await agreements(name, [new Uint8Array(32).fill(0x42)], peer);
      assert.equal(ours, theirs, bytesToHex(peer));
      if (ours?.[1] === 'invalid_public_key') refused += 1;
    }
    assert.ok(refused >= 10);
  });

  test(`${name}: a destroyed key does nothing more`, async () => {
    const pair = await findGroup(provider, name).generate(provider.random);
    const peer = await findGroup(provider, name).generate(provider.random);
    assert.is(
      await outcomeOf(() => pair.agree(peer.publicKey)),
      await outcomeOf(() => peer.agree(pair.publicKey)),
    );
    assert.not(Buffer.isBuffer(pair.publicKey) || Buffer.isBuffer(await pair.agree(peer.publicKey)));
    pair.destroy();
    pair.destroy();
    assert.is(await outcomeOf(() => pair.agree(peer.publicKey)), 'destroyed');
  });
}

test('secp256r1: a source that never gives a private key is broken_random', async () => {
  for (const value of [zero, ones, groupOrder]) {
    const stuck: RandomSource = (output) => {
      output.set(value);
    };
    assert.is(await outcomeOf(() => findGroup(provider, 'secp256r1').generate(stuck)), 'broken_random');
  }
});

test.run();
