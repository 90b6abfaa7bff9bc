import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CryptoError } from './errors.ts';
import { createPortableProvider } from './portable.ts';
import type { AeadName, GroupName, HashName, SignatureName } from './provider.ts';
import { findAead, findGroup, findHash, findSignature } from './util/lookup.ts';

const random = (output: Uint8Array) => {
  output.fill(7);
};
const provider = createPortableProvider(random);

const hashNames: readonly HashName[] = ['SHA-256', 'SHA-384', 'SHA-512'];
const aeadNames: readonly AeadName[] = [
  'CHACHA20-POLY1305',
  'AES-128-GCM',
  'AES-256-GCM',
  'AES-128-CCM',
  'AES-128-CCM-8',
];
const groupNames: readonly GroupName[] = [
  'X25519MLKEM768',
  'SecP256r1MLKEM768',
  'SecP384r1MLKEM1024',
  'MLKEM1024',
  'x25519',
  'secp256r1',
  'x448',
  'secp384r1',
  'secp521r1',
  'ffdhe2048',
  'ffdhe3072',
  'ffdhe4096',
];
const signatureNames: readonly SignatureName[] = [
  'rsa_pkcs1_sha256',
  'rsa_pkcs1_sha384',
  'rsa_pkcs1_sha512',
  'rsa_pss_sha256',
  'rsa_pss_sha384',
  'rsa_pss_sha512',
  'ecdsa_sha256',
  'ecdsa_sha384',
  'ecdsa_sha512',
  'ed25519',
  'ed448',
  'mldsa44',
  'mldsa65',
  'mldsa87',
];

test('has every algorithm of the contract once', () => {
  assert.is(provider.name, 'portable');
  assert.is(provider.random, random);
  assert.equal(provider.hashes.map(({ name }) => name).sort(), [...hashNames].sort());
  assert.equal(provider.groups.map(({ name }) => name).sort(), [...groupNames].sort());
  assert.equal(provider.signatures.map(({ name }) => name).sort(), [...signatureNames].sort());
  assert.equal(provider.aeads.map(({ name }) => name).sort(), [...aeadNames].sort());
});

test('what runs in constant time stands before what does not', () => {
  const flags = provider.aeads.map(({ constantTime }) => constantTime);
  assert.equal(flags, [true, false, false, false, false]);
  assert.is(provider.aeads[0]?.name, 'CHACHA20-POLY1305');
});

test('asked for AES in constant time, has no other', () => {
  const strict = createPortableProvider(random, { constantTimeAes: true });
  assert.equal(
    strict.aeads.map(({ name }) => name),
    provider.aeads.map(({ name }) => name),
  );
  assert.ok(strict.aeads.every(({ constantTime }) => constantTime));
  assert.equal(createPortableProvider(random, { constantTimeAes: false }).aeads, provider.aeads);
});

test('finds by name', () => {
  for (const name of hashNames) assert.is(findHash(provider, name).name, name);
  for (const name of aeadNames) assert.is(findAead(provider, name).name, name);
  for (const name of groupNames) assert.is(findGroup(provider, name).name, name);
  for (const name of signatureNames) assert.is(findSignature(provider, name).name, name);
});

test('what a narrowed provider lacks is unsupported_algorithm, by name', () => {
  const narrowed = { ...provider, name: 'narrow', hashes: [], aeads: [], groups: [], signatures: [] };
  const lookups: readonly [name: string, lookup: () => unknown][] = [
    ['SHA-256', () => findHash(narrowed, 'SHA-256')],
    ['AES-128-GCM', () => findAead(narrowed, 'AES-128-GCM')],
    ['x25519', () => findGroup(narrowed, 'x25519')],
    ['ed25519', () => findSignature(narrowed, 'ed25519')],
  ];
  for (const [name, lookup] of lookups) {
    assert.throws(
      lookup,
      (error: unknown) =>
        error instanceof CryptoError &&
        error.code === 'unsupported_algorithm' &&
        error.message.includes(`'${name}'`) &&
        error.message.includes(`'narrow'`),
    );
  }
});

test.run();
