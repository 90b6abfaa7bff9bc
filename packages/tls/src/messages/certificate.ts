import { Reader } from '../wire/reader.ts';
import { Writer } from '../wire/writer.ts';
import { type Extension, readExtensions, writeExtensions } from './extension.ts';

/** One certificate of a chain with what was said about it, RFC 8446 section 4.4.2. */
export interface CertificateEntry {
  /** DER. */
  readonly certData: Uint8Array;
  readonly extensions: readonly Extension[];
}

/** Certificate, RFC 8446 section 4.4.2. */
export interface CertificateMessage {
  readonly certificateRequestContext: Uint8Array;
  /** The sender's own certificate first. Empty where it has none to show. */
  readonly certificateList: readonly CertificateEntry[];
}

export function encodeCertificate(message: CertificateMessage): Uint8Array {
  const writer = new Writer();
  writer
    .vector8(() => writer.bytes(message.certificateRequestContext))
    .vector24(() => {
      for (const { certData, extensions } of message.certificateList) {
        writer.vector24(() => writer.bytes(certData));
        writeExtensions(writer, extensions);
      }
    });
  return writer.finish();
}

/** @throws TLSError decode_error, or illegal_parameter for a doubled extension */
export function decodeCertificate(body: Uint8Array): CertificateMessage {
  const reader = new Reader(body, 'Certificate');
  const certificateRequestContext = reader.vector8();
  const list = new Reader(reader.vector24(), 'Certificate');
  reader.end();
  const certificateList: CertificateEntry[] = [];
  while (list.remaining > 0) {
    certificateList.push({
      certData: list.vector24(1),
      extensions: readExtensions(list, 'CertificateEntry'),
    });
  }
  return { certificateRequestContext, certificateList };
}
