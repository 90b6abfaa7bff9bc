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

/** Fills with the octets of `first`, a draw each, and with `octet` from then on. */
function drawsOf(octet: number, first: readonly number[] = []): RandomSource {
  const left = [...first];
  return (output) => {
    output.fill(left.shift() ?? octet);
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

/** From the same draws, as both providers have it: the public key, and what comes of a peer's. */
async function agreements(name: KeyExchangeGroup['name'], draws: () => RandomSource, peer: Uint8Array) {
  return Promise.all(
    [provider, portable].map(async (one) => {
      const pair = await findGroup(one, name).generate(draws());
      return [bytesToHex(pair.publicKey), await outcomeOf(() => pair.agree(peer))];
    }),
  );
}

const share = (curvePart: Uint8Array, kemPart: number, kemFirst: boolean) =>
  kemFirst
    ? Uint8Array.of(...new Uint8Array(kemPart).fill(3), ...curvePart)
    : Uint8Array.of(...curvePart, ...new Uint8Array(kemPart).fill(3));

/** A share as a peer of that group would send it. */
async function peerShare(name: KeyExchangeGroup['name'], random: RandomSource): Promise<Uint8Array> {
  // To a client with ML-KEM a server sends a ciphertext, and any octets are one.
  if (name === 'X25519MLKEM768') return share(await peerShare('x25519', random), 1088, true);
  if (name === 'SecP256r1MLKEM768') return share(await peerShare('secp256r1', random), 1088, false);
  if (name === 'SecP384r1MLKEM1024') return share(await peerShare('secp384r1', random), 1568, false);
  if (name === 'MLKEM1024') return new Uint8Array(1568).fill(3);
  return (await findGroup(portable, name).generate(random)).publicKey;
}

for (const { name } of provider.groups) {
  test(`${name}: the same draws give the same keys and secrets as in the portable provider`, async () => {
    const octet = fc.integer({ min: 0x01, max: 0xfe });
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.constantFrom(0, 0xff), { maxLength: 3 }),
        octet,
        octet,
        async (first, own, other) => {
          const peer = await peerShare(name, drawsOf(other));
          const [ours, theirs] = await agreements(name, () => drawsOf(own, first), peer);
          assert.equal(ours, theirs);
        },
      ),
      { numRuns: 8 },
    );
  });

  test(`${name}: refuses the same public keys, for the same reason`, async () => {
    const good = await peerShare(name, provider.random);
    const { length } = good;
    const bad = [
      new Uint8Array(0),
      new Uint8Array(1),
      new Uint8Array(length),
      new Uint8Array(length).fill(0xff),
      Uint8Array.of(4, ...new Uint8Array(length - 1)),
      good.subarray(1),
      Uint8Array.of(...good, 0),
      Uint8Array.of(0, ...good),
      ...[1, 2, 3, 5, 6, 7].map((first) => Uint8Array.of(first, ...good.subarray(1))),
      Uint8Array.of(2, ...good.subarray(1, 33)),
      good.map((octet, at) => (at === length - 1 ? octet ^ 1 : octet)),
      good.subarray(0, -1),
      // The points of low order on Curve25519, and above its prime.
      Uint8Array.of(1, ...new Uint8Array(31)),
      hexToBytes('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'),
      hexToBytes('5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157'),
      hexToBytes('ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'),
      hexToBytes('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'),
      hexToBytes('eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'),
      hexToBytes('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff'),
      // The same on Curve448.
      Uint8Array.of(1, ...new Uint8Array(55)),
      hexToBytes(`fe${'ff'.repeat(27)}fe${'ff'.repeat(27)}`),
      hexToBytes(`${'ff'.repeat(28)}fe${'ff'.repeat(27)}`),
      hexToBytes(`${'00'.repeat(28)}${'ff'.repeat(28)}`),
      // Numbers at the lower end.
      Uint8Array.of(...new Uint8Array(length - 1), 1),
    ];
    let refused = 0;
    for (const peer of bad) {
      const [ours, theirs] = await agreements(name, () => drawsOf(0x42), peer);
      // Of numbers in a prime field OpenSSL refuses half more: those that are not in the subgroup.
      const isStricter = name.startsWith('ffdhe') && ours?.[1] === 'invalid_public_key';
      assert.equal(ours, isStricter ? [theirs?.[0], ours?.[1]] : theirs, bytesToHex(peer));
      if (ours?.[1] === 'invalid_public_key') refused += 1;
    }
    assert.ok(refused >= 10);
  });

  test(`${name}: a destroyed key does nothing more, and what it gave is no Buffer`, async () => {
    const pair = await findGroup(provider, name).generate(provider.random);
    const peer = await peerShare(name, provider.random);
    const secret = await pair.agree(peer);
    assert.is(await outcomeOf(() => pair.agree(peer)), bytesToHex(secret));
    assert.not(Buffer.isBuffer(pair.publicKey) || Buffer.isBuffer(secret));
    pair.destroy();
    pair.destroy();
    assert.is(await outcomeOf(() => pair.agree(peer)), 'destroyed');
  });
}

test('ffdhe: from keys of their own, in both directions, whatever zeros stand before a number', async () => {
  for (const name of ['ffdhe2048', 'ffdhe3072', 'ffdhe4096'] as const) {
    for (let run = 0; run < 8; run++) {
      const [ours, theirs] = [findGroup(provider, name), findGroup(portable, name)];
      const [one, other] = [await ours.generate(provider.random), await theirs.generate(provider.random)];
      assert.equal(await one.agree(other.publicKey), await other.agree(one.publicKey));
    }
  }
});

for (const name of [
  'secp256r1',
  'secp384r1',
  'secp521r1',
  'SecP256r1MLKEM768',
  'SecP384r1MLKEM1024',
] as const) {
  test(`${name}: a source that never gives a private key is broken_random`, async () => {
    for (const octet of [0, 0xff]) {
      const generate = () => findGroup(provider, name).generate(drawsOf(octet));
      assert.is(await outcomeOf(generate), 'broken_random');
    }
  });
}

test.run();
