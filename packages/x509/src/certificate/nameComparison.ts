import { hex } from '../der/hex.ts';
import { asObjectIdentifier } from '../der/objectIdentifier.ts';
import type { DerReader } from '../der/reader.ts';
import { stringText } from '../der/strings.ts';
import { tags } from '../der/tags.ts';
import { type Name, readAttributes } from './name.ts';

/**
 * Whether two names are the same by RFC 5280 section 7.1: text without regard to case, to the type of string and to
 * spaces that don't count, other values octet by octet.
 */
export function namesMatch(a: Name, b: Name): boolean {
  return keysOf(a).length === keysOf(b).length && isNameWithin(a, b);
}

/** Whether `name` begins with all relative distinguished names of `base`, compared as by `namesMatch`. */
export function isNameWithin(name: Name, base: Name): boolean {
  const keys = keysOf(name);
  return keysOf(base).every((key, index) => key === keys[index]);
}

/** Of names that were compared before. They are never changed. */
const known = new WeakMap<Name, readonly string[]>();

/** A key for each relative distinguished name; those that match have the same. */
function keysOf(name: Name): readonly string[] {
  const keys = known.get(name) ?? readAttributes(name.encoded, attributeKey).map(rdnKey);
  known.set(name, keys);
  return keys;
}

/** The attributes of a SET have no order. */
function rdnKey(attributes: readonly string[]): string {
  return JSON.stringify([...attributes].sort());
}

/** As JSON, so that no value can be made to look like two. */
function attributeKey(attribute: DerReader): string {
  const oid = attribute.within(tags.objectIdentifier, 'type', asObjectIdentifier);
  const { tag, contents, encoded } = attribute.any('value');
  const text = stringText(tag, contents);
  return JSON.stringify(text === undefined ? [oid, 'DER', hex(encoded)] : [oid, prepared(text)]);
}

/**
 * Text as it is compared: caseIgnoreMatch, after the string preparation of RFC 4518 chapter 2. Upper case and then
 * lower case is the folding of RFC 3454 appendix B.2, by the current Unicode.
 */
function prepared(text: string): string {
  const mapped = text
    // Section 2.2: what separates is a space, and what is to be ignored goes.
    .replace(/[\t-\r\x85\p{Z}]/gu, ' ')
    .replace(/[\p{Cc}\p{Cf}\p{DI}\u1806\ufffc]/gu, '');
  const folded = streamSafe(mapped).normalize('NFKC').toUpperCase().toLowerCase().normalize('NFKC');
  // Section 2.6.1, for comparison only: one space between words, and none around them.
  return folded.replace(/ +/g, ' ').trim();
}

/**
 * The Stream-Safe Text Process of Unicode Standard Annex #15: after thirty marks in a row a joiner, across which none is
 * put in order. To order them takes as long as the square of their number, and a certificate has room for 50,000.
 */
function streamSafe(text: string): string {
  // The two voiced sound marks of half width are letters, and become marks when text is normalized.
  return text.replace(/[\p{M}\uff9e\uff9f]{30}/gu, '$&\u034f');
}
