import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CertificateError } from '../errors.ts';
import { parseReference } from './reference.ts';

test('names, in lower case and without the dot at the end', () => {
  for (const [text, name] of [
    ['Example.COM', 'example.com'],
    ['example.com.', 'example.com'],
    ['localhost', 'localhost'],
    ['my_host.example', 'my_host.example'],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example'],
    ['a-.example', 'a-.example'],
    ['1.2.3.example', '1.2.3.example'],
    [`${'a'.repeat(63)}.example`, `${'a'.repeat(63)}.example`],
  ] as const) {
    assert.equal(parseReference(text), { type: 'dns', name, text });
  }
});

test('addresses', () => {
  assert.equal(parseReference('192.0.2.1'), {
    type: 'ip',
    octets: Uint8Array.of(192, 0, 2, 1),
    text: '192.0.2.1',
  });
  assert.is(parseReference('::1').type, 'ip');
});

for (const [text, message] of [
  ['', /empty/],
  ['.', /empty/],
  ['example..com', /labels of 1 to 63/],
  ['.example.com', /labels of 1 to 63/],
  ['example.com..', /labels of 1 to 63/],
  [`${'a'.repeat(64)}.example`, /labels of 1 to 63/],
  [`${'a.'.repeat(127)}aa`, /253/],
  ['bücher.example', /ASCII/],
  ['\u212aelvin.example', /ASCII/],
  ['*.example.com', /not '\*'/],
  ['exam ple.com', /not ' '/],
  ['example.com\0', /not '\?'/],
  ['example.com/', /not '\/'/],
  ['example.com:443', /neither a host name nor an IPv6 address/],
  ['[::1]', /neither a host name nor an IPv6 address/],
  ['fe80::1%eth0', /neither a host name nor an IPv6 address/],
  ['1.2.3', /ends in a number/],
  ['1.2.3.4.5', /ends in a number/],
  ['256.1.1.1', /ends in a number/],
  ['192.0.2.01', /ends in a number/],
  ['192.0.2.1.', /ends in a number/],
  ['127.0.0.0x1', /ends in a number/],
  ['2130706433', /ends in a number/],
] as const) {
  test(`refuses '${text.slice(0, 40)}'`, () => {
    assert.throws(
      () => parseReference(text),
      (error: unknown) =>
        error instanceof CertificateError &&
        error.code === 'invalid_server_name' &&
        message.test(error.message),
    );
  });
}

test.run();
