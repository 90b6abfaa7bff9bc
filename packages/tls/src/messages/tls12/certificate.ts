import { malformed } from '../../brokenRules.ts';
import { Reader } from '../../wire/reader.ts';
import { Writer } from '../../wire/writer.ts';

/** `ASN.1Cert certificate_list<0..2^24-1>`, RFC 5246 section 7.4.2. @param certificates DER, one's own first */
export function encodeCertificate12(certificates: readonly Uint8Array[]): Uint8Array {
  const writer = new Writer();
  writer.vector24(() => {
    for (const certificate of certificates) writer.vector24(() => writer.bytes(certificate));
  });
  return writer.finish();
}

/** @throws TLSError decode_error */
export function decodeCertificate12(body: Uint8Array): Uint8Array[] {
  const reader = new Reader(body, 'Certificate');
  const list = new Reader(reader.vector24(), 'Certificate');
  reader.end();
  const certificates: Uint8Array[] = [];
  while (list.remaining > 0) certificates.push(list.vector24(1));
  return certificates;
}

/** RFC 7250 section 3: of a raw key, its SubjectPublicKeyInfo takes the whole message. */
export function encodeRawPublicKey12(subjectPublicKeyInfo: Uint8Array): Uint8Array {
  const writer = new Writer();
  writer.vector24(() => writer.bytes(subjectPublicKeyInfo));
  return writer.finish();
}

/** @throws TLSError decode_error */
export function decodeRawPublicKey12(body: Uint8Array): Uint8Array {
  const reader = new Reader(body, 'Certificate');
  const key = reader.vector24(1);
  reader.end();
  return key;
}

/** CertificateStatusType of RFC 6066 section 8. */
const ocspStatus = 1;

/** CertificateStatus, RFC 6066 section 8. @param ocspResponse DER */
export function encodeCertificateStatus(ocspResponse: Uint8Array): Uint8Array {
  const writer = new Writer();
  writer.uint8(ocspStatus).vector24(() => writer.bytes(ocspResponse));
  return writer.finish();
}

/** The OCSPResponse, DER. @throws TLSError decode_error */
export function decodeCertificateStatus(body: Uint8Array): Uint8Array {
  const reader = new Reader(body, 'CertificateStatus');
  const type = reader.uint8();
  if (type !== ocspStatus) {
    throw malformed(`CertificateStatus is of type ${type}, and ${ocspStatus}, ocsp, was asked for`);
  }
  const response = reader.vector24(1);
  reader.end();
  return response;
}
