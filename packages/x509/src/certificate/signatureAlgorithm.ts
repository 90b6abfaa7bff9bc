import type { SignatureName } from '@halfclose/crypto';
import { asObjectIdentifier } from '../der/objectIdentifier.ts';
import { asSmallInteger } from '../der/primitives.ts';
import { DerReader } from '../der/reader.ts';
import { contextConstructed, tags } from '../der/tags.ts';
import {
  type AlgorithmIdentifier,
  hasNullParameters,
  readAlgorithmIdentifier,
} from './algorithmIdentifier.ts';

/** What an AlgorithmIdentifier of a signature says. */
export type SignatureAlgorithmMeaning =
  | { readonly type: 'known'; readonly name: SignatureName }
  /** A signature over a hash for which collisions can be made. */
  | { readonly type: 'weak'; readonly name: string }
  | { readonly type: 'unsupported'; readonly problem: string };

const rsaPkcs1: ReadonlyMap<string, SignatureName> = new Map([
  ['1.2.840.113549.1.1.11', 'rsa_pkcs1_sha256'],
  ['1.2.840.113549.1.1.12', 'rsa_pkcs1_sha384'],
  ['1.2.840.113549.1.1.13', 'rsa_pkcs1_sha512'],
]);

const withoutParameters: ReadonlyMap<string, SignatureName> = new Map([
  ['1.2.840.10045.4.3.2', 'ecdsa_sha256'],
  ['1.2.840.10045.4.3.3', 'ecdsa_sha384'],
  ['1.2.840.10045.4.3.4', 'ecdsa_sha512'],
  ['1.3.101.112', 'ed25519'],
  ['1.3.101.113', 'ed448'],
  ['2.16.840.1.101.3.4.3.17', 'mldsa44'],
  ['2.16.840.1.101.3.4.3.18', 'mldsa65'],
  ['2.16.840.1.101.3.4.3.19', 'mldsa87'],
]);

const weak: ReadonlyMap<string, string> = new Map([
  ['1.2.840.113549.1.1.2', 'MD2 with RSA'],
  ['1.2.840.113549.1.1.3', 'MD4 with RSA'],
  ['1.2.840.113549.1.1.4', 'MD5 with RSA'],
  ['1.2.840.113549.1.1.5', 'SHA-1 with RSA'],
  ['1.3.14.3.2.29', 'SHA-1 with RSA'],
  ['1.2.840.10040.4.3', 'SHA-1 with DSA'],
  ['1.2.840.10045.4.1', 'SHA-1 with ECDSA'],
]);

export const rsaPssOid = '1.2.840.113549.1.1.10';
const mgf1Oid = '1.2.840.113549.1.1.8';

const pssHashes: ReadonlyMap<string, { readonly name: SignatureName; readonly length: number }> = new Map([
  ['2.16.840.1.101.3.4.2.1', { name: 'rsa_pss_sha256', length: 32 }],
  ['2.16.840.1.101.3.4.2.2', { name: 'rsa_pss_sha384', length: 48 }],
  ['2.16.840.1.101.3.4.2.3', { name: 'rsa_pss_sha512', length: 64 }],
]);

export function signatureAlgorithmMeaning(algorithm: AlgorithmIdentifier): SignatureAlgorithmMeaning {
  const { oid, parameters } = algorithm;
  const weakName = weak.get(oid);
  if (weakName !== undefined) return { type: 'weak', name: weakName };

  const rsaName = rsaPkcs1.get(oid);
  if (rsaName !== undefined) {
    // RFC 4055 section 5: NULL, and "implementations MUST accept the parameters being absent".
    if (parameters === undefined || hasNullParameters(algorithm)) return { type: 'known', name: rsaName };
    return unsupported(`its algorithm ${rsaName} has parameters other than NULL`);
  }

  const name = withoutParameters.get(oid);
  if (name !== undefined) {
    // RFC 5758 section 3.2, RFC 8410 section 3, RFC 9881 section 3: the parameters are absent.
    if (parameters === undefined) return { type: 'known', name };
    return unsupported(`its algorithm ${name} has parameters, which are to be absent`);
  }

  if (oid === rsaPssOid) return rsaPssMeaning(parameters);
  return unsupported(`its algorithm ${oid} is not known here`);
}

function unsupported(problem: string): SignatureAlgorithmMeaning {
  return { type: 'unsupported', problem };
}

/**
 * RSASSA-PSS-params, RFC 4055 section 3.1, as far as TLS has a name for them (RFC 8446 section 4.2.3): MGF1
 * with the hash of the message, a salt of its length, the trailer BC.
 */
export function rsaPssMeaning(parameters: Uint8Array | undefined): SignatureAlgorithmMeaning {
  // RFC 4055 section 3.1: in a signature they MUST be present. Their defaults stand for SHA-1.
  if (parameters === undefined) return unsupported('its algorithm RSASSA-PSS has no parameters');
  try {
    return DerReader.read(parameters, 'RSASSA-PSS-params', (reader) =>
      reader.sequence('RSASSA-PSS-params', readPssParameters),
    );
  } catch (cause) {
    return unsupported(
      `its RSASSA-PSS parameters can't be read: ${cause instanceof Error ? cause.message : cause}`,
    );
  }
}

function readPssParameters(reader: DerReader): SignatureAlgorithmMeaning {
  const hash = reader.optional(contextConstructed(0), 'hashAlgorithm', (field) =>
    readAlgorithmIdentifier(field, 'hash'),
  );
  const mask = reader.optional(contextConstructed(1), 'maskGenAlgorithm', readMaskHash);
  const saltLength = reader.optional(contextConstructed(2), 'saltLength', (field) =>
    field.within(tags.integer, 'length', asSmallInteger),
  );
  // trailerField: 1 is the only value, and as the default it is not encoded (X.690 section 11.5).
  if (hash === undefined || mask === undefined || saltLength === undefined) {
    return { type: 'weak', name: 'SHA-1 with RSASSA-PSS' };
  }
  const known = pssHashes.get(hash.oid);
  if (known === undefined || !hasAbsentOrNull(hash) || mask.oid !== hash.oid || !hasAbsentOrNull(mask)) {
    return unsupported(`its RSASSA-PSS parameters name the hashes ${hash.oid} and ${mask.oid}`);
  }
  if (saltLength !== known.length) {
    return unsupported(`its RSASSA-PSS salt has ${saltLength} octets, and ${known.name} has ${known.length}`);
  }
  return { type: 'known', name: known.name };
}

function readMaskHash(field: DerReader): AlgorithmIdentifier {
  return field.sequence('mask', (contents) => {
    const oid = contents.within(tags.objectIdentifier, 'algorithm', asObjectIdentifier);
    if (oid !== mgf1Oid) throw contents.error(`the mask generation function ${oid} is not MGF1`);
    return readAlgorithmIdentifier(contents, 'hash');
  });
}

/** RFC 4055 section 2.1: for hashes, both MUST be accepted. */
function hasAbsentOrNull(algorithm: AlgorithmIdentifier): boolean {
  return algorithm.parameters === undefined || hasNullParameters(algorithm);
}
