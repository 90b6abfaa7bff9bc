import type { CryptoProvider, MaybePromise, PublicKey } from '@halfclose/crypto';
import { parseCertificate } from './certificate/parseCertificate.ts';
import type { DecisionMemory } from './decisionMemory.ts';
import { CertificateError } from './errors.ts';
import { checkServerName } from './names/match.ts';
import { parseReference } from './names/reference.ts';
import { readChain } from './path/chain.ts';
import { checkStrictly } from './path/checkStrictly.ts';
import { findPath } from './path/findPath.ts';
import { defaultLimits } from './path/limits.ts';
import type { PolicyCheck } from './path/policyDemand.ts';
import { type Purpose, tlsServer } from './path/purpose.ts';
import type { SignatureMemory } from './path/signatureMemory.ts';
import { run, type Steps } from './path/steps.ts';
import { refuseMustStaple } from './path/tlsFeature.ts';
import type { RevocationCheck } from './revocation/checkRevocation.ts';
import type { TrustStore } from './trust/trustStore.ts';

/** What a server showed, for a decision. */
export interface ServerIdentity {
  /** DER certificates as sent, the server's own first. */
  readonly certificates: readonly Uint8Array[];
  /** The name or address that the caller asked for, if any. */
  readonly serverName: string | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
  /** What the server stapled for its own certificate: an OCSPResponse (RFC 6960), DER. */
  readonly ocspResponse?: Uint8Array | undefined;
  /**
   * Whether the certificate has to be trusted, and for `serverName`, also where `checkHostname` is off or nothing is
   * verified: a server that could not read a hidden ClientHello is believed nothing else (RFC 9849 section 6.1.7).
   */
  readonly mustMatchName?: boolean;
  /**
   * What keyUsage has to permit: `keyEncipherment` where the key exchange of TLS 1.2 is by RSA (RFC 5246 section 7.4.2). Left
   * out: `digitalSignature`.
   */
  readonly keyUse?: 'digitalSignature' | 'keyEncipherment';
}

export interface VerifiedServer {
  /** The key of the server's certificate. */
  readonly publicKey: PublicKey;
  /**
   * DER, from the server's certificate to the trusted one. Where only name and key of an authority are trusted, it ends
   * before that. Empty where nothing was verified.
   */
  readonly verifiedChain: readonly Uint8Array[];
  /** When the first certificate of the path expires, milliseconds since 1970. Undefined where nothing was verified. */
  readonly validUntil?: number | undefined;
}

/** The verifier that `@halfclose/tls` asks for. */
export interface ServerVerifier {
  /** Throws CertificateError, or rejects with it where the crypto provider works asynchronously. */
  verifyServer(identity: ServerIdentity): MaybePromise<VerifiedServer>;
}

export interface ServerVerifierOptions {
  readonly crypto: CryptoProvider;
  /** Consulted at each verification: what is added later counts. */
  readonly trustStore: TrustStore;
  /** Whether the certificate must be for the `serverName`, which must then be given. */
  readonly checkHostname: boolean;
  /**
   * How many authorities may stand between the server's certificate and the trusted one, not counting those that have
   * issued their own certificate. Left out: as many as a search of bounded depth finds, eight.
   */
  readonly maxIntermediates?: number;
  /**
   * `createRevocationCheck(…)`. Unless its policy is `off`, the connection has to ask for a stapled response (`requestOcsp` of
   * `@halfclose/tls`): there are certificates that are good only together with it (RFC 7633). Left out: of revocation nothing
   * is known, no stapled response is looked at, and such certificates are refused.
   */
  readonly revocation?: RevocationCheck;
  /**
   * `checkPolicies`, for paths on which an authority demands that a certificate policy holds (RFC 5280 section 4.2.1.11): next to
   * none on the public web. Left out: they are refused.
   */
  readonly policies?: PolicyCheck;
  /**
   * Whether authorities are also held to what RFC 5280 demands and most clients do without: key identifiers, and keyUsage.
   * Left out: false.
   */
  readonly strict?: boolean;
  /** Shared by verifiers, so that a signature is checked once. Left out: each verification checks all that it needs. */
  readonly signatures?: SignatureMemory;
  /** Shared by verifiers, so that what was decided is not decided again before it can have changed. Left out: it is. */
  readonly decisions?: DecisionMemory;
}

