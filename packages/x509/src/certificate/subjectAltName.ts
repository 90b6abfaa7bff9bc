import type { DerReader } from '../der/reader.ts';
import { printable } from '../printable.ts';
import { type GeneralName, readGeneralName } from './generalName.ts';

/**
 * SubjectAltName, RFC 5280 section 4.2.1.6, with its rules for what the names look like. They are stricter here
 * than where else a GeneralName may stand, because these names decide whom a certificate is for.
 */
export function readSubjectAltName(reader: DerReader): readonly GeneralName[] {
  return reader.sequence('subjectAltName', (contents) =>
    contents.items((item) => {
      const name = readGeneralName(item);
      const problem = nameProblem(name);
      if (problem !== undefined) throw item.error(problem);
      return name;
    }),
  );
}

function nameProblem(name: GeneralName): string | undefined {
  switch (name.type) {
    case 'dNSName':
      return isPresentedDnsName(name.value)
        ? undefined
        : `the dNSName '${printable(name.value)}' is not a host name`;
    case 'iPAddress':
      return name.value.length === 4 || name.value.length === 16
        ? undefined
        : `an iPAddress has 4 or 16 octets, this has ${name.value.length}`;
    case 'rfc822Name':
    case 'uniformResourceIdentifier':
      return /^[\x21-\x7e]+$/.test(name.value)
        ? undefined
        : `the ${name.type} '${printable(name.value)}' is empty, or has spaces or control characters`;
    default:
      return undefined;
  }
}

/**
 * "Preferred name syntax" (RFC 1034 section 3.5, RFC 1123 section 2.1), with two liberties: the underscore,
 * which hosts do have, and the asterisk of wildcards. An asterisk anywhere but as the whole first label is no
 * reason to refuse the certificate: RFC 9525 section 6.3 has such a name ignored, and `matchesDnsName` does.
 */
function isPresentedDnsName(name: string): boolean {
  if (name.length > 253) return false;
  return name.split('.').every((label) => /^[A-Za-z0-9_*]([A-Za-z0-9_*-]{0,61}[A-Za-z0-9_*])?$/.test(label));
}
