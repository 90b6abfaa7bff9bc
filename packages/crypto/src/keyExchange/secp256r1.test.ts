import { createECDH } from 'node:crypto';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import rfc6979 from '../../../../test-vectors/rfc6979-ecdsa.json' with { type: 'json' };
import { CryptoError, type CryptoErrorCode } from '../errors.ts';
import { secp256r1 } from './secp256r1.ts';

// SEC 2 section 2.4.2.
const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
const prime = 'ffffffff00000001000000000000000000000000ffffffffffffffffffffffff';

const scalar = fc
  .uint8Array({ minLength: 32, maxLength: 32 })
  .filter((octets) => bytesToHex(octets) < order && octets.some((octet) => octet !== 0));

/** A key pair made from these draws, one after the other. */
function pairOf(...draws: readonly Uint8Array[]) {
  const left = [...draws];
  return secp256r1.generate((output) => {
    const draw = left.shift();
    if (draw === undefined) throw new Error('One draw too many');
    output.set(draw);
  });
}

function assertCode(run: () => unknown, code: CryptoErrorCode): void {
  assert.throws(run, (error: unknown) => error instanceof CryptoError && error.code === code);
}

test('the key pair of RFC 6979 A.2.5', async () => {
  const vector = rfc6979.vectors.find(({ curve }) => curve === 'P-256');
  assert.ok(vector);
  const pair = await pairOf(hexToBytes(vector.privateKey));
  assert.is(bytesToHex(pair.publicKey), vector.publicKey);
});

test('agrees with OpenSSL', async () => {
  await fc.assert(
    fc.asyncProperty(scalar, scalar, async (privateKey, peerPrivateKey) => {
      const peer = createECDH('prime256v1');
      peer.setPrivateKey(peerPrivateKey);
      const pair = await pairOf(privateKey);
      const secret = await pair.agree(Uint8Array.from(peer.getPublicKey()));
      assert.is(bytesToHex(secret), peer.computeSecret(pair.publicKey).toString('hex'));
    }),
    { numRuns: 15 },
  );
});

test('a secret keeps its leading zeros', async () => {
  const own = createECDH('prime256v1');
  own.setPrivateKey(Buffer.alloc(32, 0x42));
  const peer = createECDH('prime256v1');
  let expected: Buffer;
  let candidate = 1;
  do {
    const privateKey = Buffer.alloc(32);
    privateKey.writeUInt32BE(candidate, 28);
    candidate += 1;
    peer.setPrivateKey(privateKey);
    expected = own.computeSecret(peer.getPublicKey());
  } while (expected[0] !== 0);
  const pair = await pairOf(new Uint8Array(32).fill(0x42));
  assert.is(bytesToHex(await pair.agree(Uint8Array.from(peer.getPublicKey()))), expected.toString('hex'));
});

test('draws again what is zero or not below the order, and takes both ends of the range', async () => {
  const one = hexToBytes(`${'00'.repeat(31)}01`);
  const orderOctets = hexToBytes(order);
  const pair = await pairOf(new Uint8Array(32), orderOctets, new Uint8Array(32).fill(0xff), one);
  const generator = createECDH('prime256v1');
  generator.setPrivateKey(one);
  assert.is(bytesToHex(pair.publicKey), generator.getPublicKey('hex'));

  const largest = orderOctets.slice();
  largest[31] = 0x50;
  generator.setPrivateKey(largest);
  assert.is(bytesToHex((await pairOf(largest)).publicKey), generator.getPublicKey('hex'));
});

test('a random source that never gives a private key is an error, not a busy loop', async () => {
  assertCode(
    () =>
      secp256r1.generate((output) => {
        output.fill(0xff);
      }),
    'broken_random',
  );
  assertCode(() => secp256r1.generate(() => {}), 'broken_random');
});

test('refuses a peer that is no uncompressed point of the curve', async () => {
  const pair = await pairOf(new Uint8Array(32).fill(0x42));
  const peer = createECDH('prime256v1');
  peer.setPrivateKey(Buffer.alloc(32, 0x43));
  const point = peer.getPublicKey('hex');
  const x = point.slice(2, 66);
  const y = point.slice(66);

  assert.is((await pair.agree(hexToBytes(`04${x}${y}`))).length, 32);
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
    zeros: `04${'00'.repeat(64)}`,
    'x not reduced': `04${prime}${y}`,
    'y not reduced': `04${x}${'ff'.repeat(32)}`,
  };
  for (const encoding of Object.values(refused)) {
    assertCode(() => pair.agree(hexToBytes(encoding)), 'invalid_public_key');
  }
});

test('destroy wipes the private key, and nothing is agreed any more', async () => {
  let drawn = new Uint8Array(0);
  const pair = await secp256r1.generate((output) => {
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
