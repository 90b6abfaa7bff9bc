import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { asciiText, decodeText, stringText } from './strings.ts';
import { tags } from './tags.ts';

const bytes = (...octets: readonly number[]): Uint8Array => Uint8Array.from(octets);

test('UTF8String takes what the platform takes, strictly', () => {
  const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  const expected = (octets: Uint8Array): string | undefined => {
    try {
      return strict.decode(octets);
    } catch {
      return undefined;
    }
  };
  const anyText = fc.string({ unit: 'binary' }).map((text) => new TextEncoder().encode(text));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 12 }), anyText), (octets) => {
      assert.is(stringText(tags.utf8String, octets), expected(octets));
    }),
  );
});

test('refuses overlong UTF-8, surrogates, and what is above U+10FFFF', () => {
  for (const octets of [
    bytes(0xc0, 0x80),
    bytes(0xc1, 0xbf),
    bytes(0xe0, 0x9f, 0xbf),
    bytes(0xf0, 0x8f, 0xbf, 0xbf),
    bytes(0xed, 0xa0, 0x80),
    bytes(0xf4, 0x90, 0x80, 0x80),
    bytes(0xf5, 0x80, 0x80, 0x80),
    bytes(0x80),
    bytes(0xc3),
    bytes(0xc3, 0x41),
  ]) {
    assert.is(stringText(tags.utf8String, octets), undefined);
  }
});

test('the other types have their alphabets', () => {
  const text = (letters: string): Uint8Array => Uint8Array.from(letters, (letter) => letter.charCodeAt(0));
  assert.is(stringText(tags.printableString, text("A z0'()+,-./:=?")), "A z0'()+,-./:=?");
  for (const bad of ['a@b', 'a*b', 'a_b', 'a&b', 'a\n', '\xe4']) {
    assert.is(stringText(tags.printableString, text(bad)), undefined, bad);
  }
  assert.is(stringText(tags.numericString, text('12 3')), '12 3');
  assert.is(stringText(tags.numericString, text('12a')), undefined);
  assert.is(stringText(tags.ia5String, text('a@b\n')), 'a@b\n');
  assert.is(stringText(tags.ia5String, text('\x80')), undefined);
  assert.is(stringText(tags.visibleString, text('a@b ~')), 'a@b ~');
  assert.is(stringText(tags.visibleString, text('a\tb')), undefined);
  assert.is(stringText(tags.teletexString, text('M\xfcnchen')), 'München');
  assert.is(stringText(tags.bmpString, bytes(0x00, 0x41, 0x20, 0xac)), 'A€');
  assert.is(stringText(tags.bmpString, bytes(0x00)), undefined);
  assert.is(stringText(tags.bmpString, bytes(0xd8, 0x00)), undefined);
  assert.is(stringText(tags.universalString, bytes(0, 1, 0xf6, 0x00)), '😀');
  assert.is(stringText(tags.universalString, bytes(0, 0x11, 0, 0)), undefined);
  assert.is(stringText(tags.octetString, bytes(0x41)), undefined);
});

test('the text of one element', () => {
  assert.is(decodeText(bytes(tags.utf8String, 2, 0xc3, 0xbc)), 'ü');
  assert.is(decodeText(bytes(tags.utf8String, 1, 0xc3)), undefined);
  assert.is(decodeText(bytes(tags.integer, 1, 0x41)), undefined);
  assert.throws(() => decodeText(bytes(tags.utf8String, 1)), /should have 1 octets/);
  assert.throws(() => decodeText(bytes(tags.utf8String, 0, 0)), /1 octets are left over/);
});

test('long text in one piece', () => {
  assert.is(asciiText(new Uint8Array(100_000).fill(0x61))?.length, 100_000);
  assert.is(asciiText(bytes(0x61, 0x80)), undefined);
});

test.run();
