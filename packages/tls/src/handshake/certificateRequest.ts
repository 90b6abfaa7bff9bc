import type { CertificateType, ClientCertificateRequest } from '../credential.ts';
import { misbehaved } from '../errors.ts';
import {
  readCertificateAuthorities,
  readCertificateCompressionAlgorithms,
  readOidFilters,
  readSignatureAlgorithmsCert,
} from '../messages/authenticationBodies.ts';
import { decodeCertificateRequest } from '../messages/certificateRequest.ts';
import { type Extension, findExtension } from '../messages/extension.ts';
import { readSignatureAlgorithms, requireEmpty } from '../messages/extensionBodies.ts';
import type { HandshakeMessage } from '../messages/handshakeMessage.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { checkUnaskedExtensions } from './serverHelloChecks.ts';

// RFC 8446 section 4.2, the table of extensions and messages; RFC 8879 section 3; RFC 9345 section 4.1.2.
const permitted = [
  extensionTypes.statusRequest,
  extensionTypes.signatureAlgorithms,
  extensionTypes.signedCertificateTimestamp,
  extensionTypes.compressCertificate,
  extensionTypes.delegatedCredential,
  extensionTypes.certificateAuthorities,
  extensionTypes.oidFilters,
  extensionTypes.signatureAlgorithmsCert,
];

/** A CertificateRequest, and what the answer to it begins with. */
export interface ReceivedCertificateRequest extends ClientCertificateRequest {
  /** Empty in the handshake. */
  readonly context: Uint8Array;
}

/** CertificateRequest, RFC 8446 section 4.3.2. What is asked for beside the certificate itself is never given. */
export function readCertificateRequest(
  { body }: HandshakeMessage,
  certificateType: CertificateType,
): ReceivedCertificateRequest {
  const { certificateRequestContext, extensions } = decodeCertificateRequest(body);
  checkUnaskedExtensions('CertificateRequest', extensions, permitted);
  const find = (type: number): Uint8Array | undefined => findExtension(extensions, type)?.data;
  const authorities = find(extensionTypes.certificateAuthorities);
  const certificateSchemes = find(extensionTypes.signatureAlgorithmsCert);
  checkUnused(extensions);
  return {
    context: certificateRequestContext.slice(),
    certificateType,
    clientCertificateTypes: undefined,
    signatureSchemes: requiredSchemes(find(extensionTypes.signatureAlgorithms)),
    certificateSignatureSchemes: certificateSchemes && readSignatureAlgorithmsCert(certificateSchemes),
    certificateAuthorities: authorities
      ? readCertificateAuthorities(authorities).map((name) => name.slice())
      : [],
  };
}

function requiredSchemes(data: Uint8Array | undefined): number[] {
  if (data !== undefined) return readSignatureAlgorithms(data);
  throw misbehaved(
    'missing_extension',
    'MISSING_EXTENSION',
    'CertificateRequest has no signature_algorithms',
  );
}

/**
 * What has no consequence has to be right all the same. Of oid_filters we know no object identifier, and then section 4.2.5
 * lets every certificate through.
 */
function checkUnused(extensions: readonly Extension[]): void {
  for (const { type, data } of extensions) {
    if (type === extensionTypes.oidFilters) readOidFilters(data);
    if (type === extensionTypes.compressCertificate) readCertificateCompressionAlgorithms(data);
    if (type === extensionTypes.delegatedCredential) readSignatureAlgorithms(data);
    if (type === extensionTypes.signedCertificateTimestamp)
      requireEmpty(data, 'signed_certificate_timestamp');
  }
}
