import { der } from '@halfclose/testing/ca';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readExtensions } from '../certificate/extension.ts';
import { DerError } from '../der/errors.ts';
import { asInteger } from '../der/primitives.ts';
import { DerReader } from '../der/reader.ts';
import { tags } from '../der/tags.ts';
import { readTime } from '../der/time.ts';
import { type CrlEntries, scanEntries } from './crlEntries.ts';
import { reasonOf } from './crlExtensions.ts';

const date = der.utcTime('260102030405Z');
const reasonCode = (reason: number): Uint8Array =>
  der.sequence(der.oid('2.5.29.21'), der.octetString(der.element(0x0a, Uint8Array.of(reason))));
const reasonIs = (reason: number): Uint8Array => der.sequence(reasonCode(reason));

function entry(serialNumber: number | bigint, ...rest: Uint8Array[]): Uint8Array {
  return der.sequence(der.integer(serialNumber), date, ...rest);
}

function scan(...entries: Uint8Array[]): CrlEntries {
  const contents = der.concat(entries);
  return scanEntries(contents, contents);
}

const serial = (value: number | bigint): Uint8Array => der.contents(der.integer(value));

test('an entry is found by the octets of its serial number', () => {
  const found = scan(entry(1), entry(-1), entry(255), entry(2n ** 152n, reasonIs(1)));
  assert.is(found.count, 4);
  assert.is(found.problem, undefined);
  const revocationDate = Date.UTC(2026, 0, 2, 3, 4, 5);
  assert.equal(found.find(serial(1)), { revocationDate, reason: undefined });
  assert.equal(found.find(serial(2n ** 152n)), { revocationDate, reason: 'keyCompromise' });
  assert.ok(found.find(serial(255)));
  assert.ok(found.find(serial(-1)));
  for (const absent of [0, 2, 127, 128, -2, 2n ** 152n + 1n, 2n ** 160n]) {
    assert.is(found.find(serial(absent)), undefined, `${absent}`);
  }
  assert.is(found.find(new Uint8Array(0)), undefined);
});

test('an entry that looks like no other is read all the same', () => {
  const found = scan(
    der.sequence(der.integer(1), der.generalizedTime('20510101000000Z')),
    entry(2n ** 1023n),
    entry(3, der.sequence(der.sequence(der.oid('2.5.29.24'), der.octetString(date)), reasonCode(4))),
    entry(
      4,
      der.sequence(
        der.sequence(
          der.oid('2.5.29.21'),
          der.boolean(true),
          der.octetString(der.element(0x0a, Uint8Array.of(5))),
        ),
      ),
    ),
  );
  assert.is(found.count, 4);
  assert.is(found.problem, undefined);
  assert.is(found.find(serial(1))?.revocationDate, Date.UTC(2051, 0, 1));
  assert.ok(found.find(serial(2n ** 1023n)));
  assert.is(found.find(serial(3))?.reason, 'superseded');
  assert.is(found.find(serial(4))?.reason, 'cessationOfOperation');
});

for (const [what, entries] of [
  ['cut short', der.concat([entry(1), entry(2)]).subarray(0, -1)],
  ['longer than what it is in', der.concat([entry(1), Uint8Array.of(0x30, 0x7f, 0x02, 0x01)])],
  ['without contents', der.sequence()],
  ['of a tag alone', Uint8Array.of(0x30)],
  ['with an indefinite length', Uint8Array.of(0x30, 0x80, 0, 0)],
  ['with a length in too many octets', Uint8Array.of(0x30, 0x81, 0x12, ...entry(1).subarray(2))],
  ['with an empty list of extensions', entry(1, der.sequence())],
  ['with a reason that there is not', entry(1, reasonIs(7))],
  ['with a reason out of range', entry(1, reasonIs(11))],
  ['with a letter in its date', der.sequence(der.integer(1), der.utcTime('26010203040aZ'))],
] as const) {
  test(`an entry is refused: ${what}`, () => {
    assert.throws(
      () => scan(entries),
      (error: unknown) => error instanceof DerError,
    );
  });
}

test('a serial number that is there many times costs no more than one', () => {
  const same = entry(7);
  const contents = new Uint8Array(same.length * 100_000);
  for (let at = 0; at < contents.length; at += same.length) contents.set(same, at);
  const found = scanEntries(contents, contents);
  assert.is(found.count, 100_000);
  assert.ok(found.find(serial(7)));
  assert.is(found.find(serial(8)), undefined);
});

test('megabytes of entries are looked through once, and each is found', () => {
  const count = 50_000;
  const numbers = Array.from({ length: count }, (_, index) => BigInt(index) * 0x1_0000_0001n + 2n ** 120n);
  const found = scan(
    ...numbers.map((number, index) => entry(number, ...(index % 2 === 0 ? [reasonIs(1)] : []))),
  );
  assert.is(found.count, count);
  assert.ok(
    numbers.every(
      (number, index) =>
        found.find(serial(number))?.reason === (index % 2 === 0 ? 'keyCompromise' : undefined),
    ),
  );
  assert.ok(numbers.every((number) => found.find(serial(number + 1n)) === undefined));
});

/** What the reader alone makes of one entry. */
function isEntry(octets: Uint8Array): boolean {
  try {
    DerReader.read(octets, 'entry', (reader) =>
      reader.sequence('entry', (contents) => {
        contents.within(tags.integer, 'userCertificate', asInteger);
        readTime(contents, 'revocationDate');
        if (!contents.atEnd) reasonOf(readExtensions(contents));
      }),
    );
    return true;
  } catch (error) {
    if (error instanceof DerError) return false;
    throw error;
  }
}

test('the look at octets and the reader agree about what an entry is', () => {
  const samples = [entry(1), entry(255n, reasonIs(1)), entry(2n ** 100n, reasonIs(6))];
  const changed = fc
    .tuple(fc.constantFrom(...samples), fc.nat(60), fc.nat(255))
    .map(([octets, at, value]) => {
      const altered = octets.slice();
      altered[at % altered.length] = value;
      return altered;
    });
  // The date decides nothing, and is not held against the calendar.
  const hasDate = (octets: Uint8Array): boolean =>
    Buffer.from(octets).includes(Buffer.from(date)) ||
    !Buffer.from(octets)
      .toString('latin1')
      .match(/\d{11}/);
  fc.assert(
    fc.property(changed.filter(hasDate), (octets) => {
      let isTaken = true;
      try {
        scan(octets);
      } catch (error) {
        assert.ok(error instanceof DerError);
        isTaken = false;
      }
      assert.is(isTaken, isEntry(octets));
    }),
    { numRuns: 1000 },
  );
});

test.run();
