import { equalBytes } from '../certificate/bytes.ts';
import type { Certificate } from '../certificate/certificate.ts';
import type { GeneralName } from '../certificate/generalName.ts';
import { CertificateError } from '../errors.ts';
import { printable } from '../printable.ts';
import { formatIpAddress } from './ipAddress.ts';
import type { ReferenceIdentity } from './reference.ts';

/** Names of a certificate that are shown in a message. */
const shownNames = 5;

/**
 * Checks that a certificate is for the server that the caller means to reach, RFC 9525 section 6. Only
 * subjectAltName counts; the common name of the subject never does (section 2).
 * @throws CertificateError `name_mismatch`, `address_mismatch`
 */
export function checkServerName(certificate: Certificate, reference: ReferenceIdentity): void {
  if (isForServer(certificate, reference)) return;
  const asked = printable(reference.text);
  const isName = reference.type === 'dns';
  throw new CertificateError(
    isName ? 'name_mismatch' : 'address_mismatch',
    `The certificate is not valid for ${isName ? '' : 'the address '}'${asked}', it is valid for ${describe(certificate.subjectAltName ?? [], reference)}`,
    {
      certificate,
      // Python's words, in the place of OpenSSL's.
      verifyMessage: `${isName ? 'Hostname' : 'IP address'} mismatch, certificate is not valid for '${asked}'.`,
    },
  );
}

/** Whether `checkServerName` has nothing to say. */
export function isForServer({ subjectAltName }: Certificate, reference: ReferenceIdentity): boolean {
  return subjectAltName?.some((name) => matches(name, reference)) ?? false;
}

function matches(name: GeneralName, reference: ReferenceIdentity): boolean {
  if (reference.type === 'ip') return name.type === 'iPAddress' && equalBytes(name.value, reference.octets);
  return name.type === 'dNSName' && matchesDnsName(name.value, reference.name);
}

/**
 * RFC 9525 section 6.3: label by label, without regard to the case of ASCII letters. An asterisk that is the
 * whole first label stands for one label; with an asterisk anywhere else the name "MUST be ignored". There must
 * be two labels after it, so that nobody holds a certificate for all of a top-level domain (section 7.1).
 * @param reference in lower case
 */
export function matchesDnsName(presented: string, reference: string): boolean {
  const name = presented.toLowerCase();
  if (!name.includes('*')) return name === reference;
  const domain = /^\*(\.[^.*]+\.[^*]+)$/.exec(name)?.[1];
  const dot = reference.indexOf('.');
  return dot > 0 && reference.slice(dot) === domain;
}

/** Says of what looks like an address which it is, where an address was asked for: only an iPAddress counts then. */
function describe(names: readonly GeneralName[], { type }: ReferenceIdentity): string {
  const texts = names.flatMap((name) => {
    if (name.type === 'dNSName')
      return [`${type === 'ip' ? 'the host name ' : ''}'${printable(name.value)}'`];
    return name.type === 'iPAddress' ? [`the address '${formatIpAddress(name.value)}'`] : [];
  });
  if (texts.length === 0) return 'no name or address at all';
  const shown = texts.slice(0, shownNames).join(', ');
  return texts.length > shownNames ? `${shown} and ${texts.length - shownNames} others` : shown;
}
