import crypto from 'node:crypto';
import { syncBuiltinESMExports } from 'node:module';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { PublicKey } from '../provider.ts';
import { createNodeProvider } from './provider.ts';

/* What other runtimes have under the name of node:crypto, and Node has not: played here before anything is asked of it. */

const { createECDH, verify } = crypto;
const pair = crypto.generateKeyPairSync('ec', { namedCurve: 'P-521' });
const message = Uint8Array.of(1, 2, 3);

// Deno's getCurves() lists P-521, of which createECDH() knows nothing.
crypto.createECDH = (curve) => {
  if (curve === 'secp521r1') throw new Error('invalid curve');
  return createECDH(curve);
};
// Deno's ECDSA refuses a digest that is shorter than half of the order.
const takesDigest = (digest: string | null | undefined): boolean => digest !== 'sha256';
Object.assign(crypto, {
  verify: (...args: Parameters<typeof verify>) => takesDigest(args[0]) && verify(...args),
});
syncBuiltinESMExports();

const provider = createNodeProvider();

test('a curve that is listed and is not there is ours', async () => {
  const group = provider.groups.find(({ name }) => name === 'secp521r1');
  const one = await group?.generate(provider.random);
  const other = await group?.generate(provider.random);
  assert.ok(one && other);
  assert.equal(await one.agree(other.publicKey), await other.agree(one.publicKey));
});

test('a digest that is short for the curve is verified by us', async () => {
  const { x = '', y = '' } = pair.publicKey.export({ format: 'jwk' });
  const coordinates = [x, y].map((coordinate) => Buffer.from(coordinate, 'base64url'));
  const point = Uint8Array.from(Buffer.concat([Buffer.of(4), ...coordinates]));
  const publicKey: PublicKey = { type: 'EC', curve: 'P-521', point };
  for (const hash of ['sha256', 'sha384', 'sha512'] as const) {
    const algorithm = provider.signatures.find(({ name }) => name === `ecdsa_${hash}`);
    const signature = Uint8Array.from(crypto.sign(hash, message, pair.privateKey));
    assert.is(await algorithm?.verify(publicKey, message, signature), true, hash);
    assert.is(await algorithm?.verify(publicKey, Uint8Array.of(1), signature), false, hash);
  }
});

test.run();
