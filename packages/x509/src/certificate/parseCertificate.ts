import type { PublicKey } from '@halfclose/crypto';
import type { X509Certificate } from '@peculiar/x509';
import { type NameConstraints, readNameConstraints } from '../constraints/nameConstraints.ts';
import { DerError } from '../der/errors.ts';
import { DerReader } from '../der/reader.ts';
import { CertificateError } from '../errors.ts';
import type { AlgorithmIdentifier } from './algorithmIdentifier.ts';
import type { Certificate } from './certificate.ts';
import type { Extension } from './extension.ts';
import {
  type AccessDescription,
  type AuthorityKeyIdentifier,
  type BasicConstraints,
  type DistributionPoint,
  type KeyUsage,
  type PolicyConstraints,
  type PolicyInformation,
  type PolicyMapping,
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
} from './extensionTypes.ts';
import type { GeneralName } from './generalName.ts';
import type { Name } from './name.ts';
import { extensionOids } from './oids.ts';
import { type CertificateFields, readCertificate } from './readCertificate.ts';
import { readSubjectAltName } from './subjectAltName.ts';
import { decodePublicKey, type SubjectPublicKeyInfo, UnsupportedKey } from './subjectPublicKey.ts';

/**
 * Reads one certificate, which must be all of `der`. What is right by RFC 5280's syntax is taken, whatever it
 * says; the checks of a path come later, and so does the decoding of extensions and key. The result is frozen,
 * and keeps a copy of `der`.
 * @throws CertificateError `malformed`, whose `cause` says where
 */
export function parseCertificate(der: Uint8Array): Certificate {
  const raw = new Uint8Array(der);
  try {
    return new ParsedCertificate(raw, DerReader.read(raw, 'Certificate', readCertificate));
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw new CertificateError('malformed', `The certificate is malformed: ${cause.message}`, { cause });
  }
}

class ParsedCertificate implements Certificate {
  readonly raw: Uint8Array;
  readonly tbs: Uint8Array;
  readonly version: 1 | 2 | 3;
  readonly serialNumber: Uint8Array;
  readonly issuer: Name;
  readonly subject: Name;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly spki: Uint8Array;
  readonly publicKeyAlgorithm: AlgorithmIdentifier;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
  readonly extensions: readonly Extension[];

  readonly #extensions: ReadonlyMap<string, Extension>;
  readonly #subjectPublicKeyInfo: SubjectPublicKeyInfo;
  // What was decoded because it was asked for.
  #publicKey: PublicKey | undefined;
  #basicConstraints: BasicConstraints | undefined;
  #keyUsage: readonly KeyUsage[] | undefined;
  #extendedKeyUsage: readonly string[] | undefined;
  #subjectAltName: readonly GeneralName[] | undefined;
  #subjectKeyIdentifier: Uint8Array | undefined;
  #authorityKeyIdentifier: AuthorityKeyIdentifier | undefined;
  #authorityInfoAccess: readonly AccessDescription[] | undefined;
  #crlDistributionPoints: readonly DistributionPoint[] | undefined;
  #certificatePolicies: readonly PolicyInformation[] | undefined;
  #policyMappings: readonly PolicyMapping[] | undefined;
  #policyConstraints: PolicyConstraints | undefined;
  #inhibitAnyPolicy: number | undefined;
  #nameConstraints: NameConstraints | undefined;

  constructor(raw: Uint8Array, fields: CertificateFields) {
    const { tbsCertificate } = fields;
    const { subjectPublicKeyInfo } = tbsCertificate;
    this.raw = raw;
    this.tbs = tbsCertificate.encoded;
    this.version = tbsCertificate.version;
    this.serialNumber = tbsCertificate.serialNumber;
    this.issuer = tbsCertificate.issuer;
    this.subject = tbsCertificate.subject;
    this.notBefore = tbsCertificate.notBefore;
    this.notAfter = tbsCertificate.notAfter;
    this.spki = subjectPublicKeyInfo.encoded;
    this.publicKeyAlgorithm = subjectPublicKeyInfo.algorithm;
    this.signatureAlgorithm = fields.signatureAlgorithm;
    this.signature = fields.signatureValue;
    this.#extensions = tbsCertificate.extensions;
    this.extensions = Object.freeze([...tbsCertificate.extensions.values()]);
    this.#subjectPublicKeyInfo = subjectPublicKeyInfo;
    Object.freeze(this);
  }

