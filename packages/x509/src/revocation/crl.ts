import type { AlgorithmIdentifier } from '../certificate/algorithmIdentifier.ts';
import { readAlgorithmIdentifier } from '../certificate/algorithmIdentifier.ts';
import { equalBytes } from '../certificate/bytes.ts';
import { type Extension, readExtensions } from '../certificate/extension.ts';
import { readAuthorityKeyIdentifier } from '../certificate/extensionTypes.ts';
import { type Name, readName } from '../certificate/name.ts';
import { DerError } from '../der/errors.ts';
import { briefHex } from '../der/hex.ts';
import { asBitStringOctets, asSmallInteger } from '../der/primitives.ts';
import { DerReader } from '../der/reader.ts';
import { contextConstructed, tags } from '../der/tags.ts';
import { formatTime, readTime } from '../der/time.ts';
import { CertificateError } from '../errors.ts';
import { type CrlEntries, noEntries, scanEntries } from './crlEntries.ts';
import {
  crlExtensionOids,
  type IssuingDistributionPoint,
  readCrlNumber,
  readIssuingDistributionPoint,
} from './crlExtensions.ts';
import { extensionValue, unknownCritical } from './extensionValue.ts';

/** TBSCertList, RFC 5280 section 5.1.2. */
export interface TbsCertList {
  readonly encoded: Uint8Array;
  readonly version: 1 | 2;
  readonly signature: AlgorithmIdentifier;
  readonly issuer: Name;
  /** Milliseconds since 1970, as all times. */
  readonly thisUpdate: number;
  readonly nextUpdate: number | undefined;
  readonly entries: CrlEntries;
  readonly extensions: ReadonlyMap<string, Extension>;
}

/** A CRL that obeys RFC 5280's syntax; who signed it, and whether it is still good, is another question. */
export interface Crl {
  /** All of it, DER: a copy of what was parsed. */
  readonly raw: Uint8Array;
  /** TBSCertList, DER: what is signed. */
  readonly tbs: Uint8Array;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signature: Uint8Array;
  readonly issuer: Name;
  readonly thisUpdate: number;
  readonly nextUpdate: number | undefined;
  readonly entries: CrlEntries;
  readonly issuingDistributionPoint: IssuingDistributionPoint | undefined;
  /** The identifier of the key that signed it, as it says itself. */
  readonly keyIdentifier: Uint8Array | undefined;
  /** Why it can't be used, whatever its signature and date. */
  readonly problem: string | undefined;
}

/** Octets of the largest CRL that is read. */
export const maximumCrlLength: number = 2 ** 26;

/** Extensions of a CRL that may be critical: what they say is acted upon. */
const understood: ReadonlySet<string> = new Set([
  crlExtensionOids.cRLNumber,
  crlExtensionOids.issuingDistributionPoint,
  crlExtensionOids.authorityKeyIdentifier,
]);

/**
 * Reads one CRL, which must be all of `der`.
 * @throws CertificateError `bad_crl` where it is malformed
 */
export function parseCrl(der: Uint8Array): Crl {
  try {
    // Looked at before it is copied.
    if (der.length > maximumCrlLength) {
      throw new DerError('CertificateList', 0, `${der.length} octets are more than ${maximumCrlLength}`);
    }
    const raw = new Uint8Array(der);
    return DerReader.read(raw, 'CertificateList', (reader) => readCrl(reader, raw), raw, maximumCrlLength);
  } catch (cause) {
    if (!(cause instanceof DerError)) throw cause;
    throw new CertificateError('bad_crl', `The CRL is malformed: ${cause.message}`, { cause });
  }
}

