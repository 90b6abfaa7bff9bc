import { der } from '@halfclose/testing/ca';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DerError } from '../der/errors.ts';
import { type AttributeDer, distinguishedNameDer } from '../testing/constraintsDer.ts';
import { type Name, parseName } from './name.ts';
import { isNameWithin, namesMatch } from './nameComparison.ts';

const commonName = '2.5.4.3';

function name(...attributes: readonly AttributeDer[]): Name {
  return parseName(distinguishedNameDer(...attributes));
}

function of(value: string | Uint8Array): Name {
  return name([commonName, value]);
}

function inOneSet(...attributes: readonly (readonly [oid: string, value: Uint8Array])[]): Name {
  return parseName(
    der.sequence(der.set(...attributes.map(([oid, value]) => der.sequence(der.oid(oid), value)))),
  );
}

test('text without regard to case, type of string, form and spaces', () => {
  for (const [a, b] of [
    ['example', 'EXAMPLE'],
    ['a b', ' A \t\u00a0 B '],
    ['Straße', 'STRASSE'],
    ['\u212bngstr\u00f6m', 'a\u030angstro\u0308m'],
    ['\ufb01x', 'FIX'],
    ['ΣΑΣ', 'σας'],
    ['a\u00adb\u200dc\u0000', 'ABC'],
    ['', ' '],
    ['a', der.printableString('A')],
    ['a', der.ia5String('A')],
    ['ä', der.element(0x14, Uint8Array.of(0xc4))],
    ['ä', der.element(0x1e, Uint8Array.of(0, 0xc4))],
    ['ä', der.element(0x1c, Uint8Array.of(0, 0, 0, 0xc4))],
  ] as const) {
    assert.ok(namesMatch(of(a), of(b)), `${a} ${b}`);
    assert.ok(namesMatch(of(b), of(a)), `${b} ${a}`);
  }
});

test('marks in a row are put in order thirty at a time, so that many take no long time', () => {
  for (const [first, second] of [
    ['\u0315', '\u0300'],
    ['\uff9e', '\u0334'],
    ['\uff9f', '\u0334'],
  ] as const) {
    const [marks, swapped] = [`${first}${second}`, `${second}${first}`];
    assert.ok(namesMatch(of(`a${marks.repeat(15)}b`), of(`A${swapped.repeat(15)}B`)));
    assert.ok(namesMatch(of(`a${marks.repeat(16)}b`), of(`A${marks.repeat(16)}B`)));
    const inTwoRuns = of(`a${first.repeat(30)}${second.repeat(30)}`);
    assert.not(namesMatch(inTwoRuns, of(`a${second.repeat(30)}${first.repeat(30)}`)));
    assert.ok(namesMatch(inTwoRuns, of(`A${first.repeat(30)}${second.repeat(30)}`)));
  }
});

test('what differs', () => {
  for (const [a, b] of [
    ['a b', 'ab'],
    ['a', 'ä'],
    ['a', 'b'],
    ['#020105', der.integer(5)],
    [der.integer(5), der.integer(6)],
    [der.octetString(Uint8Array.of(0x41)), der.octetString(Uint8Array.of(0x61))],
    ['A', der.octetString(Uint8Array.of(0x41))],
  ] as const) {
    assert.not(namesMatch(of(a), of(b)), `${a} ${b}`);
  }
  assert.not(namesMatch(of('a'), name(['2.5.4.4', 'a'])));
});

test('one after another is not one with another', () => {
  const a = [commonName, der.utf8String('a')] as const;
  const b = ['2.5.4.10', der.utf8String('b')] as const;
  assert.not(namesMatch(name(a, b), inOneSet(a, b)));
  assert.not(namesMatch(name(a, b), name(b, a)));
  assert.not(isNameWithin(inOneSet(a, b), name(a)));
  assert.not(namesMatch(of('a","2.5.4.10","b'), inOneSet(a, b)));
});

test('the attributes of a set have no order', () => {
  const first = inOneSet([commonName, der.utf8String('B')], [commonName, der.utf8String('a')]);
  const second = inOneSet([commonName, der.utf8String('A')], [commonName, der.utf8String('b')]);
  assert.ok(namesMatch(first, second));
  assert.not(namesMatch(first, inOneSet([commonName, der.utf8String('A')])));
});

test('a subtree has the name itself and what is longer', () => {
  const base = name(['2.5.4.6', 'DE'], ['2.5.4.10', 'Example']);
  const below = name(['2.5.4.6', 'de'], ['2.5.4.10', 'example'], [commonName, 'a']);
  assert.ok(isNameWithin(below, base));
  assert.ok(isNameWithin(base, base));
  assert.not(isNameWithin(base, below));
  assert.not(namesMatch(below, base));
  assert.ok(isNameWithin(base, parseName(der.sequence())));
});

test('reads a name in full', () => {
  assert.is(String(parseName(distinguishedNameDer([commonName, 'a']))), 'CN=a');
  for (const bad of [
    der.concat([]),
    der.set(),
    der.concat([der.sequence(), der.sequence()]),
    der.sequence(der.set()),
  ]) {
    assert.throws(
      () => parseName(bad),
      (error: unknown) => error instanceof DerError,
    );
  }
});

test.run();
