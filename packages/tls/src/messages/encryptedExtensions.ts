import { Reader } from '../wire/reader.ts';
import { Writer } from '../wire/writer.ts';
import { type Extension, readExtensions, writeExtensions } from './extension.ts';

/** EncryptedExtensions, RFC 8446 section 4.3.1. */
export function encodeEncryptedExtensions(extensions: readonly Extension[]): Uint8Array {
  const writer = new Writer();
  writeExtensions(writer, extensions);
  return writer.finish();
}

/** @throws TLSError decode_error */
export function decodeEncryptedExtensions(body: Uint8Array): Extension[] {
  const reader = new Reader(body, 'EncryptedExtensions');
  const extensions = readExtensions(reader, 'EncryptedExtensions', 'decode_error');
  reader.end();
  return extensions;
}
