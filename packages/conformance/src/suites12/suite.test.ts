import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { globMatcher } from '../runner/glob.ts';
import { runSuite } from '../runner/run.ts';
import { suites12 } from './suite.ts';

const test = suite('the thirty suites over a socket');

test('thirty where TLS 1.3 is spoken, twenty-seven elsewhere, in four ways and against two servers', async () => {
  const counts = new Map<string, number>();
  for await (const { id } of suites12.cases('', () => true)) {
    const way = id.slice(0, id.lastIndexOf('/'));
    counts.set(way, (counts.get(way) ?? 0) + 1);
  }
  assert.equal(Object.fromEntries(counts), {
    'openssl/etm+ems': 30,
    'openssl/etm': 27,
    'openssl/ems': 27,
    'openssl/neither': 27,
    'gnutls/etm+ems': 27,
    'gnutls/etm': 27,
    'gnutls/ems': 27,
    'gnutls/neither': 27,
  });
});

// One of each kind of key exchange and of record protection; `pnpm conformance suites12` has them all.
for (const id of [
  'openssl/etm+ems/ECDHE-ECDSA-AES128-GCM-SHA256',
  'openssl/neither/ECDHE-RSA-AES128-SHA',
  'openssl/etm/DHE-RSA-CHACHA20-POLY1305',
  'gnutls/etm/AES256-SHA256',
  'gnutls/ems/DHE-RSA-AES256-SHA',
]) {
  test(id, async () => {
    const [outcome] = await runSuite(suites12, '', globMatcher(id));
    if (outcome?.result === 'skip') console.log(`skipped: ${outcome.reason}, ${id}`);
    else assert.equal(outcome, { id, result: 'pass' });
  });
}

test.run();
