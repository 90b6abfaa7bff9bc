import { Reader } from '../../wire/reader.ts';
import { Writer } from '../../wire/writer.ts';

/** CertificateRequest, RFC 5246 section 7.4.4. */
export interface CertificateRequest12 {
  /** ClientCertificateType. */
  readonly certificateTypes: readonly number[];
  /** SignatureSchemes, in TLS 1.2 pairs of a hash and a signature. */
  readonly signatureSchemes: readonly number[];
  /** DER, a DistinguishedName each. */
  readonly certificateAuthorities: readonly Uint8Array[];
}

/** ClientCertificateType, RFC 5246 section 7.4.4 and RFC 8422 section 5.5. */
export const clientCertificateTypes = { rsaSign: 1, ecdsaSign: 64 } as const;

export function encodeCertificateRequest12(request: CertificateRequest12): Uint8Array {
  const writer = new Writer();
  writer
    .vector8(() => {
      for (const type of request.certificateTypes) writer.uint8(type);
    })
    .uint16List(request.signatureSchemes)
    .vector16(() => {
      for (const name of request.certificateAuthorities) writer.vector16(() => writer.bytes(name));
    });
  return writer.finish();
}

/** @throws TLSError decode_error */
export function decodeCertificateRequest12(body: Uint8Array): CertificateRequest12 {
  const reader = new Reader(body, 'CertificateRequest');
  const certificateTypes = [...reader.vector8(1)];
  const signatureSchemes = reader.uint16List();
  const names = new Reader(reader.vector16(), 'CertificateRequest');
  reader.end();
  const certificateAuthorities: Uint8Array[] = [];
  while (names.remaining > 0) certificateAuthorities.push(names.vector16(1));
  return { certificateTypes, signatureSchemes, certificateAuthorities };
}
