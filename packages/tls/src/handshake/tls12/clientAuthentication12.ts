/** How we say who we are in TLS 1.2: Certificate and CertificateVerify of RFC 5246 sections 7.4.6 and 7.4.8. */
import type { ClientConfig } from '../../config.ts';
import type { CertificateType, ClientAuthentication } from '../../credential.ts';
import { encodeCertificateVerify } from '../../messages/certificateVerify.ts';
import { type HandshakeMessage, handshakeMessage } from '../../messages/handshakeMessage.ts';
import { encodeCertificate12, encodeRawPublicKey12 } from '../../messages/tls12/certificate.ts';
import { decodeCertificateRequest12 } from '../../messages/tls12/certificateRequest.ts';
import { handshakeTypes } from '../../protocol/handshakeTypes.ts';
import type { CredentialChoice } from '../credentialChoice.ts';
import type { Steps } from '../steps.ts';
import type { Transcript12 } from './transcript12.ts';

/** What answers a CertificateRequest. */
export interface ClientAnswer12 {
  readonly certificate: HandshakeMessage;
  readonly authentication: ClientAuthentication;
  readonly choice: CredentialChoice;
}

/** Of who has none. */
const noCredential: CredentialChoice = { credential: undefined, scheme: undefined, misfit: 'none' };

export function* answerCertificateRequest12(
  { clientAuthentication }: ClientConfig,
  certificateType: CertificateType,
  message: HandshakeMessage,
): Steps<ClientAnswer12> {
  const decoded = decodeCertificateRequest12(message.body);
  const request = {
    certificateType,
    clientCertificateTypes: decoded.certificateTypes,
    signatureSchemes: decoded.signatureSchemes,
    certificateSignatureSchemes: undefined,
    certificateAuthorities: decoded.certificateAuthorities.map((name) => name.slice()),
  };
  const choice = clientAuthentication ? yield* clientAuthentication.choose(request) : noCredential;
  const { credential, scheme, misfit } = choice;
  const certificates = credential?.certificates ?? [];
  const [key] = certificates;
  const isRaw = certificateType === 'RawPublicKey' && key !== undefined;
  const body = isRaw ? encodeRawPublicKey12(key) : encodeCertificate12(certificates);
  return {
    certificate: handshakeMessage(handshakeTypes.certificate, body),
    authentication: { request, credential, signatureScheme: scheme?.name, misfit },
    choice,
  };
}

/** The CertificateVerify, which comes after the ClientKeyExchange; undefined where we showed nothing. */
export function* certificateVerify12(
  { clientAuthentication }: ClientConfig,
  { choice: { credential, scheme } }: ClientAnswer12,
  transcript: Transcript12,
): Steps<HandshakeMessage | undefined> {
  if (credential === undefined || clientAuthentication === undefined) return undefined;
  const signature = yield* clientAuthentication.sign(credential, scheme, transcript.messages());
  const body = encodeCertificateVerify({ algorithm: scheme.code, signature });
  return handshakeMessage(handshakeTypes.certificateVerify, body);
}
