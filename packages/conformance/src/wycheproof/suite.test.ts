import { createCipheriv, createHmac } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
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

test('HMAC through each provider', async () => {
  const mac = createHmac('sha256', Buffer.from(key, 'hex')).update('').digest('hex').slice(0, 32);
  const group = (result: string, octets: string) => ({
    tagSize: 128,
    tests: [test1({ key, msg: '', tag: octets, result })],
  });
  assert.equal(outcomes(await run({ hmac_sha256: group('valid', mac) })), [
    'hmac_sha256/1/portable pass',
    'hmac_sha256/1/node pass',
  ]);
  assert.equal(outcomes(await run({ hmac_sha256: group('invalid', mac) })), [
    'hmac_sha256/1/portable fail',
    'hmac_sha256/1/node fail',
  ]);
});

test('X25519: the all-zero secret must be refused, though it is acceptable to some', async () => {
  const vector = { public: '00'.repeat(32), private: key, shared: '00'.repeat(32), result: 'acceptable' };
  const group = (flags: readonly string[]) => ({ tests: [test1({ ...vector, flags })] });
  assert.equal(outcomes(await run({ x25519: group(['ZeroSharedSecret']) })), [
    'x25519/1/portable pass',
    'x25519/1/node pass',
  ]);
  assert.equal(outcomes(await run({ x25519: group(['Twist']) })), [
    'x25519/1/portable fail',
    'x25519/1/node fail',
  ]);
});

test('what is not for us is skipped, each file with a reason', async () => {
  const results = await run({
    aes_gcm: { keySize: 192, tests: [test1({ ...aead, result: 'valid' })] },
    ed448: { tests: [] },
    unheard_of: { tests: [] },
  });
  assert.equal(outcomes(results), ['aes_gcm/1 skip', 'ed448/* skip', 'unheard_of/* skip']);
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
