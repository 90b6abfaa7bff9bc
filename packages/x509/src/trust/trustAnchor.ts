import type { PublicKey } from '@halfclose/crypto';
import type { AlgorithmIdentifier } from '../certificate/algorithmIdentifier.ts';
import type { Certificate } from '../certificate/certificate.ts';
import { type Name, readName } from '../certificate/name.ts';
import {
  decodePublicKey,
  readSubjectPublicKeyInfo,
  UnsupportedKey,
} from '../certificate/subjectPublicKey.ts';
import { type NameConstraints, readNameConstraints } from '../constraints/nameConstraints.ts';
import { DerError } from '../der/errors.ts';
import { DerReader } from '../der/reader.ts';
import { CertificateError } from '../errors.ts';
import { lazily } from './lazily.ts';

/** What a path may end in, RFC 5280 section 6.1.1 (d). */
export interface TrustAnchor {
  /** @throws CertificateError `malformed`, when asked for */
  readonly subject: Name;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** @throws CertificateError `malformed`, when asked for */
  readonly publicKeyAlgorithm: AlgorithmIdentifier;
  /** @throws CertificateError `unsupported_key` or `malformed`, when asked for */
  readonly publicKey: PublicKey;
  /**
   * What names may stand in certificates below it.
   * @throws CertificateError `invalid_extension` or `malformed`, when asked for
   */
  readonly nameConstraints: NameConstraints | undefined;
  /** Certificates of servers that were issued later (their notBefore, milliseconds since 1970) are refused. */
  readonly distrustAfter: number | undefined;
  /** Where the user gave a whole certificate: what it says of itself holds too. */
  readonly certificate: Certificate | undefined;
}

/** An anchor as data: all that a list of authorities has to hold. */
export interface TrustAnchorData {
  /** Name, DER. */
  readonly subject: Uint8Array;
  /** SubjectPublicKeyInfo, DER. */
  readonly spki: Uint8Array;
  /** NameConstraints, DER: what names its certificates may have. */
  readonly nameConstraints?: Uint8Array;
  /** Certificates of servers that were issued later (their notBefore, milliseconds since 1970) are refused. */
  readonly distrustAfter?: number;
}

export function anchorOfCertificate(certificate: Certificate): TrustAnchor {
  return Object.freeze({
    subject: certificate.subject,
    spki: certificate.spki,
    publicKeyAlgorithm: certificate.publicKeyAlgorithm,
    get publicKey() {
      return certificate.publicKey;
    },
    get nameConstraints() {
      return certificate.nameConstraints;
    },
    distrustAfter: undefined,
    certificate,
  });
}

/**
 * Decodes nothing before it is asked for, and doesn't look at the key before, which may have to be decoded itself: a
 * list of a hundred and fifty costs next to nothing.
 */
export function anchorOfData(data: TrustAnchorData): TrustAnchor {
  const encodedSubject = new Uint8Array(data.subject);
  const spki = lazily(() => new Uint8Array(data.spki));
  const constraints = data.nameConstraints && new Uint8Array(data.nameConstraints);
  const subject = lazily(() =>
    decoding('subject', () =>
      DerReader.read(encodedSubject, 'Name', (reader) => readName(reader, 'subject')),
    ),
  );
  const info = lazily(() =>
    decoding(`key of ${subject()}`, () =>
      DerReader.read(spki(), 'SubjectPublicKeyInfo', readSubjectPublicKeyInfo),
    ),
  );
  const nameConstraints = lazily(() =>
    decoding(
      `name constraints of ${subject()}`,
      () => constraints && DerReader.read(constraints, 'NameConstraints', readNameConstraints),
    ),
  );
  const publicKey = lazily(() =>
    decoding(`key of ${subject()}`, () => Object.freeze(decodePublicKey(info()))),
  );
  return Object.freeze({
    get subject() {
      return subject();
    },
    get spki() {
      return spki();
    },
    get publicKeyAlgorithm() {
      return info().algorithm;
    },
    get publicKey() {
      return publicKey();
    },
    get nameConstraints() {
      return nameConstraints();
    },
    distrustAfter: data.distrustAfter,
    certificate: undefined,
  });
}

/** What is wrong with the data of an anchor, said like what is wrong with a certificate. */
function decoding<T>(what: string, decode: () => T): T {
  try {
    return decode();
  } catch (cause) {
    if (!(cause instanceof DerError || cause instanceof UnsupportedKey)) throw cause;
    const code = cause instanceof DerError ? 'malformed' : 'unsupported_key';
    throw new CertificateError(code, `The ${what}, a trust anchor, is not usable: ${cause.message}`, {
      cause,
    });
  }
}
