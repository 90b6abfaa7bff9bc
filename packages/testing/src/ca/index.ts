/**
 * A certificate authority in the process of the test: any chain, right or wrong.
 *
 *     const root = await createAuthority({ name: 'Root' });
 *     const intermediate = await root.issueAuthority({ pathLength: 0 });
 *     const leaf = await intermediate.issue({ dnsNames: ['example.com'], keyType: 'RSA-2048' });
 *     const expired = await root.issue({ notAfter: new Date('2001-01-01') });
 *     const staple = createOcspResponse({ issuer: intermediate, certificate: leaf.certificate });
 *     const forged = await root.issue({ alterCertificate: tamperSignature });
 */
export {
  type Authority,
  type CertificateOptions,
  createAuthority,
  createSelfSigned,
  type Issued,
} from './authority.ts';
export {
  type CrlOptions,
  createCrl,
  crlDistributionPoints,
  distributionPointName,
  type RevokedCertificate,
} from './crl.ts';
export * as der from './der.ts';
export type {
  ExtendedKeyUsageName,
  ExtensionOptions,
  KeyUsageName,
  RawExtension,
  StandardExtension,
} from './extensions.ts';
export { generateKey, type KeyPair, type KeyType } from './keys.ts';
export { createOcspResponse, type NamedKey, type OcspAnswer, type OcspOptions } from './ocsp.ts';
export {
  type CertificateParts,
  joinCertificate,
  replaceField,
  splitCertificate,
  tamperContents,
  tamperSignature,
} from './parts.ts';
export { pem } from './pem.ts';
export type { SignatureHash, SignatureOptions } from './signing.ts';
export { type RevocationReason, serialNumberOf } from './statusParts.ts';
