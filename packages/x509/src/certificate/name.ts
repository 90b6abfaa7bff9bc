import { briefHex, hex } from '../der/hex.ts';
import { asObjectIdentifier } from '../der/objectIdentifier.ts';
import { DerReader } from '../der/reader.ts';
import { isStringTag, isText, latin1Text, stringText } from '../der/strings.ts';
import { tags, tagText } from '../der/tags.ts';
import { printable } from '../printable.ts';
import { compareBytes } from './bytes.ts';

/** One AttributeTypeAndValue, for people. */
export interface NameAttribute {
  /** Dotted: `2.5.4.3`. `attributeTypeName` knows what it is called. */
  readonly oid: string;
  /** The text; of a type without text, `#` and its DER in hexadecimal (RFC 4514 section 2.4). */
  readonly value: string;
}

/**
 * Name, RFC 5280 section 4.1.2.4. Who issued a certificate is found by the `encoded` octets: an authority "MUST"
 * encode its name as issuer as it is encoded as subject (section 4.1.2.6). For all else there is `namesMatch`.
 */
export interface Name {
  /** DER. */
  readonly encoded: Uint8Array;
  /** Whether it is without any attribute. */
  readonly isEmpty: boolean;
  /** The relative distinguished names in the order of the certificate, decoded when asked for. */
  readonly rdns: readonly (readonly NameAttribute[])[];
  /** For messages: `CN=Test Root, O=Example`, shortened where it is long. */
  toString(): string;
}

/** Checks a Name in full; its text is made when it is asked for. */
export function readName(reader: DerReader, label: string): Name {
  return reader.sequence(label, (contents) => {
    const isEmpty = contents.atEnd;
    while (!contents.atEnd) readRdn(contents, checkAttribute);
    return new DecodedName(contents.encoded, isEmpty);
  });
}

/**
 * Reads a Name, which must be all of `der`. It keeps a copy.
 * @throws DerError
 */
export function parseName(der: Uint8Array): Name {
  return DerReader.read(new Uint8Array(der), 'Name', (reader) => readName(reader, 'Name'));
}

class DecodedName implements Name {
  readonly encoded: Uint8Array;
  readonly isEmpty: boolean;
  #rdns: readonly (readonly NameAttribute[])[] | undefined;
  #text: string | undefined;

  constructor(encoded: Uint8Array, isEmpty: boolean) {
    this.encoded = encoded;
    this.isEmpty = isEmpty;
    Object.freeze(this);
  }

  get rdns(): readonly (readonly NameAttribute[])[] {
    this.#rdns ??= readAttributes(this.encoded, decodeAttribute);
    return this.#rdns;
  }

  toString(): string {
    this.#text ??= describe(this.rdns);
    return this.#text;
  }
}

/** A name as the key of a Map. */
export function nameKey(name: Name): string {
  return latin1Text(name.encoded);
}

/** The attributes of each relative distinguished name, read by `read`. */
export function readAttributes<T>(
  encoded: Uint8Array,
  read: (attribute: DerReader) => T,
): readonly (readonly T[])[] {
  return DerReader.read(encoded, 'Name', (reader) =>
    reader.sequence('Name', (contents) => {
      const rdns: (readonly T[])[] = [];
      while (!contents.atEnd) rdns.push(readRdn(contents, read));
      return rdns;
    }),
  );
}

/** RelativeDistinguishedName: a SET OF, so in DER its items stand in the order of their octets (X.690 11.6). */
function readRdn<T>(reader: DerReader, read: (attribute: DerReader) => T): T[] {
  return reader.within(tags.set, 'relativeDistinguishedName', (set) => {
    let before: Uint8Array | undefined;
    return set.items((item) =>
      item.sequence('attribute', (attribute) => {
        const isAlone = before === undefined && item.atEnd;
        if (!isAlone) {
          if (before !== undefined && compareBytes(before, attribute.encoded) > 0) {
            throw attribute.error('the attributes of a SET are not in the order of DER');
          }
          before = attribute.encoded;
        }
        return read(attribute);
      }),
    );
  });
}

/** A value of a string type has to be of that type; values of other types are not looked into. */
function checkAttribute(attribute: DerReader): void {
  attribute.within(tags.objectIdentifier, 'type', asObjectIdentifier);
  const { tag, contents } = attribute.any('value');
  if (isStringTag(tag) && !isText(tag, contents)) {
    throw attribute.error(`${briefHex(contents)} is not text of the type with the tag ${tagText(tag)}`);
  }
}

function decodeAttribute(attribute: DerReader): NameAttribute {
  const oid = attribute.within(tags.objectIdentifier, 'type', asObjectIdentifier);
  const { tag, contents, encoded } = attribute.any('value');
  const value = stringText(tag, contents) ?? `#${hex(encoded)}`;
  return { oid, value };
}

/** Of RFC 4514 section 3, and what else one meets in the names of authorities and servers, as OpenSSL has it. */
const shortTypes: Readonly<Record<string, string>> = {
  '2.5.4.3': 'CN',
  '2.5.4.4': 'SN',
  '2.5.4.5': 'serialNumber',
  '2.5.4.6': 'C',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'street',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.42': 'GN',
  '0.9.2342.19200300.100.1.1': 'UID',
  '0.9.2342.19200300.100.1.25': 'DC',
  '1.2.840.113549.1.9.1': 'emailAddress',
};

function describe(rdns: readonly (readonly NameAttribute[])[]): string {
  const text = rdns
    .map((rdn) => rdn.map(({ oid, value }) => `${shortTypes[oid] ?? oid}=${value}`).join('+'))
    .join(', ');
  if (text === '') return 'an empty name';
  return printable(text);
}
