import type { PublicKey } from '@halfclose/crypto';
import type { NameConstraints } from '../constraints/nameConstraints.ts';
import type { AlgorithmIdentifier } from './algorithmIdentifier.ts';
import type { Extension } from './extension.ts';
import type {
  AccessDescription,
  AuthorityKeyIdentifier,
  BasicConstraints,
  DistributionPoint,
  KeyUsage,
  PolicyConstraints,
  PolicyInformation,
  PolicyMapping,
} from './extensionTypes.ts';
import type { GeneralName } from './generalName.ts';
import type { Name } from './name.ts';

/**
 * A certificate that obeys RFC 5280's syntax; whether to trust it is another question. Its octets are slices of
 * one copy of what was parsed; nobody may change them.
 *
 * An extension is decoded when it is first asked for. Undefined means that the certificate doesn't have it; one
 * that can't be decoded throws CertificateError `invalid_extension`.
 */
export interface Certificate {
  /** All of it, DER. */
  readonly raw: Uint8Array;
  /** TBSCertificate, DER: what is signed. */
  readonly tbs: Uint8Array;
  readonly version: 1 | 2 | 3;
  /** The octets of the INTEGER: 1 to 21, big-endian, not negative; the first of 21 is 00. */
  readonly serialNumber: Uint8Array;
  readonly issuer: Name;
  readonly subject: Name;
  /** Milliseconds since 1970, a whole second; valid from its beginning. */
  readonly notBefore: number;
  /** Milliseconds since 1970, a whole second; valid to its end. */
  readonly notAfter: number;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** What kind of key it is, out of `spki`. */
  readonly publicKeyAlgorithm: AlgorithmIdentifier;
  /** @throws CertificateError `unsupported_key` or `malformed`, when asked for */
  readonly publicKey: PublicKey;
  /** How the issuer signed it. */
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
  /** All extensions, undecoded, in the order of the certificate. */
  readonly extensions: readonly Extension[];

  readonly basicConstraints: BasicConstraints | undefined;
  readonly keyUsage: readonly KeyUsage[] | undefined;
  /** Dotted OIDs. */
  readonly extendedKeyUsage: readonly string[] | undefined;
  readonly subjectAltName: readonly GeneralName[] | undefined;
  readonly subjectKeyIdentifier: Uint8Array | undefined;
  readonly authorityKeyIdentifier: AuthorityKeyIdentifier | undefined;
  readonly authorityInfoAccess: readonly AccessDescription[] | undefined;
  readonly crlDistributionPoints: readonly DistributionPoint[] | undefined;
  readonly certificatePolicies: readonly PolicyInformation[] | undefined;
  readonly policyMappings: readonly PolicyMapping[] | undefined;
  readonly policyConstraints: PolicyConstraints | undefined;
  /** The skipCerts of inhibitAnyPolicy. */
  readonly inhibitAnyPolicy: number | undefined;
  readonly nameConstraints: NameConstraints | undefined;
  /** Extensions of TLS, by their numbers, that the server promises to answer (RFC 7633). */
  readonly tlsFeature: readonly number[] | undefined;

  /** The extension with this OID, undecoded. */
  extension(oid: string): Extension | undefined;
}
