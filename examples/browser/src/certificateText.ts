import type { Certificate, Name } from '@halfclose/x509';

const commonName = '2.5.4.3';

/** The common name where there is one. */
export function subjectText(name: Name): string {
  const attributes = name.rdns.flat();
  return attributes.find(({ oid }) => oid === commonName)?.value ?? (name.toString() || 'no name');
}

export function keyText(certificate: Certificate): string {
  const key = certificate.publicKey;
  if (key.type === 'EC') return `ECDSA, ${key.curve}`;
  if (key.type === 'RSA') return `RSA, ${key.modulus.length * 8} bits`;
  return key.type;
}
