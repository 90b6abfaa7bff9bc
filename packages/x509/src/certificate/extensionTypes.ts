import { asObjectIdentifier } from '../der/objectIdentifier.ts';
import {
  asBitString,
  asBoolean,
  asOctetString,
  asSmallInteger,
  asUnsignedInteger,
} from '../der/primitives.ts';
import type { DerReader } from '../der/reader.ts';
import { contextConstructed, contextPrimitive, tags } from '../der/tags.ts';
import { type GeneralName, readGeneralName, readGeneralNames } from './generalName.ts';

/** The extensions of RFC 5280 section 4.2, and one of RFC 7633, each decoded by a function for its extnValue. */

/** Section 4.2.1.9. */
export interface BasicConstraints {
  readonly cA: boolean;
  readonly pathLenConstraint: number | undefined;
}

export function readBasicConstraints(reader: DerReader): BasicConstraints {
  return reader.sequence('basicConstraints', (contents) => {
    const cA = contents.optional(tags.boolean, 'cA', asBoolean);
    // X.690 section 11.5: a value that is the default is not encoded.
    if (cA === false) throw contents.error('cA is FALSE by default, and encoded nevertheless');
    const pathLenConstraint = contents.optional(tags.integer, 'pathLenConstraint', asSmallInteger);
    if (pathLenConstraint !== undefined && !cA) {
      throw contents.error('pathLenConstraint has no meaning where cA is FALSE');
    }
    return { cA: cA ?? false, pathLenConstraint };
  });
}

/** Section 4.2.1.3, in the order of its bits. */
const keyUsageNames = [
  'digitalSignature',
  'nonRepudiation',
  'keyEncipherment',
  'dataEncipherment',
  'keyAgreement',
  'keyCertSign',
  'cRLSign',
  'encipherOnly',
  'decipherOnly',
] as const;

export type KeyUsage = (typeof keyUsageNames)[number];

/**
 * At least one bit must be set. Zero bits at the end, which DER would have left out (X.690 section 11.2.2), are
 * let pass: some authorities write them, and they can't be misread.
 */
export function readKeyUsage(reader: DerReader): readonly KeyUsage[] {
  const { bytes } = reader.within(tags.bitString, 'keyUsage', asBitString);
  const usages = keyUsageNames.filter((_, bit) => ((bytes[bit >> 3] ?? 0) & (0x80 >> (bit & 7))) !== 0);
  if (usages.length === 0) throw reader.error('no bit of keyUsage is set');
  return usages;
}

/** KeyPurposeIds of section 4.2.1.12. */
export const keyPurposes = {
  any: '2.5.29.37.0',
  serverAuth: '1.3.6.1.5.5.7.3.1',
  ocspSigning: '1.3.6.1.5.5.7.3.9',
} as const;

/** Dotted OIDs, one at least. */
export function readExtendedKeyUsage(reader: DerReader): readonly string[] {
  return reader.sequence('extendedKeyUsage', (contents) =>
    contents.items((item) => item.within(tags.objectIdentifier, 'purpose', asObjectIdentifier)),
  );
}

/** Section 4.2.1.2. */
export function readSubjectKeyIdentifier(reader: DerReader): Uint8Array {
  return reader.within(tags.octetString, 'subjectKeyIdentifier', asOctetString);
}

/** Section 4.2.1.1. */
export interface AuthorityKeyIdentifier {
  readonly keyIdentifier: Uint8Array | undefined;
  readonly authorityCertIssuer: readonly GeneralName[] | undefined;
  readonly authorityCertSerialNumber: Uint8Array | undefined;
}

export function readAuthorityKeyIdentifier(reader: DerReader): AuthorityKeyIdentifier {
  return reader.sequence('authorityKeyIdentifier', (contents) => {
    const keyIdentifier = contents.optional(contextPrimitive(0), 'keyIdentifier', asOctetString);
    const authorityCertIssuer = contents.optional(
      contextConstructed(1),
      'authorityCertIssuer',
      readGeneralNames,
    );
    const authorityCertSerialNumber = contents.optional(
      contextPrimitive(2),
      'authorityCertSerialNumber',
      asUnsignedInteger,
    );
    // Appendix A.2: "authorityCertIssuer and authorityCertSerialNumber MUST both be present or both be absent".
    if ((authorityCertIssuer === undefined) !== (authorityCertSerialNumber === undefined)) {
      throw contents.error('authorityCertIssuer and authorityCertSerialNumber go together');
    }
    return { keyIdentifier, authorityCertIssuer, authorityCertSerialNumber };
  });
}

/** Section 4.2.2.1. */
export interface AccessDescription {
  /** Dotted: `1.3.6.1.5.5.7.48.1` for OCSP, `1.3.6.1.5.5.7.48.2` for the issuer's certificate. */
  readonly accessMethod: string;
  readonly accessLocation: GeneralName;
}

export function readAuthorityInfoAccess(reader: DerReader): readonly AccessDescription[] {
  return reader.sequence('authorityInfoAccess', (list) =>
    list.items((item) =>
      item.sequence('description', (description) => ({
        accessMethod: description.within(tags.objectIdentifier, 'accessMethod', asObjectIdentifier),
        accessLocation: readGeneralName(description),
      })),
    ),
  );
}

/** Section 4.2.1.13. */
export interface DistributionPoint {
  readonly fullName: readonly GeneralName[] | undefined;
  /** DER attributes relative to the issuer's name. */
  readonly nameRelativeToCRLIssuer: Uint8Array | undefined;
  /** The bits of ReasonFlags, undefined for all reasons. */
  readonly reasons: Uint8Array | undefined;
  readonly cRLIssuer: readonly GeneralName[] | undefined;
}

