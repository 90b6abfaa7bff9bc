import { equalBytes } from '../certificate/bytes.ts';
import type { Certificate } from '../certificate/certificate.ts';
import { CertificateError } from '../errors.ts';
import type { Path } from './path.ts';

/**
 * pathLenConstraint, RFC 5280 sections 4.2.1.9 and 6.1.4 (l) and (m): how many authorities may follow below one,
 * not counting those that have issued their own certificate (as in a change of keys).
 * @throws CertificateError `path_too_long`
 */
export function checkPathLength({ certificates, anchor }: Path): void {
  let allowed = anchor.certificate?.basicConstraints?.pathLenConstraint ?? Infinity;
  let limiting = anchor.certificate;
  for (const authority of certificates.slice(1).reverse()) {
    if (!isSelfIssued(authority)) {
      if (allowed === 0) {
        throw new CertificateError(
          'path_too_long',
          `${authority.subject} stands deeper below ${limiting?.subject} than its path length of ${limiting?.basicConstraints?.pathLenConstraint} allows`,
          { certificate: authority },
        );
      }
      allowed--;
    }
    const constraint = authority.basicConstraints?.pathLenConstraint ?? Infinity;
    if (constraint < allowed) {
      allowed = constraint;
      limiting = authority;
    }
  }
}

/** RFC 5280 section 3.2: issuer and subject are the same. */
export function isSelfIssued(certificate: Certificate): boolean {
  return equalBytes(certificate.issuer.encoded, certificate.subject.encoded);
}
