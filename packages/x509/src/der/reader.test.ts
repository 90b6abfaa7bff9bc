import { der } from '@halfclose/testing/ca';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DerError } from './errors.ts';
import { asObjectIdentifier } from './objectIdentifier.ts';
import {
  asBitString,
  asBitStringOctets,
  asBoolean,
  asInteger,
  asNull,
  asSmallInteger,
  asUnsignedInteger,
} from './primitives.ts';
import { DerReader, maximumLength } from './reader.ts';
import { tags } from './tags.ts';

function read<T>(octets: readonly number[] | Uint8Array, tag: number, as: (reader: DerReader) => T): T {
  return DerReader.read(Uint8Array.from(octets), 'Test', (reader) => reader.within(tag, 'field', as));
}

function refuses(message: RegExp, work: () => unknown): void {
  assert.throws(work, (error: unknown) => error instanceof DerError && message.test(error.message));
}

const rest = (reader: DerReader): Uint8Array => reader.rest();

test('lengths in the short and the long form', () => {
  for (const length of [0, 1, 127, 128, 255, 256, 65_535, 65_536]) {
    const contents = new Uint8Array(length).fill(9);
    assert.equal(read(der.octetString(contents), tags.octetString, rest).length, length);
  }
});

test('refuses lengths that are not in the fewest octets', () => {
  refuses(/too many/, () => read([0x04, 0x81, 0x01, 0x00], tags.octetString, rest));
  refuses(/too many/, () => read([0x04, 0x81, 0x7f, ...new Uint8Array(0x7f)], tags.octetString, rest));
  refuses(/too many/, () => read([0x04, 0x82, 0x00, 0x80, ...new Uint8Array(0x80)], tags.octetString, rest));
  refuses(/too many/, () => read([0x04, 0x84, 0, 0, 1, 0, ...new Uint8Array(256)], tags.octetString, rest));
});

test('refuses indefinite, reserved and huge lengths', () => {
  refuses(/indefinite/, () => read([0x30, 0x80, 0x00, 0x00], tags.sequence, rest));
  refuses(/length of 127 octets/, () => read([0x04, 0xff, 1], tags.octetString, rest));
  refuses(/length of 5 octets/, () => read([0x04, 0x85, 1, 0, 0, 0, 0], tags.octetString, rest));
  refuses(/should have 4294967295 octets/, () =>
    read([0x04, 0x84, 255, 255, 255, 255], tags.octetString, rest),
  );
});

test('refuses what is cut short', () => {
  refuses(/missing/, () => read([], tags.sequence, rest));
  refuses(/cut short/, () => read([0x30], tags.sequence, rest));
  refuses(/cut short/, () => read([0x30, 0x82, 0x01], tags.sequence, rest));
  refuses(/should have 2 octets, but 1 are left/, () => read([0x30, 0x02, 0x05], tags.sequence, rest));
});

test('an element does not reach over the end of the one around it', () => {
  const overlong = [0x30, 0x03, 0x04, 0x02, 0x00, 0x00];
  refuses(/should have 2 octets, but 1 are left/, () =>
    read(overlong, tags.sequence, (inner) => inner.within(tags.octetString, 'inner', rest)),
  );
});

test('refuses other tags, tags of several octets, and the end of contents', () => {
  refuses(/should have the tag 0x30, here is 0x31/, () => read([0x31, 0x00], tags.sequence, rest));
  const any = (octets: readonly number[]) => () =>
    DerReader.read(Uint8Array.from(octets), 'Test', (reader) => reader.any('field'));
  refuses(/has the tag 0x1f/, any([0x1f, 0x81, 0x01, 0x00]));
  refuses(/has the tag 0xbf/, any([0xbf, 0x2a, 0x00]));
  refuses(/has the tag 0x00/, any([0x00, 0x00]));
});

test('nothing may be left over, inside or after', () => {
  refuses(/^field at octet 4: 1 octets are left over/, () =>
    read([0x30, 0x03, 0x05, 0x00, 0x00], tags.sequence, (inner) => inner.within(tags.null, 'inner', asNull)),
  );
  refuses(/^Test at octet 2: 1 octets are left over/, () => read([0x05, 0x00, 0x00], tags.null, asNull));
});

test('an error says which field and where', () => {
  const work = (): void =>
    read([0x30, 0x05, 0x30, 0x03, 0x01, 0x01, 0x7f], tags.sequence, (outer) =>
      outer.sequence('inner', (inner) => {
        inner.within(tags.boolean, 'flag', asBoolean);
      }),
    );
  assert.throws(
    work,
    (error: unknown) =>
      error instanceof DerError &&
      error.path === 'field.inner.flag' &&
      error.offset === 6 &&
      error.message === 'field.inner.flag at octet 6: a BOOLEAN is 00 or ff, this is 7f',
  );
});

test('offsets in a slice count from the start of the whole', () => {
  const whole = Uint8Array.from([1, 2, 3, 0x05, 0x01, 0x00]);
  refuses(/octet 5/, () =>
    DerReader.read(whole.subarray(3), 'Test', (reader) => reader.within(tags.null, 'field', asNull), whole),
  );
});

