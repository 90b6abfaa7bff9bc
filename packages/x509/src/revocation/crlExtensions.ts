import type { Extension } from '../certificate/extension.ts';
import { type DistributionPointName, readDistributionPointName } from '../certificate/extensionTypes.ts';
import { asBitString, asBoolean, asUnsignedInteger } from '../der/primitives.ts';
import type { DerReader } from '../der/reader.ts';
import { contextPrimitive, tags } from '../der/tags.ts';
import { extensionValue } from './extensionValue.ts';

/** The extensions of CRLs and of their entries, RFC 5280 sections 5.2 and 5.3. */
export const crlExtensionOids = {
  cRLNumber: '2.5.29.20',
  reasonCode: '2.5.29.21',
  invalidityDate: '2.5.29.24',
  deltaCRLIndicator: '2.5.29.27',
  issuingDistributionPoint: '2.5.29.28',
  certificateIssuer: '2.5.29.29',
  authorityKeyIdentifier: '2.5.29.35',
} as const;

/** RFC 5280 section 5.2.5: which certificates a CRL is about. */
export interface IssuingDistributionPoint {
  /** Undefined where the CRL is not one part of several. */
  readonly distributionPoint: DistributionPointName | undefined;
  /** At most one of the three. */
  readonly onlyContains: 'userCerts' | 'cACerts' | 'attributeCerts' | undefined;
  /** The bits of ReasonFlags, undefined for all reasons. */
  readonly onlySomeReasons: Uint8Array | undefined;
  /** Whether it has certificates of other issuers, too. */
  readonly indirectCRL: boolean;
}

export function readIssuingDistributionPoint(reader: DerReader): IssuingDistributionPoint {
  return reader.sequence('issuingDistributionPoint', (contents) => {
    if (contents.atEnd) throw contents.error('an issuingDistributionPoint is not an empty sequence');
    const distributionPoint = readDistributionPointName(contents);
    const userCerts = contents.optional(contextPrimitive(1), 'onlyContainsUserCerts', asTrue);
    const cACerts = contents.optional(contextPrimitive(2), 'onlyContainsCACerts', asTrue);
    const onlySomeReasons = contents.optional(contextPrimitive(3), 'onlySomeReasons', asBitString);
    const indirectCRL = contents.optional(contextPrimitive(4), 'indirectCRL', asTrue);
    const attributeCerts = contents.optional(contextPrimitive(5), 'onlyContainsAttributeCerts', asTrue);
    const [onlyContains, another] = [
      ...(userCerts ? (['userCerts'] as const) : []),
      ...(cACerts ? (['cACerts'] as const) : []),
      ...(attributeCerts ? (['attributeCerts'] as const) : []),
    ];
    if (another !== undefined)
      throw contents.error(`it can't be about ${onlyContains} only and ${another} only`);
    return {
      distributionPoint,
      onlyContains,
      onlySomeReasons: onlySomeReasons?.bytes,
      indirectCRL: indirectCRL ?? false,
    };
  });
}

/** A BOOLEAN that is FALSE by default, and then not encoded (X.690 section 11.5). */
function asTrue(reader: DerReader): true {
  if (!asBoolean(reader)) throw reader.error('FALSE is the default, and encoded nevertheless');
  return true;
}

/** Octets of the longest number, RFC 5280 section 5.2.3. */
const longestNumber = 20;

/** The magnitude, big-endian. */
export function readCrlNumber(reader: DerReader): Uint8Array {
  return reader.within(tags.integer, 'cRLNumber', (contents) => {
    const number = asUnsignedInteger(contents);
    if (number.length > longestNumber) {
      throw contents.error(`a cRLNumber of ${number.length} octets is longer than ${longestNumber}`);
    }
    return number;
  });
}

/** CRLReason, RFC 5280 section 5.3.1, by its number. */
const reasons: readonly (string | undefined)[] = [
  'unspecified',
  'keyCompromise',
  'cACompromise',
  'affiliationChanged',
  'superseded',
  'cessationOfOperation',
  'certificateHold',
  undefined,
  'removeFromCRL',
  'privilegeWithdrawn',
  'aACompromise',
];

/** ENUMERATED, by its name in the standard. */
export function readReason(reader: DerReader): string {
  return reader.within(tags.enumerated, 'reason', (contents) => {
    const [number, ...more] = contents.rest();
    const reason = number === undefined || more.length > 0 ? undefined : reasons[number];
    if (reason === undefined) throw contents.error('it is none of the reasons for a revocation');
    return reason;
  });
}

/** The reason of an entry, where it gives one. */
export function reasonOf(extensions: ReadonlyMap<string, Extension>): string | undefined {
  return extensionValue(extensions, crlExtensionOids.reasonCode, 'reasonCode', readReason);
}
