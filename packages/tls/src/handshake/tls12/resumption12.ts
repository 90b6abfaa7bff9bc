/** Sessions of TLS 1.2: by an id that the server remembers (RFC 5246 section 7.3), or by a ticket (RFC 5077). */
import type { ClientConfig } from '../../config.ts';
import type { HandshakeFacts } from '../../connection.ts';
import type { Session, Session12 } from '../../session.ts';
import type { Resumption12 } from '../../tls12.ts';
import type { ServerCertificates } from '../../verifier.ts';
import { byKey, maximumLifetime, trustNow } from '../resumption.ts';
import { sameBytes } from '../serverHelloChecks.ts';
import { type Steps, settle } from '../steps.ts';
import { masterSecretLength } from './keySchedule12.ts';
import { keyUse12, type Parameters12, type SuiteAlgorithms12 } from './parameters12.ts';

/** A session that may be offered, with the certificates it rests on. */
export interface OfferedSession12 extends Resumption12 {
  readonly session: Session12;
  readonly suite: SuiteAlgorithms12;
  readonly server: ServerCertificates;
}

/** As in TLS 1.3: a hello has 2^16 - 1 octets for all extensions together. */
const maximumTicket = 2 ** 14;

/** A session that can't be resumed now is left aside: a full handshake is always right. */
export function* findResumption12(
  config: ClientConfig,
  parameters: Parameters12,
  session: Session,
): Steps<OfferedSession12 | undefined> {
  if (session.version !== 'TLSv1.2' || session.serverName !== config.serverName) return undefined;
  const { sessionId, ticket, masterSecret } = session;
  if (ticket.length > maximumTicket || sessionId.length > 32) return undefined;
  if (ticket.length + sessionId.length === 0 || masterSecret.length !== masterSecretLength) return undefined;
  const now = config.clock();
  if (!(now >= session.receivedAt && now < session.expiresAt)) return undefined;
  if (now - session.receivedAt > maximumLifetime || now >= session.authenticatedUntil) return undefined;
  if (!session.extendedMasterSecret && !mayResumeWithoutExtendedMasterSecret(parameters)) return undefined;
  const suite = parameters.suites.find(({ name }) => name === session.cipherSuite);
  if (suite === undefined) return undefined;
  // As in TLS 1.3: what the server proved then has to be enough now.
  const { signatureScheme } = session;
  if (signatureScheme !== undefined && !parameters.schemes.some(({ name }) => name === signatureScheme)) {
    return undefined;
  }
  const server =
    session.externalPsk === undefined
      ? yield* trustNow({ ...config, keyUse: keyUse12(suite) }, session, now)
      : yield* knownByKey(parameters, session.externalPsk);
  if (server === undefined) return undefined;
  // RFC 5077 section 3.4: with a ticket the id says nothing but whether it was taken. A fresh one links nothing.
  return { session, suite, server, ticket, sessionId: ticket.length > 0 ? undefined : sessionId };
}

/** RFC 7627 section 5.3: without it a session should not be offered, and so isn't kept, unless somebody asks for that. */
export function mayResumeWithoutExtendedMasterSecret({ options }: Parameters12): boolean {
  const { requireExtendedMasterSecret = false, resumeWithoutExtendedMasterSecret = false } = options;
  return resumeWithoutExtendedMasterSecret && !requireExtendedMasterSecret;
}

/** What began with a pre-shared key goes on as long as we have it. */
function* knownByKey(
  { psk: method }: Parameters12,
  identity: Uint8Array,
): Steps<ServerCertificates | undefined> {
  const psk = yield* settle(method?.keyFor(undefined));
  return psk !== undefined && sameBytes(psk.identity, identity) ? byKey : undefined;
}

/** Milliseconds that a session lives where the server doesn't say: RFC 5246 appendix F.1.4. */
const defaultLifetime = 86_400_000;

/** What was agreed on in a full handshake, for another. Undefined where it would be no good at once. */
export function newSession12(
  config: ClientConfig,
  facts: HandshakeFacts,
  parts: Pick<Session12, 'cipherSuite' | 'masterSecret' | 'sessionId' | 'ticket'> & {
    /** Seconds; 0 where the server doesn't say. */
    readonly lifetimeHint: number;
    readonly validUntil: number | undefined;
    /** That of the session before; undefined where the server has just proved who it is. */
    readonly authenticatedUntil: number | undefined;
  },
): Session12 | undefined {
  const { lifetimeHint, validUntil, masterSecret, ...rest } = parts;
  const receivedAt = config.clock();
  const lifetime = lifetimeHint === 0 ? defaultLifetime : Math.min(1000 * lifetimeHint, maximumLifetime);
  const authenticatedUntil = parts.authenticatedUntil ?? receivedAt + maximumLifetime;
  const expiresAt = Math.min(
    receivedAt + lifetime,
    validUntil ?? Number.POSITIVE_INFINITY,
    authenticatedUntil,
  );
  if (expiresAt <= receivedAt) return undefined;
  return {
    ...rest,
    version: 'TLSv1.2',
    serverName: config.serverName,
    alpnProtocol: facts.alpnProtocol,
    masterSecret: masterSecret.slice(),
    extendedMasterSecret: facts.extendedMasterSecret,
    externalPsk: facts.externalPsk,
    group: facts.group,
    receivedAt,
    expiresAt,
    signatureScheme: facts.signatureScheme,
    peerCertificateType: facts.peerCertificateType,
    peerCertificates: facts.peerCertificates,
    verifiedChain: facts.verifiedChain,
    validUntil,
    authenticatedUntil,
    ocspResponse: facts.ocspResponse,
    signedCertificateTimestamps: facts.signedCertificateTimestamps,
  };
}
