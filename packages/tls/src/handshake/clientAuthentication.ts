/** How we say who we are: Certificate and CertificateVerify of RFC 8446 sections 4.4.2 and 4.4.3. */
import type { ClientConfig } from '../config.ts';
import type { ClientAuthentication, ClientCertificateRequest, ClientCredential } from '../credential.ts';
import { TLSError } from '../errors.ts';
import { encodeCertificate } from '../messages/certificate.ts';
import { certificateVerifyContent, encodeCertificateVerify } from '../messages/certificateVerify.ts';
import { type HandshakeMessage, handshakeMessage } from '../messages/handshakeMessage.ts';
import { type AlertName, alertOf } from '../protocol/alerts.ts';
import { handshakeTypes } from '../protocol/handshakeTypes.ts';
import type { ReceivedCertificateRequest } from './certificateRequest.ts';
import { chooseCredential, type NamedScheme } from './credentialChoice.ts';
import { type Steps, settle } from './steps.ts';
import type { Transcript } from './transcript.ts';

/** What answers a CertificateRequest, before the Finished. */
export interface ClientAnswer {
  /** In the transcript already. */
  readonly messages: readonly HandshakeMessage[];
  readonly authentication: ClientAuthentication;
}

/** @param transcript with the CertificateRequest in it */
export function* answerCertificateRequest(
  config: ClientConfig,
  received: ReceivedCertificateRequest,
  transcript: Transcript,
): Steps<ClientAnswer> {
  const { context, ...request } = received;
  const choice = chooseCredential(yield* credentialsFor(config, request), request);
  const { credential, scheme, misfit } = choice;
  const authentication = { request, credential, signatureScheme: scheme?.name, misfit };
  // Section 4.4.2: who has nothing to show says so.
  const certificate = certificateMessage(context, credential?.certificates ?? []);
  transcript.add(certificate);
  if (credential === undefined || scheme === undefined) return { messages: [certificate], authentication };
  const content = certificateVerifyContent('client', transcript.digest());
  const signature = yield* sign(credential, scheme, content);
  const certificateVerify = handshakeMessage(
    handshakeTypes.certificateVerify,
    encodeCertificateVerify({ algorithm: scheme.code, signature }),
  );
  transcript.add(certificateVerify);
  return { messages: [certificate, certificateVerify], authentication };
}

function certificateMessage(context: Uint8Array, certificates: readonly Uint8Array[]): HandshakeMessage {
  const body = encodeCertificate({
    certificateRequestContext: context,
    certificateList: certificates.map((certData) => ({ certData, extensions: [] })),
  });
  return handshakeMessage(handshakeTypes.certificate, body);
}

/** Those of the configuration, or what its source has for this request. */
export function* credentialsFor(
  { credentials = [] }: ClientConfig,
  request: ClientCertificateRequest,
): Steps<readonly ClientCredential[]> {
  if (typeof credentials !== 'function') return credentials;
  try {
    return yield* settle(credentials(request));
  } catch (cause) {
    throw failed('CERT_CB_ERROR', 'no credentials were given', cause, alertOf(cause));
  }
}

/** A signature over `content`, once the credential's owner has agreed to it. */
export function* sign(
  { signer }: ClientCredential,
  { algorithm, name }: NamedScheme,
  content: Uint8Array,
): Steps<Uint8Array> {
  try {
    return yield* settle(signer.sign(algorithm, content));
  } catch (cause) {
    throw failed('PRIVATE_KEY_OPERATION_FAILED', `the credential does not sign with ${name}`, cause);
  }
}

function failed(
  reason: 'CERT_CB_ERROR' | 'PRIVATE_KEY_OPERATION_FAILED',
  what: string,
  cause: unknown,
  alert: AlertName = 'internal_error',
): TLSError {
  const why = cause instanceof Error ? cause.message : String(cause);
  return new TLSError(`${what}: ${why}`, { fault: 'local', reason, alert, cause });
}
