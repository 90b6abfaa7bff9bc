import { bytesToHex } from '@noble/hashes/utils.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { CryptoError, CryptoErrorCode } from '../errors.ts';
import { type MlKem, mlKem768, mlKem1024 } from '../kem/mlKem.ts';
import { mlKem1024Group } from '../kem/receiver.ts';
import type { KeyExchangeGroup, RandomSource } from '../provider.ts';
import { createX25519MlKem768, secP256r1MlKem768, secP384r1MlKem1024, x25519MlKem768 } from './hybrid.ts';
import { x25519 } from './montgomery.ts';
import { secp256r1, secp384r1 } from './nistCurves.ts';

const filling =
  (octet: number): RandomSource =>
  (output) => {
    output.fill(octet);
  };

async function rejects(run: () => unknown, code: CryptoErrorCode): Promise<void> {
  try {
    await run();
  } catch (error) {
    assert.is((error as CryptoError).code, code, String(error));
    return;
  }
  throw new Error('It was taken');
}

const concatenate = (...parts: readonly Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));

interface Hybrid {
  readonly group: KeyExchangeGroup;
  readonly curve: KeyExchangeGroup;
  readonly kem: MlKem;
  /** Whether ML-KEM comes before the curve, draft-ietf-tls-ecdhe-mlkem section 4. */
  readonly kemFirst: boolean;
  readonly clientLength: number;
  readonly serverLength: number;
}

const hybrids: readonly Hybrid[] = [
  {
    group: x25519MlKem768,
    curve: x25519,
    kem: mlKem768,
    kemFirst: true,
    clientLength: 1216,
    serverLength: 1120,
  },
  {
    group: secP256r1MlKem768,
    curve: secp256r1,
    kem: mlKem768,
    kemFirst: false,
    clientLength: 1249,
    serverLength: 1153,
  },
  {
    group: secP384r1MlKem1024,
    curve: secp384r1,
    kem: mlKem1024,
    kemFirst: false,
    clientLength: 1665,
    serverLength: 1665,
  },
];

