/** Which session is offered for resumption, RFC 8446 sections 2.2 and 4.6.1. */
import type { ClientConfig } from '../config.ts';
import type { Session, Session13 } from '../session.ts';
import type { ServerCertificates } from '../verifier.ts';
import type { Parameters, SuiteAlgorithms } from './parameters.ts';
import { askVerifier, type NamedConfig, type ShownCertificates } from './serverAuthentication.ts';
import { type Steps, settle } from './steps.ts';

/** A session that may be offered, with the certificates it rests on. */
export interface Resumption {
  readonly session: Session13;
  readonly suite: SuiteAlgorithms;
  readonly server: ServerCertificates;
}

/**
 * The longest ticket that is shown, in octets: a hello has 2^16 - 1 for all extensions together, and after a
 * HelloRetryRequest a cookie may be among them.
 */
const maximumTicket = 2 ** 14;

/** Section 4.6.1, in milliseconds: no ticket is used for longer, and what a server proved counts no longer either. */
export const maximumLifetime: number = 604_800_000;

/** The session of the configuration, or one from its store. */
export function* sessionToOffer(config: ClientConfig): Steps<Session | undefined> {
  return config.session ?? (yield* takeSession(config));
}

/**
 * What a session is good for in TLS 1.3. One that is of another version, for another server, expired, of a suite that we
 * don't offer now, too long to be shown, or whose certificates would not be accepted now is left aside: a full handshake
 * is always right.
 */
export function* findResumption(
  config: ClientConfig,
  parameters: Parameters,
  session: Session | undefined,
): Steps<Resumption | undefined> {
  if (session?.version !== 'TLSv1.3') return undefined;
  if (session.serverName !== config.serverName || session.ticket.length > maximumTicket) return undefined;
  const now = config.clock();
  // Section 4.6.1: no longer than its lifetime. A clock that was set back makes an age that nobody knows.
  if (!(now >= session.receivedAt && now < session.expiresAt)) return undefined;
  if (now - session.receivedAt > maximumLifetime || now >= session.authenticatedUntil) return undefined;
  const suite = parameters.suites.find((candidate) => candidate.name === session.cipherSuite);
  if (suite === undefined || session.psk.length !== suite.hashAlgorithm.outputLength) return undefined;
  const { signatureScheme } = session;
  if (signatureScheme !== undefined && !parameters.schemes.some(({ name }) => name === signatureScheme)) {
    return undefined;
  }
  const server = yield* trustNow(config, session, now);
  return server && { session, suite, server };
}

/** Whether keys are offered, or tickets asked for, which a server sends only to those who say how they would use them. */
export function usesPsks({ session, sessions }: ClientConfig, { externalPsks }: Parameters): boolean {
  return session !== undefined || sessions !== undefined || externalPsks.length > 0;
}

/** A store that fails is one without a session. */
function* takeSession({ sessions }: ClientConfig): Steps<Session | undefined> {
  try {
    return sessions && (yield* settle(sessions.take()));
  } catch {
    return undefined;
  }
}

/** What is known of a server whom an external pre-shared key stands for. */
export const byKey: ServerCertificates = {
  certificateType: 'X509',
  peerCertificates: [],
  verifiedChain: [],
  ocspResponse: undefined,
  signedCertificateTimestamps: [],
};

/** A ticket proves who the server was then; what it rests on has to be good now. */
export function* trustNow(
  config: NamedConfig,
  session: Session,
  now: number,
): Steps<ServerCertificates | undefined> {
  if (session.externalPsk !== undefined) {
    return config.externalPsks?.has(session.externalPsk) ? byKey : undefined;
  }
  const { verifiedChain, validUntil } = session;
  const shown = shownBefore(session);
  if (config.externalPsks?.required || shown.peerCertificates.length === 0) return undefined;
  // What a server may show can be something else than it was then.
  const takenTypes = config.serverCertificateTypes?.types ?? ['X509'];
  if (!takenTypes.includes(shown.certificateType)) return undefined;
  if (config.verifyOnResumption ?? true) return yield* verifyAgain(config, shown, now);
  if (validUntil === undefined) return yield* verifyAgain(config, shown, now);
  return now < validUntil ? { ...shown, verifiedChain, validUntil } : undefined;
}

/**
 * Whether we'd accept it now: dates, trust, name, revocation. It is decided with the OCSP response of then: once that is
 * out of date the handshake is a full one, in which the server has to show a newer one.
 */
function* verifyAgain(
  config: NamedConfig,
  shown: ShownCertificates,
  now: number,
): Steps<ServerCertificates | undefined> {
  try {
    const { verifiedChain, validUntil } = yield* settle(askVerifier(config, shown, now));
    return { ...shown, verifiedChain, validUntil };
  } catch {
    return undefined;
  }
}

function shownBefore(session: Session): ShownCertificates {
  const { peerCertificateType: certificateType, peerCertificates } = session;
  const { ocspResponse, signedCertificateTimestamps } = session;
  return { certificateType, peerCertificates, ocspResponse, signedCertificateTimestamps };
}
