/** Which kind of certificate each side shows, RFC 7250. */

import { illegal } from '../brokenRules.ts';
import type { CertificateType } from '../credential.ts';
import { incompatible } from '../errors.ts';
import {
  certificateTypesExtension,
  readCertificateTypes,
  readSelectedCertificateType,
} from '../messages/authenticationBodies.ts';
import { type Extension, findExtension } from '../messages/extension.ts';
import { certificateTypeOf, certificateTypes } from '../protocol/certificateTypes.ts';
import { extensionTypeName, extensionTypes } from '../protocol/extensionTypes.ts';
import type { ServerVerifier } from '../verifier.ts';
import type { ClientOffer } from './clientOffer.ts';

/** What EncryptedExtensions say; undefined where they say nothing, which means X.509. */
export interface SelectedCertificateTypes {
  readonly server: CertificateType | undefined;
  readonly client: CertificateType | undefined;
}

/** What a server may show, for a configuration: `createServerCertificateTypes` makes it. */
export interface ServerCertificateTypes {
  /** ExtensionTypes by which a server answers. */
  readonly answers: readonly number[];
  /** Most wanted first. */
  readonly types: readonly CertificateType[];
  readonly extensions: readonly Extension[];
  /** What EncryptedExtensions, or the ServerHello of TLS 1.2, say. @throws TLSError where that was not offered */
  selected(offer: ClientOffer, extensions: readonly Extension[]): CertificateType | undefined;
  /**
   * A raw key is never taken from a server unless the configuration has it in so many words and its verifier knows what to do
   * with one: whatever else was offered.
   * @throws TLSError where the server would show what is not taken
   */
  requireTaken(type: CertificateType, verifier: ServerVerifier): void;
}

/**
 * For the `serverCertificateTypes` of a configuration. `RawPublicKey` (RFC 7250) takes a verifier that has `verifyRawPublicKey`.
 * @param wanted most wanted first
 */
export function createServerCertificateTypes(wanted: readonly CertificateType[]): ServerCertificateTypes {
  const types = [...new Set(wanted)];
  const type = extensionTypes.serverCertificateType;
  return {
    types,
    answers: [type],
    extensions: certificateTypesOffer(type, types),
    selected: (offer, extensions) => selectedCertificateType(offer, extensions, type),
    requireTaken(shown, verifier) {
      const isKnown = shown === 'X509' || verifier.verifyRawPublicKey !== undefined;
      if (types.includes(shown) && isKnown) return;
      throw incompatible(
        'unsupported_certificate',
        'UNSUPPORTED_CERTIFICATE',
        `the server shows a certificate of the type ${shown}, and this client takes ${types.join(' and ')}`,
      );
    },
  };
}

/** Section 4.1: who has nothing but X.509 says nothing. */
export function certificateTypesOffer(type: number, types: readonly CertificateType[]): readonly Extension[] {
  if (!types.includes('RawPublicKey')) return [];
  return [
    certificateTypesExtension(
      type,
      types.map((name) => certificateTypes[name]),
    ),
  ];
}

/** Section 4.2: one of those that were offered. @param type of the extension */
export function selectedCertificateType(
  offer: ClientOffer,
  answers: readonly Extension[],
  type: number,
): CertificateType | undefined {
  const question = findExtension(offer.hello.extensions, type);
  const answer = findExtension(answers, type);
  if (question === undefined || answer === undefined) return undefined;
  const code = readSelectedCertificateType(answer.data);
  const certificateType = certificateTypeOf(code);
  if (certificateType === undefined || !readCertificateTypes(question.data).includes(code)) {
    throw illegal(
      'UNSUPPORTED_CERTIFICATE',
      `the server selected ${certificateType ?? `type ${code}`} in ${extensionTypeName(type)}, which was not offered`,
    );
  }
  return certificateType;
}
