import { bitString, context, element, integer, sequence } from './der.ts';
import type { RawExtension } from './extensions.ts';
import { publicKeyIdentifier } from './extensions.ts';
import type { KeyPair } from './keys.ts';
import type { SignatureHash } from './signing.ts';
import {
  enumerated,
  extensionList,
  type RevocationReason,
  revocationReasons,
  serialNumberOf,
  signerOf,
  time,
} from './statusParts.ts';

/** One revoked certificate: the certificate, or its serial number as an INTEGER. */
export interface RevokedCertificate {
  readonly certificate?: Uint8Array;
  readonly serialNumber?: Uint8Array;
  /** Left out: an hour ago. */
  readonly date?: Date;
  /** Left out: no reasonCode. */
  readonly reason?: RevocationReason;
  /** Beside reasonCode. */
  readonly extensions?: readonly RawExtension[];
}

/** Everything about one CRL. What is left out is right. */
export interface CrlOptions {
  /** Whose name and key it has. An `Authority` fits. */
  readonly issuer: { readonly subject: Uint8Array; readonly key: KeyPair };
  readonly revoked?: readonly RevokedCertificate[];
  /** Left out: an hour ago. */
  readonly thisUpdate?: Date;
  /** Left out: in a day. */
  readonly nextUpdate?: Date | false;
  /** Left out: 1. */
  readonly number?: number | bigint | false;
  /** Left out: that of the issuer's key. */
  readonly authorityKeyIdentifier?: Uint8Array | false;
  /** issuingDistributionPoint, critical: what stands in its SEQUENCE. */
  readonly issuingDistributionPoint?: readonly Uint8Array[];
  readonly extensions?: readonly RawExtension[];
  /** True: a CRL of version 1, which has no extensions. */
  readonly version1?: boolean;
  /** Signs with this key instead of the issuer's. */
  readonly signingKey?: KeyPair;
  readonly hash?: SignatureHash;
  /** The last word on TBSCertList before it is signed. */
  readonly alterTbs?: (tbs: Uint8Array) => Uint8Array;
}

const oneHour = 3_600_000;

/** A CRL (RFC 5280 chapter 5), DER. */
export function createCrl(options: CrlOptions): Uint8Array {
  const { issuer, revoked = [], nextUpdate = new Date(Date.now() + 24 * oneHour) } = options;
  const signer = signerOf(options.signingKey ?? issuer.key, options.hash);
  const draft = sequence(
    ...(options.version1 ? [] : [integer(1)]),
    signer.algorithm,
    issuer.subject,
    time(options.thisUpdate ?? new Date(Date.now() - oneHour)),
    ...(nextUpdate ? [time(nextUpdate)] : []),
    ...(revoked.length > 0 ? [sequence(...revoked.map(entry))] : []),
    ...(options.version1 ? [] : [context(0, extensionList(crlExtensions(options)))]),
  );
  const tbs = options.alterTbs?.(draft) ?? draft;
  return sequence(tbs, signer.algorithm, bitString(signer.sign(tbs)));
}

/** The field distributionPoint with this URI, for `issuingDistributionPoint` and for cRLDistributionPoints. */
export function distributionPointName(...uris: readonly string[]): Uint8Array {
  const names = uris.map((uri) => element(0x86, new TextEncoder().encode(uri)));
  return context(0, context(0, ...names));
}

/** The extension cRLDistributionPoints of a certificate: one point for each URI. */
export function crlDistributionPoints(...uris: readonly string[]): RawExtension {
  return { oid: '2.5.29.31', value: sequence(...uris.map((uri) => sequence(distributionPointName(uri)))) };
}

function entry({ certificate, serialNumber, date, reason, extensions = [] }: RevokedCertificate): Uint8Array {
  const number = serialNumber ?? (certificate && serialNumberOf(certificate));
  if (!number) throw new TypeError('an entry of a CRL is about a certificate or a serial number');
  const all = [
    ...(reason === undefined ? [] : [{ oid: '2.5.29.21', value: enumerated(revocationReasons[reason]) }]),
    ...extensions,
  ];
  return sequence(
    number,
    time(date ?? new Date(Date.now() - oneHour)),
    ...(all.length > 0 ? [extensionList(all)] : []),
  );
}

function crlExtensions(options: CrlOptions): RawExtension[] {
  const { number = 1, authorityKeyIdentifier = publicKeyIdentifier(options.issuer.key.spki) } = options;
  const { issuingDistributionPoint } = options;
  return [
    ...(authorityKeyIdentifier
      ? [{ oid: '2.5.29.35', value: sequence(element(0x80, authorityKeyIdentifier)) }]
      : []),
    ...(number === false ? [] : [{ oid: '2.5.29.20', value: integer(number) }]),
    ...(issuingDistributionPoint
      ? [{ oid: '2.5.29.28', critical: true, value: sequence(...issuingDistributionPoint) }]
      : []),
    ...(options.extensions ?? []),
  ];
}
