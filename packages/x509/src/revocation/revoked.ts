import type { Certificate } from '../certificate/certificate.ts';
import { formatTime } from '../der/time.ts';
import { CertificateError } from '../errors.ts';

/** @param since milliseconds since 1970, where it is known */
export function revoked(certificate: Certificate, since?: number, reason?: string): CertificateError {
  const when = since === undefined ? '' : ` since ${formatTime(since)}`;
  const why = reason === undefined ? '' : ` (${reason})`;
  return new CertificateError(
    'revoked',
    `The certificate of ${certificate.subject} is revoked${when}${why}`,
    {
      certificate,
    },
  );
}
