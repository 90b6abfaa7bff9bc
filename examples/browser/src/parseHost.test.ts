import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { parseHost } from './parseHost.ts';

const test = suite('hosts as people type them');

test('with a port and without, names and addresses', () => {
  const parsed = ['example.com', ' example.com:8443 ', '[2001:db8::1]:443', '192.0.2.1:1'].map(parseHost);
  assert.equal(
    parsed.map(({ host, port }) => `${host} ${port}`),
    ['example.com 443', 'example.com 8443', '2001:db8::1 443', '192.0.2.1 1'],
  );
});

test('what is no host is said to be none', () => {
  for (const text of [
    '',
    'https://example.com/',
    'a b',
    'example.com:0',
    'example.com:65536',
    '2001:db8::1',
  ]) {
    assert.throws(() => parseHost(text), /is not a host name/);
  }
});

test.run();
