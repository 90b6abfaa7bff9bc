import type { PublicKey } from '@halfclose/crypto';
import { readNameConstraints } from '../constraints/nameConstraints.ts';
import { DerError } from '../der/errors.ts';
import { DerReader } from '../der/reader.ts';
import { CertificateError } from '../errors.ts';
import type { AlgorithmIdentifier } from './algorithmIdentifier.ts';
import type { Certificate } from './certificate.ts';
import type { Extension } from './extension.ts';
import {
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
  readTlsFeature,
} from './extensionTypes.ts';
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

type ExtensionName = keyof typeof extensionOids;

type Decoded = { [Name in ExtensionName]: NonNullable<Certificate[Name]> };

const readers: { readonly [Name in ExtensionName]: (reader: DerReader) => Decoded[Name] } = {
  basicConstraints: readBasicConstraints,
  keyUsage: readKeyUsage,
  extendedKeyUsage: readExtendedKeyUsage,
  subjectAltName: readSubjectAltName,
  subjectKeyIdentifier: readSubjectKeyIdentifier,
  authorityKeyIdentifier: readAuthorityKeyIdentifier,
  authorityInfoAccess: readAuthorityInfoAccess,
  crlDistributionPoints: readCrlDistributionPoints,
  certificatePolicies: readCertificatePolicies,
  policyMappings: readPolicyMappings,
  policyConstraints: readPolicyConstraints,
  inhibitAnyPolicy: readInhibitAnyPolicy,
  nameConstraints: readNameConstraints,
  tlsFeature: readTlsFeature,
};

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
  readonly #decoded: Partial<Decoded> = {};

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

  get basicConstraints(): Certificate['basicConstraints'] {
    return this.#decodeExtension('basicConstraints');
  }

  get keyUsage(): Certificate['keyUsage'] {
    return this.#decodeExtension('keyUsage');
  }

  get extendedKeyUsage(): Certificate['extendedKeyUsage'] {
    return this.#decodeExtension('extendedKeyUsage');
  }

  get subjectAltName(): Certificate['subjectAltName'] {
    return this.#decodeExtension('subjectAltName');
  }

  get subjectKeyIdentifier(): Certificate['subjectKeyIdentifier'] {
    return this.#decodeExtension('subjectKeyIdentifier');
  }

  get authorityKeyIdentifier(): Certificate['authorityKeyIdentifier'] {
    return this.#decodeExtension('authorityKeyIdentifier');
  }

  get authorityInfoAccess(): Certificate['authorityInfoAccess'] {
    return this.#decodeExtension('authorityInfoAccess');
  }

  get crlDistributionPoints(): Certificate['crlDistributionPoints'] {
    return this.#decodeExtension('crlDistributionPoints');
  }

  get certificatePolicies(): Certificate['certificatePolicies'] {
    return this.#decodeExtension('certificatePolicies');
  }

  get policyMappings(): Certificate['policyMappings'] {
    return this.#decodeExtension('policyMappings');
  }

  get policyConstraints(): Certificate['policyConstraints'] {
    return this.#decodeExtension('policyConstraints');
  }

  get inhibitAnyPolicy(): Certificate['inhibitAnyPolicy'] {
    return this.#decodeExtension('inhibitAnyPolicy');
  }

  get nameConstraints(): Certificate['nameConstraints'] {
    return this.#decodeExtension('nameConstraints');
  }

  get tlsFeature(): Certificate['tlsFeature'] {
    return this.#decodeExtension('tlsFeature');
  }

  extension(oid: string): Extension | undefined {
    return this.#extensions.get(oid);
  }

  #decodeExtension<Name extends ExtensionName>(name: Name): Decoded[Name] | undefined {
    const known = this.#decoded[name];
    if (known !== undefined) return known;
    const extension = this.#extensions.get(extensionOids[name]);
    if (extension === undefined) return undefined;
    try {
      const decoded = DerReader.read(extension.value, name, readers[name], this.raw);
      this.#decoded[name] = decoded;
      return decoded;
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
