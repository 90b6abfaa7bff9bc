import { der } from '@halfclose/testing/ca';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import {
  ascii,
  certificateDer,
  dnsNameDer,
  extensionDer,
  extensionsDer,
  nameDer,
  subjectAltNameDer,
} from '../testing/certificateDer.ts';
import type { Certificate } from './certificate.ts';
import { parseCertificate } from './parseCertificate.ts';

function withExtension(oid: string, value: Uint8Array): Certificate {
  return parseCertificate(certificateDer({ rest: extensionsDer(extensionDer(oid, value)) }));
}

test('basicConstraints', () => {
  const read = (...fields: readonly Uint8Array[]) =>
    withExtension('2.5.29.19', der.sequence(...fields)).basicConstraints;
  assert.equal(read(), { cA: false, pathLenConstraint: undefined });
  assert.equal(read(der.boolean(true)), { cA: true, pathLenConstraint: undefined });
  assert.equal(read(der.boolean(true), der.integer(0)), { cA: true, pathLenConstraint: 0 });
});

test('keyUsage by its bits, the first of which is the highest', () => {
  const read = (octets: readonly number[], unused: number) =>
    withExtension('2.5.29.15', der.bitString(Uint8Array.from(octets), unused)).keyUsage;
  assert.equal(read([0x80], 7), ['digitalSignature']);
  assert.equal(read([0x06], 1), ['keyCertSign', 'cRLSign']);
  assert.equal(read([0x00, 0x80], 7), ['decipherOnly']);
  assert.equal(read([0x80, 0x00], 0), ['digitalSignature'], 'zero bits at the end');
});

test('extendedKeyUsage', () => {
  const purposes = der.sequence(der.oid('1.3.6.1.5.5.7.3.1'), der.oid('2.5.29.37.0'));
  assert.equal(withExtension('2.5.29.37', purposes).extendedKeyUsage, ['1.3.6.1.5.5.7.3.1', '2.5.29.37.0']);
});

test('all kinds of subjectAltName', () => {
  const other = der.context(0, der.oid('1.3.6.1.5.5.7.8.9'), der.context(0, der.utf8String('ü@example')));
  const names = parseCertificate(
    certificateDer({
      rest: extensionsDer(
        subjectAltNameDer(
          other,
          der.contextPrimitive(1, ascii('a@example.com')),
          dnsNameDer('*.Example.com'),
          dnsNameDer('my_host'),
          dnsNameDer('w*.example.com'),
          der.context(3, der.nullValue()),
          der.context(4, nameDer('someone')),
          der.context(5, der.nullValue()),
          der.contextPrimitive(6, ascii('https://example.com/')),
          der.contextPrimitive(7, Uint8Array.of(192, 0, 2, 1)),
          der.contextPrimitive(7, new Uint8Array(16).fill(1)),
          der.contextPrimitive(8, der.contents(der.oid('1.2.3'))),
        ),
      ),
    }),
  ).subjectAltName;
  assert.equal(
    names?.map(({ type, value }) => [type, typeof value === 'string' ? value : '']),
    [
      ['otherName', ''],
      ['rfc822Name', 'a@example.com'],
      ['dNSName', '*.Example.com'],
      ['dNSName', 'my_host'],
      ['dNSName', 'w*.example.com'],
      ['x400Address', ''],
      ['directoryName', ''],
      ['ediPartyName', ''],
      ['uniformResourceIdentifier', 'https://example.com/'],
      ['iPAddress', ''],
      ['iPAddress', ''],
      ['registeredID', '1.2.3'],
    ],
  );
  assert.equal(names?.[0], {
    type: 'otherName',
    oid: '1.3.6.1.5.5.7.8.9',
    value: der.utf8String('ü@example'),
  });
});

test('key identifiers', () => {
  const key = Uint8Array.of(1, 2, 3);
  assert.equal(withExtension('2.5.29.14', der.octetString(key)).subjectKeyIdentifier, key);
  const issuer = der.context(1, der.context(4, nameDer('Root')));
  const authority = withExtension(
    '2.5.29.35',
    der.sequence(der.contextPrimitive(0, key), issuer, der.contextPrimitive(2, Uint8Array.of(9))),
  ).authorityKeyIdentifier;
  assert.equal(authority?.keyIdentifier, key);
  assert.is(authority?.authorityCertIssuer?.[0]?.type, 'directoryName');
  assert.equal(authority?.authorityCertSerialNumber, Uint8Array.of(9));
});

test('authorityInfoAccess', () => {
  const location = der.contextPrimitive(6, ascii('http://ocsp.example/'));
  const value = der.sequence(der.sequence(der.oid('1.3.6.1.5.5.7.48.1'), location));
  assert.equal(withExtension('1.3.6.1.5.5.7.1.1', value).authorityInfoAccess, [
    {
      accessMethod: '1.3.6.1.5.5.7.48.1',
      accessLocation: { type: 'uniformResourceIdentifier', value: 'http://ocsp.example/' },
    },
  ]);
});

test('cRLDistributionPoints', () => {
  const full = der.context(0, der.context(0, der.contextPrimitive(6, ascii('http://crl.example/'))));
  const relative = der.context(0, der.context(1, der.sequence(der.oid('2.5.4.3'), der.utf8String('a'))));
  const reasons = der.contextPrimitive(1, Uint8Array.of(6, 0x40));
  const issuer = der.context(2, der.context(4, nameDer('CRL Issuer')));
  const points = withExtension(
    '2.5.29.31',
    der.sequence(der.sequence(full), der.sequence(relative, reasons, issuer)),
  ).crlDistributionPoints;
  assert.equal(points?.[0]?.fullName, [{ type: 'uniformResourceIdentifier', value: 'http://crl.example/' }]);
  assert.is(points?.[0]?.reasons, undefined);
  assert.ok(points?.[1]?.nameRelativeToCRLIssuer);
  assert.equal(points?.[1]?.reasons, Uint8Array.of(0x40));
  assert.is(points?.[1]?.cRLIssuer?.length, 1);
});

test('certificatePolicies and policyMappings', () => {
  const qualifier = der.sequence(der.oid('1.3.6.1.5.5.7.2.1'), der.ia5String('http://cps.example/'));
  const policies = der.sequence(
    der.sequence(der.oid('2.23.140.1.2.1')),
    der.sequence(der.oid('1.2.3'), der.sequence(qualifier)),
  );
  assert.equal(withExtension('2.5.29.32', policies).certificatePolicies, [
    { policyIdentifier: '2.23.140.1.2.1', qualifiers: [] },
    { policyIdentifier: '1.2.3', qualifiers: ['1.3.6.1.5.5.7.2.1'] },
  ]);
  const mappings = der.sequence(der.sequence(der.oid('1.2.3'), der.oid('1.2.4')));
  assert.equal(withExtension('2.5.29.33', mappings).policyMappings, [
    { issuerDomainPolicy: '1.2.3', subjectDomainPolicy: '1.2.4' },
  ]);
});

test.run();
