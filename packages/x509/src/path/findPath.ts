import type { CryptoProvider } from '@halfclose/crypto';
import type { Certificate } from '../certificate/certificate.ts';
import { nameKey } from '../certificate/name.ts';
import { createComparisonBudget } from '../constraints/budget.ts';
import { checkNameConstraints } from '../constraints/checkNameConstraints.ts';
import { latin1Text } from '../der/strings.ts';
import { CertificateError } from '../errors.ts';
import type { ReferenceIdentity } from '../names/reference.ts';
import type { TrustAnchor } from '../trust/trustAnchor.ts';
import type { TrustStore } from '../trust/trustStore.ts';
import type { PresentedChain } from './chain.ts';
import { checkAnchor, checkCertificate, checkDistrust } from './checks.ts';
import { createIssuerFinder, isAnotherKey } from './issuers.ts';
import type { Limits } from './limits.ts';
import { downward, type Issuer, type Path } from './path.ts';
import { checkPathLength } from './pathLength.ts';
import { type PolicyCheck, refuseDemand } from './policyDemand.ts';
import type { Purpose } from './purpose.ts';
import { remembered } from './remembered.ts';
import type { SignatureMemory } from './signatureMemory.ts';
import { createSignatureChecker } from './signatures.ts';
import type { Steps } from './steps.ts';
import { unknownIssuer } from './unknownIssuer.ts';

export interface PathRequest {
  readonly chain: PresentedChain;
  readonly trustStore: TrustStore;
  readonly crypto: CryptoProvider;
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly limits: Limits;
  /** Those that were found right in earlier searches. */
  readonly signatures?: SignatureMemory | undefined;
  readonly purpose: Purpose;
  /** Authorities between the server's certificate and the anchor, not counting those that issued their own. */
  readonly maxIntermediates?: number | undefined;
  /** Left out: a path that has to have a certificate policy is refused. */
  readonly policies?: PolicyCheck | undefined;
  /** Whom the caller means to reach, if that is known. */
  readonly reference?: ReferenceIdentity | undefined;
  /** Has the last word on a path that passed all else. With a CertificateError the search goes on to other paths. */
  readonly accept?: (path: Path) => Steps<void>;
}

/**
 * Looks for a path from the server's certificate to a trust anchor, RFC 5280 chapter 6: depth first, over all
 * certificates that were sent or are trusted, by their names. Only a path that has reached an anchor is checked:
 * first what costs little, then signatures from the anchor down. The first path that passes is the result. If none
 * does, the error is the most telling that was met.
 * @throws CertificateError
 */
