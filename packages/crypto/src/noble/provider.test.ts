import { createCipheriv } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createPortableProvider } from '../portable.ts';
import { findAead } from '../util/lookup.ts';
import { createNobleProvider } from './provider.ts';

const random = (output: Uint8Array) => {
  output.fill(7);
};
const provider = createNobleProvider(random);

test('has what the portable provider has, under its own name', () => {
  const portable = createPortableProvider(random);
  assert.is(provider.name, 'noble');
  assert.is(provider.random, random);
  for (const list of ['hashes', 'groups', 'signatures'] as const) {
    assert.equal(
      provider[list].map(({ name }) => name),
      portable[list].map(({ name }) => name),
    );
  }
});

test('offers what runs in constant time first', () => {
  assert.equal(
    provider.aeads.map(({ name, constantTime }) => [name, constantTime]),
    [
      ['CHACHA20-POLY1305', true],
      ['AES-128-GCM', false],
      ['AES-256-GCM', false],
    ],
  );
});

test('each of its AEADs seals as OpenSSL does', () => {
  const names = {
    'CHACHA20-POLY1305': 'chacha20-poly1305',
    'AES-128-GCM': 'aes-128-gcm',
    'AES-256-GCM': 'aes-256-gcm',
  };
  for (const [name, cipherName] of Object.entries(names)) {
    const aead = findAead(provider, name as keyof typeof names);
    const key = new Uint8Array(aead.keyLength).fill(1);
    const nonce = new Uint8Array(12).fill(2);
    const message = new Uint8Array(100).fill(3);
    const sealed = new Uint8Array(116);
    aead.create(key).seal(nonce, nonce, message, 0, 100, sealed, 0);
    const cipher = createCipheriv(cipherName as 'aes-128-gcm', key, nonce, { authTagLength: 16 });
    cipher.setAAD(nonce);
    const expected = Buffer.concat([cipher.update(message), cipher.final(), cipher.getAuthTag()]);
    assert.is(Buffer.from(sealed).toString('hex'), expected.toString('hex'), name);
  }
});

test.run();
