import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { nameText } from './nameText.ts';

const test = suite('names of certificates as text');

const cases: readonly (readonly [string, string])[] = [
  ['example.com', 'example.com'],
  ['srv, O=Big Bank', 'srv\\, O=Big Bank'],
  ['a+b;c<d>e"f\\g', 'a\\+b\\;c\\<d\\>e\\"f\\\\g'],
  ['#a#', '\\#a#'],
  [' a b ', '\\ a b\\ '],
  [' ', '\\ '],
  ['  ', '\\ \\ '],
  ['a\0b', 'a\\00b'],
  ['', ''],
];

for (const [value, text] of cases) {
  test(`the value ${JSON.stringify(value)}`, () => {
    assert.is(nameText([[['commonName', value]]]), `CN=${text}`);
  });
}

test('names and values stand apart', () => {
  const name = [
    [['countryName', 'AT']],
    [
      ['commonName', 'a, b'],
      ['serialNumber', '1+1'],
    ],
  ] as const;
  assert.is(nameText(name), 'C=AT, CN=a\\, b+serialNumber=1\\+1');
});

test.run();
