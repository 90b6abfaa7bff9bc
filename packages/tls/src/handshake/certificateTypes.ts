/** Which kind of certificate each side shows, RFC 7250. */
import type { ClientConfig } from '../config.ts';
import type { CertificateType } from '../credential.ts';
import { incompatible, misbehaved } from '../errors.ts';
import { readCertificateTypes, readSelectedCertificateType } from '../messages/authenticationBodies.ts';
import { type Extension, findExtension } from '../messages/extension.ts';
import { certificateTypeOf } from '../protocol/certificateTypes.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import type { ClientOffer } from './clientOffer.ts';

/** What EncryptedExtensions say; undefined where they say nothing, which means X.509. */
export interface SelectedCertificateTypes {
  readonly server: CertificateType | undefined;
  readonly client: CertificateType | undefined;
}

export function selectedCertificateTypes(
  offer: ClientOffer,
  encryptedExtensions: readonly Extension[],
): SelectedCertificateTypes {
  return {
    server: selected(offer, encryptedExtensions, extensionTypes.serverCertificateType, 'server'),
    client: selected(offer, encryptedExtensions, extensionTypes.clientCertificateType, 'client'),
  };
}

/** RFC 7250 section 4.2: one of those that were offered. */
function selected(
  offer: ClientOffer,
  encryptedExtensions: readonly Extension[],
  type: number,
  whose: string,
): CertificateType | undefined {
  const question = findExtension(offer.hello.extensions, type);
  const answer = findExtension(encryptedExtensions, type);
  if (question === undefined || answer === undefined) return undefined;
  const code = readSelectedCertificateType(answer.data);
  const certificateType = certificateTypeOf(code);
  if (certificateType === undefined || !readCertificateTypes(question.data).includes(code)) {
    throw misbehaved(
      'illegal_parameter',
      'UNSUPPORTED_CERTIFICATE',
      `the server selected ${certificateType ?? `type ${code}`} for the ${whose}'s certificate, which was not offered`,
    );
  }
  return certificateType;
}

/**
 * What the server's Certificate has in it. A raw key is never taken from a server unless the configuration has it in so
 * many words and its verifier knows what to do with one: whatever else was offered.
 */
export function serverCertificateType(
  { serverCertificateTypes = ['X509'], verifier }: ClientConfig,
  { server = 'X509' }: SelectedCertificateTypes,
): CertificateType {
  const isTaken =
    serverCertificateTypes.includes(server) &&
    (server === 'X509' || verifier.verifyRawPublicKey !== undefined);
  if (isTaken) return server;
  throw incompatible(
    'unsupported_certificate',
    'UNSUPPORTED_CERTIFICATE',
    `the server shows a certificate of the type ${server}, and this client takes ${serverCertificateTypes.join(' and ')}`,
  );
}
