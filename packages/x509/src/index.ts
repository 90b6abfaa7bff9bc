export type { AlgorithmIdentifier } from './certificate/algorithmIdentifier.ts';
export { attributeTypeName } from './certificate/attributeTypes.ts';
export type { Certificate } from './certificate/certificate.ts';
export type { Extension } from './certificate/extension.ts';
export type {
  AccessDescription,
  AuthorityKeyIdentifier,
  BasicConstraints,
  DistributionPoint,
  KeyUsage,
  PolicyConstraints,
  PolicyInformation,
  PolicyMapping,
} from './certificate/extensionTypes.ts';
export type { GeneralName } from './certificate/generalName.ts';
export { type Name, type NameAttribute, parseName } from './certificate/name.ts';
export { isNameWithin, namesMatch } from './certificate/nameComparison.ts';
export { parseCertificate } from './certificate/parseCertificate.ts';
export { signatureHash } from './certificate/signatureHash.ts';
export type { AddressRange, NameConstraints, Subtrees } from './constraints/nameConstraints.ts';
export { createDecisionMemory, type DecisionMemory } from './decisionMemory.ts';
export { type Delegation, readDelegation } from './delegation.ts';
export { DerError } from './der/errors.ts';
export { decodeText } from './der/strings.ts';
export * from './errors.ts';
export { decryptPrivateKey } from './keys/decryptPrivateKey.ts';
export { PrivateKeyError, type PrivateKeyErrorCode } from './keys/errors.ts';
export { parsePrivateKey } from './keys/parsePrivateKey.ts';
export { readPrivateKeyPem } from './keys/pem.ts';
export { wipePrivateKey } from './keys/wipe.ts';
export { parseReference, type ReferenceIdentity } from './names/reference.ts';
export { type OpensslVerdict, opensslVerdict } from './opensslVerdict.ts';
export type { PolicyCheck } from './path/policyDemand.ts';
export { createSignatureMemory, type SignatureMemory } from './path/signatureMemory.ts';
export { decodePem, encodePem, PemError } from './pem.ts';
export { checkPolicies } from './policies/checkPolicies.ts';
export {
  createRawPublicKeyVerifier,
  parsePublicKey,
  type RawPublicKeyVerifier,
  type RawServerKey,
} from './rawPublicKey.ts';
export {
  createRevocationCheck,
  type RevocationCheck,
  type RevocationOptions,
  type RevocationPolicy,
  type RevocationSource,
  type RevocationStatus,
} from './revocation/checkRevocation.ts';
export { type Crl, parseCrl } from './revocation/crl.ts';
export { type CrlStore, createCrlStore } from './revocation/crlStore.ts';
export { type BundledCertificate, readBundle } from './trust/bundle.ts';
export type { TrustAnchor, TrustAnchorData } from './trust/trustAnchor.ts';
export { readTrustedCertificate, type TrustedCertificate } from './trust/trustedCertificate.ts';
export { createTrustStore, type TrustStore } from './trust/trustStore.ts';
export {
  createServerVerifier,
  createUncheckedVerifier,
  type ServerIdentity,
  type ServerVerifier,
  type ServerVerifierOptions,
  type VerifiedServer,
} from './verifier.ts';
