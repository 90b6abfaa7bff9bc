import { createCipheriv, createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { mlKem512 } from '@halfclose/crypto';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runSuite } from '../runner/run.ts';
import type { Result } from '../runner/suite.ts';
import { wycheproof } from './suite.ts';

type Json = Readonly<Record<string, unknown>>;

/** What comes of a directory with these files, a group of tests each. */
async function run(files: Readonly<Record<string, Json>>): Promise<readonly Result[]> {
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-wycheproof-'));
  try {
    for (const [name, group] of Object.entries(files)) {
      writeFileSync(join(directory, `${name}_test.json`), JSON.stringify({ testGroups: [group] }));
    }
    return await runSuite({ ...wycheproof, waivers: [] }, directory, () => true);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const outcomes = (results: readonly Result[]) => results.map(({ id, result }) => `${id} ${result}`);
const test1 = (fields: Json) => ({ tcId: 1, comment: '', flags: [], ...fields });

const key = '01'.repeat(32);
const iv = '02'.repeat(12);
const cipher = createCipheriv('aes-256-gcm', Buffer.from(key, 'hex'), Buffer.from(iv, 'hex'));
const ct = cipher.update('03'.repeat(20), 'hex', 'hex') + cipher.final('hex');
const tag = cipher.getAuthTag().toString('hex');
const aead = { key, iv, aad: '', msg: '03'.repeat(20), ct, tag };
const wrongTag = `${tag.slice(0, -1)}${tag.endsWith('0') ? '1' : '0'}`;

test('a good vector passes in each core, one that is not what it says fails in each', async () => {
  const group = (fields: Json) => ({ keySize: 256, tests: [test1({ ...aead, ...fields })] });
  const gcm = async (fields: Json) => {
    const results = await run({ aes_gcm: group(fields) });
    return new Set(results.filter(({ result }) => result !== 'skip').map(({ result }) => result));
  };
  assert.equal(await gcm({ result: 'valid' }), new Set(['pass']));
  assert.equal(await gcm({ result: 'invalid', tag: wrongTag }), new Set(['pass']));
  assert.equal(await gcm({ result: 'valid', tag: wrongTag }), new Set(['fail']));
  assert.equal(await gcm({ result: 'valid', msg: '04'.repeat(20) }), new Set(['fail']));
  assert.equal(await gcm({ result: 'invalid' }), new Set(['fail']));
  assert.equal(await gcm({ result: 'invalid', iv: '' }), new Set(['pass']));
});

test('AES-CBC with PKCS #5, in table look-ups and in constant time', async () => {
  const cbcIv = '02'.repeat(16);
  const encrypt = (plaintext: string, autoPadding: boolean) => {
    const cbc = createCipheriv('aes-256-cbc', Buffer.from(key, 'hex'), Buffer.from(cbcIv, 'hex'));
    cbc.setAutoPadding(autoPadding);
    return cbc.update(plaintext, 'hex', 'hex') + cbc.final('hex');
  };
  const msg = '03'.repeat(20);
  const cbc = async (fields: Json) => {
    const vector = { key, iv: cbcIv, msg, ct: encrypt(msg, true), ...fields };
    const results = await run({ aes_cbc_pkcs5: { keySize: 256, tests: [test1(vector)] } });
    return outcomes(results);
  };
  const both = (result: string) =>
    ['portable', 'portable-constant-time'].map((name) => `aes_cbc_pkcs5/1/${name} ${result}`);
  assert.equal(await cbc({ result: 'valid' }), both('pass'));
  assert.equal(await cbc({ result: 'valid', msg: '03'.repeat(21) }), both('fail'));
  assert.equal(await cbc({ result: 'invalid' }), both('fail'));
  for (const padded of [`${'03'.repeat(29)}030203`, `${'03'.repeat(15)}00`, `${'11'.repeat(32)}`, '']) {
    assert.equal(await cbc({ result: 'invalid', ct: encrypt(padded, false) }), both('pass'), padded);
  }
  assert.equal(await cbc({ result: 'invalid', ct: encrypt(msg, true).slice(2) }), both('pass'));
});

test('HMAC through each provider', async () => {
  const mac = createHmac('sha256', Buffer.from(key, 'hex')).update('').digest('hex').slice(0, 32);
  const group = (result: string, octets: string) => ({
    tagSize: 128,
    tests: [test1({ key, msg: '', tag: octets, result })],
  });
  assert.equal(outcomes(await run({ hmac_sha256: group('valid', mac) })), [
    'hmac_sha256/1/portable pass',
    'hmac_sha256/1/node pass',
    'hmac_sha256/1/webcrypto pass',
  ]);
  assert.equal(outcomes(await run({ hmac_sha256: group('invalid', mac) })), [
    'hmac_sha256/1/portable fail',
    'hmac_sha256/1/node fail',
    'hmac_sha256/1/webcrypto fail',
  ]);
});

test('X25519: the all-zero secret must be refused, though it is acceptable to some', async () => {
  const vector = { public: '00'.repeat(32), private: key, shared: '00'.repeat(32), result: 'acceptable' };
  const group = (flags: readonly string[]) => ({ tests: [test1({ ...vector, flags })] });
  assert.equal(outcomes(await run({ x25519: group(['ZeroSharedSecret']) })), [
    'x25519/1/portable pass',
    'x25519/1/node pass',
    'x25519/1/webcrypto pass',
  ]);
  assert.equal(outcomes(await run({ x25519: group(['Twist']) })), [
    'x25519/1/portable fail',
    'x25519/1/node fail',
    'x25519/1/webcrypto fail',
  ]);
});

const toHex = (octets: Uint8Array) => Buffer.from(octets).toString('hex');

test('ML-KEM: from a seed, and from what is drawn for a secret', async () => {
  const fill = (octet: number) => (output: Uint8Array) => {
    output.fill(octet);
  };
  const { encapsulationKey, decapsulationKey } = mlKem512.generate(fill(1));
  const { ciphertext, sharedSecret } = mlKem512.encapsulate(encapsulationKey, fill(2));
  const right = {
    seed: '01'.repeat(64),
    m: '02'.repeat(32),
    ek: toHex(encapsulationKey),
    dk: toHex(decapsulationKey),
    c: toHex(ciphertext),
    K: toHex(sharedSecret),
    result: 'valid',
  };
  const files = ['mlkem_512_encaps', 'mlkem_512_keygen_seed', 'mlkem_512_semi_expanded_decaps', 'mlkem_512'];
  const outcomesOf = async (change: Json) => {
    const group = { tests: [{ tcId: 1, ...right, ...change }] };
    const results = await run(Object.fromEntries(files.map((name) => [name, group])));
    return results.map(({ result }) => result);
  };
  assert.equal(await outcomesOf({}), ['pass', 'pass', 'pass', 'pass']);
  assert.equal(await outcomesOf({ result: 'invalid' }), ['fail', 'pass', 'fail', 'fail']);
  assert.equal(await outcomesOf({ K: '00'.repeat(32) }), ['fail', 'pass', 'fail', 'fail']);
  assert.equal(await outcomesOf({ ek: '00'.repeat(800) }), ['fail', 'fail', 'pass', 'fail']);
  assert.equal(await outcomesOf({ c: '00', result: 'invalid' }), ['fail', 'pass', 'pass', 'pass']);
  assert.equal(await outcomesOf({ ek: 'ff'.repeat(800), result: 'invalid' }), [
    'pass',
    'fail',
    'fail',
    'fail',
  ]);
  assert.is((await outcomesOf({ seed: '01' }))[3], 'skip');
});

test('ML-DSA: a key of another length is as good as a false signature, a context is not for us', async () => {
  const vector = { msg: '', sig: '00'.repeat(2420), result: 'invalid' };
  const group = (publicKey: string, fields: Json) => ({
    publicKey,
    tests: [test1({ ...vector, ...fields })],
  });
  const outcomesOf = async (publicKey: string, fields: Json = {}) =>
    (await run({ mldsa_44_verify: group(publicKey, fields) })).map(({ result }) => result);
  assert.equal(await outcomesOf('00'.repeat(1312)), ['pass', 'pass', 'pass']);
  assert.equal(await outcomesOf('00'), ['pass', 'pass', 'pass']);
  assert.equal(await outcomesOf('00', { result: 'valid' }), ['fail', 'fail', 'fail']);
  assert.equal(await outcomesOf('00'.repeat(1312), { result: 'valid' }), ['fail', 'fail', 'fail']);
  assert.equal(await outcomesOf('00', { ctx: '01' }), ['skip']);
});

test('what is not for us is skipped, each file with a reason', async () => {
  const results = await run({
    aes_gcm: { keySize: 192, tests: [test1({ ...aead, result: 'valid' })] },
    primality: { tests: [] },
    unheard_of: { tests: [] },
  });
  assert.equal(outcomes(results), ['aes_gcm/1 skip', 'primality/* skip', 'unheard_of/* skip']);
  assert.match(results[2]?.reason ?? '', /nobody has said/);
  assert.ok(results.every(({ reason = '' }) => reason !== ''));
});

test('a directory or file without vectors is told, not passed', async () => {
  const messageOf = async (files: Readonly<Record<string, Json>>) => {
    try {
      await run(files);
      return 'nothing';
    } catch (error) {
      return String(error);
    }
  };
  assert.match(await messageOf({}), /There are no files/);
  assert.match(
    await messageOf({ x25519: { nothing: 1 } }),
    /x25519_test\.json is no file of test vectors.*tests/,
  );
});

test.run();
