import type { Certificate } from '../certificate/certificate.ts';
import { CertificateError } from '../errors.ts';
import { certificateOf, downward, type Path } from './path.ts';

/** ExtensionType of status_request, which stands for a stapled OCSP response. */
const statusRequest = 5;

/**
 * Whether the server's certificate is good only together with a stapled OCSP response: RFC 7633 section 4.2.
 * @throws CertificateError `invalid_extension` where an authority has the feature and has issued a certificate without
 */
export function mustStaple(path: Path): boolean {
  let isDemanded = false;
  for (const [certificate, issuer] of downward(path)) {
    const authority = certificateOf(issuer);
    isDemanded = hasStatusRequest(certificate);
    // An authority's feature binds those whom it certifies: what it issues must have it, too.
    if (authority && hasStatusRequest(authority) && !isDemanded) {
      throw new CertificateError(
        'invalid_extension',
        `${authority.subject} may issue only certificates that demand OCSP stapling, and that of ${certificate.subject} doesn't`,
        { certificate },
      );
    }
  }
  return isDemanded;
}

/**
 * For a verifier that looks at no stapled response, and so can't say that there is a good one.
 * @throws CertificateError `missing_ocsp_response`, `invalid_extension`
 */
export function refuseMustStaple(path: Path): void {
  const [leaf] = path.certificates;
  if (leaf && mustStaple(path)) throw missingStaple(leaf, 'this verifier looks at none');
}

export function missingStaple(certificate: Certificate, problem: string): CertificateError {
  return new CertificateError(
    'missing_ocsp_response',
    `The certificate of ${certificate.subject} demands a stapled OCSP response, and ${problem}`,
    { certificate },
  );
}

function hasStatusRequest({ tlsFeature }: Certificate): boolean {
  return tlsFeature?.includes(statusRequest) ?? false;
}
