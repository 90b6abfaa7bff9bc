import { briefHex } from '../der/hex.ts';
import { asBitString, asBitStringOctets, asInteger, asSmallInteger, isNegative } from '../der/primitives.ts';
import type { DerReader } from '../der/reader.ts';
import { contextConstructed, contextPrimitive, tags } from '../der/tags.ts';
import { formatTime, readTime, type Time } from '../der/time.ts';
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from './algorithmIdentifier.ts';
import { equalBytes } from './bytes.ts';
import { type Extension, readExtensions } from './extension.ts';
import { type Name, readName } from './name.ts';
import { readSubjectPublicKeyInfo, type SubjectPublicKeyInfo } from './subjectPublicKey.ts';

/** The fields of TBSCertificate. */
export interface TbsCertificate {
  readonly encoded: Uint8Array;
  readonly version: 1 | 2 | 3;
  readonly serialNumber: Uint8Array;
  readonly signature: AlgorithmIdentifier;
  readonly issuer: Name;
  readonly notBefore: number;
  readonly notAfter: number;
  readonly subject: Name;
  readonly subjectPublicKeyInfo: SubjectPublicKeyInfo;
  readonly extensions: ReadonlyMap<string, Extension>;
}

export interface CertificateFields {
  readonly tbsCertificate: TbsCertificate;
  readonly signatureAlgorithm: AlgorithmIdentifier;
  readonly signatureValue: Uint8Array;
}

/** Certificate, RFC 5280 section 4.1. */
export function readCertificate(reader: DerReader): CertificateFields {
  return reader.sequence('Certificate', (contents) => {
    const tbsCertificate = contents.sequence('tbsCertificate', readTbsCertificate);
    const signatureAlgorithm = readAlgorithmIdentifier(contents, 'signatureAlgorithm');
    // Section 4.1.1.2: the two "MUST" be the same. The one outside is not protected by the signature.
    if (!equalBytes(signatureAlgorithm.encoded, tbsCertificate.signature.encoded)) {
      throw contents.error(
        `signatureAlgorithm is ${briefHex(signatureAlgorithm.encoded)}, and the signature field in tbsCertificate is ${briefHex(tbsCertificate.signature.encoded)}`,
      );
    }
    const signatureValue = contents.within(tags.bitString, 'signatureValue', asBitStringOctets);
    return { tbsCertificate, signatureAlgorithm, signatureValue };
  });
}

function readTbsCertificate(tbs: DerReader): TbsCertificate {
  const version = readVersion(tbs);
  const serialNumber = tbs.within(tags.integer, 'serialNumber', asSerialNumber);
  const signature = readAlgorithmIdentifier(tbs, 'signature');
  const issuer = readName(tbs, 'issuer');
  // Section 4.1.2.4: "The issuer field MUST contain a non-empty distinguished name".
  if (issuer.isEmpty) throw tbs.error('the issuer has an empty name');
  const [notBefore, notAfter] = tbs.sequence('validity', readValidity);
  const subject = readName(tbs, 'subject');
  // Section 4.1.2.5: UTCTime through 2049. Mozilla's list has a root that breaks this; what a root says of itself
  // is the user's to trust.
  if ((notBefore.isMisplaced || notAfter.isMisplaced) && !equalBytes(issuer.encoded, subject.encoded)) {
    throw tbs.error('a date through 2049 is given as GeneralizedTime');
  }
  const subjectPublicKeyInfo = readSubjectPublicKeyInfo(tbs);
  if (version > 1) {
    tbs.optional(contextPrimitive(1), 'issuerUniqueID', asBitString);
    tbs.optional(contextPrimitive(2), 'subjectUniqueID', asBitString);
  }
  // Section 4.1.2.9: "This field MUST only appear if the version is 3".
  const extensions =
    version === 3 ? tbs.optional(contextConstructed(3), 'extensions', readExtensions) : undefined;
  return {
    encoded: tbs.encoded,
    version,
    serialNumber,
    signature,
    issuer,
    notBefore: notBefore.milliseconds,
    notAfter: notAfter.milliseconds,
    subject,
    subjectPublicKeyInfo,
    extensions: extensions ?? new Map<string, Extension>(),
  };
}

/** Section 4.1.2.1. Version 1 is the default, so that DER doesn't encode it (X.690 section 11.5). */
function readVersion(tbs: DerReader): 1 | 2 | 3 {
  const encoded = tbs.optional(contextConstructed(0), 'version', (field) =>
    field.within(tags.integer, 'number', asSmallInteger),
  );
  switch (encoded) {
    case undefined:
      return 1;
    case 1:
      return 2;
    case 2:
      return 3;
    case 0:
      throw tbs.error('version 1 is the default, and encoded nevertheless');
    default:
      throw tbs.error(`the version number ${encoded} is not known`);
  }
}

/**
 * Section 4.1.2.2: not negative, and a value of 20 octets at most. A value of 20 octets whose first bit is set
 * takes 21 as an INTEGER, and there are authorities that issue such. Zero is forbidden to authorities, but
 * roots in use have it, and "certificate users SHOULD be prepared to gracefully handle such certificates";
 * a serial number plays no part in any decision here.
 */
function asSerialNumber(reader: DerReader): Uint8Array {
  const contents = asInteger(reader);
  if (isNegative(contents)) throw reader.error(`the serial number ${briefHex(contents)} is negative`);
  if (contents.length > 21 || (contents.length === 21 && contents[0] !== 0)) {
    throw reader.error(`a serial number of ${contents.length} octets is longer than 20`);
  }
  return contents;
}

/** Section 4.1.2.5. */
function readValidity(validity: DerReader): [notBefore: Time, notAfter: Time] {
  const notBefore = readTime(validity, 'notBefore');
  const notAfter = readTime(validity, 'notAfter');
  if (notAfter.milliseconds < notBefore.milliseconds) {
    throw validity.error(
      `notAfter, ${formatTime(notAfter.milliseconds)}, is before notBefore, ${formatTime(notBefore.milliseconds)}`,
    );
  }
  return [notBefore, notAfter];
}
