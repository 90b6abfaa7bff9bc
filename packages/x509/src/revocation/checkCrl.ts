import type { CryptoProvider } from '@halfclose/crypto';
import { equalBytes } from '../certificate/bytes.ts';
import type { Certificate } from '../certificate/certificate.ts';
import { latin1Text } from '../der/strings.ts';
import { CertificateError } from '../errors.ts';
import { certificateOf, type Issuer } from '../path/path.ts';
import type { Steps } from '../path/steps.ts';
import type { Crl } from './crl.ts';
import { scopeOf } from './crlScope.ts';
import { freshnessProblem } from './freshness.ts';
import { revoked } from './revoked.ts';
import { signatureProblem } from './signature.ts';

/**
 * Whether these CRLs, all by the name of the certificate's issuer, say that it is good. Those that are not about it are
 * passed over. One that is and can't be used is an error, unless another one can.
 * @param now milliseconds since 1970
 * @throws CertificateError `revoked`, `bad_crl`, `expired_crl`
 */
export function* isGoodByCrls(
  crls: readonly Crl[],
  certificate: Certificate,
  issuer: Issuer,
  now: number,
  crypto: CryptoProvider,
): Steps<boolean> {
  let isGood = false;
  let fault: CertificateError | undefined;
  for (const crl of crls) {
    const scope = scopeOf(certificate, crl);
    if (scope === 'none' || isByNamesake(crl, issuer)) continue;
    const own = yield* faultOf(crl, certificate, issuer, now, crypto);
    if (own) {
      fault ??= own;
      continue;
    }
    const entry = crl.entries.find(certificate.serialNumber);
    if (entry) throw revoked(certificate, entry.revocationDate, entry.reason);
    isGood ||= scope === 'allReasons';
  }
  if (!isGood && fault) throw fault;
  return isGood;
}

/** Whether the CRL names another key than the issuer's: that of another authority by the same name, or an older one. */
function isByNamesake({ keyIdentifier }: Crl, issuer: Issuer): boolean {
  const known = certificateOf(issuer)?.subjectKeyIdentifier;
  return keyIdentifier !== undefined && known !== undefined && !equalBytes(keyIdentifier, known);
}

/** RFC 5280 section 6.3.3 (a), (f) and (g). */
function* faultOf(
  crl: Crl,
  certificate: Certificate,
  issuer: Issuer,
  now: number,
  crypto: CryptoProvider,
): Steps<CertificateError | undefined> {
  const about = `The CRL of ${crl.issuer} can't be used`;
  const bad = (problem: string): CertificateError =>
    new CertificateError('bad_crl', `${about}: ${problem}`, { certificate });

  if (crl.problem !== undefined) return bad(crl.problem);
  const staleness = freshnessProblem(crl, now);
  if (staleness) {
    const code = staleness.isExpired ? 'expired_crl' : 'bad_crl';
    return new CertificateError(code, `${about}: ${staleness.problem}`, { certificate });
  }
  const usages = certificateOf(issuer)?.keyUsage;
  if (usages && !usages.includes('cRLSign')) {
    return bad(`the key of ${issuer.subject} is for ${usages.join(', ')}, not for signing CRLs`);
  }
  const problem = yield* crlSignatureProblem(crl, issuer, crypto);
  return problem === undefined ? undefined : bad(problem);
}

/** The keys by which CRLs were found to be signed: to hash megabytes takes time, and is needed once. */
const rightKeys = new WeakMap<Crl, Set<string>>();

function* crlSignatureProblem(crl: Crl, issuer: Issuer, crypto: CryptoProvider): Steps<string | undefined> {
  const key = latin1Text(issuer.spki);
  if (rightKeys.get(crl)?.has(key)) return undefined;
  const problem = yield* signatureProblem(crypto, crl, issuer);
  if (problem === undefined) rightKeys.set(crl, (rightKeys.get(crl) ?? new Set()).add(key));
  return problem;
}
