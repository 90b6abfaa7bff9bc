import { Reader } from '../wire/reader.ts';
import { Writer } from '../wire/writer.ts';
import { type Extension, readExtensions, writeExtensions } from './extension.ts';

/** CertificateRequest, RFC 8446 section 4.3.2. */
export interface CertificateRequest {
  /** Empty in the handshake. */
  readonly certificateRequestContext: Uint8Array;
  readonly extensions: readonly Extension[];
}

export function encodeCertificateRequest(request: CertificateRequest): Uint8Array {
  const writer = new Writer();
  writer.vector8(() => writer.bytes(request.certificateRequestContext));
  writeExtensions(writer, request.extensions);
  return writer.finish();
}

/** @throws TLSError decode_error, or illegal_parameter for a doubled extension */
export function decodeCertificateRequest(body: Uint8Array): CertificateRequest {
  const reader = new Reader(body, 'CertificateRequest');
  const request: CertificateRequest = {
    certificateRequestContext: reader.vector8(),
    extensions: readExtensions(reader, 'CertificateRequest'),
  };
  reader.end();
  return request;
}
