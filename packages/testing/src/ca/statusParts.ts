import {
  boolean,
  children,
  contents,
  element,
  generalizedTime,
  nullValue,
  octetString,
  oid,
  sequence,
  utcTime,
} from './der.ts';
import type { RawExtension } from './extensions.ts';
import type { KeyPair } from './keys.ts';
import { type SignatureHash, sign, signingAlgorithm } from './signing.ts';

/** Reasons of RFC 5280 section 5.3.1 that tests need, by number. */
export const revocationReasons = {
  unspecified: 0,
  keyCompromise: 1,
  certificateHold: 6,
  removeFromCRL: 8,
} as const;

export type RevocationReason = keyof typeof revocationReasons;

const algorithmOids: Readonly<Record<string, string>> = {
  'RSA SHA-1': '1.2.840.113549.1.1.5',
  'RSA SHA-256': '1.2.840.113549.1.1.11',
  'RSA SHA-384': '1.2.840.113549.1.1.12',
  'RSA SHA-512': '1.2.840.113549.1.1.13',
  'EC SHA-1': '1.2.840.10045.4.1',
  'EC SHA-256': '1.2.840.10045.4.3.2',
  'EC SHA-384': '1.2.840.10045.4.3.3',
  'EC SHA-512': '1.2.840.10045.4.3.4',
};

/** An AlgorithmIdentifier and the function that signs so. */
export interface Signer {
  readonly algorithm: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

/** RSA as PKCS#1 v1.5. @param hash left out: that of `signingAlgorithm` */
export function signerOf(key: KeyPair, hash?: SignatureHash): Signer {
  const algorithm = signingAlgorithm(key, hash === undefined ? {} : { hash });
  const identifier =
    key.type === 'Ed25519'
      ? sequence(oid('1.3.101.112'))
      : key.type.startsWith('RSA')
        ? sequence(oid(algorithmOids[`RSA ${algorithm.hash}`] ?? ''), nullValue())
        : sequence(oid(algorithmOids[`EC ${algorithm.hash}`] ?? ''));
  return { algorithm: identifier, sign: (message) => sign(key, algorithm, message) };
}

export function extensionList(extensions: readonly RawExtension[]): Uint8Array {
  return sequence(
    ...extensions.map(({ oid: id, critical = false, value }) =>
      sequence(oid(id), ...(critical ? [boolean(true)] : []), octetString(value)),
    ),
  );
}

export function enumerated(value: number): Uint8Array {
  return element(0x0a, Uint8Array.of(value));
}

/** The serial number of a DER certificate: the INTEGER. */
export function serialNumberOf(certificate: Uint8Array): Uint8Array {
  const serialNumber = children(children(certificate)[0] ?? new Uint8Array(0)).find(
    (field) => field[0] === 0x02,
  );
  if (!serialNumber) throw new TypeError('a certificate has a serial number');
  return serialNumber;
}

/** The key of SubjectPublicKeyInfo: the bits without tag, length and count of unused bits. */
export function keyBitsOf(spki: Uint8Array): Uint8Array {
  const [, bits] = children(spki);
  if (!bits) throw new TypeError('SubjectPublicKeyInfo has no subjectPublicKey');
  return contents(bits).subarray(1);
}

export function generalized(date: Date): Uint8Array {
  return generalizedTime(digitsOf(date));
}

/** UTCTime through 2049, as in certificates. */
export function time(date: Date): Uint8Array {
  return date.getUTCFullYear() < 2050 ? utcTime(digitsOf(date).slice(2)) : generalized(date);
}

function digitsOf(date: Date): string {
  return date
    .toISOString()
    .replace(/\.\d+Z$|[-:T]/g, '')
    .concat('Z');
}
