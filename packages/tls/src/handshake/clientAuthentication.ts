/** How we say who we are: Certificate and CertificateVerify of RFC 8446 sections 4.4.2 and 4.4.3. */
import type {
  CertificateType,
  ClientCertificateRequest,
  ClientCredential,
  CredentialSource,
} from '../credential.ts';
import { TLSError } from '../errors.ts';
import { postHandshakeAuthExtension } from '../messages/authenticationBodies.ts';
import { encodeCertificate } from '../messages/certificate.ts';
import { certificateVerifyContent, encodeCertificateVerify } from '../messages/certificateVerify.ts';
import { type HandshakeMessage, handshakeMessage } from '../messages/handshakeMessage.ts';
import { type AlertName, alertOf } from '../protocol/alerts.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { handshakeTypes } from '../protocol/handshakeTypes.ts';
import { type ReceivedCertificateRequest, readCertificateRequest } from './certificateRequest.ts';
import { certificateTypesOffer, selectedCertificateType } from './certificateTypes.ts';
import { type ClientAnswer, type ClientAuthenticator, requireEmptyContext } from './clientAuthenticator.ts';
import { type CredentialChoice, chooseCredential, type NamedScheme } from './credentialChoice.ts';
import { authenticateAfterHandshake } from './postHandshakeAuthentication.ts';
import { type Steps, settle } from './steps.ts';
import type { Transcript } from './transcript.ts';

/** What else there is to say about who we are. All of it optional. */
export interface ClientAuthenticationOptions {
  /** What of ours we say that we can show, most wanted first. Left out: what is in a list of credentials, or X.509. */
  readonly certificateTypes?: readonly CertificateType[];
  /**
   * Whether the server may ask also after the handshake (RFC 8446 section 4.6.2); while credentials are asked for and sign,
   * nothing that it sends is read. Left out: false.
   */
  readonly afterHandshake?: boolean;
}

/**
 * Who we are, for the `clientAuthentication` of a configuration; good for any number of connections.
 * @param credentials most wanted first, or what is asked for some once the server has asked
 */
export function createClientAuthentication(
  credentials: readonly ClientCredential[] | CredentialSource,
  { certificateTypes = typesOf(credentials), afterHandshake = false }: ClientAuthenticationOptions = {},
): ClientAuthenticator {
  const type = extensionTypes.clientCertificateType;
  const choose = function* (request: ClientCertificateRequest): Steps<CredentialChoice> {
    return chooseCredential(yield* credentialsFor(credentials, request), request);
  };
  return {
    extensions: [
      ...certificateTypesOffer(type, [...new Set(certificateTypes)]),
      ...(afterHandshake ? [postHandshakeAuthExtension()] : []),
    ],
    answers: [type],
    selectedType: (offer, extensions) => selectedCertificateType(offer, extensions, type),
    choose,
    sign,
    read(message, certificateType) {
      const request = readCertificateRequest(message, certificateType);
      requireEmptyContext(request.context);
      return (transcript) => answer(choose, request, transcript);
    },
    answerLater: (handshake, message, wire) =>
      authenticateAfterHandshake(handshake, message, wire, (request, transcript) =>
        answer(choose, request, transcript),
      ),
  };
}

/** Where nobody says otherwise, those of our credentials. */
function typesOf(credentials: readonly ClientCredential[] | CredentialSource): readonly CertificateType[] {
  return typeof credentials === 'function' ? ['X509'] : credentials.map(({ type }) => type);
}

/** @param transcript with the CertificateRequest in it */
function* answer(
  choose: ClientAuthenticator['choose'],
  { context, ...request }: ReceivedCertificateRequest,
  transcript: Transcript,
): Steps<ClientAnswer> {
  const { credential, scheme, misfit } = yield* choose(request);
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

/** Those of the list, or what their source has for this request. */
function* credentialsFor(
  credentials: readonly ClientCredential[] | CredentialSource,
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
function* sign(
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
