/** What may come after the handshake of TLS 1.3, RFC 8446 section 4.6. */
import type { ClientConfig } from '../config.ts';
import { misbehaved } from '../errors.ts';
import { findExtension } from '../messages/extension.ts';
import { readMaxEarlyDataSize } from '../messages/extensionBodies.ts';
import type { HandshakeMessage } from '../messages/handshakeMessage.ts';
import { decodeKeyUpdate } from '../messages/keyUpdate.ts';
import { decodeNewSessionTicket } from '../messages/newSessionTicket.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { handshakeTypes } from '../protocol/handshakeTypes.ts';
import type { Session } from '../session.ts';
import type { Established13 } from './clientHandshake13.ts';
import { resumptionPsk } from './keySchedule.ts';
import type { AuthenticationWire } from './postHandshakeAuthentication.ts';
import { maximumLifetime } from './resumption.ts';
import { checkUnaskedExtensions } from './serverHelloChecks.ts';
import { expectMessage, type Steps } from './steps.ts';

/** What the messages after the handshake do to the connection. */
export interface PostHandshakeWire extends AuthenticationWire {
  /** The peer will write with new keys from the next record on. */
  updateReadKeys(): void;
  /** The peer wants us to write with new keys, too. */
  answerKeyUpdate(): void;
  keepSession(session: Session): void;
}

/** How many of a kind may follow each other without application data between them. A server needs one or two. */
const maximumInARow = 32;

/** Messages of a kind since the last application data; requests since then and since the answers were sent. */
export interface PostHandshakeCounts {
  keyUpdates: number;
  tickets: number;
  certificateRequests: number;
}

/** Never returns: a connection ends by an alert, not by a message. */
export function* postHandshake13(
  config: ClientConfig,
  established: Established13,
  wire: PostHandshakeWire,
  counts: PostHandshakeCounts,
): Steps<never> {
  const { postHandshakeAuthentication } = established;
  const { clientAuthentication } = config;
  const legal = [
    handshakeTypes.newSessionTicket,
    handshakeTypes.keyUpdate,
    // Section 4.6.2: who did not offer it answers with unexpected_message.
    ...(postHandshakeAuthentication === undefined ? [] : [handshakeTypes.certificateRequest]),
  ];
  for (;;) {
    const message = yield* expectMessage(...legal);
    if (message.type === handshakeTypes.keyUpdate) {
      const updateRequested = decodeKeyUpdate(message.body);
      if (++counts.keyUpdates > maximumInARow) {
        throw misbehaved('unexpected_message', 'TOO_MANY_KEY_UPDATES', tooMany('KeyUpdate'));
      }
      wire.updateReadKeys();
      if (updateRequested) wire.answerKeyUpdate();
    } else if (
      postHandshakeAuthentication &&
      clientAuthentication &&
      message.type === handshakeTypes.certificateRequest
    ) {
      if (++counts.certificateRequests > maximumInARow) {
        throw misbehaved(
          'unexpected_message',
          'TOO_MANY_CERTIFICATE_REQUESTS',
          tooMany('CertificateRequest'),
        );
      }
      yield* clientAuthentication.answerLater(postHandshakeAuthentication, message, wire);
    } else {
      if (++counts.tickets > maximumInARow) {
        throw misbehaved('unexpected_message', 'TOO_MANY_TICKETS', tooMany('NewSessionTicket'));
      }
      const session = sessionOf(config, established, message);
      if (session !== undefined) wire.keepSession(session);
    }
  }
}

function tooMany(what: string): string {
  return `more than ${maximumInARow} ${what} messages in a row`;
}

/** What a ticket is worth; undefined where it is to be thrown away at once. */
function sessionOf(
  config: ClientConfig,
  { suite, facts, resumptionMasterSecret, validUntil, authenticatedUntil }: Established13,
  message: HandshakeMessage,
): Session | undefined {
  const ticket = decodeNewSessionTicket(message.body);
  checkUnaskedExtensions('NewSessionTicket', ticket.extensions, [extensionTypes.earlyData]);
  const earlyData = findExtension(ticket.extensions, extensionTypes.earlyData);
  const maxEarlyData = earlyData === undefined ? 0 : readMaxEarlyDataSize(earlyData.data);
  const receivedAt = config.clock();
  // Section 4.6.1: "MUST NOT cache tickets for longer than 7 days".
  const lifetime = Math.min(1000 * ticket.ticketLifetime, maximumLifetime);
  const expiresAt = Math.min(
    receivedAt + lifetime,
    validUntil ?? Number.POSITIVE_INFINITY,
    authenticatedUntil,
  );
  if (expiresAt <= receivedAt) return undefined;
  return {
    version: 'TLSv1.3',
    serverName: config.serverName,
    cipherSuite: suite.name,
    alpnProtocol: facts.alpnProtocol,
    ticket: ticket.ticket.slice(),
    psk: resumptionPsk(suite.hashAlgorithm, resumptionMasterSecret, ticket.ticketNonce),
    ticketAgeAdd: ticket.ticketAgeAdd,
    receivedAt,
    expiresAt,
    maxEarlyData,
    signatureScheme: facts.signatureScheme,
    peerCertificateType: facts.peerCertificateType,
    peerCertificates: facts.peerCertificates,
    verifiedChain: facts.verifiedChain,
    validUntil,
    authenticatedUntil,
    ocspResponse: facts.ocspResponse,
    signedCertificateTimestamps: facts.signedCertificateTimestamps,
    externalPsk: facts.externalPsk,
  };
}
