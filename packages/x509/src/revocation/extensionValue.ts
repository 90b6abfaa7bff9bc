import type { Extension } from '../certificate/extension.ts';
import { DerReader } from '../der/reader.ts';

/**
 * What an extension says, undefined where it isn't there.
 * @throws DerError
 */
export function extensionValue<T>(
  extensions: ReadonlyMap<string, Extension>,
  oid: string,
  label: string,
  read: (reader: DerReader) => T,
): T | undefined {
  const extension = extensions.get(oid);
  return extension && DerReader.read(extension.value, label, read);
}

/** The first extension that demands to be understood, and isn't (RFC 5280 section 4.2, RFC 6960 section 4.4). */
export function unknownCritical(
  extensions: ReadonlyMap<string, Extension>,
  understood: ReadonlySet<string>,
): string | undefined {
  return [...extensions.values()].find(({ oid, critical }) => critical && !understood.has(oid))?.oid;
}