  get publicKey(): PublicKey {
    this.#publicKey ??= this.#decodePublicKey(this.#subjectPublicKeyInfo);
    return this.#publicKey;
  }

  get basicConstraints(): BasicConstraints | undefined {
    this.#basicConstraints ??= this.#decodeExtension('basicConstraints', readBasicConstraints);
    return this.#basicConstraints;
  }

  get keyUsage(): readonly KeyUsage[] | undefined {
    this.#keyUsage ??= this.#decodeExtension('keyUsage', readKeyUsage);
    return this.#keyUsage;
  }

  get extendedKeyUsage(): readonly string[] | undefined {
    this.#extendedKeyUsage ??= this.#decodeExtension('extendedKeyUsage', readExtendedKeyUsage);
    return this.#extendedKeyUsage;
  }

  get subjectAltName(): readonly GeneralName[] | undefined {
    this.#subjectAltName ??= this.#decodeExtension('subjectAltName', readSubjectAltName);
    return this.#subjectAltName;
  }

  get subjectKeyIdentifier(): Uint8Array | undefined {
    this.#subjectKeyIdentifier ??= this.#decodeExtension('subjectKeyIdentifier', readSubjectKeyIdentifier);
    return this.#subjectKeyIdentifier;
  }

  get authorityKeyIdentifier(): AuthorityKeyIdentifier | undefined {
    this.#authorityKeyIdentifier ??= this.#decodeExtension(
      'authorityKeyIdentifier',
      readAuthorityKeyIdentifier,
    );
    return this.#authorityKeyIdentifier;
  }

  get authorityInfoAccess(): readonly AccessDescription[] | undefined {
    this.#authorityInfoAccess ??= this.#decodeExtension('authorityInfoAccess', readAuthorityInfoAccess);
    return this.#authorityInfoAccess;
  }

  get crlDistributionPoints(): readonly DistributionPoint[] | undefined {
    this.#crlDistributionPoints ??= this.#decodeExtension('crlDistributionPoints', readCrlDistributionPoints);
    return this.#crlDistributionPoints;
  }

  get certificatePolicies(): readonly PolicyInformation[] | undefined {
    this.#certificatePolicies ??= this.#decodeExtension('certificatePolicies', readCertificatePolicies);
    return this.#certificatePolicies;
  }

  get policyMappings(): readonly PolicyMapping[] | undefined {
    this.#policyMappings ??= this.#decodeExtension('policyMappings', readPolicyMappings);
    return this.#policyMappings;
  }

  get policyConstraints(): PolicyConstraints | undefined {
    this.#policyConstraints ??= this.#decodeExtension('policyConstraints', readPolicyConstraints);
    return this.#policyConstraints;
  }

  get inhibitAnyPolicy(): number | undefined {
    this.#inhibitAnyPolicy ??= this.#decodeExtension('inhibitAnyPolicy', readInhibitAnyPolicy);
    return this.#inhibitAnyPolicy;
  }

  get nameConstraints(): NameConstraints | undefined {
    this.#nameConstraints ??= this.#decodeExtension('nameConstraints', readNameConstraints);
    return this.#nameConstraints;
  }

  extension(oid: string): Extension | undefined {
    return this.#extensions.get(oid);
  }

  async toX509(): Promise<X509Certificate> {
    // It needs Reflect's metadata in place when it is loaded; nobody else here does.
    await import('reflect-metadata');
    const x509 = await import('@peculiar/x509');
    return new x509.X509Certificate(new Uint8Array(this.raw));
  }

  #decodeExtension<T>(name: keyof typeof extensionOids, read: (reader: DerReader) => T): T | undefined {
    const extension = this.#extensions.get(extensionOids[name]);
    if (extension === undefined) return undefined;
    try {
      return DerReader.read(extension.value, name, read, this.raw);
    } catch (cause) {
      if (!(cause instanceof DerError)) throw cause;
      const message = `The extension ${name} of ${this.subject} is malformed: ${cause.message}`;
      throw new CertificateError('invalid_extension', message, { certificate: this, cause });
    }
  }

  #decodePublicKey(info: SubjectPublicKeyInfo): PublicKey {
    try {
      return Object.freeze(decodePublicKey(info));
    } catch (cause) {
      if (!(cause instanceof DerError || cause instanceof UnsupportedKey)) throw cause;
      const code = cause instanceof DerError ? 'malformed' : 'unsupported_key';
      const message = `The public key of ${this.subject} is not usable: ${cause.message}`;
      throw new CertificateError(code, message, { certificate: this, cause });
    }
  }
}
