import { der } from '@halfclose/testing/ca';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DerReader } from '../der/reader.ts';
import { nothing } from '../testing/certificateDer.ts';
import { readAlgorithmIdentifier } from './algorithmIdentifier.ts';
import { type SignatureAlgorithmMeaning, signatureAlgorithmMeaning } from './signatureAlgorithm.ts';

function meaning(oid: string, parameters: Uint8Array = nothing): SignatureAlgorithmMeaning {
  const encoded = der.sequence(der.oid(oid), parameters);
  return signatureAlgorithmMeaning(
    DerReader.read(encoded, 'Test', (reader) => readAlgorithmIdentifier(reader, 'algorithm')),
  );
}

for (const [name, oid] of [
  ['rsa_pkcs1_sha256', '1.2.840.113549.1.1.11'],
  ['rsa_pkcs1_sha384', '1.2.840.113549.1.1.12'],
  ['rsa_pkcs1_sha512', '1.2.840.113549.1.1.13'],
] as const) {
  test(`${name} with NULL, or without parameters`, () => {
    assert.equal(meaning(oid, der.nullValue()), { type: 'known', name });
    assert.equal(meaning(oid), { type: 'known', name });
    assert.is(meaning(oid, der.sequence()).type, 'unsupported');
  });
}

for (const [name, oid] of [
  ['ecdsa_sha256', '1.2.840.10045.4.3.2'],
  ['ecdsa_sha384', '1.2.840.10045.4.3.3'],
  ['ecdsa_sha512', '1.2.840.10045.4.3.4'],
  ['ed25519', '1.3.101.112'],
  ['ed448', '1.3.101.113'],
  ['mldsa44', '2.16.840.1.101.3.4.3.17'],
  ['mldsa65', '2.16.840.1.101.3.4.3.18'],
  ['mldsa87', '2.16.840.1.101.3.4.3.19'],
] as const) {
  test(`${name} without parameters`, () => {
    assert.equal(meaning(oid), { type: 'known', name });
    assert.is(meaning(oid, der.nullValue()).type, 'unsupported');
  });
}

test('SHA-1 and MD5 are weak, whatever signs', () => {
  for (const oid of [
    '1.2.840.113549.1.1.4',
    '1.2.840.113549.1.1.5',
    '1.2.840.10045.4.1',
    '1.2.840.10040.4.3',
  ]) {
    assert.is(meaning(oid, der.nullValue()).type, 'weak');
  }
});

test('what is not known is not supported', () => {
  assert.is(meaning('1.2.840.10045.4.3.1').type, 'unsupported', 'ECDSA with SHA-224');
  assert.is(meaning('2.16.840.1.101.3.4.3.32').type, 'unsupported', 'HashML-DSA-44');
  assert.is(meaning('1.2.840.113549.1.1.1', der.nullValue()).type, 'unsupported', 'rsaEncryption');
});

const pss = '1.2.840.113549.1.1.10';
const mgf1 = '1.2.840.113549.1.1.8';
const sha256 = '2.16.840.1.101.3.4.2.1';
const sha384 = '2.16.840.1.101.3.4.2.2';

interface Pss {
  readonly hash?: Uint8Array;
  readonly mask?: Uint8Array;
  readonly salt?: Uint8Array;
  readonly trailer?: Uint8Array;
}

function hashId(oid: string, parameters: Uint8Array = der.nullValue()): Uint8Array {
  return der.sequence(der.oid(oid), parameters);
}

function pssParameters(parts: Pss = {}): Uint8Array {
  return der.sequence(
    parts.hash ?? der.context(0, hashId(sha256)),
    parts.mask ?? der.context(1, der.sequence(der.oid(mgf1), hashId(sha256))),
    parts.salt ?? der.context(2, der.integer(32)),
    parts.trailer ?? nothing,
  );
}

test('RSASSA-PSS in the three forms that TLS has', () => {
  for (const [name, oid, length] of [
    ['rsa_pss_sha256', sha256, 32],
    ['rsa_pss_sha384', sha384, 48],
    ['rsa_pss_sha512', '2.16.840.1.101.3.4.2.3', 64],
  ] as const) {
    const parts = {
      hash: der.context(0, hashId(oid)),
      mask: der.context(1, der.sequence(der.oid(mgf1), hashId(oid, nothing))),
      salt: der.context(2, der.integer(length)),
    };
    assert.equal(meaning(pss, pssParameters(parts)), { type: 'known', name });
  }
});

test('RSASSA-PSS in other forms', () => {
  const refused: readonly [what: string, parts: Pss][] = [
    ['no hash', { hash: nothing }],
    ['no mask', { mask: nothing }],
    ['no salt length', { salt: nothing }],
    ['another hash in the mask', { mask: der.context(1, der.sequence(der.oid(mgf1), hashId(sha384))) }],
    ['another mask', { mask: der.context(1, der.sequence(der.oid('1.2.3'), hashId(sha256))) }],
    ['a longer salt', { salt: der.context(2, der.integer(33)) }],
    ['no salt', { salt: der.context(2, der.integer(0)) }],
    ['the trailer, which is the default', { trailer: der.context(3, der.integer(1)) }],
    ['another trailer', { trailer: der.context(3, der.integer(2)) }],
    ['SHA-1', { hash: der.context(0, hashId('1.3.14.3.2.26')) }],
    ['parameters of the hash', { hash: der.context(0, hashId(sha256, der.integer(1))) }],
    ['something after it', { trailer: der.nullValue() }],
  ];
  for (const [what, parts] of refused) assert.is.not(meaning(pss, pssParameters(parts)).type, 'known', what);
  assert.is(meaning(pss).type, 'unsupported', 'without parameters');
  assert.is(meaning(pss, der.sequence()).type, 'weak', 'the defaults');
  assert.is(meaning(pss, der.nullValue()).type, 'unsupported', 'NULL');
});

test.run();