test('depth and size are limited', () => {
  const descend = (reader: DerReader): void => {
    if (!reader.atEnd) reader.sequence('in', descend);
  };
  const empty = (depth: number): Uint8Array =>
    depth === 1 ? der.sequence() : der.sequence(empty(depth - 1));
  DerReader.read(empty(16), 'Test', descend);
  refuses(/nested deeper than 16/, () => DerReader.read(empty(17), 'Test', descend));
  refuses(/more than the 102400/, () => DerReader.read(new Uint8Array(maximumLength + 1), 'Test', rest));
});

test('slices are views of the bytes that were given', () => {
  const bytes = Uint8Array.from([0x30, 0x03, 0x04, 0x01, 0x2a]);
  const { encoded, contents } = DerReader.read(bytes, 'Test', (reader) =>
    reader.sequence('outer', (inner) => inner.any('inner')),
  );
  assert.is(encoded.buffer, bytes.buffer);
  assert.equal(encoded, bytes.subarray(2));
  assert.equal(contents, Uint8Array.of(0x2a));
});

test('BOOLEAN is 00 or ff in one octet', () => {
  assert.is(read([1, 1, 0x00], tags.boolean, asBoolean), false);
  assert.is(read([1, 1, 0xff], tags.boolean, asBoolean), true);
  for (const bad of [
    [1, 1, 0x01],
    [1, 1, 0xfe],
    [1, 0],
    [1, 2, 0xff, 0xff],
  ]) {
    refuses(/BOOLEAN/, () => read(bad, tags.boolean, asBoolean));
  }
});

test('INTEGER has the fewest octets', () => {
  for (const good of [[0x00], [0x7f], [0x80], [0x00, 0x80], [0xff, 0x7f], [0xff]]) {
    assert.equal([...read([2, good.length, ...good], tags.integer, asInteger)], good);
  }
  for (const bad of [[], [0x00, 0x00], [0x00, 0x7f], [0xff, 0x80], [0xff, 0xff]]) {
    refuses(/INTEGER/, () => read([2, bad.length, ...bad], tags.integer, asInteger));
  }
});

test('unsigned and small integers', () => {
  assert.equal([...read([2, 2, 0, 0x80], tags.integer, asUnsignedInteger)], [0x80]);
  assert.equal([...read([2, 1, 0], tags.integer, asUnsignedInteger)], [0]);
  refuses(/negative/, () => read([2, 1, 0xff], tags.integer, asUnsignedInteger));
  assert.is(read(der.integer(0x7fff_ffff), tags.integer, asSmallInteger), 0x7fff_ffff);
  for (const bad of [0x8000_0000, 2n ** 71n, -1]) {
    refuses(/INTEGER/, () => read(der.integer(bad), tags.integer, asSmallInteger));
  }
});

test('BIT STRING counts its unused bits, and they are zero', () => {
  assert.equal(read([3, 2, 4, 0xf0], tags.bitString, asBitString).unusedBits, 4);
  assert.is(read([3, 1, 0], tags.bitString, asBitString).bytes.length, 0);
  for (const bad of [
    [3, 0],
    [3, 1, 1],
    [3, 2, 8, 0],
    [3, 2, 9, 0],
    [3, 2, 4, 0xf8],
    [3, 2, 1, 0x01],
  ]) {
    refuses(/BIT STRING/, () => read(bad, tags.bitString, asBitString));
  }
  refuses(/no unused bits/, () => read([3, 2, 1, 0xfe], tags.bitString, asBitStringOctets));
});

test('NULL is empty', () => {
  assert.is(read([5, 0], tags.null, asNull), null);
  refuses(/NULL is empty/, () => read([5, 1, 0], tags.null, asNull));
});

test('OBJECT IDENTIFIER in dotted form', () => {
  const uuid = '2.25.340282366920938463463374607431768211455';
  for (const oid of [
    '0.0',
    '0.39',
    '1.0',
    '1.39',
    '2.0',
    '2.39',
    '2.40',
    '2.999.3',
    '1.2.840.113549.1.1.11',
    uuid,
  ]) {
    assert.is(read(der.oid(oid), tags.objectIdentifier, asObjectIdentifier), oid);
  }
  assert.is(
    read(der.oid('2.9007199254740993'), tags.objectIdentifier, asObjectIdentifier),
    '2.9007199254740993',
    'no rounding above 2^53',
  );
});

test('refuses an OBJECT IDENTIFIER that is empty, padded, cut short, or too large', () => {
  const oid =
    (...octets: readonly number[]) =>
    () =>
      read([6, octets.length, ...octets], tags.objectIdentifier, asObjectIdentifier);
  refuses(/one octet at least/, oid());
  refuses(/needless leading octet/, oid(0x80, 0x01));
  refuses(/needless leading octet/, oid(0x2a, 0x80, 0x01));
  refuses(/ends within an arc/, oid(0x2a, 0x86));
  refuses(/too long/, oid(...new Array<number>(64).fill(1)));
  refuses(/more than 128 bits/, oid(0x69, 0x84, ...new Array<number>(17).fill(0x80), 0x00));
});

test.run();
