import { domainToASCII } from 'node:url';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { ValueError } from './errors.ts';
import { normalizeHostname } from './hostname.ts';

function refuses(name: string, toASCII: ((name: string) => string) | undefined, message: RegExp): void {
  assert.throws(
    () => normalizeHostname(name, toASCII),
    (error: unknown) => error instanceof ValueError && message.test(error.message),
    name,
  );
}

function never(): string {
  throw new Error('there is nothing to convert');
}

test('ASCII is not converted', () => {
  for (const [name, normalized] of [
    ['example.com', 'example.com'],
    ['Example.COM.', 'Example.COM'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8::1'],
  ] as const) {
    assert.is(normalizeHostname(name), normalized);
    assert.is(normalizeHostname(name, never), normalized);
  }
  refuses('exam ple.com', never, /not ' '/);
});

test('other characters become A-labels', () => {
  for (const [name, normalized] of [
    ['bücher.example', 'xn--bcher-kva.example'],
    ['BÜCHER.Example.', 'xn--bcher-kva.example'],
    ['bu\u0308cher.example', 'xn--bcher-kva.example'],
    ['faß.example', 'xn--fa-hia.example'],
    ['a\u3002example', 'a.example'],
    ['\u212aelvin.example', 'kelvin.example'],
    ['_a.ü.example', '_a.xn--tda.example'],
  ] as const) {
    assert.is(normalizeHostname(name, domainToASCII), normalized);
  }
});

test('a platform without IDNA refuses them, and says so', () => {
  refuses('bücher.example', undefined, /"bücher\.example" has characters outside of ASCII.*xn--/);
});

test('what is no host name, before or after', () => {
  for (const name of [
    'ü example',
    'ü/a.example',
    '%c3%bc.ü',
    'ü:443',
    'ü@example.com',
    '*.ü.example',
    'ü..example',
    '\uff05.example',
    'a\uff0fü.example',
    '\u3000',
    '\u00ad',
    'ü\ud800.example',
    '\ufffd.example',
    `${'ü'.repeat(64)}.example`,
    'ü.'.repeat(500),
    'ü'.repeat(100_000),
    // An address, once it is ASCII: nobody writes one so who means it well.
    '\uff11\uff19\uff12.0.2.1',
    '\uff11.2.3',
  ]) {
    refuses(name, domainToASCII, /serverHostname/);
  }
});

test('a platform whose conversion fails, or converts nothing', () => {
  const failure = new Error('no IDNA here');
  assert.throws(
    () =>
      normalizeHostname('bücher.example', () => {
        throw failure;
      }),
    (error: unknown) => error instanceof ValueError && error.cause === failure,
  );
  refuses('bücher.example', () => '', /neither a DNS name/);
  refuses('bücher.example', (name) => name, /outside of ASCII/);
  refuses('bücher.example', encodeURIComponent, /not '%'/);
});

test('a message is not longer than its reader has patience for', () => {
  try {
    normalizeHostname('ü'.repeat(100_000), domainToASCII);
    assert.unreachable();
  } catch (error) {
    assert.ok(error instanceof ValueError && error.message.length < 1200);
  }
});

test.run();
