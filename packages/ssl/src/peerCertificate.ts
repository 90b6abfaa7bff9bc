import {
  attributeTypeName,
  type Certificate,
  decodeText,
  type GeneralName,
  type Name,
  parseCertificate,
} from '@halfclose/x509';

/** A name as Python shows it: relative names, each of attributes, each a type and a value. */
export type PeerName = readonly (readonly (readonly [type: string, value: string])[])[];

/** Kind and value: `['DNS', 'example.com']`, `['IP Address', '192.0.2.1']`. */
export type PeerAltName = readonly [kind: string, value: string | PeerName];

/** A certificate as Python's `getpeercert()` shows it. Extensions that are not there have no entry. */
export interface PeerCertificate {
  readonly subject: PeerName;
  readonly issuer: PeerName;
  readonly version: number;
  /** Hexadecimal, in capitals, an even number of digits. */
  readonly serialNumber: string;
  /** As OpenSSL prints it: `Nov 23 04:06:45 2026 GMT`. */
  readonly notBefore: string;
  readonly notAfter: string;
  readonly subjectAltName?: readonly PeerAltName[];
  /** Addresses. */
  readonly OCSP?: readonly string[];
  readonly caIssuers?: readonly string[];
  readonly crlDistributionPoints?: readonly string[];
}

/** @throws CertificateError where it can't be parsed */
export function describeCertificate(der: Uint8Array): PeerCertificate {
  const certificate = parseCertificate(der);
  const crls = certificate.crlDistributionPoints?.flatMap((point) => addresses(point.fullName ?? [])) ?? [];
  return {
    subject: describeName(certificate.subject),
    issuer: describeName(certificate.issuer),
    version: certificate.version,
    serialNumber: hexadecimal(certificate.serialNumber),
    notBefore: describeTime(certificate.notBefore),
    notAfter: describeTime(certificate.notAfter),
    ...entry('subjectAltName', certificate.subjectAltName?.map(describeGeneralName) ?? []),
    ...entry('OCSP', accessLocations(certificate, '1.3.6.1.5.5.7.48.1')),
    ...entry('caIssuers', accessLocations(certificate, '1.3.6.1.5.5.7.48.2')),
    ...entry('crlDistributionPoints', crls),
  };
}

/** `name` with its values, or nothing if there are none, as Python leaves such entries out. */
function entry<Key extends string, Value>(
  name: Key,
  values: readonly Value[],
): { readonly [K in Key]?: readonly Value[] } {
  // A computed key makes an index signature of what is one known property.
  return values.length === 0 ? {} : ({ [name]: values } as { readonly [K in Key]?: readonly Value[] });
}

function accessLocations(certificate: Certificate, method: string): string[] {
  const descriptions = certificate.authorityInfoAccess ?? [];
  return addresses(
    descriptions.filter((each) => each.accessMethod === method).map((each) => each.accessLocation),
  );
}

function addresses(names: readonly GeneralName[]): string[] {
  return names.flatMap((name) => (name.type === 'uniformResourceIdentifier' ? [name.value] : []));
}

function describeName(name: Name): PeerName {
  return name.rdns.map((attributes) => attributes.map(({ oid, value }) => [attributeTypeName(oid), value]));
}

function describeGeneralName(name: GeneralName): PeerAltName {
  switch (name.type) {
    case 'dNSName':
      return ['DNS', name.value];
    case 'iPAddress':
      return ['IP Address', describeAddress(name.value)];
    case 'rfc822Name':
      return ['email', name.value];
    case 'uniformResourceIdentifier':
      return ['URI', name.value];
    case 'directoryName':
      return ['DirName', describeName(name.value)];
    case 'registeredID':
      return ['Registered ID', name.value];
    case 'otherName':
      return ['othername', describeOtherName(name.oid, name.value)];
    case 'x400Address':
      return ['X400Name', '<unsupported>'];
    case 'ediPartyName':
      return ['EdiPartyName', '<unsupported>'];
  }
}

/** Kinds of otherName that OpenSSL knows: its word for each, and the tag of the text (UTF8String or IA5String). */
const otherNames: ReadonlyMap<string, readonly [word: string, tag: number]> = new Map([
  ['1.3.6.1.5.5.7.8.5', ['XmppAddr', 0x0c]],
  ['1.3.6.1.5.5.7.8.7', ['SRVName', 0x16]],
  ['1.3.6.1.5.5.7.8.8', ['NAIRealm', 0x0c]],
  ['1.3.6.1.5.5.7.8.9', ['SmtpUTF8Mailbox', 0x0c]],
  ['1.3.6.1.4.1.311.20.2.3', ['UPN', 0x0c]],
]);

/** `UPN:user@example.com`. Python cuts such a text at a line feed or a zero; here it is whole. */
function describeOtherName(oid: string, value: Uint8Array): string {
  const known = otherNames.get(oid);
  const text = known?.[1] === value[0] ? decodeText(value) : undefined;
  return known === undefined || text === undefined ? '<unsupported>' : `${known[0]}:${text}`;
}

/** Four octets as `192.0.2.1`, sixteen as OpenSSL prints them: eight groups, capitals, nothing left out. */
function describeAddress(octets: Uint8Array): string {
  if (octets.length === 4) return octets.join('.');
  if (octets.length !== 16) return '<invalid>';
  const groups = Array.from({ length: 8 }, (_, i) => ((octets[2 * i] ?? 0) << 8) | (octets[2 * i + 1] ?? 0));
  return groups.map((group) => group.toString(16).toUpperCase()).join(':');
}

function hexadecimal(octets: Uint8Array): string {
  // OpenSSL prints the number, so the zero octet that keeps it from being negative is not shown.
  const number = octets.length > 1 && octets[0] === 0 ? octets.subarray(1) : octets;
  return Array.from(number, (octet) => octet.toString(16).padStart(2, '0').toUpperCase()).join('');
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

function describeTime(milliseconds: number): string {
  const time = new Date(milliseconds);
  const clock = [time.getUTCHours(), time.getUTCMinutes(), time.getUTCSeconds()];
  const day = String(time.getUTCDate()).padStart(2, ' ');
  const hours = clock.map((part) => String(part).padStart(2, '0')).join(':');
  return `${months[time.getUTCMonth()]} ${day} ${hours} ${time.getUTCFullYear()} GMT`;
}
