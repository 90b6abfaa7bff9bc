import { DerReader } from './reader.ts';
import { tags } from './tags.ts';

/** The text of ASCII octets, undefined if one is above 127. */
export function asciiText(bytes: Uint8Array): string | undefined {
  for (let i = 0; i < bytes.length; i++) if ((bytes[i] ?? 0) >= 0x80) return undefined;
  return latin1Text(bytes);
}

const piece = 4096;

/** Each octet as the character with its number. */
export function latin1Text(bytes: Uint8Array): string {
  // In pieces, because the number of arguments of a call is limited. To spread them takes ten times as long.
  if (bytes.length <= piece) return Reflect.apply(String.fromCharCode, undefined, bytes);
  let text = '';
  for (let at = 0; at < bytes.length; at += piece) {
    text += Reflect.apply(String.fromCharCode, undefined, bytes.subarray(at, at + piece));
  }
  return text;
}

/** The characters of the types that have only some of ASCII (X.680 section 41.4). */
const alphabets: ReadonlyMap<number, readonly boolean[]> = new Map([
  [tags.printableString, alphabet(/[A-Za-z0-9 '()+,\-./:=?]/)],
  [tags.numericString, alphabet(/[0-9 ]/)],
  [tags.visibleString, alphabet(/[\x20-\x7e]/)],
  [tags.ia5String, alphabet(/[\0-\x7f]/)],
]);

const otherStringTags: ReadonlySet<number> = new Set([
  tags.utf8String,
  tags.teletexString,
  tags.bmpString,
  tags.universalString,
]);

function alphabet(letters: RegExp): readonly boolean[] {
  return Array.from({ length: 256 }, (_, octet) => letters.test(String.fromCharCode(octet)));
}

/** Whether the tag is that of a string type that is known here. */
export function isStringTag(tag: number): boolean {
  return alphabets.has(tag) || otherStringTags.has(tag);
}

/** Whether `stringText` has a text for it. */
export function isText(tag: number, contents: Uint8Array): boolean {
  const letters = alphabets.get(tag);
  if (letters) return contents.every((octet) => letters[octet]);
  if (tag === tags.utf8String && contents.every((octet) => octet < 0x80)) return true;
  return stringText(tag, contents) !== undefined;
}

/**
 * The text of a string type by its tag (X.680 chapter 41), undefined if the octets are not of that type or the
 * type is none. TeletexString is read as Latin-1, which is what certificates put into it.
 */
export function stringText(tag: number, contents: Uint8Array): string | undefined {
  switch (tag) {
    case tags.utf8String:
      return utf8Text(contents);
    case tags.teletexString:
      return latin1Text(contents);
    case tags.bmpString:
      return wideText(contents, 2);
    case tags.universalString:
      return wideText(contents, 4);
    default:
      return alphabets.has(tag) && isText(tag, contents) ? latin1Text(contents) : undefined;
  }
}

/**
 * The text of one DER element of a string type, undefined where it is of no such type or is no such text.
 * @throws DerError where `der` is not one element
 */
export function decodeText(der: Uint8Array): string | undefined {
  const { tag, contents } = DerReader.read(der, 'text', (reader) => reader.any('text'));
  return stringText(tag, contents);
}

/** UTF-8 by RFC 3629: shortest forms only, no surrogates, nothing above U+10FFFF. */
function utf8Text(bytes: Uint8Array): string | undefined {
  let text = '';
  for (let at = 0; at < bytes.length; ) {
    const first = bytes[at++] ?? 0;
    if (first < 0x80) {
      text += String.fromCharCode(first);
      continue;
    }
    const following = first >= 0xf0 ? 3 : first >= 0xe0 ? 2 : 1;
    if (first < 0xc2 || first > 0xf4 || at + following > bytes.length) return undefined;
    let point = first & (0x3f >> following);
    for (let index = 0; index < following; index++) {
      const octet = bytes[at++] ?? 0;
      if ((octet & 0xc0) !== 0x80) return undefined;
      point = point * 64 + (octet & 0x3f);
    }
    const smallest = following === 1 ? 0x80 : following === 2 ? 0x800 : 0x10000;
    if (point < smallest || !isScalarValue(point)) return undefined;
    text += String.fromCodePoint(point);
  }
  return text;
}

/** UCS-2 or UCS-4, big-endian. */
function wideText(bytes: Uint8Array, width: 2 | 4): string | undefined {
  if (bytes.length % width !== 0) return undefined;
  let text = '';
  for (let at = 0; at < bytes.length; at += width) {
    const point = bytes.subarray(at, at + width).reduce((sum, octet) => sum * 256 + octet, 0);
    if (!isScalarValue(point)) return undefined;
    text += String.fromCodePoint(point);
  }
  return text;
}

function isScalarValue(point: number): boolean {
  return point <= 0x10ffff && (point < 0xd800 || point > 0xdfff);
}
