import { constants, generateKeyPairSync, privateDecrypt, randomFillSync } from 'node:crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CryptoError } from '../errors.ts';
import type { PublicKey } from '../provider.ts';
import { encryptRsaPkcs1 } from './rsaEncryption.ts';

const random = (output: Uint8Array): void => void randomFillSync(output);
const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const { n = '', e = '' } = publicKey.export({ format: 'jwk' });
const key: PublicKey = {
  type: 'RSA',
  modulus: Uint8Array.from(Buffer.from(n, 'base64url')),
  exponent: Uint8Array.from(Buffer.from(e, 'base64url')),
  pssOnly: false,
};

/** Without padding removed, which Node has learned not to do for others. */
function decrypt(encrypted: Uint8Array): Buffer {
  return privateDecrypt({ key: privateKey, padding: constants.RSA_NO_PADDING }, encrypted);
}

test('is 00 02, octets that are not zero, 00, and the message', () => {
  const message = Uint8Array.from({ length: 48 }, (_, i) => i);
  const encoded = decrypt(encryptRsaPkcs1(key, message, random));
  assert.is(encoded.length, 256);
  assert.equal([...encoded.subarray(0, 2)], [0, 2]);
  assert.ok(encoded.subarray(2, 256 - 49).every((octet) => octet !== 0));
  assert.equal([...encoded.subarray(256 - 49)], [0, ...message]);
});

test('takes as much as leaves eight octets of padding', () => {
  const longest = new Uint8Array(256 - 11).fill(7);
  assert.equal(Uint8Array.from(decrypt(encryptRsaPkcs1(key, longest, random)).subarray(11)), longest);
  assert.throws(
    () => encryptRsaPkcs1(key, new Uint8Array(256 - 10), random),
    (error: unknown) => error instanceof CryptoError && error.code === 'invalid_key_length',
  );
});

test('draws again where zeros were drawn, but not for ever', () => {
  let count = 0;
  const sparse = (output: Uint8Array): void => void output.fill(0).fill(++count, 0, output.length >> 2);
  const encoded = decrypt(encryptRsaPkcs1(key, new Uint8Array(48), sparse));
  assert.ok(encoded.subarray(2, 256 - 49).every((octet) => octet !== 0));
  assert.throws(
    () => encryptRsaPkcs1(key, new Uint8Array(48), () => {}),
    (error: unknown) => error instanceof CryptoError && error.code === 'broken_random',
  );
});

test('a key for signatures only is refused', () => {
  assert.throws(
    () => encryptRsaPkcs1({ ...key, pssOnly: true }, new Uint8Array(48), random),
    (error: unknown) => error instanceof CryptoError && error.code === 'unsupported_public_key',
  );
});

test.run();
