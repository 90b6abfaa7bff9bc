import { createECDH } from 'node:crypto';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import rfc6979 from '../../../../test-vectors/rfc6979-ecdsa.json' with { type: 'json' };
import { CryptoError, type CryptoErrorCode } from '../errors.ts';
import type { KeyExchangeGroup } from '../provider.ts';
import { secp256r1, secp384r1, secp521r1 } from './nistCurves.ts';

interface Curve {
  readonly group: KeyExchangeGroup;
  readonly curveName: string;
  readonly nodeName: string;
  // SEC 2 sections 2.4.2, 2.5.1 and 2.6.1, in as many octets as a coordinate has.
  readonly order: string;
  readonly prime: string;
  /** A private key whose secret with that of octets 42 begins with zeros. */
  readonly shortSecretBy: number;
}

const curves: readonly Curve[] = [
  {
    group: secp256r1,
    curveName: 'P-256',
    nodeName: 'prime256v1',
    order: 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551',
    prime: 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff',
    shortSecretBy: 133,
  },
  {
    group: secp384r1,
    curveName: 'P-384',
    nodeName: 'secp384r1',
    order: 'ffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973',
    prime: 'fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffeffffffff0000000000000000ffffffff',
    shortSecretBy: 1442,
  },
  {
    group: secp521r1,
    curveName: 'P-521',
    nodeName: 'secp521r1',
    order: `01${'ff'.repeat(32)}fa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409`,
    prime: `01${'ff'.repeat(65)}`,
    shortSecretBy: 835,
  },
];

function assertCode(run: () => unknown, code: CryptoErrorCode): void {
  assert.throws(run, (error: unknown) => error instanceof CryptoError && error.code === code);
}

for (const { group, curveName, nodeName, order, prime, shortSecretBy } of curves) {
  const { name } = group;
  const length = order.length / 2;
  const orderOctets = hexToBytes(order);
  const scalar = fc
    .uint8Array({ minLength: length, maxLength: length })
    .map((octets) => octets.fill((octets[0] ?? 0) % 2, 0, 1))
    .filter((octets) => bytesToHex(octets) < order && octets.some((octet) => octet !== 0));

  /** A key pair made from these draws, one after the other. */
  const pairOf = (...draws: readonly Uint8Array[]) => {
    const left = [...draws];
    return group.generate((output) => {
      const draw = left.shift();
      if (draw === undefined) throw new Error('One draw too many');
      output.set(draw);
    });
  };

  const pairByNode = (privateKey: Uint8Array) => {
    const pair = createECDH(nodeName);
    pair.setPrivateKey(privateKey);
    return pair;
  };

  const numbered = (octet: number) => new Uint8Array(length).fill(octet, 1);

  test(`${name}: the key pair of RFC 6979 appendix A.2`, async () => {
    const vector = rfc6979.vectors.find(({ curve }) => curve === curveName);
    assert.ok(vector);
    // The first keys of a process come without a table, the later ones by one.
    for (let time = 0; time < 6; time += 1) {
      const pair = await pairOf(hexToBytes(vector.privateKey));
      assert.is(bytesToHex(pair.publicKey), vector.publicKey);
    }
  });

  test(`${name}: agrees with OpenSSL`, async () => {
    await fc.assert(
      fc.asyncProperty(scalar, scalar, async (privateKey, peerPrivateKey) => {
        const peer = pairByNode(peerPrivateKey);
        const pair = await pairOf(privateKey);
        const secret = await pair.agree(Uint8Array.from(peer.getPublicKey()));
        assert.is(bytesToHex(secret), peer.computeSecret(pair.publicKey).toString('hex'));
      }),
      { numRuns: 15 },
    );
  });

  test(`${name}: a secret keeps its leading zeros`, async () => {
    const peer = pairByNode(
      Uint8Array.of(...new Uint8Array(length - 2), shortSecretBy >> 8, shortSecretBy & 255),
    );
    const expected = pairByNode(numbered(0x42)).computeSecret(peer.getPublicKey());
    // Of P-521 seven bits are zero in any case.
    assert.is(expected[curveName === 'P-521' ? 1 : 0], 0);
    const pair = await pairOf(numbered(0x42));
    const secret = await pair.agree(Uint8Array.from(peer.getPublicKey()));
    assert.is(bytesToHex(secret), expected.toString('hex'));
  });

  test(`${name}: draws again what is zero or not below the order, and takes both ends of the range`, async () => {
    const one = new Uint8Array(length).fill(1, length - 1);
    const pair = await pairOf(new Uint8Array(length), orderOctets, new Uint8Array(length).fill(0xff), one);
    assert.is(bytesToHex(pair.publicKey), pairByNode(one).getPublicKey('hex'));

    const largest = orderOctets.map((octet, at) => (at === length - 1 ? octet - 1 : octet));
    assert.is(bytesToHex((await pairOf(largest)).publicKey), pairByNode(largest).getPublicKey('hex'));
  });

  test(`${name}: a random source that never gives a private key is an error, not a busy loop`, async () => {
    assertCode(
      () =>
        group.generate((output) => {
          output.fill(0xff);
        }),
      'broken_random',
    );
    assertCode(() => group.generate(() => {}), 'broken_random');
  });

  test(`${name}: refuses a peer that is no uncompressed point of the curve`, async () => {
    const pair = await pairOf(numbered(0x42));
    const peer = pairByNode(numbered(0x43));
    const point = peer.getPublicKey('hex');
    const x = point.slice(2, 2 + 2 * length);
    const y = point.slice(2 + 2 * length);

    assert.is((await pair.agree(hexToBytes(`04${x}${y}`))).length, length);
    const refused = {
      empty: '',
      infinity: '00',
      compressed: peer.getPublicKey('hex', 'compressed'),
      hybrid: peer.getPublicKey('hex', 'hybrid'),
      'without its first octet': x + y,
      'one octet short': point.slice(0, -2),
      'one octet long': `${point}00`,
      'another first octet': `05${x}${y}`,
      'off the curve': `04${y}${x}`,
      zeros: `04${'00'.repeat(2 * length)}`,
      'x not reduced': `04${prime}${y}`,
      'y not reduced': `04${x}${'ff'.repeat(length)}`,
    };
    for (const encoding of Object.values(refused)) {
      assertCode(() => pair.agree(hexToBytes(encoding)), 'invalid_public_key');
    }
  });

  test(`${name}: destroy wipes the private key, and nothing is agreed any more`, async () => {
    let drawn = new Uint8Array(0);
    const pair = await group.generate((output) => {
      output.set(numbered(0x42));
      drawn = output as typeof drawn;
    });
    const { publicKey } = await pairOf(numbered(0x43));
    await pair.agree(publicKey);
    pair.destroy();
    pair.destroy();
    assert.is(bytesToHex(drawn), '00'.repeat(length));
    assertCode(() => pair.agree(publicKey), 'destroyed');
  });
}

test('secp521r1: of what is drawn, 521 bits count', async () => {
  const generate = (first: number) =>
    secp521r1.generate((output) => {
      output.fill(0x42);
      output[0] = first;
    });
  const { publicKey } = await generate(0x00);
  assert.equal((await generate(0xfe)).publicKey, publicKey);
  assert.not.equal((await generate(0x01)).publicKey, publicKey);
});

test.run();
