import { asObjectIdentifier } from '../der/objectIdentifier.ts';
import type { DerReader } from '../der/reader.ts';
import { asciiText } from '../der/strings.ts';
import { contextConstructed, contextPrimitive, tags, tagText } from '../der/tags.ts';
import { type Name, readName } from './name.ts';

/** GeneralName, RFC 5280 section 4.2.1.6. */
export type GeneralName =
  | { readonly type: 'otherName'; readonly oid: string /** DER. */; readonly value: Uint8Array }
  | { readonly type: 'rfc822Name'; readonly value: string }
  | { readonly type: 'dNSName'; readonly value: string }
  /** Contents not looked into. */
  | { readonly type: 'x400Address' | 'ediPartyName'; readonly value: Uint8Array }
  | { readonly type: 'directoryName'; readonly value: Name }
  | { readonly type: 'uniformResourceIdentifier'; readonly value: string }
  /** The octets, in network order. */
  | { readonly type: 'iPAddress'; readonly value: Uint8Array }
  /** Dotted. */
  | { readonly type: 'registeredID'; readonly value: string };

/** GeneralNames: one at least, until the end of `reader`. */
export function readGeneralNames(reader: DerReader): GeneralName[] {
  return reader.items(readGeneralName);
}

export function readGeneralName(reader: DerReader): GeneralName {
  const tag = reader.nextTag;
  switch (tag) {
    case contextConstructed(0):
      return reader.within(tag, 'otherName', readOtherName);
    case contextPrimitive(1):
      return { type: 'rfc822Name', value: reader.within(tag, 'rfc822Name', asIa5String) };
    case contextPrimitive(2):
      return { type: 'dNSName', value: reader.within(tag, 'dNSName', asIa5String) };
    case contextConstructed(3):
      return { type: 'x400Address', value: reader.any('x400Address').contents };
    case contextConstructed(4):
      return {
        type: 'directoryName',
        value: reader.within(tag, 'directoryName', (contents) => readName(contents, 'name')),
      };
    case contextConstructed(5):
      return { type: 'ediPartyName', value: reader.any('ediPartyName').contents };
    case contextPrimitive(6):
      return {
        type: 'uniformResourceIdentifier',
        value: reader.within(tag, 'uniformResourceIdentifier', asIa5String),
      };
    case contextPrimitive(7):
      return { type: 'iPAddress', value: reader.within(tag, 'iPAddress', (contents) => contents.rest()) };
    case contextPrimitive(8):
      return { type: 'registeredID', value: reader.within(tag, 'registeredID', asObjectIdentifier) };
    default:
      throw reader.error(
        tag === undefined ? 'a GeneralName is missing' : `no GeneralName has the tag ${tagText(tag)}`,
      );
  }
}

function readOtherName(contents: DerReader): GeneralName {
  return {
    type: 'otherName',
    oid: contents.within(tags.objectIdentifier, 'type-id', asObjectIdentifier),
    value: contents.within(contextConstructed(0), 'value', (field) => field.any('value').encoded),
  };
}

function asIa5String(reader: DerReader): string {
  const text = asciiText(reader.rest());
  if (text === undefined) throw reader.error('an IA5String has only ASCII characters');
  return text;
}
