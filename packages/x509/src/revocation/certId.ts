import { type CryptoProvider, sha1Digest } from '@halfclose/crypto';
import { hasNullParameters } from '../certificate/algorithmIdentifier.ts';
import { equalBytes } from '../certificate/bytes.ts';
import type { Certificate } from '../certificate/certificate.ts';
import { readSubjectPublicKeyInfo } from '../certificate/subjectPublicKey.ts';
import { DerReader } from '../der/reader.ts';
import type { Issuer } from '../path/path.ts';
import type { CertId } from './ocspResponse.ts';

const sha1Oid = '1.3.14.3.2.26';
const sha256Oid = '2.16.840.1.101.3.4.2.1';

/**
 * Whether a CertID is that of this certificate by this issuer, RFC 6960 section 4.1.1. SHA-1 is but a short name here:
 * whoever finds another issuer with the same hashes has not got the key that the response is checked with.
 */
export function isCertIdOf(
  { hashAlgorithm, issuerNameHash, issuerKeyHash, serialNumber }: CertId,
  certificate: Certificate,
  issuer: Issuer,
  crypto: CryptoProvider,
): boolean {
  const isPlain = hashAlgorithm.parameters === undefined || hasNullParameters(hashAlgorithm);
  const digest = digestOf(hashAlgorithm.oid, crypto);
  return (
    isPlain &&
    digest !== undefined &&
    equalBytes(serialNumber, certificate.serialNumber) &&
    equalBytes(issuerNameHash, digest(certificate.issuer.encoded)) &&
    equalBytes(issuerKeyHash, digest(keyBits(issuer.spki)))
  );
}

/** Section 4.2.1: KeyHash, always SHA-1. */
export function keyHash(spki: Uint8Array): Uint8Array {
  return sha1Digest(keyBits(spki));
}

function digestOf(oid: string, crypto: CryptoProvider): ((data: Uint8Array) => Uint8Array) | undefined {
  if (oid === sha1Oid) return sha1Digest;
  const sha256 = crypto.hashes.find(({ name }) => name === 'SHA-256');
  return oid === sha256Oid && sha256 ? (data) => sha256.digest(data) : undefined;
}

/** The contents of subjectPublicKey "excluding the tag, length, and number of unused bits". */
function keyBits(spki: Uint8Array): Uint8Array {
  return DerReader.read(spki, 'SubjectPublicKeyInfo', readSubjectPublicKeyInfo).subjectPublicKey;
}
