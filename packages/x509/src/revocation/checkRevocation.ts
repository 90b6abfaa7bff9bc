import type { CryptoProvider, MaybePromise } from '@halfclose/crypto';
import type { Certificate } from '../certificate/certificate.ts';
import { CertificateError } from '../errors.ts';
import { downward, type Issuer, type Path } from '../path/path.ts';
import { remembered } from '../path/remembered.ts';
import { type Steps, settle } from '../path/steps.ts';
import { missingStaple, mustStaple } from '../path/tlsFeature.ts';
import type { TrustAnchor } from '../trust/trustAnchor.ts';
import { isGoodByCrls } from './checkCrl.ts';
import { isGoodByOcsp } from './checkOcsp.ts';
import type { CrlStore } from './crlStore.ts';
import { revoked } from './revoked.ts';

export type RevocationStatus = 'good' | 'revoked' | 'unknown';

/**
 * Other knowledge about revocation: CRLite, an OCSP client, a service of the system. What it throws, or rejects with,
 * means that it doesn't know.
 * @param issuer the certificate's issuer in the path: a certificate, or a trust anchor
 * @param now milliseconds since 1970
 */
export type RevocationSource = (
  certificate: Certificate,
  issuer: Certificate | TrustAnchor,
  now: number,
) => MaybePromise<RevocationStatus>;

/**
 * - `off`: revocation is not looked at, not even what the server shows.
 * - `ifPresent`: what is at hand must be right, and must not say that a certificate is revoked or unknown. Where a
 *   certificate demands a stapled response (RFC 7633), it must be there.
 * - `require`: in addition, each certificate below the trust anchor must be known to be good.
 */
export type RevocationPolicy = 'off' | 'ifPresent' | 'require';

export interface RevocationOptions {
  readonly policy: RevocationPolicy;
  /** With `require`: of which certificates. `server` means its own alone. Left out: `all` below the trust anchor. */
  readonly requiredOf?: 'all' | 'server';
  /** Consulted at each verification: what is added later counts. */
  readonly crls?: CrlStore;
  /** Asked about each certificate below the trust anchor. */
  readonly source?: RevocationSource;
}

/** Of one verification. */
export interface RevocationRequest {
  readonly crypto: CryptoProvider;
  /** What the server stapled for its own certificate: an OCSPResponse, DER. */
  readonly ocspResponse: Uint8Array | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** What a verifier knows of revocation, and demands: made by `createRevocationCheck`. */
export interface RevocationCheck {
  /** As it was made with. */
  readonly options: RevocationOptions;
  /** For one verification: to be asked about each path that is good otherwise. Throws CertificateError. */
  begin(request: RevocationRequest): (path: Path) => Steps<void>;
}

/**
 * Checks all certificates below a path's anchor, from the anchor down. All that is at hand is asked: one that says
 * `revoked` is enough.
 */
export function createRevocationCheck(options: RevocationOptions): RevocationCheck {
  return { options, begin: (request) => beginCheck(options, request) };
}

function beginCheck(options: RevocationOptions, request: RevocationRequest): (path: Path) => Steps<void> {
  const { ocspResponse } = request;
  const findKnowledge = createKnowledge(options, request);

  return function* checkRevocation(path) {
    if (options.policy === 'off') return;
    const isStapleDemanded = mustStaple(path);
    const [leaf] = path.certificates;
    for (const [certificate, issuer] of downward(path)) {
      const known = yield* findKnowledge(
        certificate,
        issuer,
        certificate === leaf ? ocspResponse : undefined,
      );
      if (certificate === leaf && isStapleDemanded && !known.isGoodByStaple) {
        throw missingStaple(certificate, 'there is none with an answer');
      }
      const isRequired =
        options.policy === 'require' && (options.requiredOf !== 'server' || certificate === leaf);
      if (isRequired && !known.isGood) {
        throw new CertificateError(
          'revocation_unknown',
          `Nothing says whether the certificate of ${certificate.subject} is revoked`,
          { certificate },
        );
      }
    }
  };
}

interface Knowledge {
  readonly isGood: boolean;
  readonly isGoodByStaple: boolean;
}

type FindKnowledge = (
  certificate: Certificate,
  issuer: Issuer,
  staple: Uint8Array | undefined,
) => Steps<Knowledge>;

/** Finds what is known of a certificate, and remembers it: a search comes to the same one on many ways. */
function createKnowledge(
  { crls, source }: RevocationOptions,
  { crypto, now }: RevocationRequest,
): FindKnowledge {
  // By the issuer's certificate, not its key: what the key is for, and by what it is known, the certificate says.
  const outcomes = remembered((_: Certificate) => new Map<Issuer, Knowledge | CertificateError>());

  function* find(certificate: Certificate, issuer: Issuer, staple: Uint8Array | undefined): Steps<Knowledge> {
    const isGoodByStaple =
      staple !== undefined && (yield* isGoodByOcsp(staple, certificate, issuer, now, crypto));
    const own = crls?.findByIssuer(certificate.issuer) ?? [];
    const isGoodByCrl = yield* isGoodByCrls(own, certificate, issuer, now, crypto);
    const isGoodBySource =
      source !== undefined && (yield* isGoodBySourceOf(source, certificate, issuer, now));
    return { isGood: isGoodByStaple || isGoodByCrl || isGoodBySource, isGoodByStaple };
  }

  return function* findOnce(certificate, issuer, staple) {
    const known = outcomes(certificate);
    const outcome = known.get(issuer) ?? (yield* outcomeOf(find(certificate, issuer, staple)));
    known.set(issuer, outcome);
    if (outcome instanceof CertificateError) throw outcome;
    return outcome;
  };
}

function* outcomeOf(steps: Steps<Knowledge>): Steps<Knowledge | CertificateError> {
  try {
    return yield* steps;
  } catch (error) {
    if (error instanceof CertificateError) return error;
    throw error;
  }
}

function* isGoodBySourceOf(
  source: RevocationSource,
  certificate: Certificate,
  issuer: Issuer,
  now: number,
): Steps<boolean> {
  let status: RevocationStatus;
  try {
    status = yield* settle(source(certificate, issuer, now));
  } catch {
    return false;
  }
  if (status === 'revoked') throw revoked(certificate);
  return status === 'good';
}
