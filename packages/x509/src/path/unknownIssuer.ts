import type { Certificate } from '../certificate/certificate.ts';
import { CertificateError } from '../errors.ts';
import { isSelfIssued } from './pathLength.ts';

/**
 * What to say where no path reaches a trusted certificate, with OpenSSL's three cases.
 * @param path as far as it goes, from the server's certificate on
 * @param unreadable why certificates were left out, which may be why the path goes no further
 */
export function unknownIssuer(
  path: readonly Certificate[],
  unreadable: readonly CertificateError[],
): CertificateError {
  const certificate = path.at(-1);
  const [cause] = unreadable;
  const details = { certificate, ...(cause && { cause }) };
  const leftOut = cause ? `; a certificate of the chain was left out: ${cause.message}` : '';
  if (!certificate || !isSelfIssued(certificate)) {
    return new CertificateError(
      'unknown_issuer',
      `The issuer of the certificate of ${certificate?.subject}, ${certificate?.issuer}, is not trusted${leftOut}`,
      details,
    );
  }
  return path.length === 1
    ? new CertificateError(
        'self_signed',
        `The certificate of ${certificate.subject} is self-signed and not trusted${leftOut}`,
        details,
      )
    : new CertificateError(
        'self_signed_in_chain',
        `The chain ends in the self-signed certificate of ${certificate.subject}, which is not trusted${leftOut}`,
        details,
      );
}
