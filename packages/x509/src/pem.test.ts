import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { decodePem, encodePem, PemError } from './pem.ts';

const label = 'CERTIFICATE';
const block = (...lines: readonly string[]): string =>
  ['-----BEGIN CERTIFICATE-----', ...lines, '-----END CERTIFICATE-----', ''].join('\n');

test('what is encoded is decoded again, and as the platform has it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const text = encodePem(bytes, label);
      assert.is(text.split('\n').slice(1, -2).join(''), Buffer.from(bytes).toString('base64'));
      assert.ok(text.split('\n').every((line) => line.length <= 64));
      assert.equal(decodePem(text, label), [bytes]);
    }),
  );
});

test('several blocks, text around them, and blocks with other labels', () => {
  const text = [
    'Some Root, valid until 2030',
    encodePem(Uint8Array.of(1), label),
    '# a comment with -----BEGIN CERTIFICATE----- inside',
    encodePem(Uint8Array.of(2), 'PRIVATE KEY'),
    encodePem(Uint8Array.of(3), label),
  ].join('\n');
  assert.equal(decodePem(text, label), [Uint8Array.of(1), Uint8Array.of(3)]);
  assert.equal(decodePem(text, 'PRIVATE KEY'), [Uint8Array.of(2)]);
  assert.equal(decodePem(text, 'X509 CRL'), []);
  assert.equal(decodePem('', label), []);
});

test('any line ends, blanks at line ends, and lines of any length', () => {
  const lines = ['-----BEGIN CERTIFICATE----- ', 'AQ', 'ID\t', '', 'BAUG', '-----END CERTIFICATE-----'];
  for (const end of ['\n', '\r\n', '\r']) {
    assert.equal(decodePem(lines.join(end), label), [Uint8Array.of(1, 2, 3, 4, 5, 6)]);
  }
});

test('a byte order mark before the first block, also where UTF-8 was read as Latin-1', () => {
  const text = encodePem(Uint8Array.of(1), label) + encodePem(Uint8Array.of(2), label);
  for (const mark of ['\ufeff', '\u00ef\u00bb\u00bf']) {
    assert.equal(decodePem(mark + text, label), [Uint8Array.of(1), Uint8Array.of(2)]);
    assert.throws(() => decodePem(`${mark}${mark}${text}`, label), /none has begun/);
  }
});

const bad: readonly [what: string, text: string, line: number, message: RegExp][] = [
  ['a block that does not end', '\n-----BEGIN CERTIFICATE-----\nAQID', 2, /does not end/],
  ['an end without a beginning', '-----END CERTIFICATE-----', 1, /none has begun/],
  [
    'another label at the end',
    '-----BEGIN CERTIFICATE-----\nAQID\n-----END X509 CRL-----',
    3,
    /of line 1 is 'CERTIFICATE'/,
  ],
  ['a block in a block', `-----BEGIN CERTIFICATE-----\n${block('AQID')}`, 2, /line 1 has not ended/],
  ['a header', block('Proc-Type: 4,ENCRYPTED', '', 'AQID'), 2, /base64/],
  ['a character outside of the alphabet', block('AQID', 'AQ_D'), 3, /'_' is no base64 digit/],
  ['a blank in a line', block('AQID AQID', 'AQI'), 2, /' ' is no base64 digit/],
  ['characters that are no multiple of 4', block('AQI'), 1, /multiple of 4/],
  ['padding in the middle', block('AQ==', 'AQID'), 2, /'=' is no base64 digit/],
  ['three characters of padding', block('A==='), 2, /'=' is no base64 digit/],
  ['bits that count for nothing', block('AR=='), 2, /count for nothing/],
  ['the same with one character of padding', block('AQJ='), 2, /count for nothing/],
];

for (const [what, text, line, message] of bad) {
  test(`refuses ${what}`, () => {
    assert.throws(
      () => decodePem(text, label),
      (error: unknown) => error instanceof PemError && error.line === line && message.test(error.message),
    );
  });
}

test('a broken block with another label is passed over if it ends', () => {
  const text = `-----BEGIN OTHER-----\n!!!\n-----END OTHER-----\n${block('AQID')}`;
  assert.equal(decodePem(text, label), [Uint8Array.of(1, 2, 3)]);
});

test('any text gives octets or an error of the one type', () => {
  const line = fc.oneof(
    fc.constantFrom(
      '-----BEGIN CERTIFICATE-----',
      '-----END CERTIFICATE-----',
      '-----BEGIN -----',
      '-----END',
      'AQID',
      'AQ==',
    ),
    fc.string({ maxLength: 20 }),
  );
  fc.assert(
    fc.property(fc.array(line, { maxLength: 12 }), (lines) => {
      try {
        for (const bytes of decodePem(lines.join('\n'), label)) assert.instance(bytes, Uint8Array);
      } catch (error) {
        assert.instance(error, PemError);
      }
    }),
  );
});

test.run();
