import { rootCertificates } from 'node:tls';
import { createAuthority } from '@halfclose/testing/ca';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseCertificate } from '../certificate/parseCertificate.ts';
import { CertificateError } from '../errors.ts';
import { decodePem } from '../pem.ts';
import { createTrustStore } from './trustStore.ts';

test('each certificate once, in order, and found by its subject', async () => {
  const a = await createAuthority({ name: 'A' });
  const b = await createAuthority({ name: 'B' });
  const alsoA = await createAuthority({ name: 'A' });
  const store = createTrustStore([a.certificate, b.certificate, a.certificate]);
  assert.is(store.size, 2);
  store.add(alsoA.certificate);
  assert.equal(
    store.certificates().map(({ raw }) => raw),
    [a, b, alsoA].map(({ certificate }) => certificate),
  );
  const found = store
    .findBySubject(parseCertificate(a.certificate).subject)
    .map(({ certificate }) => certificate?.raw);
  assert.equal(found, [a.certificate, alsoA.certificate]);
  assert.equal(store.find(parseCertificate(b.certificate))?.certificate?.raw, b.certificate);
  const alsoB = await createAuthority({ name: 'B' });
  assert.is(store.find(parseCertificate(alsoB.certificate)), undefined);
});

test('what is in the store does not change with the bytes that were given', async () => {
  const { certificate } = await createAuthority();
  const original = certificate.slice();
  const store = createTrustStore([certificate]);
  certificate.fill(0);
  assert.equal(store.certificates()[0]?.raw, original);
});

test('refuses what is no certificate, and keeps the rest', async () => {
  const store = createTrustStore();
  assert.throws(
    () => store.add(Uint8Array.of(0x30, 0)),
    (error: unknown) => error instanceof CertificateError && error.code === 'malformed',
  );
  assert.is(store.size, 0);
});

test('takes all roots that Node comes with', () => {
  const roots = rootCertificates.flatMap((pem) => decodePem(pem, 'CERTIFICATE'));
  assert.is(createTrustStore(roots).size, roots.length);
});

test.run();