export function* findPath(request: PathRequest): Steps<Path> {
  const { chain, trustStore, crypto, now, limits, purpose, maxIntermediates, reference, accept } = request;
  const { leaf } = chain;
  const checkPolicies = request.policies ?? refuseDemand;
  const leafFault = remembered(
    faultIn((server: Certificate) => checkCertificate(server, 'server', now, purpose)),
  );
  const intermediateFault = remembered(
    faultIn((certificate: Certificate) => checkCertificate(certificate, 'intermediate', now, purpose)),
  );
  const anchorFault = remembered(
    faultIn((anchor: TrustAnchor) => {
      checkAnchor(anchor, now, purpose);
      checkDistrust(leaf, anchor);
    }),
  );
  const comparisons = createComparisonBudget(limits.comparisons);
  const issuers = createIssuerFinder(chain.others, trustStore);
  const checkSignature = createSignatureChecker(crypto, limits, request.signatures);
  const isSameAuthority = createAuthorityComparer();

  let steps = 0;
  let fault: CertificateError | undefined;
  let deadEnd: readonly Certificate[] = [leaf];
  let isTooDeep = false;

  function* isGood(path: Path): Steps<boolean> {
    // Every other path would have it too.
    throwIfAny(leafFault(leaf));
    try {
      yield* checkPath(path);
      return true;
    } catch (error) {
      if (!(error instanceof CertificateError) || error.code === 'limit_exceeded') throw error;
      if (endsInNamesake(path, error)) return false;
      // A wrong signature may just mean that another authority has the same name; all else says more.
      if (fault === undefined || fault.code === 'bad_signature') fault = error;
      return false;
    }
  }

  function* checkPath(path: Path): Steps<void> {
    throwIfAny(anchorFault(path.anchor));
    for (const [certificate] of downward(path)) {
      if (certificate !== leaf) throwIfAny(intermediateFault(certificate));
    }
    checkPathLength(path, maxIntermediates);
    for (const [certificate, issuer] of downward(path)) yield* checkSignature(certificate, issuer);
    checkNameConstraints(path, reference, comparisons);
    checkPolicies(path, comparisons);
    if (accept) yield* accept(path);
  }

  /** The first good path that begins with these certificates, the last of which is `last`. */
  function* extend(certificates: readonly Certificate[], last: Certificate): Steps<Path | undefined> {
    const isOnPath = (issuer: Issuer): boolean => certificates.some((each) => isSameAuthority(each, issuer));
    for (const anchor of issuers.trusted(last)) {
      countStep();
      if (isOnPath(anchor)) continue;
      const path = { certificates, anchor };
      if (yield* isGood(path)) return path;
    }
    const next = issuers.sent(last).filter((issuer) => !isOnPath(issuer));
    if (certificates.length > limits.intermediates) {
      isTooDeep ||= next.length > 0;
      return undefined;
    }
    if (next.length === 0 && certificates.length > deadEnd.length) deadEnd = certificates;
    for (const issuer of next) {
      countStep();
      const found = yield* extend([...certificates, issuer], issuer);
      if (found) return found;
    }
    return undefined;
  }

  function countStep(): void {
    steps++;
    if (steps > limits.steps) throw tooMuch(leaf, `${limits.steps} steps`);
  }

  const itself = trustStore.find(leaf);
  if (itself) {
    // It needs nobody to vouch for it, and it vouches for itself alone.
    checkCertificate(leaf, 'trustedServer', now, purpose);
    const path = { certificates: [], anchor: itself };
    if (accept) yield* accept(path);
    return path;
  }
  const path = yield* extend([leaf], leaf);
  if (path) return path;
  throwIfAny(fault);
  if (isTooDeep) throw tooMuch(leaf, `${limits.intermediates} intermediate certificates`);
  throw unknownIssuer(deadEnd, chain.unreadable);
}

/**
 * Whether the path failed only because its anchor is not the issuer, which has the same name: by their identifiers
 * the keys are two. For OpenSSL, too, the issuer is then unknown, and no signature wrong.
 */
function endsInNamesake({ certificates, anchor }: Path, { code, certificate }: CertificateError): boolean {
  const issued = certificates.at(-1);
  return (
    code === 'bad_signature' && issued !== undefined && certificate === issued && isAnotherKey(issued, anchor)
  );
}

/** The check as a function that gives what is wrong instead of throwing it. */
function faultIn<T>(check: (subject: T) => void): (subject: T) => CertificateError | undefined {
  return (subject) => {
    try {
      check(subject);
      return undefined;
    } catch (error) {
      if (error instanceof CertificateError) return error;
      throw error;
    }
  };
}

function throwIfAny(fault: CertificateError | undefined): void {
  if (fault) throw fault;
}

/**
 * Whether two are the same authority, by name and key. It makes no path better by being on it twice (RFC 4158
 * section 2.4.1).
 */
function createAuthorityComparer(): (a: Issuer, b: Issuer) => boolean {
  const numbers = new Map<string, number>();
  const numberOf = remembered(({ spki, subject }: Issuer) => {
    // SubjectPublicKeyInfo is DER and says how long it is, so that no two pairs make the same text.
    const nameAndKey = latin1Text(spki) + nameKey(subject);
    const number = numbers.get(nameAndKey) ?? numbers.size;
    numbers.set(nameAndKey, number);
    return number;
  });
  return (a, b) => numberOf(a) === numberOf(b);
}

function tooMuch(certificate: Certificate, limit: string): CertificateError {
  const message = `No path to a trusted certificate was found within ${limit}`;
  return new CertificateError('limit_exceeded', message, { certificate });
}
