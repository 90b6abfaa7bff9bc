import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { subjects } from '../aead.ts';
import { type Algorithm, algorithms, keyLengths, tagLength } from './subject.ts';

const toHex = (octets: Uint8Array) => Buffer.from(octets).toString('hex');
const nonce = Uint8Array.from({ length: 12 }, (_, index) => index);
const additionalData = Uint8Array.of(23, 3, 3, 0, 64);
const plaintext = Uint8Array.from({ length: 1000 }, (_, index) => index * 3);

async function ciphersOf(algorithm: Algorithm) {
  const key = new Uint8Array(keyLengths[algorithm]).fill(9);
  const ciphers = await Promise.all(
    subjects.map(async (subject) => [subject.name, await subject.create(algorithm, key)] as const),
  );
  return ciphers.flatMap(([name, cipher]) => (cipher === undefined ? [] : [{ name, cipher }]));
}

for (const algorithm of algorithms) {
  test(`${algorithm}: all that are compared do the same work`, async () => {
    const ciphers = await ciphersOf(algorithm);
    const reference = ciphers.find(({ name }) => name === 'node')?.cipher;
    assert.ok(reference !== undefined && ciphers.length >= 2);
    const sealed = reference.seal(nonce, additionalData, plaintext, undefined);
    for (const { name, cipher } of ciphers) {
      const sealedAgain = new Uint8Array(plaintext.length + tagLength);
      assert.is(toHex(cipher.seal(nonce, additionalData, plaintext, undefined)), toHex(sealed), name);
      assert.is(cipher.seal(nonce, additionalData, plaintext, sealedAgain), sealedAgain, name);
      assert.is(toHex(sealedAgain), toHex(sealed), name);

      const opened = new Uint8Array(plaintext.length);
      assert.is(toHex(cipher.open(nonce, additionalData, sealed, undefined)), toHex(plaintext), name);
      assert.is(toHex(cipher.open(nonce, additionalData, sealed, opened)), toHex(plaintext), name);
      assert.is(toHex(opened), toHex(plaintext), name);
      sealedAgain[0] = (sealedAgain[0] ?? 0) ^ 1;
      assert.throws(() => cipher.open(nonce, additionalData, sealedAgain, undefined), undefined, name);
    }
  });
}

test.run();