/** CertificateList, RFC 5280 section 5.1. */
function readCrl(reader: DerReader, raw: Uint8Array): Crl {
  return reader.sequence('CertificateList', (contents) => {
    const list = readTbsCertList(contents, raw);
    const signatureAlgorithm = readAlgorithmIdentifier(contents, 'signatureAlgorithm');
    // Section 5.1.1.2: the two "MUST" be the same.
    if (!equalBytes(signatureAlgorithm.encoded, list.signature.encoded)) {
      throw contents.error(
        `signatureAlgorithm is ${briefHex(signatureAlgorithm.encoded)}, and the signature field in tbsCertList is ${briefHex(list.signature.encoded)}`,
      );
    }
    const signature = contents.within(tags.bitString, 'signatureValue', asBitStringOctets);
    const { extensions } = list;
    const issuingDistributionPoint = extensionValue(
      extensions,
      crlExtensionOids.issuingDistributionPoint,
      'issuingDistributionPoint',
      readIssuingDistributionPoint,
    );
    const authority = extensionValue(
      extensions,
      crlExtensionOids.authorityKeyIdentifier,
      'authorityKeyIdentifier',
      readAuthorityKeyIdentifier,
    );
    extensionValue(extensions, crlExtensionOids.cRLNumber, 'cRLNumber', readCrlNumber);
    return {
      raw,
      tbs: list.encoded,
      signatureAlgorithm,
      signature,
      issuer: list.issuer,
      thisUpdate: list.thisUpdate,
      nextUpdate: list.nextUpdate,
      entries: list.entries,
      issuingDistributionPoint,
      keyIdentifier: authority?.keyIdentifier,
      problem: problemOf(list, issuingDistributionPoint),
    };
  });
}

/** @param raw of what the reader reads a part */
export function readTbsCertList(reader: DerReader, raw: Uint8Array): TbsCertList {
  return reader.sequence('tbsCertList', (tbs) => {
    const version = tbs.optional(tags.integer, 'version', asSmallInteger);
    // Section 5.1.2.1: where it is there, it is 2, which is encoded as 1.
    if (version !== undefined && version !== 1) throw tbs.error(`the version number ${version} is not known`);
    const signature = readAlgorithmIdentifier(tbs, 'signature');
    const issuer = readName(tbs, 'issuer');
    // Section 5.1.2.3: "The issuer field MUST contain a non-empty X.500 distinguished name".
    if (issuer.isEmpty) throw tbs.error('the issuer has an empty name');
    const thisUpdate = readUpdate(tbs, 'thisUpdate');
    const isTime = tbs.nextTag === tags.utcTime || tbs.nextTag === tags.generalizedTime;
    const nextUpdate = isTime ? readUpdate(tbs, 'nextUpdate') : undefined;
    if (nextUpdate !== undefined && nextUpdate < thisUpdate) {
      throw tbs.error(
        `nextUpdate, ${formatTime(nextUpdate)}, is before thisUpdate, ${formatTime(thisUpdate)}`,
      );
    }
    // Section 5.1.2.6: without entries it "MUST be absent", and some authorities send an empty one.
    const entries = tbs.optional(tags.sequence, 'revokedCertificates', (list) => list.rest());
    const extensions =
      version === undefined
        ? undefined
        : tbs.optional(contextConstructed(0), 'crlExtensions', readExtensions);
    return {
      encoded: tbs.encoded,
      version: version === undefined ? 1 : 2,
      signature,
      issuer,
      thisUpdate,
      nextUpdate,
      entries: entries === undefined ? noEntries : scanEntries(entries, raw),
      extensions: extensions ?? new Map<string, Extension>(),
    };
  });
}

/** Sections 5.1.2.4 and 5.1.2.5: UTCTime through 2049. */
function readUpdate(reader: DerReader, label: string): number {
  const { milliseconds, isMisplaced } = readTime(reader, label);
  if (isMisplaced) throw reader.error(`'${label}' is through 2049, and given as GeneralizedTime`);
  return milliseconds;
}

function problemOf(list: TbsCertList, point: IssuingDistributionPoint | undefined): string | undefined {
  const { extensions } = list;
  if (list.version === 1) return 'it is of version 1';
  if (extensions.has(crlExtensionOids.deltaCRLIndicator)) return 'it is a delta CRL';
  // Section 5.2.3: "CRL issuers conforming to this profile MUST include this extension in all CRLs".
  if (!extensions.has(crlExtensionOids.cRLNumber)) return 'it has no number';
  const critical = unknownCritical(extensions, understood);
  if (critical !== undefined) return `its extension ${critical} is critical and not known`;
  if (point?.indirectCRL) return 'it is an indirect CRL';
  if (point?.onlySomeReasons) return 'it is about some reasons for a revocation only';
  return list.entries.problem;
}
