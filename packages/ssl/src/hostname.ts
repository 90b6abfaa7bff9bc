import { CertificateError, parseReference, type ReferenceIdentity } from '@halfclose/x509';
import { ValueError } from './errors.ts';

/** Underscores are no part of a host name, and of many a DNS name that people connect to. */
const label = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;

/**
 * A name as it is sent and compared: a DNS name without the dot at its end (RFC 6066 section 3), or an IP address.
 * @throws ValueError where it can be neither, so that no certificate could ever be for it
 */
export function normalizeHostname(name: string): string {
  if (referenceOf(name).type === 'ip') return name;
  const trimmed = name.endsWith('.') ? name.slice(0, -1) : name;
  if (!trimmed.split('.').every((part) => label.test(part))) {
    throw new ValueError(`serverHostname ${JSON.stringify(name)} is neither a DNS name nor an IP address`);
  }
  return trimmed;
}

function referenceOf(name: string): ReferenceIdentity {
  try {
    return parseReference(name);
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    throw new ValueError(`serverHostname ${error.message}`, { cause: error });
  }
}
