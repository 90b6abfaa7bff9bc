/**
 * The parts that certificates, CRLs and OCSP responses are made of, each by itself, for tools and tests. Who verifies a
 * server needs none of this. Each reader throws DerError where the octets are not what it reads.
 */
export {
  type AlgorithmIdentifier,
  readAlgorithmIdentifier,
} from './certificate/algorithmIdentifier.ts';
export {
  readAuthorityInfoAccess,
  readAuthorityKeyIdentifier,
  readBasicConstraints,
  readCertificatePolicies,
  readCrlDistributionPoints,
  readExtendedKeyUsage,
  readInhibitAnyPolicy,
  readKeyUsage,
  readPolicyConstraints,
  readPolicyMappings,
  readSubjectKeyIdentifier,
} from './certificate/extensionTypes.ts';
export { type GeneralName, readGeneralName } from './certificate/generalName.ts';
export { type Name, readName } from './certificate/name.ts';
export { readSubjectAltName } from './certificate/subjectAltName.ts';
export {
  decodePublicKey,
  readSubjectPublicKeyInfo,
  type SubjectPublicKeyInfo,
  UnsupportedKey,
} from './certificate/subjectPublicKey.ts';
export { readNameConstraints } from './constraints/nameConstraints.ts';
export { DerError } from './der/errors.ts';
export { type DerElement, DerReader } from './der/reader.ts';
export { parseCrl, readTbsCertList } from './revocation/crl.ts';
export { scanEntries } from './revocation/crlEntries.ts';
export { readIssuingDistributionPoint } from './revocation/crlExtensions.ts';
export {
  readCertId,
  readOcspResponse,
  readResponseData,
  readSingleResponse,
} from './revocation/ocspResponse.ts';
