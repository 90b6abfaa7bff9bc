import { createAuthority, createSelfSigned, der } from '@halfclose/testing/ca';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CertificateError } from '../errors.ts';
import { checkExtensions } from '../path/checkExtensions.ts';
import type { Certificate } from './certificate.ts';
import { parseCertificate } from './parseCertificate.ts';

const root = await createAuthority({ name: 'Root', keyType: 'P-384', pathLength: 1 });
const certificates: readonly Uint8Array[] = [
  root.certificate,
  (await root.issueAuthority({ keyType: 'RSA-2048', signature: { hash: 'SHA-512' } })).certificate,
  (
    await root.issue({
      dnsNames: ['example.com', '*.example.com'],
      ipAddresses: ['192.0.2.1', '2001:db8::1'],
      emailAddresses: ['a@example.com'],
      uris: ['https://example.com/'],
      notAfter: new Date('2055-01-01'),
    })
  ).certificate,
  (await createSelfSigned({ keyType: 'Ed25519' })).certificate,
  (await createSelfSigned({ keyType: 'RSA-PSS-2048' })).certificate,
];

const anyCertificate = fc.constantFrom(...certificates);

/** Whatever the octets are: a certificate whose parts are those octets, or an error of the one type. */
function examine(bytes: Uint8Array): void {
  let certificate: Certificate;
  try {
    certificate = parseCertificate(bytes);
  } catch (error) {
    assert.ok(error instanceof CertificateError, String(error));
    assert.is(error.code, 'malformed');
    return;
  }
  assert.equal(reassemble(certificate), bytes);
  typed(() => checkExtensions(certificate));
  typed(() => certificate.publicKey);
  assert.type(`${certificate.subject} ${certificate.issuer}`, 'string');
}

function typed(work: () => unknown): void {
  try {
    work();
  } catch (error) {
    assert.ok(error instanceof CertificateError, String(error));
  }
}

/** The DER of a certificate out of its fields, as far as there are fields for its parts. */
function reassemble(certificate: Certificate): Uint8Array {
  const tbs = der.children(certificate.tbs);
  const hasVersion = certificate.version > 1;
  const [serialNumber, signature, issuer, validity, subject, spki] = tbs.slice(hasVersion ? 1 : 0);
  assert.equal(serialNumber, der.element(0x02, certificate.serialNumber));
  assert.equal(signature, certificate.signatureAlgorithm.encoded);
  assert.equal(issuer, certificate.issuer.encoded);
  assert.equal(validity && der.children(validity).length, 2);
  assert.equal(subject, certificate.subject.encoded);
  assert.equal(spki, certificate.spki);
  if (hasVersion) assert.equal(tbs[0], der.context(0, der.integer(certificate.version - 1)));
  if (certificate.extensions.length > 0) {
    const extensions = certificate.extensions.map(({ oid, critical, value }) =>
      der.sequence(der.oid(oid), critical ? der.boolean(true) : new Uint8Array(0), der.octetString(value)),
    );
    assert.equal(tbs.at(-1), der.context(3, der.sequence(...extensions)));
  }
  return der.sequence(
    certificate.tbs,
    certificate.signatureAlgorithm.encoded,
    der.bitString(certificate.signature),
  );
}

test('the certificates themselves', () => {
  for (const certificate of certificates) {
    examine(certificate);
    checkExtensions(parseCertificate(certificate));
  }
});

test('any octet may be any other', () => {
  fc.assert(
    fc.property(
      anyCertificate,
      fc.nat(),
      fc.integer({ min: 1, max: 255 }),
      (certificate, position, change) => {
        const mutated = certificate.slice();
        const at = position % mutated.length;
        mutated[at] = (mutated[at] ?? 0) ^ change;
        examine(mutated);
      },
    ),
    { numRuns: 4000 },
  );
});

test('it may be cut short anywhere', () => {
  const [certificate = new Uint8Array(0)] = certificates;
  for (let length = 0; length < certificate.length; length++) {
    assert.throws(
      () => parseCertificate(certificate.subarray(0, length)),
      (error: unknown) => error instanceof CertificateError && error.code === 'malformed',
    );
  }
});

test('octets may go missing, or come in, anywhere', () => {
  fc.assert(
    fc.property(
      anyCertificate,
      fc.nat(),
      fc.nat({ max: 4 }),
      fc.uint8Array({ maxLength: 4 }),
      (certificate, position, removed, inserted) => {
        const at = position % certificate.length;
        examine(der.concat([certificate.subarray(0, at), inserted, certificate.subarray(at + removed)]));
      },
    ),
    { numRuns: 2000 },
  );
});

test('any octets at all', () => {
  fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), examine));
});

test.run();
