import { der, generateKey, type KeyType } from '@halfclose/testing/ca';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CertificateError, type CertificateErrorCode } from '../errors.ts';
import { certificateDer, ecSpkiDer, nothing } from '../testing/certificateDer.ts';
import { parseCertificate } from './parseCertificate.ts';

function keyOf(spki: Uint8Array) {
  return parseCertificate(certificateDer({ spki })).publicKey;
}

async function spkiOf(type: KeyType): Promise<Uint8Array> {
  return (await generateKey(type)).spki;
}

test('RSA', async () => {
  const key = keyOf(await spkiOf('RSA-2048'));
  assert.ok(key.type === 'RSA' && !key.pssOnly);
  assert.is(key.modulus.length, 256);
  assert.equal(key.exponent, Uint8Array.of(1, 0, 1));
});

test('RSA for PSS only', async () => {
  const key = keyOf(await spkiOf('RSA-PSS-2048'));
  assert.ok(key.type === 'RSA' && key.pssOnly);
});

test('P-256, P-384 and P-521, uncompressed', async () => {
  const p256 = keyOf(await spkiOf('P-256'));
  assert.ok(p256.type === 'EC' && p256.curve === 'P-256' && p256.point.length === 65);
  const p384 = keyOf(await spkiOf('P-384'));
  assert.ok(p384.type === 'EC' && p384.curve === 'P-384' && p384.point.length === 97);
  const p521 = keyOf(await spkiOf('P-521'));
  assert.ok(p521.type === 'EC' && p521.curve === 'P-521' && p521.point.length === 133);
});

test('Ed25519', async () => {
  const key = keyOf(await spkiOf('Ed25519'));
  assert.ok(key.type === 'Ed25519' && key.key.length === 32);
});

test('Ed448 and ML-DSA, each of its length', () => {
  for (const [type, oid, length] of raw) {
    const octets = new Uint8Array(length).fill(7);
    assert.equal(keyOf(spki([der.oid(oid)], octets)), { type, key: octets });
  }
});

const raw = [
  ['Ed448', '1.3.101.113', 57],
  ['ML-DSA-44', '2.16.840.1.101.3.4.3.17', 1312],
  ['ML-DSA-65', '2.16.840.1.101.3.4.3.18', 1952],
  ['ML-DSA-87', '2.16.840.1.101.3.4.3.19', 2592],
] as const;

const rsa = der.oid('1.2.840.113549.1.1.1');
const pss = der.oid('1.2.840.113549.1.1.10');
const ec = der.oid('1.2.840.10045.2.1');
const ed25519 = der.oid('1.3.101.112');
const rsaKey = der.sequence(der.integer(2n ** 2047n + 1n), der.integer(65537));
const point = Uint8Array.of(4, ...new Uint8Array(64));

function spki(algorithm: readonly Uint8Array[], key: Uint8Array): Uint8Array {
  return der.sequence(der.sequence(...algorithm), der.bitString(key));
}

