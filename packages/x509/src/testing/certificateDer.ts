import { der } from '@halfclose/testing/ca';

/** The parts of a certificate, each DER. Left out, each is right. */
export interface CertificateDer {
  /** All before serialNumber. */
  readonly version: Uint8Array;
  readonly serialNumber: Uint8Array;
  /** signatureAlgorithm inside of tbsCertificate. */
  readonly signature: Uint8Array;
  readonly issuer: Uint8Array;
  readonly notBefore: Uint8Array;
  readonly notAfter: Uint8Array;
  readonly subject: Uint8Array;
  readonly spki: Uint8Array;
  /** All after subjectPublicKeyInfo. */
  readonly rest: Uint8Array;
  readonly signatureAlgorithm: Uint8Array;
  readonly signatureValue: Uint8Array;
  /** All after signatureValue. */
  readonly end: Uint8Array;
}

export const nothing: Uint8Array = new Uint8Array(0);

export const ecdsaSha256Der: Uint8Array = der.sequence(der.oid('1.2.840.10045.4.3.2'));

export function nameDer(commonName: string): Uint8Array {
  return der.sequence(der.set(der.sequence(der.oid('2.5.4.3'), der.utf8String(commonName))));
}

export function extensionDer(oid: string, value: Uint8Array, critical?: true): Uint8Array {
  return der.sequence(der.oid(oid), critical ? der.boolean(true) : nothing, der.octetString(value));
}

/** The field `extensions` with these. */
export function extensionsDer(...extensions: readonly Uint8Array[]): Uint8Array {
  return der.context(3, der.sequence(...extensions));
}

export function subjectAltNameDer(...names: readonly Uint8Array[]): Uint8Array {
  return extensionDer('2.5.29.17', der.sequence(...names));
}

export function dnsNameDer(name: string): Uint8Array {
  return der.contextPrimitive(2, ascii(name));
}

export function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

/** A certificate with a signature of no value: for the parser, which doesn't check it. */
export function certificateDer(parts: Partial<CertificateDer> = {}): Uint8Array {
  const all: CertificateDer = {
    version: der.context(0, der.integer(2)),
    serialNumber: der.integer(0x1234),
    signature: ecdsaSha256Der,
    issuer: nameDer('Test Authority'),
    notBefore: der.utcTime('260101000000Z'),
    notAfter: der.utcTime('271231235959Z'),
    subject: nameDer('example.com'),
    spki: ecSpkiDer(),
    rest: extensionsDer(subjectAltNameDer(dnsNameDer('example.com'))),
    signatureAlgorithm: ecdsaSha256Der,
    signatureValue: der.bitString(new Uint8Array(70).fill(0x5a)),
    end: nothing,
    ...parts,
  };
  const tbs = der.sequence(
    all.version,
    all.serialNumber,
    all.signature,
    all.issuer,
    der.sequence(all.notBefore, all.notAfter),
    all.subject,
    all.spki,
    all.rest,
  );
  return der.sequence(tbs, all.signatureAlgorithm, all.signatureValue, all.end);
}

export function ecSpkiDer(curve: Uint8Array = der.oid('1.2.840.10045.3.1.7'), pointLength = 65): Uint8Array {
  return der.sequence(
    der.sequence(der.oid('1.2.840.10045.2.1'), curve),
    der.bitString(Uint8Array.of(4, ...new Uint8Array(pointLength - 1).fill(7))),
  );
}
