import { Reader } from '../wire/reader.ts';
import { asciiBytes } from '../wire/text.ts';
import { Writer } from '../wire/writer.ts';

/** CertificateVerify, RFC 8446 section 4.4.3. */
export interface CertificateVerify {
  /** SignatureScheme. */
  readonly algorithm: number;
  readonly signature: Uint8Array;
}

export function encodeCertificateVerify(message: CertificateVerify): Uint8Array {
  const writer = new Writer();
  writer.uint16(message.algorithm).vector16(() => writer.bytes(message.signature));
  return writer.finish();
}

/** @throws TLSError decode_error */
export function decodeCertificateVerify(body: Uint8Array): CertificateVerify {
  const reader = new Reader(body, 'CertificateVerify');
  const message: CertificateVerify = { algorithm: reader.uint16(), signature: reader.vector16() };
  reader.end();
  return message;
}

const contextStrings = {
  server: asciiBytes('TLS 1.3, server CertificateVerify'),
  client: asciiBytes('TLS 1.3, client CertificateVerify'),
};

/** What is signed: 64 spaces, a context string, a zero, the transcript's hash. RFC 8446 section 4.4.3. */
export function certificateVerifyContent(
  signer: 'server' | 'client',
  transcriptHash: Uint8Array,
): Uint8Array {
  const content = new Writer();
  content.bytes(new Uint8Array(64).fill(0x20)).bytes(contextStrings[signer]).uint8(0).bytes(transcriptHash);
  return content.finish();
}
