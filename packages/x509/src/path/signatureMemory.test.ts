import { type CryptoProvider, createPortableProvider } from '@halfclose/crypto';
import { createAuthority } from '@halfclose/testing/ca';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { CertificateError } from '../errors.ts';
import { createTrustStore } from '../trust/trustStore.ts';
import { createServerVerifier, type ServerVerifier } from '../verifier.ts';
import { createSignatureMemory, type SignatureMemory } from './signatureMemory.ts';

const test = suite('signatures from one verification to the next');

let checks = 0;
const portable = createPortableProvider(() => {
  throw new Error('nothing here is random');
});
const counting: CryptoProvider = {
  ...portable,
  signatures: portable.signatures.map((algorithm) => ({
    ...algorithm,
    verify: (...args: Parameters<typeof algorithm.verify>) => {
      checks++;
      return algorithm.verify(...args);
    },
  })),
};

const root = await createAuthority();
const intermediate = await root.issueAuthority();
const leaf = await intermediate.issue({ dnsNames: ['localhost'] });
const certificates = [leaf.certificate, intermediate.certificate];

function verifier(signatures?: SignatureMemory): ServerVerifier {
  const trustStore = createTrustStore([root.certificate]);
  return createServerVerifier({
    crypto: counting,
    trustStore,
    checkHostname: true,
    ...(signatures && { signatures }),
  });
}

/** How many signatures are checked by one verification. */
function cost(by: ServerVerifier, chain: readonly Uint8Array[] = certificates, now = Date.now()): number {
  checks = 0;
  by.verifyServer({ certificates: chain, serverName: 'localhost', now });
  return checks;
}

test('without a memory each verification checks all', () => {
  const one = verifier();
  assert.is(cost(one), 2);
  assert.is(cost(one), 2);
});

test('with one, each signature is checked once, also by another verifier', async () => {
  const memory = createSignatureMemory();
  assert.is(cost(verifier(memory)), 2);
  assert.is(cost(verifier(memory)), 0);
  const other = await intermediate.issue({ dnsNames: ['localhost'] });
  assert.is(cost(verifier(memory), [other.certificate, intermediate.certificate]), 1);
});

test('all else is judged anew', () => {
  const memory = createSignatureMemory();
  const one = verifier(memory);
  cost(one);
  const much = Date.now() + 100 * 365 * 86_400_000;
  assert.throws(
    () => cost(one, certificates, much),
    (error: unknown) => error instanceof CertificateError && error.code === 'expired',
  );
});

test('a wrong signature is not kept, and a right one excuses no other', () => {
  const memory = createSignatureMemory();
  const one = verifier(memory);
  cost(one);
  // The last octets of a certificate are its signature's.
  for (const [spoilt, rest] of [
    [leaf.certificate, [intermediate.certificate]],
    [intermediate.certificate, []],
  ] as const) {
    const forged = spoilt.slice();
    forged[forged.length - 1] = (forged.at(-1) ?? 0) ^ 1;
    const chain = spoilt === leaf.certificate ? [forged, ...rest] : [leaf.certificate, forged];
    for (let times = 0; times < 2; times++) {
      assert.throws(
        () => cost(one, chain),
        (error: unknown) => error instanceof CertificateError && error.code === 'bad_signature',
      );
      assert.is(checks > 0, true);
    }
  }
});

test('keeps as many as it is told to, and those that were asked for last', () => {
  const memory = createSignatureMemory(2);
  memory.add('a');
  memory.add('b');
  assert.ok(memory.has('a'));
  memory.add('c');
  assert.equal(
    ['a', 'b', 'c'].map((fingerprint) => memory.has(fingerprint)),
    [true, false, true],
  );
});

test.run();
