import { webcrypto } from 'node:crypto';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CryptoError } from '../errors.ts';
import { createPortableProvider } from '../portable.ts';
import type { CryptoProvider, GroupName, RandomSource } from '../provider.ts';
import { findGroup } from '../util/lookup.ts';
import { createWebCryptoProvider } from './provider.ts';
import type { SubtleOperations, WebCrypto } from './subtle.ts';

const provider = createWebCryptoProvider(webcrypto);
const portable = createPortableProvider(provider.random);
const curves = ['x25519', 'secp256r1', 'secp384r1', 'secp521r1'] as const;

/** A platform whose WebCrypto has none of these curves. */
const bare: WebCrypto = {
  getRandomValues: (output) => webcrypto.getRandomValues(output),
  subtle: new Proxy(webcrypto.subtle, {
    get: () => () => Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError')),
  }),
};

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

test('has every algorithm of the portable provider, in the same order', () => {
  assert.is(provider.name, 'webcrypto');
  for (const list of ['hashes', 'groups', 'signatures'] as const) {
    assert.equal(
      provider[list].map(({ name }) => name),
      portable[list].map(({ name }) => name),
    );
  }
  assert.equal(provider.aeads.map(({ name }) => name).sort(), portable.aeads.map(({ name }) => name).sort());
  for (const { name, publicKeyLength } of provider.groups)
    assert.is(publicKeyLength, findGroup(portable, name).publicKeyLength);
});

test('draws from the platform, into memory of any kind', () => {
  const first = new Uint8Array(new SharedArrayBuffer(32));
  const second = new Uint8Array(32);
  provider.random(first);
  provider.random(second);
  assert.not.equal(Array.from(first), Array.from(second));
  assert.ok(first.some((octet) => octet !== 0));
});

/** Fills with the octets of `first`, a draw each, and with `octet` from then on. */
function drawsOf(octet: number, first: readonly number[] = []): RandomSource {
  const left = [...first];
  return (output) => {
    output.fill(left.shift() ?? octet);
  };
}

/** From the same draws: the public key, and what comes of a peer's. */
async function agreement(one: CryptoProvider, name: GroupName, random: RandomSource, peer: Uint8Array) {
  const pair = await findGroup(one, name).generate(random);
  return [bytesToHex(pair.publicKey), await outcomeOf(() => pair.agree(peer))];
}

for (const name of curves) {
  test(`${name}: the same draws give the same keys and secrets as in the portable provider`, async () => {
    const octet = fc.integer({ min: 0x01, max: 0xfe });
    const firstDraws = fc.array(fc.constantFrom(0, 0xff), { maxLength: 3 });
    await fc.assert(
      fc.asyncProperty(firstDraws, octet, octet, async (first, own, other) => {
        const { publicKey } = await findGroup(portable, name).generate(drawsOf(other));
        assert.equal(
          await agreement(provider, name, drawsOf(own, first), publicKey),
          await agreement(portable, name, drawsOf(own, first), publicKey),
        );
      }),
      { numRuns: 8 },
    );
  });

  test(`${name}: keys that the platform makes are new each time, and agree with the portable provider's`, async () => {
    const group = findGroup(provider, name);
    const peer = await findGroup(portable, name).generate(portable.random);
    const pairs = [await group.generate(provider.random), await group.generate(provider.random)];
    assert.is(new Set(pairs.map(({ publicKey }) => bytesToHex(publicKey))).size, 2);
    for (const pair of pairs) {
      assert.is(pair.publicKey.length, group.publicKeyLength);
      assert.equal(await pair.agree(peer.publicKey), await peer.agree(pair.publicKey));
    }
  });

  test(`${name}: refuses the same public keys, for the same reason`, async () => {
    const { publicKey } = await findGroup(portable, name).generate(portable.random);
    const { length } = publicKey;
    const shares = [
      new Uint8Array(0),
      new Uint8Array(1),
      new Uint8Array(length),
      new Uint8Array(length).fill(0xff),
      Uint8Array.of(4, ...new Uint8Array(length - 1)),
      publicKey.subarray(1),
      Uint8Array.of(...publicKey, 0),
      ...[0, 2, 3, 5, 6, 7].map((first) => Uint8Array.of(first, ...publicKey.subarray(1))),
      Uint8Array.of(2, ...publicKey.subarray(1, (length + 1) / 2)),
      publicKey.map((octet, at) => (at === length - 1 ? octet ^ 1 : octet)),
      // The points of low order on Curve25519, and above its prime.
      Uint8Array.of(1, ...new Uint8Array(31)),
      hexToBytes('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800'),
      hexToBytes('5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157'),
      hexToBytes('ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'),
      hexToBytes('edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'),
      hexToBytes('eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f'),
    ];
    let refused = 0;
    for (const share of shares) {
      const ours = await agreement(provider, name, drawsOf(0x42), share);
      assert.equal(ours, await agreement(portable, name, drawsOf(0x42), share), bytesToHex(share));
      if (ours[1] === 'invalid_public_key') refused += 1;
    }
    assert.ok(refused >= 10);
  });

  test(`${name}: a destroyed key does nothing more`, async () => {
    for (const random of [provider.random, drawsOf(0x42)]) {
      const pair = await findGroup(provider, name).generate(random);
      const { publicKey } = await findGroup(portable, name).generate(portable.random);
      await pair.agree(publicKey);
      pair.destroy();
      pair.destroy();
      assert.is(await outcomeOf(() => pair.agree(publicKey)), 'destroyed');
    }
  });

  test(`${name}: where the platform lacks it, the portable one serves, after the first attempt at once`, async () => {
    const without = createWebCryptoProvider(bare);
    const imported = createWebCryptoProvider(bare);
    const peer = await findGroup(portable, name).generate(drawsOf(7));
    const { publicKey } = peer;
    assert.equal(
      await agreement(imported, name, drawsOf(9), publicKey),
      await agreement(portable, name, drawsOf(9), publicKey),
    );
    const group = findGroup(without, name);
    const first = await group.generate(without.random);
    assert.equal(await first.agree(publicKey), await peer.agree(first.publicKey));
    assert.not(group.generate(without.random) instanceof Promise);
    assert.not(findGroup(imported, name).generate(imported.random) instanceof Promise);
  });
}

test('with a platform that gives the all-zero secret, X25519 ends there', async () => {
  const subtle = new Proxy<SubtleOperations>(webcrypto.subtle, {
    get: (target, operation) =>
      operation === 'deriveBits'
        ? () => Promise.resolve(new ArrayBuffer(32))
        : Reflect.get(target, operation).bind(target),
  });
  const careless = createWebCryptoProvider({ ...bare, subtle });
  const pair = await findGroup(careless, 'x25519').generate(careless.random);
  assert.is(await outcomeOf(() => pair.agree(new Uint8Array(32))), 'invalid_public_key');
});

test('hybrid groups are made with the curves of WebCrypto', async () => {
  for (const name of ['X25519MLKEM768', 'SecP256r1MLKEM768', 'SecP384r1MLKEM1024'] as const) {
    const generated = findGroup(provider, name).generate(drawsOf(3));
    assert.instance(generated, Promise);
    const { publicKey } = await generated;
    assert.equal(publicKey, (await findGroup(portable, name).generate(drawsOf(3))).publicKey);
  }
});

test('a source that never gives a private key is broken_random', async () => {
  for (const octet of [0, 0xff]) {
    const group = findGroup(provider, 'secp256r1');
    assert.is(await outcomeOf(() => group.generate(drawsOf(octet))), 'broken_random');
  }
});

test.run();
