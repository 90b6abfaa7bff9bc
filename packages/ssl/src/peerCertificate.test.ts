import { rootCertificates } from 'node:tls';
import { createSelfSigned, der } from '@halfclose/testing/ca';
import { decodePem } from '@halfclose/x509';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { describeCertificate } from './peerCertificate.ts';
import { describeWithPython, hasPython } from './testing/python.ts';

/** Made with OpenSSL 3.0, with one of each kind of name that can be put into its configuration. */
const everything = `-----BEGIN CERTIFICATE-----
MIICZDCCAgqgAwIBAgIEAP8BAjAKBggqhkjOPQQDAjA/MQswCQYDVQQGEwJBVDEP
MA0GA1UECgwGw5YgTHRkMR8wCwYDVQQLDAR1bml0MBAGA1UEAwwJbG9jYWxob3N0
MCAXDTI2MTEyMzA0NDE1NloYDzIxMjYxMDMwMDQ0MTU2WjA/MQswCQYDVQQGEwJB
VDEPMA0GA1UECgwGw5YgTHRkMR8wCwYDVQQLDAR1bml0MBAGA1UEAwwJbG9jYWxo
b3N0MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEEM6VDhorEipT/lLadXXUa8ot
+bVSHgaouqwsKqBvXACN7H18CYvLpYzmal18zbp55yYFRB1SOQTB5lHc7R2F5qOB
8TCB7jBhBgNVHREEWjBYgglsb2NhbGhvc3SHBMAAAgGHECABDbgAAAAAAAAAAAAA
AAGBBWFAYi5jhgpodHRwOi8veC95pBswGTELMAkGA1UEBhMCVVMxCjAIBgNVBAMM
AXGIAyoDBDAdBgNVHR8EFjAUMBKgEKAOhgxodHRwOi8veC9jcmwwOgYIKwYBBQUH
AQEELjAsMBQGCCsGAQUFBzABhghodHRwOi8vbzAUBggrBgEFBQcwAoYIaHR0cDov
L2kwDwYDVR0TAQH/BAUwAwEB/zAdBgNVHQ4EFgQUTjFWsEWRw/MzFYsgCjsHBREi
ifEwCgYIKoZIzj0EAwIDSAAwRQIhAPzuw0Do2JmFUjyVVnKUxEnw0sm2PfSRDjHP
8uMhYLQFAiBvGgLHu8pkBkDBDzXSoazG9k8EUqYkJxhYggfzRsmFMA==
-----END CERTIFICATE-----
`;

test('a certificate is described as Python 3.11 describes it', () => {
  const [der] = decodePem(everything, 'CERTIFICATE');
  assert.ok(der);
  const name = [
    [['countryName', 'AT']],
    [['organizationName', 'Ö Ltd']],
    [
      ['organizationalUnitName', 'unit'],
      ['commonName', 'localhost'],
    ],
  ];
  assert.equal(describeCertificate(der), {
    subject: name,
    issuer: name,
    version: 3,
    serialNumber: 'FF0102',
    notBefore: 'Nov 23 04:41:56 2026 GMT',
    notAfter: 'Oct 30 04:41:56 2126 GMT',
    subjectAltName: [
      ['DNS', 'localhost'],
      ['IP Address', '192.0.2.1'],
      ['IP Address', '2001:DB8:0:0:0:0:0:1'],
      ['email', 'a@b.c'],
      ['URI', 'http://x/y'],
      ['DirName', [[['countryName', 'US']], [['commonName', 'q']]]],
      ['Registered ID', '1.2.3.4'],
    ],
    OCSP: ['http://o'],
    caIssuers: ['http://i'],
    crlDistributionPoints: ['http://x/crl'],
  });
});

/** A Name of relative names, each of attributes: an OID and the DER of its value. */
function nameDer(...rdns: readonly (readonly (readonly [oid: string, value: Uint8Array])[])[]): Uint8Array {
  return der.sequence(
    ...rdns.map((rdn) => der.set(...rdn.map(([oid, value]) => der.sequence(der.oid(oid), value)))),
  );
}

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

function otherName(oid: string, value: Uint8Array): Uint8Array {
  return der.context(0, der.oid(oid), der.context(0, value));
}

function subjectAltName(...names: readonly Uint8Array[]): { oid: string; value: Uint8Array } {
  return { oid: '2.5.29.17', value: der.sequence(...names) };
}

function distributionPoint(...names: readonly Uint8Array[]): Uint8Array {
  return der.sequence(der.context(0, der.context(0, ...names)));
}

function accessDescription(method: string, location: Uint8Array): Uint8Array {
  return der.sequence(der.oid(method), location);
}

const uri = (text: string): Uint8Array => der.contextPrimitive(6, ascii(text));
const address = (...octets: readonly number[]): Uint8Array =>
  der.contextPrimitive(7, Uint8Array.from(octets));
