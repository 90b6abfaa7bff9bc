import { asObjectIdentifier } from '../der/objectIdentifier.ts';
import { asBoolean, asOctetString } from '../der/primitives.ts';
import type { DerReader } from '../der/reader.ts';
import { tags } from '../der/tags.ts';

/** Extension, RFC 5280 section 4.1. */
export interface Extension {
  /** Dotted: `2.5.29.17`. */
  readonly oid: string;
  readonly critical: boolean;
  /** What stands in extnValue: DER of the type that belongs to the OID. */
  readonly value: Uint8Array;
}

/** Extensions: one at least, and none twice (RFC 5280 section 4.2). */
export function readExtensions(reader: DerReader): ReadonlyMap<string, Extension> {
  const extensions = new Map<string, Extension>();
  reader.sequence('list', (list) => {
    list.items((item) => {
      const extension = item.sequence('extension', readExtension);
      if (extensions.has(extension.oid)) throw item.error(`the extension ${extension.oid} is there twice`);
      extensions.set(extension.oid, extension);
    });
  });
  return extensions;
}

function readExtension(contents: DerReader): Extension {
  const oid = contents.within(tags.objectIdentifier, 'extnID', asObjectIdentifier);
  const critical = contents.optional(tags.boolean, 'critical', asBoolean);
  // X.690 section 11.5: a value that is the default is not encoded.
  if (critical === false) throw contents.error(`critical is FALSE by default, and encoded nevertheless`);
  return Object.freeze({
    oid,
    critical: critical ?? false,
    value: contents.within(tags.octetString, 'extnValue', asOctetString),
  });
}
