import { CertificateError } from '../errors.ts';
import { printable } from '../printable.ts';
import { parseIpAddress } from './ipAddress.ts';

/** Whom the caller means to reach: RFC 9525 section 6.1. */
export type ReferenceIdentity =
  /** `name` is in lower case, without a dot at the end; `text` is as the caller gave it, for messages. */
  | { readonly type: 'dns'; readonly name: string; readonly text: string }
  | { readonly type: 'ip'; readonly octets: Uint8Array; readonly text: string };

/**
 * The identity to look for in a certificate. An address in text is an address and never a name; one dot at the
 * end of a name says that it is absolute, and certificates don't have it.
 * @throws CertificateError `invalid_server_name`
 */
export function parseReference(serverName: string): ReferenceIdentity {
  const octets = parseIpAddress(serverName);
  if (octets) return { type: 'ip', octets, text: serverName };
  const name = serverName.endsWith('.') ? serverName.slice(0, -1) : serverName;
  const problem = nameProblem(name);
  if (problem !== undefined) {
    throw new CertificateError(
      'invalid_server_name',
      `'${printable(serverName)}' can't be looked for in a certificate: ${problem}`,
    );
  }
  // Only now: lower-casing can turn other characters into ASCII (the Kelvin sign into k).
  return { type: 'dns', name: name.toLowerCase(), text: serverName };
}

function nameProblem(name: string): string | undefined {
  if (name === '') return 'it is empty';
  if (/[^\0-\x7f]/.test(name)) return 'it has characters outside of ASCII, give it in the form xn--…';
  if (name.includes(':'))
    return 'it is neither a host name nor an IPv6 address without brackets, port and zone';
  const stranger = /[^A-Za-z0-9._-]/.exec(name);
  if (stranger) return `a host name has letters, digits, hyphens and dots, not '${printable(stranger[0])}'`;
  const labels = name.split('.');
  if (name.length > 253 || labels.some((label) => label.length === 0 || label.length > 63)) {
    return 'a host name has labels of 1 to 63 characters, and 253 characters in all';
  }
  // A top-level domain is never a number (RFC 3696 section 2), and others would take this for an address.
  if (/^(\d+|0x[0-9a-f]*)$/i.test(labels.at(-1) ?? '')) return 'it ends in a number, but is no IP address';
  return undefined;
}
