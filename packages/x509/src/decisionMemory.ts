import { equalBytes } from './certificate/bytes.ts';
import type { ServerIdentity, ServerVerifierOptions, VerifiedServer } from './verifier.ts';

/**
 * Decisions for servers, from one verification to the next. One holds for the same certificates, asked about in the same
 * way, as long as no certificate of its path has expired: all that it rests on is then as it was. Where there is anything to
 * say about revocation nothing is kept, for that can change from one moment to the next; nor is a refusal.
 */
export interface DecisionMemory {
  /** Undefined where the answer may depend on more than what was shown, and when. */
  question(purpose: unknown, options: ServerVerifierOptions, identity: ServerIdentity): Question | undefined;
  /** What was decided, if that holds now. */
  find(question: Question): VerifiedServer | undefined;
  add(question: Question, decision: VerifiedServer): void;
}

/** All that a decision depends on. What was shown is in memory of its own, and what was decided may point there. */
export interface Question {
  /** Compared by identity: what is asked with, and how. */
  readonly circumstances: readonly unknown[];
  readonly identity: ServerIdentity;
}

function questionOf(
  purpose: unknown,
  options: ServerVerifierOptions,
  identity: ServerIdentity,
): Question | undefined {
  const { crypto, trustStore, checkHostname, maxIntermediates, revocation, strict = false } = options;
  const { policy, requiredOf = 'all', source, crls } = revocation?.options ?? { policy: undefined };
  const isSilent = identity.ocspResponse === undefined && !source && (crls?.size ?? 0) === 0;
  if (policy !== undefined && policy !== 'off' && !isSilent) return undefined;
  const { mustMatchName = false, keyUse = 'digitalSignature' } = identity;
  const how = [purpose, checkHostname, maxIntermediates, policy, requiredOf, strict, mustMatchName, keyUse];
  // Whoever has the certificates can't change what was decided.
  const certificates = identity.certificates.map((der) => new Uint8Array(der));
  return {
    circumstances: [crypto, trustStore, options.policies, ...how],
    identity: { ...identity, certificates },
  };
}

interface Remembered extends VerifiedServer {
  readonly circumstances: readonly unknown[];
  /** As shown. */
  readonly certificates: readonly Uint8Array[];
  readonly decidedAt: number;
  readonly validUntil: number;
}

/** Octets of a chain that is kept: servers send two or three certificates. */
const maximumLength = 16_384;

/** @param maximum of how many names to keep one; that which was not asked for the longest goes first */
export function createDecisionMemory(maximum = 64): DecisionMemory {
  const byName = new Map<string | undefined, Remembered>();
  return {
    question: questionOf,
    find({ circumstances, identity: { serverName, certificates, now } }) {
      const known = byName.get(serverName);
      // "Not before" instead of "after", so that a clock that gives NaN finds nothing.
      if (known === undefined || !(now >= known.decidedAt && now < known.validUntil)) return undefined;
      if (!known.circumstances.every((each, i) => each === circumstances[i])) return undefined;
      const isSame = certificates.length === known.certificates.length;
      if (!isSame || !certificates.every((der, i) => equalBytes(der, known.certificates[i] ?? der)))
        return undefined;
      byName.delete(serverName);
      byName.set(serverName, known);
      const { publicKey, verifiedChain, validUntil } = known;
      return { publicKey, verifiedChain: verifiedChain.map((der) => new Uint8Array(der)), validUntil };
    },
    add({ circumstances, identity: { serverName, certificates, now } }, decision) {
      const { publicKey, verifiedChain, validUntil } = decision;
      const length = certificates.reduce((sum, der) => sum + der.length, 0);
      if (validUntil === undefined || length > maximumLength) return;
      byName.delete(serverName);
      byName.set(serverName, {
        circumstances,
        certificates,
        decidedAt: now,
        validUntil,
        publicKey,
        verifiedChain: verifiedChain.map((der) => new Uint8Array(der)),
      });
      const [oldest] = byName.keys();
      if (byName.size > maximum) byName.delete(oldest);
    },
  };
}
