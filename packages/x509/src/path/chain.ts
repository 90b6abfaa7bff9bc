import { equalBytes } from '../certificate/bytes.ts';
import type { Certificate } from '../certificate/certificate.ts';
import { parseCertificate } from '../certificate/parseCertificate.ts';
import { CertificateError } from '../errors.ts';
import type { Limits } from './limits.ts';

/** What a server sent. */
export interface PresentedChain {
  readonly leaf: Certificate;
  /** The others that can be read, in their order, each once. */
  readonly others: readonly Certificate[];
  /** Why some of the others can't be read. They may not be needed, so that alone is no reason to refuse. */
  readonly unreadable: readonly CertificateError[];
}

/** @throws CertificateError `malformed` for the server's own certificate, `limit_exceeded` */
export function readChain(certificates: readonly Uint8Array[], limits: Limits): PresentedChain {
  const octets = certificates.reduce((sum, { length }) => sum + length, 0);
  if (certificates.length > limits.certificates || octets > limits.octets) {
    throw new CertificateError(
      'limit_exceeded',
      `The server sent ${certificates.length} certificates with ${octets} octets, more than ${limits.certificates} or ${limits.octets}`,
    );
  }
  const [first, ...rest] = certificates;
  if (first === undefined) throw new CertificateError('malformed', 'The server sent no certificate');

  const leaf = parseCertificate(first);
  const others: Certificate[] = [];
  const unreadable: CertificateError[] = [];
  for (const der of rest) {
    if ([leaf, ...others].some(({ raw }) => equalBytes(raw, der))) continue;
    try {
      others.push(parseCertificate(der));
    } catch (error) {
      if (!(error instanceof CertificateError)) throw error;
      unreadable.push(error);
    }
  }
  return { leaf, others, unreadable };
}
