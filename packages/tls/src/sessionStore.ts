import type { MaybePromise } from '@halfclose/crypto';
import type { Session } from './session.ts';

/**
 * Sessions of many servers. What has to be the same in two connections for one to resume the other (name, port,
 * application protocols, how certificates are verified) is in the key, which its user makes.
 */
export interface KeyedSessionStore {
  /** Takes the best session under this key out of the store. */
  take(key: string): MaybePromise<Session | undefined>;
  put(key: string, session: Session): MaybePromise<void>;
}

export interface SessionStoreLimits {
  /** Left out: 256. */
  readonly maximumSessions?: number;
  /** Left out: 4. A server gives one or two tickets to each connection, and each is good for one. */
  readonly maximumPerKey?: number;
  /** Of all sessions together, certificates included. Left out: 4 MiB. */
  readonly maximumOctets?: number;
}

/** A store in memory, which forgets what was put into it first when it is full. */
export interface MemorySessionStore extends KeyedSessionStore {
  take(key: string): Session | undefined;
  put(key: string, session: Session): void;
  clear(): void;
  /** Sessions that are in it. */
  readonly size: number;
}

interface Entry {
  readonly key: string;
  readonly session: Session;
  readonly octets: number;
}

/** @throws RangeError for a limit that is no positive integer */
export function createSessionStore(limits: SessionStoreLimits = {}): MemorySessionStore {
  const { maximumSessions = 256, maximumPerKey = 4, maximumOctets = 2 ** 22 } = limits;
  for (const [name, limit] of Object.entries({ maximumSessions, maximumPerKey, maximumOctets })) {
    if (!Number.isInteger(limit) || limit < 1)
      throw new RangeError(`${name} is ${limit}, not a number of them`);
  }
  // Both in the order in which they were put: the first is the first to go.
  const all = new Set<Entry>();
  const byKey = new Map<string, Entry[]>();
  let octets = 0;

  const remove = (entry: Entry): void => {
    all.delete(entry);
    octets -= entry.octets;
    const left = (byKey.get(entry.key) ?? []).filter((other) => other !== entry);
    if (left.length === 0) byKey.delete(entry.key);
    else byKey.set(entry.key, left);
  };

  return {
    take(key) {
      // The newest: it lives longest, and the server may have changed its mind since the others.
      const entry = byKey.get(key)?.at(-1);
      if (entry !== undefined) remove(entry);
      return entry?.session;
    },
    put(key, session) {
      const entry = { key, session, octets: octetsOf(key, session) };
      if (entry.octets > maximumOctets) return;
      all.add(entry);
      octets += entry.octets;
      const same = [...(byKey.get(key) ?? []), entry];
      byKey.set(key, same);
      if (same.length > maximumPerKey && same[0] !== undefined) remove(same[0]);
      for (const oldest of all) {
        if (all.size <= maximumSessions && octets <= maximumOctets) break;
        remove(oldest);
      }
    },
    clear() {
      all.clear();
      byKey.clear();
      octets = 0;
    },
    get size() {
      return all.size;
    },
  };
}

/** What a session weighs, roughly: two octets a character, and something for what holds it and each part together. */
function octetsOf(key: string, session: Session): number {
  const { ticket, ocspResponse, externalPsk } = session;
  const secret = session.version === 'TLSv1.2' ? session.masterSecret : session.psk;
  const lists = [session.peerCertificates, session.verifiedChain, session.signedCertificateTimestamps];
  const parts = [ticket, secret, ocspResponse, externalPsk, ...lists.flat()];
  return parts.reduce(
    (sum, part) => sum + (part === undefined ? 0 : 128 + part.length),
    512 + 2 * key.length,
  );
}
