import { CertificateError, parseReference, type ReferenceIdentity } from '@halfclose/x509';
import { ValueError } from './errors.ts';
import type { Platform } from './platform.ts';

/** Underscores are no part of a host name, and of many a DNS name that people connect to. */
const label = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;

/** Characters of a name that is not ASCII yet. More are never a name of 253, and conversion takes its time. */
const longestUnicodeName = 1000;

/**
 * A name as it is sent and compared: a DNS name in A-labels (RFC 9525 section 6.3) without the dot at its end
 * (RFC 6066 section 3), or an IP address.
 * @param toASCII the platform's
 * @throws ValueError where it can be neither, so that no certificate could ever be for it
 */
export function normalizeHostname(name: string, toASCII?: Platform['toASCII']): string {
  const isAscii = !/[^\0-\x7f]/.test(name);
  const ascii = isAscii ? name : aLabels(name, toASCII);
  const { type } = referenceOf(ascii);
  if (type === 'ip') {
    if (isAscii) return name;
    throw notAName(name);
  }
  const trimmed = ascii.endsWith('.') ? ascii.slice(0, -1) : ascii;
  if (!trimmed.split('.').every((part) => label.test(part))) throw notAName(name);
  return trimmed;
}

function aLabels(name: string, toASCII: Platform['toASCII']): string {
  if (!toASCII) {
    throw new ValueError(
      `serverHostname ${shown(name)} has characters outside of ASCII, and this platform has no toASCII: give it in A-labels, xn--…`,
    );
  }
  // What is ASCII already must be of a host name, so that nothing else can be made of it on the way.
  if (name.length > longestUnicodeName || /[^A-Za-z0-9._\-\x80-\uffff]/.test(name)) throw notAName(name);
  let converted: string;
  try {
    converted = toASCII(name);
  } catch (cause) {
    throw notAName(name, { cause });
  }
  if (converted === '') throw notAName(name);
  return converted;
}

function notAName(name: string, options?: ErrorOptions): ValueError {
  return new ValueError(`serverHostname ${shown(name)} is neither a DNS name nor an IP address`, options);
}

function shown(name: string): string {
  return JSON.stringify(name.length > longestUnicodeName ? `${name.slice(0, longestUnicodeName)}…` : name);
}

function referenceOf(name: string): ReferenceIdentity {
  try {
    return parseReference(name);
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    throw new ValueError(`serverHostname ${error.message}`, { cause: error });
  }
}
