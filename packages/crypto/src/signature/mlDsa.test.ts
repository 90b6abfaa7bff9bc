import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CryptoError, type CryptoErrorCode } from '../errors.ts';
import type { PublicKey } from '../provider.ts';
import { mlDsa44, mlDsa65, mlDsa87 } from './mlDsa.ts';

const message = Uint8Array.of(1, 2, 3);
const seed = new Uint8Array(32).fill(7);

function assertCode(run: () => unknown, code: CryptoErrorCode): void {
  assert.throws(run, (error: unknown) => error instanceof CryptoError && error.code === code);
}

const sets = [
  { algorithm: mlDsa44, type: 'ML-DSA-44', noble: ml_dsa44, lengths: [1312, 2420] },
  { algorithm: mlDsa65, type: 'ML-DSA-65', noble: ml_dsa65, lengths: [1952, 3309] },
  { algorithm: mlDsa87, type: 'ML-DSA-87', noble: ml_dsa87, lengths: [2592, 4627] },
] as const;

test('the first signature waits for the code, later ones do not', async () => {
  const { publicKey, secretKey } = ml_dsa44.keygen(seed);
  const key: PublicKey = { type: 'ML-DSA-44', key: publicKey };
  const signature = ml_dsa44.sign(message, secretKey);
  assertCode(
    () => mlDsa44.verify({ ...key, key: new Uint8Array(1) }, message, signature),
    'invalid_public_key',
  );
  assert.is(mlDsa44.verify(key, message, new Uint8Array(1)), false, 'nothing is loaded for this');
  const first = mlDsa44.verify(key, message, signature);
  assert.instance(first, Promise);
  assert.is(await first, true);
  assert.is(mlDsa44.verify(key, message, signature), true);
});

for (const { algorithm, type, noble, lengths } of sets) {
  const { publicKey, secretKey } = noble.keygen(seed);
  const key: PublicKey = { type, key: publicKey };
  const signature = noble.sign(message, secretKey);

  test(`${type}: a signature with an empty context over the message, and no other`, async () => {
    assert.equal([publicKey.length, signature.length], lengths);
    assert.is(await algorithm.verify(key, message, signature), true);
    assert.is(await algorithm.verify(key, Uint8Array.of(1, 2, 4), signature), false);
    for (const at of [0, 1000, signature.length - 1]) {
      const changed = signature.map((octet, index) => (index === at ? octet ^ 1 : octet));
      assert.is(await algorithm.verify(key, message, changed), false);
    }
    const withContext = noble.sign(message, secretKey, { context: Uint8Array.of(1) });
    assert.is(await algorithm.verify(key, message, withContext), false);
  });

  test(`${type}: a signature of another length is false, a key of another length invalid_public_key`, async () => {
    for (const wrong of [new Uint8Array(0), signature.subarray(1), Uint8Array.of(...signature, 0)]) {
      assert.is(await algorithm.verify(key, message, wrong), false);
    }
    for (const octets of [new Uint8Array(0), publicKey.subarray(1), Uint8Array.of(...publicKey, 0)]) {
      assertCode(() => algorithm.verify({ type, key: octets }, message, signature), 'invalid_public_key');
    }
  });

  test(`${type}: a key of another type is unsupported_public_key`, () => {
    const others: readonly PublicKey[] = [
      { type: 'Ed25519', key: new Uint8Array(32) },
      { type: type === 'ML-DSA-44' ? 'ML-DSA-65' : 'ML-DSA-44', key: publicKey },
    ];
    for (const other of others) {
      assertCode(() => algorithm.verify(other, message, signature), 'unsupported_public_key');
    }
  });
}

test.run();
