import type { CryptoProvider } from '@halfclose/crypto';
import type { Certificate } from '../certificate/certificate.ts';
import { DerError } from '../der/errors.ts';
import { formatTime } from '../der/time.ts';
import { CertificateError } from '../errors.ts';
import type { Issuer } from '../path/path.ts';
import type { Steps } from '../path/steps.ts';
import { isCertIdOf } from './certId.ts';
import { unknownCritical } from './extensionValue.ts';
import { freshnessProblem } from './freshness.ts';
import { type OcspResponse, readOcspResponse, type SingleResponse } from './ocspResponse.ts';
import { ocspSignatureProblem } from './ocspSigner.ts';
import { revoked } from './revoked.ts';

/** How old a response may be, whatever it says itself, milliseconds: CA/Browser Forum BR section 4.9.10, ten days. */
const maximumAge = 864_000_000;

/** No extension of a response has a meaning that must be acted upon here. */
const understood: ReadonlySet<string> = new Set();

/**
 * Whether this OCSP response says that the certificate is good, RFC 6960 section 3.2. False where the responder had no
 * answer, and said so (`tryLater`): nobody has signed that, and it is worth as much as no response.
 * @param now milliseconds since 1970
 * @throws CertificateError `revoked`, `revocation_unknown` where the responder doesn't know it, `bad_ocsp_response`
 */
export function* isGoodByOcsp(
  der: Uint8Array,
  certificate: Certificate,
  issuer: Issuer,
  now: number,
  crypto: CryptoProvider,
): Steps<boolean> {
  const bad = (problem: string, cause?: unknown): CertificateError =>
    new CertificateError(
      'bad_ocsp_response',
      `The OCSP response for ${certificate.subject} is refused: ${problem}`,
      {
        certificate,
        ...(cause !== undefined && { cause }),
      },
    );

  let response: OcspResponse;
  try {
    response = readOcspResponse(der);
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw bad(`it is malformed: ${cause.message}`, cause);
  }
  if (response.type === 'failure') return false;
  const { data } = response.basic;
  const critical = unknownCritical(data.extensions, understood);
  if (critical !== undefined) throw bad(`its extension ${critical} is critical and not known`);
  const answers = data.responses.filter(({ certId }) => isCertIdOf(certId, certificate, issuer, crypto));
  if (answers.length === 0) throw bad('it is not about this certificate');
  const problem =
    answers.map((answer) => answerProblem(answer, now)).find((each) => each !== undefined) ??
    (yield* ocspSignatureProblem(response.basic, issuer, now, crypto));
  if (problem !== undefined) throw bad(problem);

  // Where there are several answers, the worst one counts.
  for (const { certStatus } of answers) {
    if (certStatus.type === 'revoked')
      throw revoked(certificate, certStatus.revocationTime, certStatus.reason);
  }
  if (answers.some(({ certStatus }) => certStatus.type === 'unknown')) {
    const message = `The OCSP responder of the issuer does not know the certificate of ${certificate.subject}`;
    throw new CertificateError('revocation_unknown', message, { certificate });
  }
  return true;
}

function answerProblem(answer: SingleResponse, now: number): string | undefined {
  const critical = unknownCritical(answer.extensions, understood);
  if (critical !== undefined) return `its extension ${critical} is critical and not known`;
  const staleness = freshnessProblem(answer, now);
  if (staleness) return staleness.problem;
  if (now - answer.thisUpdate > maximumAge) {
    return `it is from ${formatTime(answer.thisUpdate)}, which is more than ten days ago`;
  }
  return undefined;
}
