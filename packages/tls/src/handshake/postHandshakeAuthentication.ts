/** Who we are, asked after the handshake: RFC 8446 section 4.6.2. */
import type { CertificateType, ClientAuthentication } from '../credential.ts';
import { type HandshakeMessage, handshakeMessage } from '../messages/handshakeMessage.ts';
import { handshakeTypes } from '../protocol/handshakeTypes.ts';
import { type ReceivedCertificateRequest, readCertificateRequest } from './certificateRequest.ts';
import type { ClientAnswer } from './clientAuthenticator.ts';
import { finishedVerifyData } from './keySchedule.ts';
import type { Steps } from './steps.ts';
import type { Traffic } from './traffic.ts';
import type { Transcript } from './transcript.ts';

/** What is kept for it: the handshake, and what we show. */
export interface PostHandshakeAuthentication {
  readonly transcript: Transcript;
  readonly certificateType: CertificateType;
}

/** What an answer needs of the connection. */
export interface AuthenticationWire {
  send(...messages: readonly HandshakeMessage[]): void;
  /** The keys that we write with now; undefined once we write no more. */
  writeTraffic(): Traffic | undefined;
  keepAuthentication(authentication: ClientAuthentication | undefined): void;
}

/**
 * Answers a CertificateRequest with Certificate, CertificateVerify and Finished. Each is about the handshake and the
 * request alone, not about those before it (section 4.4).
 */
export function* authenticateAfterHandshake(
  { transcript: handshake, certificateType }: PostHandshakeAuthentication,
  request: HandshakeMessage,
  wire: AuthenticationWire,
  answer: (request: ReceivedCertificateRequest, transcript: Transcript) => Steps<ClientAnswer>,
): Steps<void> {
  const received = readCertificateRequest(request, certificateType);
  // Who can't answer any more asks nobody, and signs nothing.
  if (wire.writeTraffic() === undefined) return;
  const transcript = handshake.clone();
  transcript.add(request);
  const { messages, authentication } = yield* answer(received, transcript);
  // Only now: while we waited, keys were updated, or the write side closed; then there is nothing that we could say.
  const traffic = wire.writeTraffic();
  if (traffic === undefined) return;
  const { suite, secret } = traffic;
  const verifyData = finishedVerifyData(suite.hashAlgorithm, secret, transcript.digest());
  wire.send(...messages, handshakeMessage(handshakeTypes.finished, verifyData));
  wire.keepAuthentication(authentication);
}