export function readCrlDistributionPoints(reader: DerReader): readonly DistributionPoint[] {
  return reader.sequence('crlDistributionPoints', (list) =>
    list.items((item) => item.sequence('point', readDistributionPoint)),
  );
}

/** DistributionPointName: where a CRL is found, which is also what it is called by. */
export type DistributionPointName = Pick<DistributionPoint, 'fullName' | 'nameRelativeToCRLIssuer'>;

/** The field distributionPoint, here and in the extension of a CRL (section 5.2.5). */
export function readDistributionPointName(reader: DerReader): DistributionPointName | undefined {
  return reader.optional(contextConstructed(0), 'distributionPoint', (choice) =>
    choice.nextTag === contextConstructed(1)
      ? {
          fullName: undefined,
          nameRelativeToCRLIssuer: choice.within(contextConstructed(1), 'nameRelativeToCRLIssuer', (set) =>
            set.rest(),
          ),
        }
      : {
          fullName: choice.within(contextConstructed(0), 'fullName', readGeneralNames),
          nameRelativeToCRLIssuer: undefined,
        },
  );
}

function readDistributionPoint(point: DerReader): DistributionPoint {
  const name = readDistributionPointName(point);
  const reasons = point.optional(contextPrimitive(1), 'reasons', asBitString);
  const cRLIssuer = point.optional(contextConstructed(2), 'cRLIssuer', readGeneralNames);
  if (name === undefined && cRLIssuer === undefined) {
    throw point.error('a DistributionPoint has distributionPoint or cRLIssuer');
  }
  return {
    fullName: name?.fullName,
    nameRelativeToCRLIssuer: name?.nameRelativeToCRLIssuer,
    reasons: reasons?.bytes,
    cRLIssuer,
  };
}

/** Section 4.2.1.4: the policy that stands for all. */
export const anyPolicy = '2.5.29.32.0';

/** Section 4.2.1.4. */
export interface PolicyInformation {
  /** Dotted. */
  readonly policyIdentifier: string;
  /** OIDs of the qualifiers, whose contents are not looked into. */
  readonly qualifiers: readonly string[];
}

export function readCertificatePolicies(reader: DerReader): readonly PolicyInformation[] {
  return reader.sequence('certificatePolicies', (list) => {
    const policies = list.items((item) => item.sequence('policy', readPolicyInformation));
    const identifiers = new Set(policies.map(({ policyIdentifier }) => policyIdentifier));
    // "A certificate policy OID MUST NOT appear more than once in a certificate policies extension."
    if (identifiers.size < policies.length) throw list.error('a policy is there twice');
    return policies;
  });
}

function readPolicyInformation(policy: DerReader): PolicyInformation {
  return {
    policyIdentifier: policy.within(tags.objectIdentifier, 'policyIdentifier', asObjectIdentifier),
    qualifiers:
      policy.optional(tags.sequence, 'policyQualifiers', (list) =>
        list.items((item) =>
          item.sequence('qualifier', (qualifier) => {
            const oid = qualifier.within(tags.objectIdentifier, 'policyQualifierId', asObjectIdentifier);
            qualifier.any('qualifier');
            return oid;
          }),
        ),
      ) ?? [],
  };
}

/** Section 4.2.1.11: after how many further certificates something holds. */
export interface PolicyConstraints {
  readonly requireExplicitPolicy: number | undefined;
  readonly inhibitPolicyMapping: number | undefined;
}

export function readPolicyConstraints(reader: DerReader): PolicyConstraints {
  return reader.sequence('policyConstraints', (contents) => {
    const requireExplicitPolicy = contents.optional(
      contextPrimitive(0),
      'requireExplicitPolicy',
      asSmallInteger,
    );
    const inhibitPolicyMapping = contents.optional(
      contextPrimitive(1),
      'inhibitPolicyMapping',
      asSmallInteger,
    );
    // "Conforming CAs MUST NOT issue certificates where policy constraints is an empty sequence."
    if (requireExplicitPolicy === undefined && inhibitPolicyMapping === undefined) {
      throw contents.error('it has neither requireExplicitPolicy nor inhibitPolicyMapping');
    }
    return { requireExplicitPolicy, inhibitPolicyMapping };
  });
}

/** Section 4.2.1.14: SkipCerts. */
export function readInhibitAnyPolicy(reader: DerReader): number {
  return reader.within(tags.integer, 'inhibitAnyPolicy', asSmallInteger);
}

/** Section 4.2.1.5. Dotted OIDs. */
export interface PolicyMapping {
  readonly issuerDomainPolicy: string;
  readonly subjectDomainPolicy: string;
}

export function readPolicyMappings(reader: DerReader): readonly PolicyMapping[] {
  return reader.sequence('policyMappings', (list) =>
    list.items((item) =>
      item.sequence('mapping', (mapping) => ({
        issuerDomainPolicy: mapping.within(tags.objectIdentifier, 'issuerDomainPolicy', asObjectIdentifier),
        subjectDomainPolicy: mapping.within(tags.objectIdentifier, 'subjectDomainPolicy', asObjectIdentifier),
      })),
    ),
  );
}

/** Features of RFC 7633 section 4.1: the ExtensionTypes that a server answers, as numbers. */
export function readTlsFeature(reader: DerReader): readonly number[] {
  return reader.sequence('tlsFeature', (list) =>
    list.items((item) => item.within(tags.integer, 'feature', asSmallInteger)),
  );
}
