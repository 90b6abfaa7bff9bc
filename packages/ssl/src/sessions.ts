/** Sessions of a context's connections, and when one may resume another. */
import { type CryptoProvider, findHash, type MaybePromise } from '@halfclose/crypto';
import type { ClientCredential, KeyedSessionStore, Session, SessionStore } from '@halfclose/tls';
import type { VerifyMode } from './constants.ts';
import { ValueError } from './errors.ts';

/** What two connections have to have in common, for one to resume the other. */
export interface SessionScope {
  readonly serverHostname: string | undefined;
  /** Undefined where the carrier was connected by somebody else, and doesn't say. */
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
 * @param given the session that the caller has chosen: its ticket is not shown once more out of the store
 */
export function sessionsOf(
  store: KeyedSessionStore | undefined,
  scope: SessionScope,
  crypto: CryptoProvider,
  given?: Session,
): SessionStore {
  // Also without a store: tickets are what `SSLSocket.session` is made of.
  if (store === undefined || scope.serverHostname === undefined) return nowhere;
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
  const shown = shownFrom(store);
  if (given?.version === 'TLSv1.3') shown.add(ticketOf(given));
  const next = (tries: number): MaybePromise<Session | undefined> => {
    if (tries === 0) return undefined;
    const fresh = (session: Session | undefined): MaybePromise<Session | undefined> =>
      session !== undefined && shown.has(ticketOf(session)) ? next(tries - 1) : session;
    const taken = store.take(key);
    return isPromiseLike(taken) ? Promise.resolve(taken).then(fresh) : fresh(taken);
  };
  return { take: () => next(maximumTries), put: (session) => store.put(key, session) };
}

const nowhere: SessionStore = { take: () => undefined, put: () => {} };

/** Sessions that are taken out of a store before we go on without: one that always gives the same must not hold us up. */
const maximumTries = 8;

/** Tickets that are remembered for each store. */
const maximumShown = 64;

interface ShownTickets {
  add(ticket: string): void;
  has(ticket: string): boolean;
}

const shownTickets = new WeakMap<KeyedSessionStore, ShownTickets>();

/**
 * What was shown to a server although it is in the store as well, where it came when the server gave it: RFC 8446 appendix
 * C.4, a ticket is shown once.
 */
function shownFrom(store: KeyedSessionStore): ShownTickets {
  const known = shownTickets.get(store);
  if (known !== undefined) return known;
  const tickets = new Set<string>();
  const created: ShownTickets = {
    add(ticket) {
      tickets.delete(ticket);
      tickets.add(ticket);
      const [oldest] = tickets;
      if (tickets.size > maximumShown && oldest !== undefined) tickets.delete(oldest);
    },
    has: (ticket) => tickets.has(ticket),
  };
  shownTickets.set(store, created);
  return created;
}

/** The whole of it: tickets of one server can begin alike. In TLS 1.2 it may be empty, and is never among those shown. */
function ticketOf({ ticket }: Session): string {
  return ticket.reduce((text, octet) => text + String.fromCharCode(octet), '');
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

function isPromiseLike<T>(value: MaybePromise<T>): value is PromiseLike<T> & MaybePromise<T> {
  return typeof value === 'object' && value !== null && 'then' in value;
}
