import { equalBytes } from '../certificate/bytes.ts';
import type { Certificate } from '../certificate/certificate.ts';
import { CertificateError } from '../errors.ts';
import { nameKey, type TrustStore } from '../trust/trustStore.ts';

/** Who may have issued a certificate, by name; the likely ones first. */
export interface IssuerFinder {
  trusted(certificate: Certificate): readonly Certificate[];
  sent(certificate: Certificate): readonly Certificate[];
}

/** @param faultOf what is wrong with a certificate as an intermediate: such are tried last, to tell of it */
export function createIssuerFinder(
  sent: readonly Certificate[],
  trustStore: TrustStore,
  faultOf: (issuer: Certificate) => CertificateError | undefined,
): IssuerFinder {
  const bySubject = new Map<string, Certificate[]>();
  for (const certificate of sent) {
    const key = nameKey(certificate.subject);
    bySubject.set(key, [...(bySubject.get(key) ?? []), certificate]);
  }
  const sortedSent = new Map<Certificate, readonly Certificate[]>();
  const sortSent = (certificate: Certificate): readonly Certificate[] =>
    sortedBy(
      bySubject.get(nameKey(certificate.issuer)) ?? [],
      (issuer) => unlikeliness(certificate, issuer) + (faultOf(issuer) ? 3 : 0),
    );
  return {
    trusted: (certificate) =>
      sortedBy(trustStore.findBySubject(certificate.issuer), (issuer) => unlikeliness(certificate, issuer)),
    sent: (certificate) => {
      // The search comes to the same certificate on many ways.
      const known = sortedSent.get(certificate) ?? sortSent(certificate);
      sortedSent.set(certificate, known);
      return known;
    },
  };
}

function sortedBy(
  certificates: readonly Certificate[],
  cost: (certificate: Certificate) => number,
): Certificate[] {
  return certificates
    .map((certificate) => ({ certificate, cost: cost(certificate) }))
    .sort((a, b) => a.cost - b.cost)
    .map(({ certificate }) => certificate);
}

/**
 * Key identifiers are a hint for the order and nothing more (RFC 4158 section 3.5.12): 0 where they are the same,
 * 2 where they differ, 1 where there are none to compare.
 */
function unlikeliness(certificate: Certificate, issuer: Certificate): 0 | 1 | 2 {
  try {
    const wanted = certificate.authorityKeyIdentifier?.keyIdentifier;
    const found = issuer.subjectKeyIdentifier;
    if (wanted === undefined || found === undefined) return 1;
    return equalBytes(wanted, found) ? 0 : 2;
  } catch (error) {
    // An extension that can't be decoded gives no hint. That it can't be is told when the path is checked.
    if (error instanceof CertificateError) return 1;
    throw error;
  }
}
