import type { CryptoProvider } from '@halfclose/crypto';
import type { Certificate } from '../certificate/certificate.ts';
import { nameKey } from '../certificate/name.ts';
import { latin1Text } from '../der/strings.ts';
import { CertificateError } from '../errors.ts';
import type { TrustStore } from '../trust/trustStore.ts';
import type { PresentedChain } from './chain.ts';
import { checkCertificate, type Role } from './checks.ts';
import { createIssuerFinder, isAnotherKey } from './issuers.ts';
import type { Limits } from './limits.ts';
import { checkPathLength } from './pathLength.ts';
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
}

/** From the server's certificate to the trusted one; a single one where the server's is itself trusted. */
export type Path = readonly Certificate[];

/**
 * Looks for a path from the server's certificate to one that is trusted, RFC 5280 chapter 6: depth first, over
 * all certificates that were sent or are trusted, by their names. Only a path that has reached a trusted
 * certificate is checked: first what costs little, then signatures from the trusted certificate down. The first
 * path that passes is the result. If none does, the error is the most telling that was met.
 * @throws CertificateError
 */
export function* findPath(request: PathRequest): Steps<Path> {
  const { chain, trustStore, crypto, now, limits } = request;
  const faultOf = createFaultFinder(now);
  const issuers = createIssuerFinder(chain.others, trustStore);
  const checkSignature = createSignatureChecker(crypto, limits);

  const authority = createAuthorityNumbers();
  const isOnPath = (path: Path, certificate: Certificate): boolean =>
    path.some((each) => authority(each) === authority(certificate));

  let steps = 0;
  let fault: CertificateError | undefined;
  let deadEnd: Path = [chain.leaf];
  let isTooDeep = false;

  /** Whether this path, which ends in a trusted certificate, is good. */
  function* isGood(path: Path): Steps<boolean> {
    const leafFault = faultOf(chain.leaf, roleAt(0, path));
    // Every other path would have it too.
    if (leafFault) throw leafFault;
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
    const downward = [...path.entries()].reverse();
    for (const [index, certificate] of downward) {
      const own = faultOf(certificate, roleAt(index, path));
      if (own) throw own;
    }
    checkPathLength(path);
    for (const [index, certificate] of downward) {
      const issuer = path[index + 1];
      if (issuer) yield* checkSignature(certificate, issuer);
    }
  }

  /** The first good path that begins with `path`, whose last certificate is `last`. */
  function* extend(path: Path, last: Certificate): Steps<Path | undefined> {
    for (const anchor of issuers.trusted(last)) {
      countStep();
      if (isOnPath(path, anchor)) continue;
      const complete = [...path, anchor];
      if (yield* isGood(complete)) return complete;
    }
    const next = issuers.sent(last).filter((issuer) => !isOnPath(path, issuer));
    if (path.length > limits.intermediates) {
      isTooDeep ||= next.length > 0;
      return undefined;
    }
    if (next.length === 0 && path.length > deadEnd.length) deadEnd = path;
    for (const issuer of next) {
      countStep();
      const found = yield* extend([...path, issuer], issuer);
      if (found) return found;
    }
    return undefined;
  }

  function countStep(): void {
    steps++;
    if (steps <= limits.steps) return;
    throw tooMuch(chain.leaf, `${limits.steps} steps`);
  }

  const alone = [chain.leaf];
  if (trustStore.has(chain.leaf) && (yield* isGood(alone))) return alone;
  const path = yield* extend(alone, chain.leaf);
  if (path) return path;
  if (fault) throw fault;
  if (isTooDeep) throw tooMuch(chain.leaf, `${limits.intermediates} intermediate certificates`);
  throw unknownIssuer(deadEnd, chain.unreadable);
}

/**
 * Whether the path failed only because its anchor is not the issuer, which has the same name: by their identifiers
 * the keys are two. For OpenSSL, too, the issuer is then unknown, and no signature wrong.
 */
function endsInNamesake(path: Path, { code, certificate }: CertificateError): boolean {
  const anchor = path.at(-1);
  const issued = path.at(-2);
  if (code !== 'bad_signature' || !anchor || !issued || certificate !== issued) return false;
  return isAnotherKey(issued, anchor);
}

/** Finds what is wrong with a certificate by itself, and remembers it. */
function createFaultFinder(
  now: number,
): (certificate: Certificate, role: Role) => CertificateError | undefined {
  const known = new Map<Certificate, Map<Role, CertificateError | undefined>>();
  return (certificate, role) => {
    const faults = known.get(certificate) ?? new Map<Role, CertificateError | undefined>();
    known.set(certificate, faults);
    if (faults.has(role)) return faults.get(role);
    let fault: CertificateError | undefined;
    try {
      checkCertificate(certificate, role, now);
    } catch (error) {
      if (!(error instanceof CertificateError)) throw error;
      fault = error;
    }
    faults.set(role, fault);
    return fault;
  };
}

function roleAt(index: number, path: Path): Role {
  if (index === 0) return path.length === 1 ? 'trustedServer' : 'server';
  return index === path.length - 1 ? 'anchor' : 'intermediate';
}

/**
 * A number for each authority, by name and key. The same authority makes no path better by being on it twice
 * (RFC 4158 section 2.4.1).
 */
function createAuthorityNumbers(): (certificate: Certificate) => number {
  const byCertificate = new Map<Certificate, number>();
  const byNameAndKey = new Map<string, number>();
  return (certificate) => {
    const known = byCertificate.get(certificate);
    if (known !== undefined) return known;
    // SubjectPublicKeyInfo is DER and says how long it is, so that no two pairs make the same text.
    const nameAndKey = latin1Text(certificate.spki) + nameKey(certificate.subject);
    const number = byNameAndKey.get(nameAndKey) ?? byNameAndKey.size;
    byNameAndKey.set(nameAndKey, number);
    byCertificate.set(certificate, number);
    return number;
  };
}

function tooMuch(certificate: Certificate, limit: string): CertificateError {
  const message = `No path to a trusted certificate was found within ${limit}`;
  return new CertificateError('limit_exceeded', message, { certificate });
}
