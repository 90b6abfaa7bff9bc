import { misbehaved } from '../errors.ts';
import type { AlertName } from '../protocol/alerts.ts';
import { extensionTypeName } from '../protocol/extensionTypes.ts';
import { Reader } from '../wire/reader.ts';
import type { Writer } from '../wire/writer.ts';

/** An extension as it stands on the wire. */
export interface Extension {
  /** ExtensionType, RFC 8446 section 4.2. */
  readonly type: number;
  readonly data: Uint8Array;
}

/**
 * `Extension extensions<0..2^16-1>`, in the order of the wire.
 * @param duplicateAlert for a type that stands twice, which RFC 8446 section 4.2 forbids without naming an alert
 * @throws TLSError decode_error
 */
export function readExtensions(
  reader: Reader,
  what: string,
  duplicateAlert: AlertName = 'illegal_parameter',
): Extension[] {
  const list = new Reader(reader.vector16(), what);
  const extensions: Extension[] = [];
  const seen = new Set<number>();
  while (list.remaining > 0) {
    const type = list.uint16();
    const data = list.vector16();
    if (seen.has(type)) {
      throw misbehaved(
        duplicateAlert,
        'DUPLICATE_EXTENSION',
        `${what} has the extension ${extensionTypeName(type)} twice`,
      );
    }
    seen.add(type);
    extensions.push({ type, data });
  }
  return extensions;
}

export function writeExtensions(writer: Writer, extensions: readonly Extension[]): void {
  writer.vector16(() => {
    for (const { type, data } of extensions) {
      writer.uint16(type).vector16(() => writer.bytes(data));
    }
  });
}

/** The same with `replacement` in the place of that of its type, where there is one. */
export function replaceExtension(
  extensions: readonly Extension[],
  replacement: Extension,
): readonly Extension[] {
  return extensions.map((extension) => (extension.type === replacement.type ? replacement : extension));
}

export function findExtension(extensions: readonly Extension[], type: number): Extension | undefined {
  return extensions.find((extension) => extension.type === type);
}
