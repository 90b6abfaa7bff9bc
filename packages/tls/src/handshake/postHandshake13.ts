/** What may come after the handshake of TLS 1.3, RFC 8446 section 4.6. */
import type { ClientConfig } from '../config.ts';
import type { HandshakeFacts } from '../connection.ts';
import { misbehaved } from '../errors.ts';
import { findExtension } from '../messages/extension.ts';
import { readMaxEarlyDataSize } from '../messages/extensionBodies.ts';
import type { HandshakeMessage } from '../messages/handshakeMessage.ts';
import { decodeKeyUpdate } from '../messages/keyUpdate.ts';
import { decodeNewSessionTicket } from '../messages/newSessionTicket.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { handshakeTypes } from '../protocol/handshakeTypes.ts';
import type { Session } from '../session.ts';
import type { ClientAuthenticator } from './clientAuthenticator.ts';
import type { Established13 } from './clientHandshake13.ts';
import { resumptionPsk } from './keySchedule.ts';
import type { SuiteAlgorithms } from './parameters.ts';
import type { AuthenticationWire, PostHandshakeAuthentication } from './postHandshakeAuthentication.ts';
import { maximumLifetime } from './resumption.ts';
import { checkUnaskedExtensions } from './serverHelloChecks.ts';
import type { AfterHandshake, Steps } from './steps.ts';

/** What the messages after the handshake do to the connection, and what it knows. */
export interface PostHandshakeWire extends AuthenticationWire {
  /** What was agreed. */
  agreed(): HandshakeFacts;
  /** For the keys of tickets, RFC 8446 section 4.6.1. Secret, and the connection's own. */
  resumptionMasterSecret(): Uint8Array;
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

export function postHandshake13(
  config: ClientConfig,
  established: Established13,
  wire: PostHandshakeWire,
  counts: PostHandshakeCounts,
): AfterHandshake {
  return new Messages13(config, established, wire, counts);
}

/** A class for the reason given in records/protection.ts. Keeps what it needs of the handshake, and nothing else. */
class Messages13 implements AfterHandshake {
  readonly expect: readonly number[];
  readonly #clock: ClientConfig['clock'];
  readonly #serverName: string | undefined;
  readonly #suite: SuiteAlgorithms;
  readonly #validUntil: number | undefined;
  readonly #authenticatedUntil: number;
  readonly #authenticate: ((request: HandshakeMessage) => Steps<void>) | undefined;
  readonly #wire: PostHandshakeWire;
  readonly #counts: PostHandshakeCounts;

  constructor(
    config: ClientConfig,
    { suite, validUntil, authenticatedUntil, postHandshakeAuthentication }: Established13,
    wire: PostHandshakeWire,
    counts: PostHandshakeCounts,
  ) {
    this.#clock = config.clock;
    this.#serverName = config.serverName;
    this.#suite = suite;
    this.#validUntil = validUntil;
    this.#authenticatedUntil = authenticatedUntil;
    this.#wire = wire;
    this.#counts = counts;
    // Section 4.6.2: who did not offer it answers with unexpected_message.
    this.expect = postHandshakeAuthentication === undefined ? ticketsAndUpdates : requestsToo;
    const { clientAuthentication } = config;
    this.#authenticate =
      postHandshakeAuthentication &&
      clientAuthentication &&
      authenticationWith(clientAuthentication, postHandshakeAuthentication, wire);
  }

  *take(message: HandshakeMessage): Steps<undefined> {
    if (message.type === handshakeTypes.keyUpdate) this.#takeKeyUpdate(message);
    else if (message.type === handshakeTypes.newSessionTicket) this.#takeTicket(message);
    else if (this.#authenticate !== undefined) {
      if (++this.#counts.certificateRequests > maximumInARow) {
        throw tooMany('TOO_MANY_CERTIFICATE_REQUESTS', 'CertificateRequest');
      }
      yield* this.#authenticate(message);
    }
    return undefined;
  }

  #takeKeyUpdate({ body }: HandshakeMessage): void {
    const updateRequested = decodeKeyUpdate(body);
    if (++this.#counts.keyUpdates > maximumInARow) throw tooMany('TOO_MANY_KEY_UPDATES', 'KeyUpdate');
    this.#wire.updateReadKeys();
    if (updateRequested) this.#wire.answerKeyUpdate();
  }

  #takeTicket(message: HandshakeMessage): void {
    if (++this.#counts.tickets > maximumInARow) throw tooMany('TOO_MANY_TICKETS', 'NewSessionTicket');
    const session = this.#sessionOf(message);
    if (session !== undefined) this.#wire.keepSession(session);
  }

  /** What a ticket is worth; undefined where it is to be thrown away at once. */
  #sessionOf(message: HandshakeMessage): Session | undefined {
    const ticket = decodeNewSessionTicket(message.body);
    checkUnaskedExtensions('NewSessionTicket', ticket.extensions, [extensionTypes.earlyData]);
    const earlyData = findExtension(ticket.extensions, extensionTypes.earlyData);
    const maxEarlyData = earlyData === undefined ? 0 : readMaxEarlyDataSize(earlyData.data);
    const receivedAt = this.#clock();
    // Section 4.6.1: "MUST NOT cache tickets for longer than 7 days".
    const lifetime = Math.min(1000 * ticket.ticketLifetime, maximumLifetime);
    const expiresAt = Math.min(
      receivedAt + lifetime,
      this.#validUntil ?? Number.POSITIVE_INFINITY,
      this.#authenticatedUntil,
    );
    if (expiresAt <= receivedAt) return undefined;
    const suite = this.#suite;
    const facts = this.#wire.agreed();
    const secret = this.#wire.resumptionMasterSecret();
    return {
      version: 'TLSv1.3',
      serverName: this.#serverName,
      cipherSuite: suite.name,
      alpnProtocol: facts.alpnProtocol,
      ticket: ticket.ticket.slice(),
      psk: resumptionPsk(suite.hashAlgorithm, secret, ticket.ticketNonce),
      ticketAgeAdd: ticket.ticketAgeAdd,
      receivedAt,
      expiresAt,
      maxEarlyData,
      signatureScheme: facts.signatureScheme,
      peerCertificateType: facts.peerCertificateType,
      peerCertificates: facts.peerCertificates,
      verifiedChain: facts.verifiedChain,
      validUntil: this.#validUntil,
      authenticatedUntil: this.#authenticatedUntil,
      ocspResponse: facts.ocspResponse,
      signedCertificateTimestamps: facts.signedCertificateTimestamps,
      externalPsk: facts.externalPsk,
    };
  }
}

const ticketsAndUpdates: readonly number[] = [handshakeTypes.newSessionTicket, handshakeTypes.keyUpdate];
const requestsToo: readonly number[] = [...ticketsAndUpdates, handshakeTypes.certificateRequest];

function authenticationWith(
  clientAuthentication: ClientAuthenticator,
  handshake: PostHandshakeAuthentication,
  wire: PostHandshakeWire,
): (request: HandshakeMessage) => Steps<void> {
  return (request) => clientAuthentication.answerLater(handshake, request, wire);
}

function tooMany(
  reason: 'TOO_MANY_KEY_UPDATES' | 'TOO_MANY_TICKETS' | 'TOO_MANY_CERTIFICATE_REQUESTS',
  what: string,
): Error {
  return misbehaved('unexpected_message', reason, `more than ${maximumInARow} ${what} messages in a row`);
}
