/** Sessions of a context's connections, and when one may resume another. */
import { type CryptoProvider, findHash } from '@halfclose/crypto';
import type { ClientCredential, KeyedSessionStore, Session, SessionStore } from '@halfclose/tls';
import type { VerifyMode } from './constants.ts';
import { ValueError } from './errors.ts';

/** What two connections have to have in common, for one to resume the other. */
export interface SessionScope {
  readonly serverHostname: string | undefined;
  /** Undefined where the carrier was connected by somebody else. */
  readonly port: number | undefined;
  readonly alpnProtocols: readonly string[];
  readonly verifyMode: VerifyMode;
  readonly checkHostname: boolean;
  readonly revocation: string;
  /** Whoever resumes a session is to the server who began it. */
  readonly credentials: readonly ClientCredential[];
}

/**
 * A store's sessions of one scope. Without a name nobody could say whose they are, so they are not kept. What the server
 * has shown is verified anew before a session is offered: a store may be shared by contexts that trust others.
 */
export function sessionsOf(
  store: KeyedSessionStore | undefined,
  scope: SessionScope,
  crypto: CryptoProvider,
): SessionStore {
  // Also without a store: tickets are what `SSLSocket.session` is made of.
  if (store === undefined || scope.serverHostname === undefined)
    return { take: () => undefined, put: () => {} };
  const { serverHostname, port, alpnProtocols, verifyMode, checkHostname, revocation } = scope;
  const hash = findHash(crypto, 'SHA-256');
  const certificates = scope.credentials.flatMap((credential) => credential.certificates);
  const key = JSON.stringify([
    serverHostname.toLowerCase(),
    port ?? null,
    alpnProtocols,
    verifyMode,
    checkHostname,
    revocation,
    certificates.map((certificate) => [...hash.digest(certificate)]),
  ]);
  return { take: () => store.take(key), put: (session) => store.put(key, session) };
}

/** @throws TypeError for what is no session; ValueError for one of another server */
export function checkSession(
  session: Session | null | undefined,
  serverHostname: string | undefined,
): Session | undefined {
  if (session === null || session === undefined) return undefined;
  if (typeof session !== 'object' || !(session.ticket instanceof Uint8Array)) {
    throw new TypeError('Value is not a session.');
  }
  if (session.serverName !== serverHostname) {
    throw new ValueError(
      `the session is of ${session.serverName ?? 'a server without a name'}, not of ${serverHostname ?? 'one without'}`,
    );
  }
  return session;
}
