import type { CurveName, PublicKey } from '@halfclose/crypto';
import { asObjectIdentifier } from '../der/objectIdentifier.ts';
import { asBitStringOctets, asUnsignedInteger } from '../der/primitives.ts';
import { DerReader } from '../der/reader.ts';
import { tags } from '../der/tags.ts';
import {
  type AlgorithmIdentifier,
  hasNullParameters,
  readAlgorithmIdentifier,
} from './algorithmIdentifier.ts';
import { rsaPssMeaning, rsaPssOid } from './signatureAlgorithm.ts';

/** SubjectPublicKeyInfo, RFC 5280 section 4.1.2.7. */
export interface SubjectPublicKeyInfo {
  /** All of it, DER. */
  readonly encoded: Uint8Array;
  readonly algorithm: AlgorithmIdentifier;
  readonly subjectPublicKey: Uint8Array;
}

/** Why a key is not taken; becomes a CertificateError of the certificate that has it. */
export class UnsupportedKey extends Error {
  override readonly name = 'UnsupportedKey';
}

const rsaEncryptionOid = '1.2.840.113549.1.1.1';
const ecPublicKeyOid = '1.2.840.10045.2.1';

const curves: ReadonlyMap<string, { readonly curve: CurveName; readonly pointLength: number }> = new Map([
  ['1.2.840.10045.3.1.7', { curve: 'P-256', pointLength: 65 }],
  ['1.3.132.0.34', { curve: 'P-384', pointLength: 97 }],
  ['1.3.132.0.35', { curve: 'P-521', pointLength: 133 }],
]);

type RawKeyType = Exclude<PublicKey['type'], 'RSA' | 'EC'>;

/** Keys that are octets without structure, and never have parameters. */
const rawKeys: ReadonlyMap<string, { readonly type: RawKeyType; readonly length: number }> = new Map([
  // RFC 8410 sections 3 and 4.
  ['1.3.101.112', { type: 'Ed25519', length: 32 }],
  ['1.3.101.113', { type: 'Ed448', length: 57 }],
  // RFC 9881 sections 2 and 4.
  ['2.16.840.1.101.3.4.3.17', { type: 'ML-DSA-44', length: 1312 }],
  ['2.16.840.1.101.3.4.3.18', { type: 'ML-DSA-65', length: 1952 }],
  ['2.16.840.1.101.3.4.3.19', { type: 'ML-DSA-87', length: 2592 }],
]);

export function readSubjectPublicKeyInfo(reader: DerReader): SubjectPublicKeyInfo {
  return reader.sequence('subjectPublicKeyInfo', (contents) => ({
    encoded: contents.encoded,
    algorithm: readAlgorithmIdentifier(contents, 'algorithm'),
    subjectPublicKey: contents.within(tags.bitString, 'subjectPublicKey', asBitStringOctets),
  }));
}

/** @throws UnsupportedKey where the key is of another type; DerError where it is malformed */
export function decodePublicKey(info: SubjectPublicKeyInfo): PublicKey {
  switch (info.algorithm.oid) {
    case rsaEncryptionOid:
      // RFC 3279 section 2.3.1: the parameters are NULL.
      if (!hasNullParameters(info.algorithm)) {
        throw new UnsupportedKey('rsaEncryption has other parameters than NULL');
      }
      return readRsaPublicKey(info.subjectPublicKey, false);
    case rsaPssOid:
      return readRsaPssPublicKey(info);
    case ecPublicKeyOid:
      return readEcPublicKey(info);
    default:
      return readRawPublicKey(info);
  }
}

/** RSAPublicKey, RFC 8017 appendix A.1.1. */
function readRsaPublicKey(der: Uint8Array, pssOnly: boolean): PublicKey & { readonly type: 'RSA' } {
  return DerReader.read(der, 'RSAPublicKey', (reader) =>
    reader.sequence('RSAPublicKey', (contents) => ({
      type: 'RSA',
      modulus: contents.within(tags.integer, 'modulus', asUnsignedInteger),
      exponent: contents.within(tags.integer, 'publicExponent', asUnsignedInteger),
      pssOnly,
    })),
  );
}

/** RFC 4055 section 3.3: with parameters, the key "MUST be used" with those; without, with any. */
function readRsaPssPublicKey({
  algorithm: { parameters },
  subjectPublicKey,
}: SubjectPublicKeyInfo): PublicKey {
  const key = readRsaPublicKey(subjectPublicKey, true);
  if (parameters === undefined) return key;
  const meaning = rsaPssMeaning(parameters);
  if (meaning.type === 'known') return { ...key, onlySignature: meaning.name };
  throw new UnsupportedKey('the key is limited to RSASSA-PSS parameters that TLS has no name for');
}

/**
 * RFC 5480 section 2.1.1: a named curve. Parameters that spell out a curve are refused whatever they say:
 * with them anybody's key can be made to fit (CVE-2020-0601).
 */
function readEcPublicKey({ algorithm, subjectPublicKey }: SubjectPublicKeyInfo): PublicKey {
  if (algorithm.parameters?.[0] !== tags.objectIdentifier) {
    throw new UnsupportedKey('the EC key does not name its curve');
  }
  const oid = DerReader.read(algorithm.parameters, 'ECParameters', (reader) =>
    reader.within(tags.objectIdentifier, 'namedCurve', asObjectIdentifier),
  );
  const known = curves.get(oid);
  if (known === undefined) throw new UnsupportedKey(`keys on the curve ${oid} are not supported`);
  // RFC 5480 section 2.2: uncompressed form MUST be supported, compressed MAY be.
  if (subjectPublicKey[0] !== 4 || subjectPublicKey.length !== known.pointLength) {
    throw new UnsupportedKey(`the ${known.curve} key is not an uncompressed point`);
  }
  return { type: 'EC', curve: known.curve, point: subjectPublicKey };
}

function readRawPublicKey({ algorithm, subjectPublicKey }: SubjectPublicKeyInfo): PublicKey {
  const known = rawKeys.get(algorithm.oid);
  if (known === undefined) {
    throw new UnsupportedKey(`keys of the algorithm ${algorithm.oid} are not known here`);
  }
  const { type, length } = known;
  if (algorithm.parameters !== undefined) throw new UnsupportedKey(`the ${type} key has parameters`);
  if (subjectPublicKey.length !== length) {
    throw new UnsupportedKey(`the ${type} key has ${subjectPublicKey.length} octets instead of ${length}`);
  }
  return { type, key: subjectPublicKey };
}
