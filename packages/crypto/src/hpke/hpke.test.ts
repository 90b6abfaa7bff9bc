import { randomFillSync } from 'node:crypto';
import { x25519 } from '@noble/curves/ed25519.js';
import { p256, p521 } from '@noble/curves/nist.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import rfc9180 from '../../../../test-vectors/rfc9180-hpke.json' with { type: 'json' };
import { CryptoError } from '../errors.ts';
import { createPortableProvider } from '../portable.ts';
import type { CryptoProvider, GroupName, KeyExchange } from '../provider.ts';
import { setupHpkeSender, supportsHpke } from './hpke.ts';

const provider = createPortableProvider((output) => void randomFillSync(output));

/** A provider whose ephemeral keys are this one. */
function withEphemeralKey(group: GroupName, exchange: KeyExchange): CryptoProvider {
  const publicKeyLength = exchange.publicKey.length;
  return { ...provider, groups: [{ name: group, publicKeyLength, generate: () => exchange }] };
}

function ephemeralKey(kemId: number, privateKey: Uint8Array): [GroupName, KeyExchange] {
  const destroy = (): void => {};
  if (kemId === 0x0020) {
    const publicKey = x25519.getPublicKey(privateKey);
    return ['x25519', { publicKey, destroy, agree: (peer) => x25519.getSharedSecret(privateKey, peer) }];
  }
  const [name, curve]: [GroupName, typeof p256] =
    kemId === 0x0010 ? ['secp256r1', p256] : ['secp521r1', p521];
  const agree = (peer: Uint8Array): Uint8Array => curve.getSharedSecret(privateKey, peer, true).slice(1);
  return [name, { publicKey: curve.getPublicKey(privateKey, false), destroy, agree }];
}

for (const vector of rfc9180.vectors) {
  for (const asynchronous of [false, true]) {
    const how = asynchronous ? 'with a provider that promises' : 'at once';
    test(`the vectors of RFC 9180, ${vector.section}, ${how}`, async () => {
      const [group, exchange] = ephemeralKey(vector.kemId, hexToBytes(vector.skEm));
      const promising = { ...exchange, agree: async (peer: Uint8Array) => exchange.agree(peer) };
      const fixed = withEphemeralKey(group, asynchronous ? promising : exchange);
      const setup = setupHpkeSender(fixed, vector, hexToBytes(vector.pkRm), hexToBytes(vector.info));
      assert.is(setup instanceof Promise, asynchronous);
      const sender = await setup;
      assert.is(bytesToHex(sender.enc), vector.enc);
      let sequenceNumber = 0;
      for (const { sequenceNumber: wanted, aad, pt, ct } of vector.encryptions) {
        for (; sequenceNumber < wanted; sequenceNumber++) sender.seal(new Uint8Array(0), new Uint8Array(0));
        assert.is(bytesToHex(sender.seal(hexToBytes(aad), hexToBytes(pt))), ct);
        sequenceNumber++;
      }
      for (const { context, length, value } of vector.exports) {
        assert.is(bytesToHex(sender.export(hexToBytes(context), length)), value);
      }
      sender.destroy();
      const isDestroyed = (error: unknown): boolean =>
        error instanceof CryptoError && error.code === 'destroyed';
      assert.throws(() => sender.seal(new Uint8Array(0), new Uint8Array(0)), isDestroyed);
      assert.throws(() => sender.export(new Uint8Array(0), 16), isDestroyed);
    });
  }
}

test('says which ciphersuites there are, and refuses others', () => {
  assert.ok(supportsHpke(provider, { kemId: 0x0020, kdfId: 1, aeadId: 1 }));
  for (const suite of [
    { kemId: 0x0030, kdfId: 1, aeadId: 1 },
    { kemId: 0x0020, kdfId: 9, aeadId: 1 },
    { kemId: 0x0020, kdfId: 1, aeadId: 0xffff },
  ]) {
    assert.not(supportsHpke(provider, suite));
    assert.throws(
      () => setupHpkeSender(provider, suite, new Uint8Array(32), new Uint8Array(0)),
      (error: unknown) => error instanceof CryptoError && error.code === 'unsupported_algorithm',
    );
  }
  assert.not(supportsHpke({ ...provider, aeads: [] }, { kemId: 0x0020, kdfId: 1, aeadId: 1 }));
});

test('refuses a key that is none', () => {
  for (const key of [new Uint8Array(31), new Uint8Array(32)]) {
    assert.throws(
      () => setupHpkeSender(provider, { kemId: 0x0020, kdfId: 1, aeadId: 1 }, key, new Uint8Array(0)),
      (error: unknown) => error instanceof CryptoError && error.code === 'invalid_public_key',
    );
  }
});

test.run();