const directory = (name: Uint8Array): Uint8Array => der.context(4, name);
const [ocsp, caIssuers] = ['1.3.6.1.5.5.7.48.1', '1.3.6.1.5.5.7.48.2'];

const oddCertificates = await Promise.all([
  // Relative names of several attributes, every type of string, types with a name and without one.
  createSelfSigned({
    subject: nameDer(
      [['2.5.4.6', der.printableString('AT')]],
      [
        ['2.5.4.11', der.utf8String('unit')],
        ['2.5.4.3', der.utf8String('ünï😀')],
      ],
      [['2.5.4.10', der.element(0x14, Uint8Array.of(0x4d, 0xfc))]],
      [['2.5.4.8', der.element(0x1e, Uint8Array.of(0x20, 0xac, 0, 0x41))]],
      [['2.5.4.7', der.element(0x1c, Uint8Array.of(0, 1, 0xf6, 0))]],
      [['1.2.840.113549.1.9.1', der.ia5String('a@b.c')]],
      [['1.2.840.113549.1.9.2', der.utf8String('unstructured')]],
      [['0.9.2342.19200300.100.1.25', der.ia5String('example')]],
      [['2.5.4.97', der.utf8String('VAT')]],
      [['1.3.6.1.4.1.311.60.2.1.3', der.printableString('AT')]],
      [['1.2.3.4.5', der.utf8String('of no known type')]],
    ),
  }),
  // Names of every kind.
  createSelfSigned({
    extensions: [
      subjectAltName(
        der.contextPrimitive(2, ascii('*.example.com')),
        address(192, 0, 2, 1),
        address(0x20, 1, 0x0d, 0xb8, ...new Array<number>(11).fill(0), 0xab),
        address(...new Array<number>(10).fill(0), 0xff, 0xff, 192, 0, 2, 1),
        der.contextPrimitive(1, ascii('a@b.c')),
        uri('ldap://x/?y'),
        directory(nameDer([['2.5.4.3', der.utf8String('ü')]], [['1.2.3', der.utf8String('q')]])),
        directory(nameDer()),
        der.contextPrimitive(8, der.contents(der.oid('1.2.3.4'))),
        otherName('1.3.6.1.4.1.311.20.2.3', der.utf8String('ü:b@c')),
        otherName('1.3.6.1.4.1.311.20.2.3', der.ia5String('a@b')),
        otherName('1.3.6.1.5.5.7.8.7', der.ia5String('_srv.x')),
        otherName('1.3.6.1.5.5.7.8.5', der.utf8String('')),
        otherName('1.2.3.4', der.utf8String('x')),
        otherName('1.2.3.4', der.integer(5)),
      ),
    ],
  }),
  // Several addresses of each kind, and among them names that are no addresses.
  createSelfSigned({
    extensions: [
      {
        oid: '1.3.6.1.5.5.7.1.1',
        value: der.sequence(
          accessDescription(ocsp, uri('http://o/1')),
          accessDescription(caIssuers, directory(nameDer())),
          accessDescription(ocsp, uri('http://o/2')),
          accessDescription('1.3.6.1.5.5.7.48.5', uri('http://repository')),
        ),
      },
      {
        oid: '2.5.29.31',
        value: der.sequence(
          distributionPoint(uri('http://c/1'), directory(nameDer()), uri('http://c/2')),
          der.sequence(der.context(2, directory(nameDer()))),
          distributionPoint(uri('http://c/3')),
        ),
      },
    ],
  }),
  createSelfSigned({ subject: '', issuer: 'CN=Somebody', subjectAltName: false, keyUsage: false }),
  createSelfSigned({
    serialNumber: '00',
    notBefore: new Date('1950-01-01'),
    notAfter: new Date('2050-01-01'),
  }),
  createSelfSigned({ serialNumber: `ff${'00'.repeat(19)}`, notAfter: new Date('9999-12-31T23:59:59Z') }),
]);

const testPython = hasPython() ? test : test.skip;
if (!hasPython())
  console.log('skipped: Python 3 is not installed, its certificates are not compared with ours');

testPython('certificates, odd ones and those that everybody has, are described as Python does', () => {
  const certificates = [everything, ...oddCertificates.map(({ pem }) => pem), ...rootCertificates];
  const ours = certificates.flatMap((text) => decodePem(text, 'CERTIFICATE')).map(describeCertificate);
  assert.equal(ours, describeWithPython(certificates));
});

test('a text that Python would cut at a line feed or a zero is whole', async () => {
  const [upn, dnsName] = ['1.3.6.1.4.1.311.20.2.3', der.contextPrimitive(2, ascii('x'))];
  for (const text of ['a\nb', 'a\0b']) {
    const names = subjectAltName(otherName(upn, der.utf8String(text)), dnsName);
    const { certificate } = await createSelfSigned({ extensions: [names] });
    assert.equal(describeCertificate(certificate).subjectAltName, [
      ['othername', `UPN:${text}`],
      ['DNS', 'x'],
    ]);
  }
});

test.run();
