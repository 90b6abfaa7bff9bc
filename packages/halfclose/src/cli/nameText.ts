import type { PeerName } from '../node.ts';

/** RFC 4514's short names of the attributes that names commonly have. */
const shortNames: ReadonlyMap<string, string> = new Map([
  ['commonName', 'CN'],
  ['countryName', 'C'],
  ['domainComponent', 'DC'],
  ['localityName', 'L'],
  ['organizationName', 'O'],
  ['organizationalUnitName', 'OU'],
  ['stateOrProvinceName', 'ST'],
]);

/** A name as text: attributes as RFC 4514 writes them, in the certificate's order and with a blank between. */
export function nameText(name: PeerName): string {
  return name
    .map((attributes) =>
      attributes.map(([type, value]) => `${shortNames.get(type) ?? type}=${escaped(value)}`).join('+'),
    )
    .join(', ');
}

/** A value in which nothing can be taken for the end of it: RFC 4514 section 2.4. */
function escaped(value: string): string {
  return value
    .replace(/["+,;<>\\]/g, '\\$&')
    .replace(/^[# ]| $/g, '\\$&')
    .replaceAll('\0', '\\00');
}
