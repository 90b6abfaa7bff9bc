import { der } from '@halfclose/testing/ca';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DerError } from './errors.ts';
import { DerReader } from './reader.ts';
import { formatTime, readTime, type Time } from './time.ts';

function read(encoded: Uint8Array): Time {
  return DerReader.read(encoded, 'Test', (reader) => readTime(reader, 'time'));
}

test('UTCTime turns over at 50', () => {
  assert.is(read(der.utcTime('491231235959Z')).milliseconds, Date.UTC(2049, 11, 31, 23, 59, 59));
  assert.is(read(der.utcTime('500101000000Z')).milliseconds, Date.UTC(1950, 0, 1));
  assert.is(read(der.utcTime('700101000000Z')).milliseconds, 0);
  assert.is(read(der.utcTime('691231235959Z')).milliseconds, -1000);
});

test('GeneralizedTime has all years, and says where it is misplaced', () => {
  assert.equal(read(der.generalizedTime('20500101000000Z')), {
    milliseconds: Date.UTC(2050, 0, 1),
    isMisplaced: false,
  });
  assert.equal(read(der.generalizedTime('20491231235959Z')), {
    milliseconds: Date.UTC(2049, 11, 31, 23, 59, 59),
    isMisplaced: true,
  });
  assert.is(read(der.generalizedTime('99991231235959Z')).milliseconds, Date.UTC(9999, 11, 31, 23, 59, 59));
});

test('leap years', () => {
  assert.is(read(der.utcTime('240229000000Z')).milliseconds, Date.UTC(2024, 1, 29));
  assert.is(read(der.utcTime('000229000000Z')).milliseconds, Date.UTC(2000, 1, 29));
  assert.throws(() => read(der.utcTime('230229000000Z')), /calendar/);
  assert.throws(() => read(der.generalizedTime('21000229000000Z')), /calendar/);
  assert.is(read(der.generalizedTime('24000229000000Z')).milliseconds, Date.UTC(2400, 1, 29));
});

for (const text of [
  '2601010000Z',
  '260101000000',
  '260101000000+0000',
  '260101000000+0100',
  '2601010000+0100',
  '260101000000.5Z',
  '260101000000z',
  '26010100000 Z',
  '-60101000000Z',
  '261301000000Z',
  '260001000000Z',
  '260230000000Z',
  '260431000000Z',
  '260100000000Z',
  '260132000000Z',
  '260101240000Z',
  '260101006000Z',
  '260101000060Z',
  '20260101000000Z',
  '',
]) {
  test(`refuses the UTCTime '${text}'`, () => {
    assert.throws(
      () => read(der.utcTime(text)),
      (error: unknown) => error instanceof DerError,
    );
  });
}

for (const text of [
  '205001010000Z',
  '20500101000000',
  '20500101000000.0Z',
  '20500101000000+0000',
  '500101000000Z',
]) {
  test(`refuses the GeneralizedTime '${text}'`, () => {
    assert.throws(
      () => read(der.generalizedTime(text)),
      (error: unknown) => error instanceof DerError,
    );
  });
}

test('refuses what is no time', () => {
  assert.throws(() => read(der.utf8String('260101000000Z')), /UTCTime or GeneralizedTime/);
  assert.throws(() => read(new Uint8Array(0)), /missing/);
});

test('any second from 1950 to 9999 is read as what it is, and shown as such', () => {
  const seconds = fc.integer({
    min: Date.UTC(1950, 0, 1) / 1000,
    max: Date.UTC(9999, 11, 31, 23, 59, 59) / 1000,
  });
  fc.assert(
    fc.property(seconds, (second) => {
      const iso = new Date(second * 1000).toISOString();
      const digits = iso.replace(/\.000Z$|[-:T]/g, '');
      const encoded = iso < '2050' ? der.utcTime(`${digits.slice(2)}Z`) : der.generalizedTime(`${digits}Z`);
      assert.is(read(encoded).milliseconds, second * 1000);
      assert.is(formatTime(second * 1000), iso.replace('T', ' ').replace('.000Z', ' UTC'));
    }),
  );
});

test('shows what is no moment', () => {
  assert.is(formatTime(Number.NaN), 'NaN');
  assert.is(formatTime(Infinity), 'Infinity');
  assert.is(formatTime(1e27), '1e+27', 'no calendar is so long');
  assert.is(formatTime(-1e300), '-1e+300');
});

test.run();
