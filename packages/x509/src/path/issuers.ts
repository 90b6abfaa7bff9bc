import { equalBytes } from '../certificate/bytes.ts';
import type { Certificate } from '../certificate/certificate.ts';
import { nameKey } from '../certificate/name.ts';
import { CertificateError } from '../errors.ts';
import type { TrustAnchor } from '../trust/trustAnchor.ts';
import type { TrustStore } from '../trust/trustStore.ts';
import { certificateOf, type Issuer } from './path.ts';
import { remembered } from './remembered.ts';

/** Who may have issued a certificate, by name; the likely ones first. */
export interface IssuerFinder {
  trusted(certificate: Certificate): readonly TrustAnchor[];
  sent(certificate: Certificate): readonly Certificate[];
}

export function createIssuerFinder(sent: readonly Certificate[], trustStore: TrustStore): IssuerFinder {
  const bySubject = new Map<string, Certificate[]>();
  for (const certificate of sent) {
    const key = nameKey(certificate.subject);
    const namesakes = bySubject.get(key);
    if (namesakes) namesakes.push(certificate);
    else bySubject.set(key, [certificate]);
  }
  return {
    trusted: remembered((certificate) =>
      sortedFor(certificate, trustStore.findBySubject(certificate.issuer)),
    ),
    sent: remembered((certificate) =>
      sortedFor(certificate, bySubject.get(nameKey(certificate.issuer)) ?? []),
    ),
  };
}

function sortedFor<T extends Issuer>(certificate: Certificate, issuers: readonly T[]): readonly T[] {
  return issuers
    .map((issuer) => ({ issuer, cost: unlikeliness(certificate, issuer) }))
    .sort((a, b) => a.cost - b.cost)
    .map(({ issuer }) => issuer);
}

/** Whether the two name their issuer's key and their own by different identifiers. */
export function isAnotherKey(certificate: Certificate, issuer: Issuer): boolean {
  return unlikeliness(certificate, issuer) === 2;
}

/**
 * Key identifiers are a hint for the order and nothing more (RFC 4158 section 3.5.12): 0 where they are the same,
 * 2 where they differ, 1 where there are none to compare.
 */
function unlikeliness(certificate: Certificate, issuer: Issuer): 0 | 1 | 2 {
  try {
    const wanted = certificate.authorityKeyIdentifier?.keyIdentifier;
    const found = certificateOf(issuer)?.subjectKeyIdentifier;
    if (wanted === undefined || found === undefined) return 1;
    return equalBytes(wanted, found) ? 0 : 2;
  } catch (error) {
    // An extension that can't be decoded gives no hint. That it can't be is told when the path is checked.
    if (error instanceof CertificateError) return 1;
    throw error;
  }
}
