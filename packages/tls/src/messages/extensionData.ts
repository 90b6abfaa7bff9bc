/** How the data of an extension is written and read. */
import { Reader } from '../wire/reader.ts';
import { Writer } from '../wire/writer.ts';
import type { Extension } from './extension.ts';

export function extension(type: number, write: (writer: Writer) => void): Extension {
  const writer = new Writer();
  write(writer);
  return { type, data: writer.finish() };
}

/** @throws TLSError decode_error, also where something is left over */
export function read<T>(data: Uint8Array, what: string, content: (reader: Reader) => T): T {
  const reader = new Reader(data, what);
  const value = content(reader);
  reader.end();
  return value;
}
