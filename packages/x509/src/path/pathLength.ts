import { equalBytes } from '../certificate/bytes.ts';
import type { Certificate } from '../certificate/certificate.ts';
import { CertificateError } from '../errors.ts';
import type { Path } from './path.ts';

/**
 * pathLenConstraint, RFC 5280 sections 4.2.1.9 and 6.1.4 (l) and (m): how many authorities may follow below one,
 * not counting those that have issued their own certificate (as in a change of keys).
 * @param limit what the caller allows below the anchor, whatever that says itself
 * @throws CertificateError `path_too_long`
 */
export function checkPathLength({ certificates, anchor }: Path, limit: number = Infinity): void {
  let allowed = limit;
  let limiting: Certificate | undefined;
  const limitBy = (authority: Certificate): void => {
    const constraint = authority.basicConstraints?.pathLenConstraint ?? Infinity;
    if (constraint >= allowed) return;
    allowed = constraint;
    limiting = authority;
  };

  if (anchor.certificate) limitBy(anchor.certificate);
  for (const authority of certificates.slice(1).reverse()) {
    if (!isSelfIssued(authority)) {
      if (allowed === 0) throw tooLong(authority, limiting, limit);
      allowed--;
    }
    limitBy(authority);
  }
}

function tooLong(authority: Certificate, limiting: Certificate | undefined, limit: number): CertificateError {
  const allowing = limiting
    ? `the path length of ${limiting.subject}, ${limiting.basicConstraints?.pathLenConstraint},`
    : `the limit of ${limit} intermediate authorities`;
  const message = `${authority.subject} stands deeper in the path than ${allowing} allows`;
  return new CertificateError('path_too_long', message, { certificate: authority });
}

/** RFC 5280 section 3.2: issuer and subject are the same. */
export function isSelfIssued(certificate: Certificate): boolean {
  return equalBytes(certificate.issuer.encoded, certificate.subject.encoded);
}
