import { decodePem } from '@halfclose/x509';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { describeCertificate } from './peerCertificate.ts';

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

test.run();
