import { createPrivateKey, createPublicKey, diffieHellman } from 'node:crypto';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import rfc7748 from '../../../../test-vectors/rfc7748-x25519.json' with { type: 'json' };
import { CryptoError, type CryptoErrorCode } from '../errors.ts';
import { x25519 } from './x25519.ts';

/** A key pair whose private key is what the random source gives: `privateKey`. */
function pairOf(privateKey: Uint8Array) {
  return x25519.generate((output) => {
    output.set(privateKey);
  });
}

function assertCode(run: () => unknown, code: CryptoErrorCode): void {
  assert.throws(run, (error: unknown) => error instanceof CryptoError && error.code === code);
}

function agreeByNode(privateKey: Uint8Array, peerPublicKey: Uint8Array): string {
  // RFC 8410: the fixed wrappings of a raw key.
  const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b656e04220420', 'hex'), privateKey]);
  const spki = Buffer.concat([Buffer.from('302a300506032b656e032100', 'hex'), peerPublicKey]);
  return diffieHellman({
    privateKey: createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }),
    publicKey: createPublicKey({ key: spki, format: 'der', type: 'spki' }),
  }).toString('hex');
}

test('the vectors of RFC 7748', async () => {
  for (const vector of rfc7748.vectors) {
    const pair = await pairOf(hexToBytes(vector.privateKey));
    if (vector.publicKey !== undefined) assert.is(bytesToHex(pair.publicKey), vector.publicKey);
    assert.is(bytesToHex(await pair.agree(hexToBytes(vector.peerPublicKey))), vector.sharedSecret);
  }
});

test('agrees with OpenSSL, also on keys that are not reduced', async () => {
  const octets = fc.uint8Array({ minLength: 32, maxLength: 32 });
  await fc.assert(
    fc.asyncProperty(octets, octets, async (privateKey, peerPrivateKey) => {
      const peer = await pairOf(peerPrivateKey);
      const pair = await pairOf(privateKey);
      const expected = agreeByNode(privateKey, peer.publicKey);
      assert.is(bytesToHex(await pair.agree(peer.publicKey)), expected);
      assert.is(bytesToHex(await peer.agree(pair.publicKey)), expected);

      // RFC 7748 section 5: the top bit of a u-coordinate is masked.
      const withTopBit = Uint8Array.from(peer.publicKey);
      withTopBit[31] = (withTopBit[31] ?? 0) | 0x80;
      assert.is(bytesToHex(await pair.agree(withTopBit)), expected);
    }),
    { numRuns: 15 },
  );
});

test('draws exactly 32 octets, once', async () => {
  const draws: number[] = [];
  await x25519.generate((output) => {
    draws.push(output.length);
    output.fill(draws.length);
  });
  assert.equal(draws, [32]);
});

// The encodings that lead to zero: orders 1, 2, 4 and 8, on the curve and its twist, and those not reduced.
const lowOrder = [
  '0000000000000000000000000000000000000000000000000000000000000000',
  '0100000000000000000000000000000000000000000000000000000000000000',
  'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
  'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
];

test('refuses every peer that leads to the all-zero secret, with and without the masked bit', async () => {
  const pair = await pairOf(new Uint8Array(32).fill(0x42));
  for (const encoding of lowOrder) {
    const key = hexToBytes(encoding);
    assertCode(() => pair.agree(key), 'invalid_public_key');
    key[31] = (key[31] ?? 0) | 0x80;
    assertCode(() => pair.agree(key), 'invalid_public_key');
  }
});

test('refuses a peer of another length', async () => {
  const pair = await pairOf(new Uint8Array(32).fill(0x42));
  for (const length of [0, 31, 33, 64]) {
    assertCode(() => pair.agree(new Uint8Array(length).fill(9)), 'invalid_public_key');
  }
});

test('destroy wipes the private key, and nothing is agreed any more', async () => {
  let drawn = new Uint8Array(0);
  const pair = await x25519.generate((output) => {
    output.fill(0x42);
    drawn = output as typeof drawn;
  });
  const { publicKey } = await pairOf(new Uint8Array(32).fill(0x43));
  await pair.agree(publicKey);
  pair.destroy();
  pair.destroy();
  assert.is(bytesToHex(drawn), '00'.repeat(32));
  assertCode(() => pair.agree(publicKey), 'destroyed');
});

test.run();
