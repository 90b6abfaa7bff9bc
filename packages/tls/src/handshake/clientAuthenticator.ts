/** What client authentication is to the handshake: it comes in with the configuration. */

import { illegal } from '../brokenRules.ts';
import type {
  CertificateType,
  ClientAuthentication,
  ClientCertificateRequest,
  ClientCredential,
} from '../credential.ts';
import { decodeCertificateRequest } from '../messages/certificateRequest.ts';
import type { Extension } from '../messages/extension.ts';
import { type HandshakeMessage, handshakeMessage } from '../messages/handshakeMessage.ts';
import { handshakeTypes } from '../protocol/handshakeTypes.ts';
import type { ClientOffer } from './clientOffer.ts';
import type { CredentialChoice, NamedScheme } from './credentialChoice.ts';
import type { AuthenticationWire, PostHandshakeAuthentication } from './postHandshakeAuthentication.ts';
import type { Steps } from './steps.ts';
import type { Transcript } from './transcript.ts';

/** Made by `createClientAuthentication`. */
export interface ClientAuthenticator {
  /** ExtensionTypes by which a server answers. */
  readonly answers: readonly number[];
  /** For the ClientHello. */
  readonly extensions: readonly Extension[];
  /** What the server wants to be shown. @throws TLSError where that was not offered */
  selectedType(offer: ClientOffer, extensions: readonly Extension[]): CertificateType | undefined;
  /**
   * Reads a CertificateRequest in the handshake of TLS 1.3.
   * @returns what answers it, once it is our turn
   */
  read(message: HandshakeMessage, certificateType: CertificateType): AnswerCertificateRequest;
  /** Reads and answers one after it. */
  answerLater(
    handshake: PostHandshakeAuthentication,
    message: HandshakeMessage,
    wire: AuthenticationWire,
  ): Steps<void>;
  choose(request: ClientCertificateRequest): Steps<CredentialChoice>;
  /** A signature over `content`, once the credential's owner has agreed to it. */
  sign(credential: ClientCredential, scheme: NamedScheme, content: Uint8Array): Steps<Uint8Array>;
}

/** @param transcript with the CertificateRequest in it */
export type AnswerCertificateRequest = (transcript: Transcript) => Steps<ClientAnswer>;

/** What answers a CertificateRequest, before the Finished. */
export interface ClientAnswer {
  /** In the transcript already. */
  readonly messages: readonly HandshakeMessage[];
  readonly authentication: ClientAuthentication | undefined;
}

/** Who has nothing to show says so, RFC 8446 section 4.4.2. */
export function readAnonymously({ body }: HandshakeMessage): AnswerCertificateRequest {
  const { certificateRequestContext } = decodeCertificateRequest(body);
  requireEmptyContext(certificateRequestContext);
  // biome-ignore lint/correctness/useYield: it waits for nothing, others do
  return function* (transcript) {
    // Empty vectors, of the context and of certificates.
    const certificate = handshakeMessage(handshakeTypes.certificate, new Uint8Array(4));
    transcript.add(certificate);
    return { messages: [certificate], authentication: undefined };
  };
}

/** Section 4.3.2: "SHALL be zero length unless used for the post-handshake authentication exchanges". */
export function requireEmptyContext({ length }: Uint8Array): void {
  if (length === 0) return;
  throw illegal(
    'DECODE_ERROR',
    'certificate_request_context has to be empty in the handshake (RFC 8446 section 4.3.2)',
  );
}
