import { Reader } from '../wire/reader.ts';
import { asciiBytes } from '../wire/text.ts';
import { Writer } from '../wire/writer.ts';

/** DelegatedCredential, RFC 9345 section 4. */
export interface DelegatedCredential {
  /** Seconds after the notBefore of the certificate. */
  readonly validTime: number;
  /** SignatureScheme that its holder signs CertificateVerify with. */
  readonly certificateVerifyAlgorithm: number;
  /** DER. Never empty. */
  readonly subjectPublicKeyInfo: Uint8Array;
  /** SignatureScheme that the certificate's key signed it with. */
  readonly algorithm: number;
  readonly signature: Uint8Array;
}

export function encodeDelegatedCredential(credential: DelegatedCredential): Uint8Array {
  const writer = new Writer();
  writer.bytes(signedPart(credential)).vector16(() => writer.bytes(credential.signature));
  return writer.finish();
}

/** @throws TLSError decode_error */
export function decodeDelegatedCredential(data: Uint8Array): DelegatedCredential {
  const reader = new Reader(data, 'delegated_credential');
  const credential: DelegatedCredential = {
    validTime: reader.uint32(),
    certificateVerifyAlgorithm: reader.uint16(),
    subjectPublicKeyInfo: reader.vector24(1),
    algorithm: reader.uint16(),
    signature: reader.vector16(),
  };
  reader.end();
  return credential;
}

/** Credential, and the algorithm of the signature over it. */
function signedPart(credential: Omit<DelegatedCredential, 'signature'>): Uint8Array {
  const writer = new Writer();
  writer
    .uint32(credential.validTime)
    .uint16(credential.certificateVerifyAlgorithm)
    .vector24(() => writer.bytes(credential.subjectPublicKeyInfo))
    .uint16(credential.algorithm);
  return writer.finish();
}

const context = 'TLS, server delegated credentials';

/** What a server's certificate signs: 64 spaces, a context string, a zero, the certificate, the credential. */
export function delegatedCredentialContent(
  certificate: Uint8Array,
  credential: Omit<DelegatedCredential, 'signature'>,
): Uint8Array {
  const content = new Writer();
  content
    .bytes(new Uint8Array(64).fill(0x20))
    .bytes(asciiBytes(context))
    .uint8(0)
    .bytes(certificate)
    .bytes(signedPart(credential));
  return content.finish();
}
