import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { type Authority, createAuthority, der } from '@halfclose/testing/ca';
import { findOpenssl } from '@halfclose/testing/servers';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseCertificate } from '../certificate/parseCertificate.ts';
import { decodePem, encodePem, PemError } from '../pem.ts';
import { readBundle } from './bundle.ts';
import { createTrustStore, type TrustStore } from './trustStore.ts';

const root = await createAuthority({ name: 'Root' });
const other = await createAuthority({ name: 'Other' });

function storeOf(...bundles: readonly string[]): TrustStore {
  const store = createTrustStore();
  for (const bundle of bundles) addBundle(store, bundle);
  return store;
}

function addBundle(store: TrustStore, pem: string): number {
  const bundled = readBundle(pem);
  for (const certificate of bundled) store.addUnread(certificate);
  return bundled.length;
}

function finds(store: TrustStore, { certificate }: Pick<Authority, 'certificate'>): boolean {
  return store.find(parseCertificate(certificate)) !== undefined;
}

test('certificates of a bundle are found by their subjects, each once', () => {
  const store = createTrustStore([root.certificate]);
  assert.is(addBundle(store, `${root.pem}some text\n${other.pem}${other.pem}`), 3);
  assert.is(store.size, 2);
  assert.ok(finds(store, root));
  assert.ok(finds(store, other));
  store.add(other.certificate);
  assert.equal(
    store.findBySubject(parseCertificate(other.certificate).subject).map((anchor) => anchor.certificate?.raw),
    [other.certificate],
  );
});

test('a bundle is as good as its certificates, one by one', () => {
  const bundle = rootCertificates.join('\n');
  const eager = createTrustStore(decodePem(bundle, 'CERTIFICATE'));
  const lazy = storeOf(bundle);
  for (const certificate of eager.certificates()) {
    assert.equal(
      lazy.findBySubject(certificate.subject).map((anchor) => anchor.certificate?.raw),
      eager.findBySubject(certificate.subject).map((anchor) => anchor.certificate?.raw),
    );
  }
  assert.is(lazy.size, eager.size);
});

test('names of any length, and certificates of version 1', async () => {
  const long = await createAuthority({ subject: `CN=${'y'.repeat(9000)}` });
  assert.ok(finds(storeOf(long.pem), long));
  const old = await createAuthority({
    alterTbs: (tbs) => {
      const [, ...fields] = der.children(tbs);
      return der.sequence(...fields.filter((field) => field[0] !== 0xa3));
    },
  });
  assert.is(parseCertificate(old.certificate).version, 1);
  assert.ok(finds(storeOf(old.pem), old));
});

test("malformed certificates are not there, and are in nobody's way", async () => {
  const cut = encodePem(root.certificate.slice(0, -1), 'CERTIFICATE');
  const lines = root.pem.split('\n');
  const notBase64 = [...lines.slice(0, -3), '????', ...lines.slice(-2)].join('\n');
  const store = storeOf(cut, notBase64, encodePem(Uint8Array.of(0x30, 0), 'CERTIFICATE'), other.pem);
  assert.not(finds(store, root));
  assert.is(store.size, 1);
  addBundle(store, root.pem);
  assert.ok(finds(store, root));
  assert.throws(
    () => addBundle(store, '-----BEGIN CERTIFICATE-----\n'),
    (error: unknown) => error instanceof PemError,
  );
});

const withOpenssl = findOpenssl() === undefined ? test.skip : test;
if (withOpenssl === test.skip) console.log('skipped: there is no openssl');

withOpenssl('OpenSSL says what a certificate is trusted for', () => {
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-trusted-'));
  try {
    const [given, made] = [join(directory, 'given.pem'), join(directory, 'made.pem')];
    writeFileSync(given, root.pem);
    const isTrusted = (...options: readonly string[]): boolean => {
      execFileSync('openssl', ['x509', '-in', given, '-out', made, '-trustout', ...options]);
      const pem = readFileSync(made, 'latin1');
      assert.match(pem, /BEGIN TRUSTED CERTIFICATE/);
      return finds(storeOf(pem), root);
    };
    assert.ok(isTrusted());
    assert.ok(isTrusted('-setalias', 'ours'));
    assert.ok(isTrusted('-addtrust', 'serverAuth', '-addtrust', 'emailProtection', '-setalias', 'ours'));
    assert.ok(isTrusted('-addtrust', 'anyExtendedKeyUsage'));
    assert.ok(isTrusted('-addreject', 'emailProtection'));
    assert.not(isTrusted('-addtrust', 'emailProtection'));
    assert.not(isTrusted('-addreject', 'serverAuth'));
    assert.not(isTrusted('-addtrust', 'serverAuth', '-addreject', 'serverAuth'));
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test('what follows a trusted certificate must be what OpenSSL has there', () => {
  const trusted = (...after: readonly number[]): string =>
    encodePem(Uint8Array.of(...root.certificate, ...after), 'TRUSTED CERTIFICATE');
  assert.ok(finds(storeOf(trusted()), root));
  assert.ok(finds(storeOf(trusted(0x30, 0)), root));
  // An empty list of uses is a list.
  assert.not(finds(storeOf(trusted(0x30, 2, 0x30, 0)), root));
  for (const after of [[0], [0x04, 0], [0x30, 1], [0x30, 0, 0x30, 0], [0x30, 4, 0x30, 2, 0x06, 0]]) {
    assert.not(finds(storeOf(trusted(...after)), root), after.join(' '));
  }
});

test('any octets under any label are a certificate, or are not there', () => {
  fc.assert(
    fc.property(
      fc.constantFrom('CERTIFICATE', 'X509 CERTIFICATE', 'TRUSTED CERTIFICATE', 'X509 CRL'),
      fc.nat(root.certificate.length - 1),
      fc.integer({ min: 1, max: 255 }),
      (label, at, difference) => {
        const bytes = root.certificate.slice();
        bytes[at] = (bytes[at] ?? 0) ^ difference;
        const store = storeOf(encodePem(bytes, label));
        for (const certificate of store.certificates()) assert.equal(certificate.raw, bytes);
      },
    ),
  );
});

test.run();
