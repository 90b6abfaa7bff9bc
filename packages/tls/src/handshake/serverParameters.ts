import { misbehaved } from '../errors.ts';
import { decodeCertificateRequest } from '../messages/certificateRequest.ts';
import { decodeEncryptedExtensions } from '../messages/encryptedExtensions.ts';
import { type Extension, findExtension } from '../messages/extension.ts';
import {
  readAlpnProtocols,
  readSignatureAlgorithms,
  readSupportedGroups,
  requireEmpty,
} from '../messages/extensionBodies.ts';
import type { HandshakeMessage } from '../messages/handshakeMessage.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { printable } from '../wire/text.ts';
import type { ClientOffer } from './clientOffer.ts';
import { agreedRecordLimits, type RecordLimits } from './recordLimits.ts';
import { checkExtensions, checkUnaskedExtensions } from './serverHelloChecks.ts';

// RFC 8446 section 4.2, the table of extensions and messages.
const permittedInEncryptedExtensions = [
  extensionTypes.serverName,
  extensionTypes.supportedGroups,
  extensionTypes.applicationLayerProtocolNegotiation,
  extensionTypes.maxFragmentLength,
  extensionTypes.recordSizeLimit,
];
const permittedInCertificateRequest = [
  extensionTypes.statusRequest,
  extensionTypes.signatureAlgorithms,
  extensionTypes.signedCertificateTimestamp,
  extensionTypes.certificateAuthorities,
  extensionTypes.oidFilters,
  extensionTypes.signatureAlgorithmsCert,
];

export interface ServerParameters {
  readonly alpnProtocol: string | undefined;
  /** NamedGroups that it prefers, most wanted first; undefined where it doesn't say. */
  readonly groups: readonly number[] | undefined;
  readonly recordLimits: RecordLimits;
}

/** EncryptedExtensions, RFC 8446 section 4.3.1. */
export function readServerParameters(offer: ClientOffer, message: HandshakeMessage): ServerParameters {
  const extensions = decodeEncryptedExtensions(message.body);
  checkExtensions('EncryptedExtensions', offer.hello.extensions, extensions, permittedInEncryptedExtensions);

  const serverName = findExtension(extensions, extensionTypes.serverName);
  if (serverName !== undefined) requireEmpty(serverName.data, 'server_name'); // RFC 6066 section 3
  const groups = findExtension(extensions, extensionTypes.supportedGroups);
  return {
    groups: groups && readSupportedGroups(groups.data),
    alpnProtocol: selectedProtocol(offer, extensions),
    recordLimits: agreedRecordLimits(offer.hello.extensions, extensions),
  };
}

/** RFC 7301 section 3.1: exactly one protocol, and one of ours. */
function selectedProtocol(offer: ClientOffer, extensions: readonly Extension[]): string | undefined {
  const type = extensionTypes.applicationLayerProtocolNegotiation;
  const answer = findExtension(extensions, type);
  const question = findExtension(offer.hello.extensions, type);
  if (answer === undefined || question === undefined) return undefined;
  const [protocol, ...more] = readAlpnProtocols(answer.data);
  if (protocol === undefined || more.length > 0) {
    throw misbehaved(
      'illegal_parameter',
      'BAD_EXTENSION',
      `the server selected ${more.length + 1} application protocols and has to select one`,
    );
  }
  if (!readAlpnProtocols(question.data).includes(protocol)) {
    throw misbehaved(
      'illegal_parameter',
      'INVALID_ALPN_PROTOCOL',
      `the server selected the application protocol "${printable(protocol)}", which was not offered`,
    );
  }
  return protocol;
}

/** CertificateRequest, RFC 8446 section 4.3.2. We have no certificate to show; it has to be a proper one all the same. */
export function checkCertificateRequest(message: HandshakeMessage): void {
  const { certificateRequestContext, extensions } = decodeCertificateRequest(message.body);
  if (certificateRequestContext.length > 0) {
    throw misbehaved(
      'illegal_parameter',
      'DECODE_ERROR',
      'certificate_request_context has to be empty in the handshake (RFC 8446 section 4.3.2)',
    );
  }
  checkUnaskedExtensions('CertificateRequest', extensions, permittedInCertificateRequest);
  const schemes = findExtension(extensions, extensionTypes.signatureAlgorithms);
  if (schemes === undefined) {
    throw misbehaved(
      'missing_extension',
      'MISSING_EXTENSION',
      'CertificateRequest has no signature_algorithms',
    );
  }
  readSignatureAlgorithms(schemes.data);
}
