import type { Certificate } from '../certificate/certificate.ts';
import { DerError } from '../der/errors.ts';
import { asSmallInteger } from '../der/primitives.ts';
import { DerReader } from '../der/reader.ts';
import { tags } from '../der/tags.ts';
import { CertificateError } from '../errors.ts';
import { certificateOf, downward, type Path } from './path.ts';

const tlsFeatureOid = '1.3.6.1.5.5.7.1.24';

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

function hasStatusRequest(certificate: Certificate): boolean {
  const extension = certificate.extension(tlsFeatureOid);
  if (extension === undefined) return false;
  try {
    return DerReader.read(extension.value, 'tlsFeature', readFeatures, certificate.raw).includes(
      statusRequest,
    );
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    const message = `The extension tlsFeature of ${certificate.subject} is malformed: ${cause.message}`;
    throw new CertificateError('invalid_extension', message, { certificate, cause });
  }
}

/** Features: the ExtensionTypes that a server answers, as numbers. */
function readFeatures(reader: DerReader): readonly number[] {
  return reader.sequence('tlsFeature', (list) =>
    list.items((item) => item.within(tags.integer, 'feature', asSmallInteger)),
  );
}
