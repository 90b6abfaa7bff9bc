import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import rfc7748x448 from '../../../../test-vectors/rfc7748-x448.json' with { type: 'json' };
import rfc7748 from '../../../../test-vectors/rfc7748-x25519.json' with { type: 'json' };
import { CryptoError, type CryptoErrorCode } from '../errors.ts';
import type { KeyExchangeGroup } from '../provider.ts';
import { compactX25519, x448, x25519 } from './montgomery.ts';

interface Curve {
  readonly group: KeyExchangeGroup;
  readonly vectors: readonly {
    readonly privateKey: string;
    readonly publicKey?: string;
    readonly peerPublicKey: string;
    readonly sharedSecret: string;
  }[];
  // RFC 8410: the fixed wrappings of a raw key.
  readonly pkcs8: string;
  readonly spki: string;
  /** The encodings that lead to zero: of low order, on the curve and its twist, and those not reduced. */
  readonly lowOrder: readonly string[];
}

/** Of X25519, whoever does it. */
const of25519 = {
  vectors: rfc7748.vectors,
  pkcs8: '302e020100300506032b656e04220420',
  spki: '302a300506032b656e032100',
  lowOrder: [
    '0000000000000000000000000000000000000000000000000000000000000000',
    '0100000000000000000000000000000000000000000000000000000000000000',
    'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
    '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  ],
};

const curves: readonly Curve[] = [
  { group: x25519, ...of25519 },
  { group: compactX25519, ...of25519 },
  {
    group: x448,
    vectors: rfc7748x448.vectors,
    pkcs8: '3046020100300506032b656f043a0438',
    spki: '3042300506032b656f033900',
    lowOrder: [
      '00'.repeat(56),
      `01${'00'.repeat(55)}`,
      `fe${'ff'.repeat(27)}fe${'ff'.repeat(27)}`, // p - 1
      `${'ff'.repeat(28)}fe${'ff'.repeat(27)}`, // p
      `${'00'.repeat(28)}${'ff'.repeat(28)}`, // p + 1
    ],
  },
];

function assertCode(run: () => unknown, code: CryptoErrorCode): void {
  assert.throws(run, (error: unknown) => error instanceof CryptoError && error.code === code);
}

for (const { group, vectors, pkcs8, spki, lowOrder } of curves) {
  const { name, publicKeyLength: length } = group;
  const octets = fc.uint8Array({ minLength: length, maxLength: length });

  /** A key pair whose private key is what the random source gives: `privateKey`. */
  const pairOf = (privateKey: Uint8Array) =>
    group.generate((output) => {
      output.set(privateKey);
    });

  const agreeByNode = (privateKey: Uint8Array, peerPublicKey: Uint8Array): string =>
    diffieHellman({
      privateKey: createPrivateKey({
        key: Buffer.concat([Buffer.from(pkcs8, 'hex'), privateKey]),
        format: 'der',
        type: 'pkcs8',
      }),
      publicKey: createPublicKey({
        key: Buffer.concat([Buffer.from(spki, 'hex'), peerPublicKey]),
        format: 'der',
        type: 'spki',
      }),
    }).toString('hex');

  test(`${name}: the vectors of RFC 7748`, async () => {
    assert.is(vectors.length, 4);
    for (const vector of vectors) {
      const pair = await pairOf(hexToBytes(vector.privateKey));
      if (vector.publicKey !== undefined) assert.is(bytesToHex(pair.publicKey), vector.publicKey);
      assert.is(bytesToHex(await pair.agree(hexToBytes(vector.peerPublicKey))), vector.sharedSecret);
    }
  });

  test(`${name}: agrees with OpenSSL`, async () => {
    await fc.assert(
      fc.asyncProperty(octets, octets, async (privateKey, peerPrivateKey) => {
        const peer = await pairOf(peerPrivateKey);
        const pair = await pairOf(privateKey);
        const expected = agreeByNode(privateKey, peer.publicKey);
        assert.is(bytesToHex(await pair.agree(peer.publicKey)), expected);
        assert.is(bytesToHex(await peer.agree(pair.publicKey)), expected);
      }),
      { numRuns: 15 },
    );
  });

  test(`${name}: draws exactly one key, once`, async () => {
    const draws: number[] = [];
    await group.generate((output) => {
      draws.push(output.length);
      output.fill(draws.length);
    });
    assert.equal(draws, [length]);
  });

  test(`${name}: refuses every peer that leads to the all-zero secret`, async () => {
    const pair = await pairOf(new Uint8Array(length).fill(0x42));
    for (const encoding of lowOrder) {
      assertCode(() => pair.agree(hexToBytes(encoding)), 'invalid_public_key');
    }
  });

  test(`${name}: refuses a peer of another length`, async () => {
    const pair = await pairOf(new Uint8Array(length).fill(0x42));
    for (const other of [0, length - 1, length + 1, 2 * length]) {
      assertCode(() => pair.agree(new Uint8Array(other).fill(9)), 'invalid_public_key');
    }
  });

  test(`${name}: destroy wipes the private key, and nothing is agreed any more`, async () => {
    let drawn = new Uint8Array(0);
    const pair = await group.generate((output) => {
      output.fill(0x42);
      drawn = output as typeof drawn;
    });
    const { publicKey } = await pairOf(new Uint8Array(length).fill(0x43));
    await pair.agree(publicKey);
    pair.destroy();
    pair.destroy();
    assert.is(bytesToHex(drawn), '00'.repeat(length));
    assertCode(() => pair.agree(publicKey), 'destroyed');
  });
}

test('x25519: the top bit of a public key is masked (RFC 7748 section 5)', async () => {
  const [{ lowOrder } = { lowOrder: [] }] = curves;
  const generate = (octet: number) =>
    x25519.generate((output) => {
      output.fill(octet);
    });
  const pair = await generate(0x42);
  const { publicKey } = await generate(0x43);
  const withTopBit = publicKey.map((octet, at) => (at === 31 ? octet | 0x80 : octet));
  assert.equal(await pair.agree(withTopBit), await pair.agree(publicKey));
  for (const encoding of lowOrder) {
    const key = hexToBytes(encoding);
    key[31] = (key[31] ?? 0) | 0x80;
    assertCode(() => pair.agree(key), 'invalid_public_key');
  }
});

test.run();
