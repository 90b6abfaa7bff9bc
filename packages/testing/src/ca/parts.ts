import { bitString, children, contents, sequence } from './der.ts';

/** The three fields of a Certificate (RFC 5280 section 4.1). */
export interface CertificateParts {
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: Uint8Array;
  /** The bits, without the BIT STRING around them. */
  readonly signature: Uint8Array;
}

export function splitCertificate(certificate: Uint8Array): CertificateParts {
  const [tbs, signatureAlgorithm, signature] = children(certificate);
  if (!tbs || !signatureAlgorithm || !signature) throw new TypeError('a certificate has three fields');
  return { tbs, signatureAlgorithm, signature: contents(signature).subarray(1) };
}

export function joinCertificate({ tbs, signatureAlgorithm, signature }: CertificateParts): Uint8Array {
  return sequence(tbs, signatureAlgorithm, bitString(signature));
}

/** The same certificate with the last bit of its signature flipped. */
export function tamperSignature(certificate: Uint8Array): Uint8Array {
  const parts = splitCertificate(certificate);
  return joinCertificate({ ...parts, signature: withLastBitFlipped(parts.signature) });
}

/** The same certificate with the last bit of its serial number flipped, under the signature of the original. */
export function tamperContents(certificate: Uint8Array): Uint8Array {
  const parts = splitCertificate(certificate);
  return joinCertificate({ ...parts, tbs: replaceField(parts.tbs, 0x02, withLastBitFlipped) });
}

/**
 * A TBSCertificate whose first field with the tag `tag` is what `replace` makes of it: `0xa0` version, `0x02`
 * serial number, `0xa3` extensions. The fields that are SEQUENCEs share a tag: signature, issuer, validity,
 * subject, subjectPublicKeyInfo; take them apart with `der.children`.
 */
export function replaceField(
  tbs: Uint8Array,
  tag: number,
  replace: (field: Uint8Array) => Uint8Array,
): Uint8Array {
  const fields = children(tbs);
  const index = fields.findIndex((field) => field[0] === tag);

  if (index < 0) throw new TypeError(`the TBSCertificate has no field with tag ${tag}`);
  return sequence(...fields.map((each, at) => (at === index ? replace(each) : each)));
}

function withLastBitFlipped(bytes: Uint8Array): Uint8Array {
  const flipped = bytes.slice();
  flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
  return flipped;
}
