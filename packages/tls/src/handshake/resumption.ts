/** Resumption by ticket, RFC 8446 sections 2.2 and 4.2.11, always together with a fresh key exchange. */
import { type HashAlgorithm, wipe } from '@halfclose/crypto';
import type { ClientConfig } from '../config.ts';
import { misbehaved } from '../errors.ts';
import { type ClientHello, encodeClientHello } from '../messages/clientHello.ts';
import { findExtension } from '../messages/extension.ts';
import { preSharedKeyExtension, readSelectedIdentity } from '../messages/extensionBodies.ts';
import { type HandshakeMessage, handshakeMessage } from '../messages/handshakeMessage.ts';
import type { ServerHello } from '../messages/serverHello.ts';
import { extensionTypes } from '../protocol/extensionTypes.ts';
import { handshakeTypes } from '../protocol/handshakeTypes.ts';
import type { Session } from '../session.ts';
import type { ServerCertificates } from '../verifier.ts';
import { deriveSecret, earlySecret, finishedVerifyData } from './keySchedule.ts';
import type { Parameters, SuiteAlgorithms } from './parameters.ts';
import { askVerifier } from './serverAuthentication.ts';
import { type Steps, settle } from './steps.ts';
import type { Transcript } from './transcript.ts';

/** A session that may be offered, with the certificates it rests on, decided about anew. */
export interface Resumption {
  readonly session: Session;
  readonly suite: SuiteAlgorithms;
  readonly server: ServerCertificates;
  /** Milliseconds since the ticket came. */
  readonly ticketAge: number;
}

/**
 * The longest ticket that is shown, in octets: a hello has 2^16 - 1 for all extensions together, and after a
 * HelloRetryRequest a cookie may be among them.
 */
const maximumTicket = 2 ** 14;

/**
 * Asks the store for a session. One that is for another server, expired, of a suite that we don't offer now, too
 * long to be shown, or whose certificates would not be accepted now is left aside: a full handshake is always right.
 */
export function* findResumption(config: ClientConfig, parameters: Parameters): Steps<Resumption | undefined> {
  const session = yield* takeSession(config);
  if (session === undefined || session.serverName !== config.serverName) return undefined;
  if (session.ticket.length > maximumTicket) return undefined;
  const now = config.clock();
  // Section 4.6.1: no longer than its lifetime. A clock that was set back makes an age that nobody knows.
  if (now < session.receivedAt || now >= session.expiresAt) return undefined;
  const suite = parameters.suites.find((candidate) => candidate.name === session.cipherSuite);
  if (suite === undefined) return undefined;
  const server = yield* verifyAgain(config, session, now);
  return server && { session, suite, server, ticketAge: now - session.receivedAt };
}

/** Without a name nobody could say to whom a ticket may be shown again (section 4.6.1, appendix C.4). */
export function keepsSessions({ sessions, serverName }: ClientConfig): boolean {
  return sessions !== undefined && serverName !== undefined;
}

/** A store that fails is one without a session. */
function* takeSession(config: ClientConfig): Steps<Session | undefined> {
  if (config.sessions === undefined || config.serverName === undefined) return undefined;
  try {
    return yield* settle(config.sessions.take(config.serverName));
  } catch {
    return undefined;
  }
}

/**
 * A ticket proves who the server was then; whether we'd accept it now (dates, trust, name, revocation) is decided each
 * time. It is decided with the OCSP response of then: once that is out of date the handshake is a full one, in which
 * the server has to show a newer one.
 */
function* verifyAgain(
  config: ClientConfig,
  session: Session,
  now: number,
): Steps<ServerCertificates | undefined> {
  const { peerCertificateType: certificateType = 'X509', peerCertificates, ocspResponse } = session;
  // What a server may show has changed since then.
  if (!(config.serverCertificateTypes ?? ['X509']).includes(certificateType)) return undefined;
  const { signedCertificateTimestamps = [] } = session;
  const shown = { certificateType, peerCertificates, ocspResponse, signedCertificateTimestamps };
  try {
    return { ...(yield* settle(askVerifier(config, shown, now))), ...shown };
  } catch {
    return undefined;
  }
}

/**
 * The hello with pre_shared_key at its end and the binder in it, sections 4.2.11 and 4.2.11.2.
 * @param transcript the messages before this hello, where there are some: after a HelloRetryRequest
 */
export function bindOffer(
  plain: ClientHello,
  { session, suite, ticketAge }: Resumption,
  transcript: Transcript | undefined,
): { readonly hello: ClientHello; readonly message: HandshakeMessage } {
  const hash = suite.hashAlgorithm;
  const obfuscatedTicketAge = (ticketAge + session.ticketAgeAdd) % 2 ** 32;
  const offerWith = (binder: Uint8Array): { hello: ClientHello; message: HandshakeMessage } => {
    const psk = preSharedKeyExtension({ identity: session.ticket, obfuscatedTicketAge, binder });
    const hello = { ...plain, extensions: [...plain.extensions, psk] };
    return { hello, message: handshakeMessage(handshakeTypes.clientHello, encodeClientHello(hello)) };
  };
  // The binder covers the hello up to the list of binders: its length, one binder's length, the binder.
  const { encoded } = offerWith(new Uint8Array(hash.outputLength)).message;
  const truncated = encoded.subarray(0, encoded.length - (2 + 1 + hash.outputLength));
  const transcriptHash = transcript?.digestWith(truncated) ?? hash.digest(truncated);
  return offerWith(binderFor(hash, session.psk, transcriptHash));
}

function binderFor(hash: HashAlgorithm, psk: Uint8Array, transcriptHash: Uint8Array): Uint8Array {
  const early = earlySecret(hash, psk);
  const binderKey = deriveSecret(hash, early, 'res binder', hash.digest(new Uint8Array(0)));
  const binder = finishedVerifyData(hash, binderKey, transcriptHash);
  wipe(early, binderKey);
  return binder;
}

/**
 * Whether the server took the session, section 4.2.11.
 * @throws TLSError where its answer is not one to our question
 */
export function acceptedResumption(
  offered: Resumption | undefined,
  serverHello: ServerHello,
  suite: SuiteAlgorithms,
): Resumption | undefined {
  const answer = findExtension(serverHello.extensions, extensionTypes.preSharedKey);
  if (answer === undefined || offered === undefined) return undefined;
  const selectedIdentity = readSelectedIdentity(answer.data);
  if (selectedIdentity !== 0) {
    throw misbehaved(
      'illegal_parameter',
      'PSK_IDENTITY_NOT_FOUND',
      `the server selected pre-shared key ${selectedIdentity}, and one was offered`,
    );
  }
  if (suite.hash !== offered.suite.hash) {
    throw misbehaved(
      'illegal_parameter',
      'OLD_SESSION_PRF_HASH_MISMATCH',
      `the server resumed a session with ${offered.suite.hash} and chose ${suite.name}`,
    );
  }
  if (findExtension(serverHello.extensions, extensionTypes.keyShare) === undefined) {
    throw misbehaved(
      'illegal_parameter',
      'MISSING_KEY_SHARE',
      'the server resumed a session without a key exchange, which was not offered (RFC 8446 section 4.2.11)',
    );
  }
  return offered;
}
