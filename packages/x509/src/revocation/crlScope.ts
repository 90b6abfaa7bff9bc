import { equalBytes } from '../certificate/bytes.ts';
import type { Certificate } from '../certificate/certificate.ts';
import type { DistributionPointName } from '../certificate/extensionTypes.ts';
import type { GeneralName } from '../certificate/generalName.ts';
import type { Crl } from './crl.ts';

/**
 * What a CRL can say of a certificate: nothing; for some reasons that it is revoked, and so never that it is good; all.
 */
export type CrlScope = 'none' | 'someReasons' | 'allReasons';

/**
 * Whether a certificate of the CRL's issuer would be on it if it were revoked, RFC 5280 section 6.3.3 (b) (2). Every
 * one of the certificate's distribution points is held against the CRL's own: one that fits is enough, wherever in the
 * list it stands.
 */
export function scopeOf(certificate: Certificate, { issuingDistributionPoint: own }: Crl): CrlScope {
  if (own === undefined) return 'allReasons';
  const isAuthority = certificate.basicConstraints?.cA ?? false;
  if (own.onlyContains === 'attributeCerts') return 'none';
  if (own.onlyContains === 'userCerts' && isAuthority) return 'none';
  if (own.onlyContains === 'cACerts' && !isAuthority) return 'none';
  const { distributionPoint } = own;
  return distributionPoint === undefined ? 'allReasons' : scopeOfPoint(certificate, distributionPoint);
}

function scopeOfPoint(certificate: Certificate, own: DistributionPointName): CrlScope {
  const points = (certificate.crlDistributionPoints ?? [])
    // With a cRLIssuer the CRL is another's.
    .filter((point) => point.cRLIssuer === undefined && isSamePoint(point, own));
  // The end of the section: a CRL that no distribution point speaks of goes by the name of the issuer.
  const itself: DistributionPointName = {
    fullName: [{ type: 'directoryName', value: certificate.issuer }],
    nameRelativeToCRLIssuer: undefined,
  };
  // (d): with reasons, what isn't on it may be revoked for another reason.
  if (isSamePoint(itself, own) || points.some(({ reasons }) => reasons === undefined)) return 'allReasons';
  return points.length > 0 ? 'someReasons' : 'none';
}

function isSamePoint(one: DistributionPointName, other: DistributionPointName): boolean {
  if (one.nameRelativeToCRLIssuer !== undefined || other.nameRelativeToCRLIssuer !== undefined) {
    // Both are relative to the same name, that of the issuer.
    return isSameOctets(one.nameRelativeToCRLIssuer, other.nameRelativeToCRLIssuer);
  }
  return (one.fullName ?? []).some((name) => (other.fullName ?? []).some((each) => isSameName(name, each)));
}

/** Section 5.2.5: "The identical encoding MUST be used in the distributionPoint fields of the certificate and the CRL." */
function isSameName(one: GeneralName, other: GeneralName): boolean {
  switch (one.type) {
    case 'directoryName':
      return other.type === one.type && equalBytes(one.value.encoded, other.value.encoded);
    case 'uniformResourceIdentifier':
    case 'dNSName':
    case 'rfc822Name':
      return other.type === one.type && one.value === other.value;
    default:
      // Nobody names a distribution point so.
      return false;
  }
}

function isSameOctets(one: Uint8Array | undefined, other: Uint8Array | undefined): boolean {
  return one !== undefined && other !== undefined && equalBytes(one, other);
}
