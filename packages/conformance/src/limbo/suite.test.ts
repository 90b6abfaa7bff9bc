import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createAuthority } from '@halfclose/testing/ca';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { runSuite } from '../runner/run.ts';
import type { Result, Suite } from '../runner/suite.ts';
import { createJudge } from './judge.ts';
import { limbo } from './suite.ts';
import { readTestcases, type Testcase } from './testcases.ts';

type Json = Readonly<Record<string, unknown>>;

const root = await createAuthority({ name: 'Root' });
const intermediate = await root.issueAuthority({ name: 'Intermediate' });
const leaf = await intermediate.issue({
  dnsNames: ['example.com'],
  ipAddresses: ['192.0.2.1'],
  notBefore: new Date('2024-01-01'),
  notAfter: new Date('2099-01-01'),
});
const client = await intermediate.issue({
  dnsNames: ['client.example'],
  emailAddresses: ['a@client.example'],
  extendedKeyUsage: ['clientAuth'],
});

const testcase = {
  id: 'a::b',
  validation_kind: 'SERVER',
  trusted_certs: [root.pem],
  untrusted_intermediates: [intermediate.pem],
  peer_certificate: leaf.pem,
  validation_time: null,
  signature_algorithms: [],
  key_usage: [],
  extended_key_usage: [],
  expected_result: 'SUCCESS',
  expected_peer_name: { kind: 'DNS', value: 'example.com' },
  expected_peer_names: [],
  max_chain_depth: null,
  crls: [],
};

/** What `use` gives for a file with these octets. */
async function withFile<T>(octets: string | Uint8Array, use: (path: string) => T | Promise<T>): Promise<T> {
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-limbo-'));
  try {
    const path = join(directory, 'cases');
    writeFileSync(path, octets);
    return await use(path);
  } finally {
    rmSync(directory, { recursive: true });
  }
}

function run(cases: readonly Json[], waivers: Suite['waivers'] = []): Promise<readonly Result[]> {
  const file = JSON.stringify({ version: 1, testcases: cases });
  return withFile(file, (path) => runSuite({ ...limbo, waivers }, path, () => true));
}

const forClient = { validation_kind: 'CLIENT', peer_certificate: client.pem, expected_peer_name: null };
const elsewhere = { kind: 'DNS', value: 'example.org' };

/** Cases that differ in something from the one above, and what is to come of them. */
const cases: readonly [result: Result['result'], difference: Json][] = [
  ['pass', {}],
  ['fail', { expected_result: 'FAILURE' }],
  ['fail', { trusted_certs: [] }],
  ['pass', { trusted_certs: [], expected_result: 'FAILURE' }],
  ['fail', { untrusted_intermediates: [] }],
  ['skip', { signature_algorithms: ['RSA_WITH_SHA256'] }],

  ['pass', { expected_peer_name: { kind: 'IP', value: '192.0.2.1' } }],
  ['fail', { expected_peer_name: { kind: 'IP', value: '192.0.2.2' } }],
  ['fail', { expected_peer_name: elsewhere }],
  ['pass', { expected_peer_name: null }],
  ['fail', { peer_certificate: client.pem, expected_peer_name: null }],
  ['pass', forClient],
  ['pass', { ...forClient, expected_peer_names: [{ kind: 'DNS', value: 'client.example' }] }],
  ['pass', { ...forClient, expected_peer_names: [{ kind: 'RFC822', value: 'a@CLIENT.example' }] }],
  ['fail', { ...forClient, expected_peer_names: [{ kind: 'RFC822', value: 'A@client.example' }] }],
  ['fail', { ...forClient, expected_peer_names: [{ kind: 'DNS', value: 'client.example' }, elsewhere] }],
  ['fail', { ...forClient, peer_certificate: leaf.pem }],

  ['fail', { validation_time: '2023-12-31T23:59:59+00:00' }],
  ['pass', { validation_time: '2050-12-31T23:59:59+00:00', expected_result: 'FAILURE' }],
  ['pass', { key_usage: ['digitalSignature'] }],
  ['fail', { key_usage: ['keyAgreement'] }],
  ['pass', { extended_key_usage: ['serverAuth'] }],
  ['fail', { extended_key_usage: ['serverAuth', 'codeSigning'] }],
  ['pass', { max_chain_depth: 1 }],
  ['fail', { max_chain_depth: 0 }],
];

test('a case is decided as it says: trust, names, purposes, time, depth', async () => {
  const results = await run(
    cases.map(([, difference], index) => ({ ...testcase, id: `${index}`, ...difference })),
  );
  const told = results.map(({ result }, index) => [result, cases[index]?.[1]]);
  assert.equal(told, cases);
});

test('what is no such case fails for that, whatever it expects', async () => {
  const results = await run([
    { ...testcase, id: 'a', expected_result: 'FAILURE', peer_certificate: 'nothing' },
    { ...testcase, id: 'b', expected_result: 'FAILURE', extended_key_usage: ['sleeping'] },
    { ...testcase, id: 'c' },
  ]);
  assert.equal(
    results.map(({ result }) => result),
    ['fail', 'fail', 'pass'],
  );
  assert.match(results[0]?.reason ?? '', /^crashed: /);
});

test('gzipped or not, and a file of something else', async () => {
  const file = JSON.stringify({ version: 1, testcases: [testcase] });
  const [plain, gzipped] = [
    await withFile(file, readTestcases),
    await withFile(gzipSync(file), readTestcases),
  ];
  assert.is(plain.length, 1);
  assert.equal(gzipped, plain);
  const wrong = [
    '',
    '[]',
    '{"version":2,"testcases":[]}',
    file.replace('SUCCESS', 'MAYBE'),
    file.replace('"id"', '"name"'),
  ];
  for (const octets of wrong) {
    await withFile(octets, (path) => assert.throws(() => readTestcases(path), /is no file of test cases/));
  }
});

test('a waiver says nothing about cases that are not there', async () => {
  const refused = { ...testcase, trusted_certs: [] };
  const waivers = [
    { ids: 'a::*', reason: 'known' },
    { ids: 'elsewhere::*', reason: 'known' },
  ];
  assert.equal(
    (await run([refused], waivers)).map(({ result }) => result),
    ['skip'],
  );
  assert.equal(
    (await run([testcase], waivers)).map(({ result }) => result),
    ['fail'],
    'one that passes needs no waiver',
  );
});

test('a case that does not end is ended, and the next one runs', async () => {
  // Speaks as child.ts does, and never ends for a case that says so.
  const script = `
    process.on('message', ({ id }) => {
      while (id === 'hang');
      if (id === 'exit') process.exit(7);
      process.send({ type: 'verdict', verdict: { accepted: true } });
    });
    process.send({ type: 'ready' });`;
  const [one] = await withFile(JSON.stringify({ version: 1, testcases: [testcase] }), readTestcases);
  assert.ok(one);
  const outcome = await withFile(script, async (path) => {
    const judge = await createJudge(path);
    const ask = (id: string) => judge.decide({ ...one, id } satisfies Testcase).catch(String);
    try {
      return [await ask('hang'), await ask('fine'), await ask('exit'), await ask('fine')];
    } finally {
      judge.close();
    }
  });
  assert.equal(outcome, [
    'Error: HANG: no verdict within 1000 ms',
    { accepted: true },
    'Error: crashed: the process ended with exit status 7',
    { accepted: true },
  ]);
});

test.run();