for (const { group, curve, kem, kemFirst, clientLength, serverLength } of hybrids) {
  const inOrder = (ofKem: Uint8Array, dh: Uint8Array) =>
    kemFirst ? concatenate(ofKem, dh) : concatenate(dh, ofKem);

  /** What a server makes of a client's share. */
  async function serve(share: Uint8Array, octet: number) {
    const at = kemFirst ? 0 : curve.publicKeyLength;
    const encapsulationKey = share.slice(at, at + kem.encapsulationKeyLength);
    const clientPoint = kemFirst
      ? share.slice(kem.encapsulationKeyLength)
      : share.slice(0, curve.publicKeyLength);
    const { ciphertext, sharedSecret } = kem.encapsulate(encapsulationKey, filling(octet));
    const pair = await curve.generate(filling(octet));
    const dh = await pair.agree(clientPoint);
    return {
      ciphertext,
      point: pair.publicKey,
      share: inOrder(ciphertext, pair.publicKey),
      secret: inOrder(sharedSecret, dh),
    };
  }

  test(`${group.name}: shares and secret in the draft's order and lengths`, async () => {
    const pair = await group.generate(filling(7));
    assert.equal([pair.publicKey.length, group.publicKeyLength], [clientLength, clientLength]);
    const { encapsulationKey } = kem.generate(filling(7));
    const dh = (await curve.generate(filling(7))).publicKey;
    assert.equal(pair.publicKey, inOrder(encapsulationKey, dh));

    const server = await serve(pair.publicKey, 9);
    assert.is(server.share.length, serverLength);
    const secret = await pair.agree(server.share);
    assert.equal(secret, server.secret);
    assert.is(secret.length, clientLength === 1665 ? 80 : 64);
  });

  test(`${group.name}: the curve's part can stand for itself, and goes with the whole`, async () => {
    const { publicKey, component, agree, destroy } = await group.generate(filling(7));
    assert.is(component?.group, curve.name);
    const alone = await curve.generate(filling(7));
    assert.equal(component?.keyExchange.publicKey, alone.publicKey);
    const peer = (await curve.generate(filling(9))).publicKey;
    assert.equal(await component?.keyExchange.agree(peer), await alone.agree(peer));
    const server = await serve(publicKey, 9);
    assert.equal(await agree(server.share), server.secret);
    destroy();
    await rejects(() => component?.keyExchange.agree(peer), 'destroyed');
  });

  test(`${group.name}: a share of another length, or the parts in the other order, is refused`, async () => {
    const pair = await group.generate(filling(7));
    const { share, ciphertext, point } = await serve(pair.publicKey, 9);
    for (const wrong of [
      new Uint8Array(0),
      share.subarray(1),
      share.subarray(0, -1),
      concatenate(share, Uint8Array.of(0)),
      ciphertext,
      point,
      ...(clientLength === serverLength ? [] : [pair.publicKey]),
    ]) {
      await rejects(() => pair.agree(wrong), 'invalid_public_key');
    }
    const swapped = kemFirst ? concatenate(point, ciphertext) : concatenate(ciphertext, point);
    if (kemFirst) assert.not.equal(await pair.agree(swapped), await pair.agree(share));
    else await rejects(() => pair.agree(swapped), 'invalid_public_key');
  });

  test(`${group.name}: the curve's part is checked as it is alone`, async () => {
    const pair = await group.generate(filling(7));
    const { ciphertext } = await serve(pair.publicKey, 9);
    const zero = new Uint8Array(curve.publicKeyLength);
    await rejects(() => pair.agree(inOrder(ciphertext, zero)), 'invalid_public_key');
  });

  test(`${group.name}: a ciphertext that was altered gives another secret, and no error`, async () => {
    const pair = await group.generate(filling(7));
    const { ciphertext, point, secret } = await serve(pair.publicKey, 9);
    const altered = ciphertext.map((octet, at) => (at === 100 ? octet ^ 1 : octet));
    const other = await pair.agree(inOrder(altered, point));
    assert.is(other.length, secret.length);
    const ofKem = (both: Uint8Array) => (kemFirst ? both.slice(0, 32) : both.slice(-32));
    const ofCurve = (both: Uint8Array) => (kemFirst ? both.slice(32) : both.slice(0, -32));
    assert.not.equal(ofKem(other), ofKem(secret));
    assert.equal(ofCurve(other), ofCurve(secret));
  });

  test(`${group.name}: nothing is agreed after destroy`, async () => {
    const pair = await group.generate(filling(7));
    const { share } = await serve(pair.publicKey, 9);
    pair.destroy();
    pair.destroy();
    await rejects(() => pair.agree(share), 'destroyed');
  });
}

test('a curve that takes its time makes the whole a promise', async () => {
  const slow: KeyExchangeGroup = {
    ...x25519,
    async generate(random) {
      const pair = await x25519.generate(random);
      return { ...pair, agree: async (peer) => pair.agree(peer) };
    },
  };
  const group = createX25519MlKem768(slow);
  const generated = group.generate(filling(7));
  assert.instance(generated, Promise);
  const pair = await generated;
  const quick = await x25519MlKem768.generate(filling(7));
  assert.equal(pair.publicKey, quick.publicKey);
  const { ciphertext } = mlKem768.encapsulate(
    pair.publicKey.slice(0, mlKem768.encapsulationKeyLength),
    filling(9),
  );
  const share = concatenate(ciphertext, (await x25519.generate(filling(9))).publicKey);
  assert.instance(pair.agree(share), Promise);
  assert.is(bytesToHex(await pair.agree(share)), bytesToHex(await quick.agree(share)));
  await rejects(() => pair.agree(concatenate(ciphertext, new Uint8Array(32))), 'invalid_public_key');
});

test('MLKEM1024: what was encapsulated, and nothing of another length or after destroy', async () => {
  const pair = await mlKem1024Group.generate(filling(7));
  assert.equal([pair.publicKey.length, mlKem1024Group.publicKeyLength], [1568, 1568]);
  assert.is(pair.component, undefined);
  const { ciphertext, sharedSecret } = mlKem1024.encapsulate(pair.publicKey, filling(9));
  assert.equal(await pair.agree(ciphertext), sharedSecret);
  await rejects(() => pair.agree(ciphertext.subarray(1)), 'invalid_public_key');
  await rejects(() => pair.agree(concatenate(ciphertext, Uint8Array.of(0))), 'invalid_public_key');
  pair.destroy();
  await rejects(() => pair.agree(ciphertext), 'destroyed');
});

test.run();
