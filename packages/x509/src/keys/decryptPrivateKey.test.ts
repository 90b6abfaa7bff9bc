import { createCipheriv, generateKeyPairSync, pbkdf2Sync } from 'node:crypto';
import { der } from '@halfclose/testing/ca';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decryptPrivateKey } from './decryptPrivateKey.ts';
import { PrivateKeyError, type PrivateKeyErrorCode } from './errors.ts';
import { parsePrivateKey } from './parsePrivateKey.ts';
import { readPrivateKeyPem } from './pem.ts';

const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const plain = new Uint8Array(privateKey.export({ type: 'pkcs8', format: 'der' }));
const expected = parsePrivateKey(plain);
const password = new TextEncoder().encode('pässword');

const prfOids = { sha1: 7, sha256: 9, sha384: 10, sha512: 11 };
const cipherOids = { 'aes-128-cbc': 2, 'aes-192-cbc': 22, 'aes-256-cbc': 42 };

interface Parts {
  readonly scheme: Uint8Array;
  readonly derivation: Uint8Array;
  readonly salt: Uint8Array;
  readonly iterations: number;
  readonly keyLength: Uint8Array;
  readonly prf: Uint8Array;
  readonly cipher: Uint8Array;
  readonly iv: Uint8Array;
  readonly encryptedData: Uint8Array;
}

const nothing = new Uint8Array(0);
const salt = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
const iv = new Uint8Array(16).fill(9);

/** EncryptedPrivateKeyInfo. Left out, its parts are right for `hash`, `cipher` and `contents`. */
function encrypted(
  parts: Partial<Parts> = {},
  hash: keyof typeof prfOids = 'sha256',
  cipher: keyof typeof cipherOids = 'aes-256-cbc',
  contents: Uint8Array = plain,
): Uint8Array {
  const keyLength = Number(cipher.slice(4, 7)) / 8;
  const { iterations = 10 } = parts;
  const key = pbkdf2Sync(password, salt, Math.min(Math.max(iterations, 1), 1000), keyLength, hash);
  const encryption = createCipheriv(cipher, key, iv);
  const all: Parts = {
    scheme: der.oid('1.2.840.113549.1.5.13'),
    derivation: der.oid('1.2.840.113549.1.5.12'),
    salt: der.octetString(salt),
    iterations,
    keyLength: nothing,
    prf: der.sequence(der.oid(`1.2.840.113549.2.${prfOids[hash]}`), der.nullValue()),
    cipher: der.oid(`2.16.840.1.101.3.4.1.${cipherOids[cipher]}`),
    iv: der.octetString(iv),
    encryptedData: Uint8Array.of(...encryption.update(contents), ...encryption.final()),
    ...parts,
  };
  const pbkdf2 = der.sequence(all.salt, der.integer(all.iterations), all.keyLength, all.prf);
  const parameters = der.sequence(der.sequence(all.derivation, pbkdf2), der.sequence(all.cipher, all.iv));
  return der.sequence(der.sequence(all.scheme, parameters), der.octetString(all.encryptedData));
}

async function refuses(promise: Promise<unknown>, code: PrivateKeyErrorCode, message: RegExp): Promise<void> {
  const [result] = await Promise.allSettled([promise]);
  assert.is(result.status, 'rejected');
  const error: unknown = result.status === 'rejected' ? result.reason : undefined;
  assert.instance(error, PrivateKeyError, String(error));
  assert.is((error as PrivateKeyError).code, code, String(error));
  assert.match(String(error), message);
}

test('every hash with every cipher', async () => {
  for (const hash of ['sha1', 'sha256', 'sha384', 'sha512'] as const) {
    for (const cipher of ['aes-128-cbc', 'aes-192-cbc', 'aes-256-cbc'] as const) {
      assert.equal(await decryptPrivateKey(encrypted({}, hash, cipher), password), expected);
    }
  }
  const byDefault = encrypted({ prf: nothing, keyLength: der.integer(32) }, 'sha1');
  assert.equal(await decryptPrivateKey(byDefault, password), expected);
});

test('what OpenSSL encrypts, as PEM', async () => {
  const pem = privateKey
    .export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'pässword' })
    .toString();
  assert.equal(await readPrivateKeyPem(pem, password), expected);
  await refuses(readPrivateKeyPem(pem), 'password_required', /encrypted/);
  const bare = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
  assert.equal(await readPrivateKeyPem(bare, password), expected);
});

test('a wrong password', async () => {
  for (let guess = 0; guess < 300; guess++) {
    await refuses(
      decryptPrivateKey(encrypted(), Uint8Array.of(guess & 0xff, guess >> 8)),
      'wrong_password',
      /password/,
    );
  }
  for (const contents of [nothing, Uint8Array.of(1, 2, 3), der.sequence(der.sequence())]) {
    const other = encrypted({}, 'sha256', 'aes-128-cbc', contents);
    await refuses(decryptPrivateKey(other, password), 'wrong_password', /password/);
  }
});

test('a key that is not supported is not blamed on the password', async () => {
  const { privateKey: x25519 } = generateKeyPairSync('x25519');
  const contents = new Uint8Array(x25519.export({ type: 'pkcs8', format: 'der' }));
  const other = encrypted({}, 'sha256', 'aes-128-cbc', contents);
  await refuses(decryptPrivateKey(other, password), 'unsupported_key', /1\.3\.101\.110/);
});

test('other encryptions, and parameters that make no sense', async () => {
  const other = der.oid('1.2.3.4');
  for (const [parts, code] of [
    [{ scheme: other }, 'unsupported_encryption'],
    [{ derivation: other }, 'unsupported_encryption'],
    [{ cipher: other }, 'unsupported_encryption'],
    [{ prf: der.sequence(other) }, 'unsupported_encryption'],
    [{ iv: nothing }, 'unsupported_encryption'],
    [{ iv: der.octetString(new Uint8Array(15)) }, 'malformed'],
    [{ salt: der.sequence(other) }, 'malformed'],
    [{ keyLength: der.integer(16) }, 'malformed'],
    [{ iterations: 0 }, 'malformed'],
    [{ iterations: -1 }, 'malformed'],
    [{ iterations: 2_000_001 }, 'limit_exceeded'],
    [{ encryptedData: new Uint8Array(17) }, 'malformed'],
    [{ encryptedData: nothing }, 'malformed'],
  ] as const) {
    await refuses(decryptPrivateKey(encrypted(parts), password), code, /./);
  }
  await refuses(decryptPrivateKey(plain, password), 'malformed', /malformed/);
});

test.run();
