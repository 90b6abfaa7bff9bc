/** Tags of DER. */
const sequence = 0x30;
const version = 0xa0;

/**
 * The issuer's name in a certificate of ours, DER with its tag (RFC 5280 section 4.1: it comes after version, serialNumber
 * and signature).
 * @throws RangeError where this is no certificate
 */
export function issuerOf(certificate: Uint8Array): Uint8Array {
  const toBeSigned = elementAt(certificate, elementAt(certificate, 0, sequence).contents, sequence);
  let at = toBeSigned.contents;
  if (certificate[at] === version) at = elementAt(certificate, at).end;
  for (const _field of ['serialNumber', 'signature']) at = elementAt(certificate, at).end;
  return certificate.subarray(at, elementAt(certificate, at, sequence).end);
}

/** Where the contents of an element begin, and where they end. */
function elementAt(
  der: Uint8Array,
  start: number,
  tag?: number,
): { readonly contents: number; readonly end: number } {
  const first = der[start + 1] ?? 0;
  const lengthOctets = first < 0x80 ? 0 : first - 0x80;
  const contents = start + 2 + lengthOctets;
  let length = lengthOctets === 0 ? first : 0;
  for (const octet of der.subarray(start + 2, contents)) length = length * 256 + octet;
  const end = contents + length;
  if (end > der.length || (tag !== undefined && der[start] !== tag)) {
    throw new RangeError(`a credential's certificate is no certificate: see its octet ${start}`);
  }
  return { contents, end };
}