const refused: readonly [what: string, spki: Uint8Array, code: CertificateErrorCode][] = [
  ['rsaEncryption without parameters', spki([rsa], rsaKey), 'unsupported_key'],
  ['rsaEncryption with other parameters', spki([rsa, der.sequence()], rsaKey), 'unsupported_key'],
  [
    'a negative modulus',
    spki([rsa, der.nullValue()], der.sequence(der.integer(-5), der.integer(3))),
    'malformed',
  ],
  [
    'a third number in an RSA key',
    spki([rsa, der.nullValue()], der.sequence(der.integer(5), der.integer(3), der.integer(1))),
    'malformed',
  ],
  [
    'octets after an RSA key',
    spki([rsa, der.nullValue()], der.concat([rsaKey, Uint8Array.of(0)])),
    'malformed',
  ],
  ['an empty RSA key', spki([rsa, der.nullValue()], nothing), 'malformed'],
  ['PSS parameters that are NULL', spki([pss, der.nullValue()], rsaKey), 'unsupported_key'],
  ['PSS parameters that stand for SHA-1', spki([pss, der.sequence()], rsaKey), 'unsupported_key'],
  ['an EC key without parameters', spki([ec], point), 'unsupported_key'],
  ['an EC key with implicit parameters', spki([ec, der.nullValue()], point), 'unsupported_key'],
  ['an EC key that spells out its curve', spki([ec, der.sequence(der.integer(1))], point), 'unsupported_key'],
  ['P-224', ecSpkiDer(der.oid('1.3.132.0.33'), 57), 'unsupported_key'],
  ['P-192', ecSpkiDer(der.oid('1.2.840.10045.3.1.1'), 49), 'unsupported_key'],
  ['secp256k1', ecSpkiDer(der.oid('1.3.132.0.10'), 65), 'unsupported_key'],
  ['octets after the curve', spki([ec, der.element(6, nothing)], point), 'malformed'],
  [
    'a compressed point',
    spki([ec, der.oid('1.2.840.10045.3.1.7')], Uint8Array.of(2, ...new Uint8Array(32))),
    'unsupported_key',
  ],
  [
    'a hybrid point',
    spki([ec, der.oid('1.2.840.10045.3.1.7')], Uint8Array.of(6, ...new Uint8Array(64))),
    'unsupported_key',
  ],
  ['a point of another curve', ecSpkiDer(der.oid('1.2.840.10045.3.1.7'), 97), 'unsupported_key'],
  ['an empty point', spki([ec, der.oid('1.2.840.10045.3.1.7')], nothing), 'unsupported_key'],
  ['Ed25519 with parameters', spki([ed25519, der.nullValue()], new Uint8Array(32)), 'unsupported_key'],
  ['Ed25519 of 31 octets', spki([ed25519], new Uint8Array(31)), 'unsupported_key'],
  ...raw.flatMap(([type, oid, length]): [string, Uint8Array, CertificateErrorCode][] => [
    [
      `${type} with parameters`,
      spki([der.oid(oid), der.nullValue()], new Uint8Array(length)),
      'unsupported_key',
    ],
    [`${type}, an octet short`, spki([der.oid(oid)], new Uint8Array(length - 1)), 'unsupported_key'],
    [`${type}, an octet long`, spki([der.oid(oid)], new Uint8Array(length + 1)), 'unsupported_key'],
    [`${type}, empty`, spki([der.oid(oid)], nothing), 'unsupported_key'],
  ]),
  // FIPS 204 section 5.4, which RFC 9881 section 1 leaves out.
  ['HashML-DSA-44', spki([der.oid('2.16.840.1.101.3.4.3.32')], new Uint8Array(1312)), 'unsupported_key'],
  ['DSA', spki([der.oid('1.2.840.10040.4.1')], der.integer(5)), 'unsupported_key'],
  ['X25519', spki([der.oid('1.3.101.110')], new Uint8Array(32)), 'unsupported_key'],
];

for (const [what, encoded, code] of refused) {
  test(`parses a certificate with ${what}, and refuses the key`, () => {
    const certificate = parseCertificate(certificateDer({ spki: encoded }));
    assert.equal(certificate.spki, encoded);
    assert.throws(
      () => certificate.publicKey,
      (error: unknown) =>
        error instanceof CertificateError && error.code === code && error.certificate === certificate,
    );
  });
}

test('a PSS key with parameters may sign with those only', () => {
  const sha256 = der.sequence(der.oid('2.16.840.1.101.3.4.2.1'), der.nullValue());
  const parameters = der.sequence(
    der.context(0, sha256),
    der.context(1, der.sequence(der.oid('1.2.840.113549.1.1.8'), sha256)),
    der.context(2, der.integer(32)),
  );
  const limited = parseCertificate(certificateDer({ spki: spki([pss, parameters], rsaKey) }));
  assert.ok(limited.publicKey.type === 'RSA' && limited.publicKey.pssOnly);
  assert.is(limited.publicKey.onlySignature, 'rsa_pss_sha256');
  const unlimited = parseCertificate(certificateDer({ spki: spki([pss], rsaKey) }));
  assert.ok(unlimited.publicKey.type === 'RSA' && !('onlySignature' in unlimited.publicKey));
});

test.run();