/**
 * Verifies servers: RFC 5280 for the path, RFC 9525 for the name.
 * @throws RangeError where an option makes no sense
 */
export function createServerVerifier(options: ServerVerifierOptions): ServerVerifier {
  return createVerifierFor(tlsServer, options);
}

/**
 * The same for certificates that were issued for something else.
 * @throws RangeError where an option makes no sense
 */
export function createVerifierFor(purpose: Purpose, options: ServerVerifierOptions): ServerVerifier {
  const { maxIntermediates = 0 } = options;
  if (!Number.isInteger(maxIntermediates) || maxIntermediates < 0) {
    throw new RangeError(`maxIntermediates is ${maxIntermediates}, not a number of certificates`);
  }
  return {
    verifyServer: (identity) => run(decisionSteps(purpose, options, identity)),
  };
}

function* decisionSteps(
  purpose: Purpose,
  options: ServerVerifierOptions,
  identity: ServerIdentity,
): Steps<VerifiedServer> {
  const { decisions } = options;
  const question = decisions?.question(purpose, options, identity);
  const known = question && decisions?.find(question);
  if (known !== undefined) return known;
  const decision = yield* verifySteps(purpose, options, question?.identity ?? identity);
  if (question !== undefined) decisions?.add(question, decision);
  return decision;
}

function* verifySteps(
  purpose: Purpose,
  options: ServerVerifierOptions,
  identity: ServerIdentity,
): Steps<VerifiedServer> {
  const { crypto, trustStore, checkHostname, maxIntermediates, revocation } = options;
  const { certificates, serverName, now, ocspResponse, mustMatchName = false, keyUse } = identity;
  // What the caller got wrong is said before the server's certificate is looked at.
  const reference = checkHostname || mustMatchName ? parseReference(requireName(serverName)) : undefined;
  const chain = readChain(certificates, defaultLimits);
  const limits = {
    ...defaultLimits,
    intermediates: Math.max(defaultLimits.intermediates, maxIntermediates ?? 0),
  };
  const checkRevocation = revocation?.begin({ crypto, ocspResponse, now });
  const path = yield* findPath({
    chain,
    trustStore,
    crypto,
    now,
    limits,
    purpose: keyUse === 'keyEncipherment' ? { ...purpose, keyUsage: [keyUse] } : purpose,
    maxIntermediates,
    reference,
    signatures: options.signatures,
    policies: options.policies,
    *accept(found) {
      if (options.strict) checkStrictly(found);
      if (checkRevocation) yield* checkRevocation(found);
      else refuseMustStaple(found);
    },
  });
  if (reference) checkServerName(chain.leaf, reference);
  const anchor = path.anchor.certificate;
  const verified = [...path.certificates, ...(anchor ? [anchor] : [])];
  return {
    publicKey: chain.leaf.publicKey,
    // Copies: whoever gets them can't change what is in the trust store.
    verifiedChain: verified.map(({ raw }) => new Uint8Array(raw)),
    validUntil: Math.min(...verified.map(({ notAfter }) => notAfter)),
  };
}

function requireName(serverName: string | undefined): string {
  if (typeof serverName === 'string') return serverName;
  throw new CertificateError('invalid_server_name', 'The host name is to be checked, and none was given');
}

/**
 * Decides nothing (Python's CERT_NONE): takes the key out of the server's certificate, which must be readable.
 * Whoever is in between can be the server; who would have to be trusted for its name (`mustMatchName`) is refused.
 */
export function createUncheckedVerifier(): ServerVerifier {
  return {
    verifyServer({ certificates: [first], mustMatchName, serverName }) {
      if (!first) throw new CertificateError('malformed', 'The server sent no certificate');
      if (mustMatchName) {
        throw new CertificateError(
          'unknown_issuer',
          `The server has to prove that it is ${serverName}, and no certificate is trusted`,
        );
      }
      return { publicKey: parseCertificate(first).publicKey, verifiedChain: [] };
    },
  };
}
