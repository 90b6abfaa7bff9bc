import {
  type CurveName,
  findSignature,
  type MlDsaName,
  type PublicKey,
  type SignatureName,
} from '@halfclose/crypto';
import type { Case } from '../runner/suite.ts';
import { expectEqual, unlessRefused } from './expect.ts';
import { providers } from './implementations.ts';
import type { Group, Vector, VectorFile } from './vectors.ts';

/** How a group's signatures are verified here. */
export interface Verification {
  readonly name: SignatureName;
  readonly publicKey: PublicKey;
}

/**
 * Signatures, through every provider.
 * @param verificationOf a `skip` says why a group is not for us
 */
export function* signatureCases(
  file: VectorFile,
  verificationOf: (group: Group) => Verification | { readonly skip: string },
): Iterable<Case> {
  for (const group of file.groups) {
    const verification = verificationOf(group);
    for (const vector of group.tests) {
      const { id, fields } = vector;
      if ('skip' in verification) {
        yield { id: `${id}`, skip: verification.skip };
        continue;
      }
      if (fields.has('ctx') && fields.text('ctx') !== '') {
        yield { id: `${id}`, skip: 'in certificates and TLS, the context is empty' };
        continue;
      }
      const { name, publicKey } = verification;
      for (const provider of providers) {
        yield {
          id: `${id}/${provider.name}`,
          async run() {
            const algorithm = findSignature(provider, name);
            const isGood = await unlessRefused(() =>
              algorithm.verify(publicKey, fields.octets('msg'), fields.octets('sig')),
            );
            // Of what is invalid, it may be the key.
            if (isGood === undefined && !isTaken(vector)) return;
            expectEqual('verify', isGood ?? 'a refusal of the key', isTaken(vector));
          },
        };
      }
    }
  }
}

/**
 * Of what is acceptable to some, PKCS#1 v1.5 without the NULL is refused here; the rest are keys with an exponent of 3,
 * which are within our bounds.
 */
function isTaken({ result, flags }: Vector): boolean {
  return result === 'valid' || (result === 'acceptable' && !flags.includes('MissingNull'));
}

type Chooser = (group: Group) => Verification | { readonly skip: string };

export const ecdsa =
  (curve: CurveName): Chooser =>
  ({ fields }) => {
    const hash = hashSuffix(fields.text('sha'));
    const point = fields.object('publicKey').octets('uncompressed');
    return hash === undefined
      ? { skip: `ECDSA with ${fields.text('sha')} is not for TLS` }
      : { name: `ecdsa_${hash}`, publicKey: { type: 'EC', curve, point } };
  };

export const ed25519: Chooser = ({ fields }) => ({
  name: 'ed25519',
  publicKey: { type: 'Ed25519', key: fields.object('publicKey').octets('pk') },
});

export const ed448: Chooser = ({ fields }) => ({
  name: 'ed448',
  publicKey: { type: 'Ed448', key: fields.object('publicKey').octets('pk') },
});

const mlDsaNames = { 'ML-DSA-44': 'mldsa44', 'ML-DSA-65': 'mldsa65', 'ML-DSA-87': 'mldsa87' } as const;

export const mlDsa =
  (type: MlDsaName): Chooser =>
  ({ fields }) => ({
    name: mlDsaNames[type],
    publicKey: { type, key: fields.octets('publicKey') },
  });

/** @param holder the field with the key: of signatures that were made as examples, the private one is given */
export const rsaPkcs1 =
  (holder: 'publicKey' | 'privateKey'): Chooser =>
  ({ fields }) => {
    const hash = hashSuffix(fields.text('sha'));
    if (hash === undefined) return { skip: `RSA with ${fields.text('sha')} is not verified here` };
    if (fields.number('keySize') < 2048) return { skip: 'RSA keys below 2048 bits are not taken' };
    return { name: `rsa_pkcs1_${hash}`, publicKey: rsaKey(fields.object(holder), false) };
  };

/** @param pssOnly whether the keys are in certificates as `id-RSASSA-PSS` */
export const rsaPss =
  (pssOnly: boolean): Chooser =>
  ({ fields }) => {
    const hash = hashSuffix(fields.text('sha'));
    if (hash === undefined) return { skip: `RSA-PSS with ${fields.text('sha')} is not verified here` };
    if (fields.text('mgfSha') !== fields.text('sha')) return { skip: 'in TLS, MGF1 is over the same hash' };
    if (fields.number('sLen') !== Number(hash.slice(3)) / 8)
      return { skip: 'in TLS, the salt is as long as the hash' };
    return { name: `rsa_pss_${hash}`, publicKey: rsaKey(fields.object('publicKey'), pssOnly) };
  };

function rsaKey(fields: Group['fields'], pssOnly: boolean): PublicKey {
  return {
    type: 'RSA',
    modulus: fields.octets('modulus'),
    exponent: fields.octets('publicExponent'),
    pssOnly,
  };
}

function hashSuffix(name: string): 'sha256' | 'sha384' | 'sha512' | undefined {
  switch (name) {
    case 'SHA-256':
      return 'sha256';
    case 'SHA-384':
      return 'sha384';
    case 'SHA-512':
      return 'sha512';
    default:
      return undefined;
  }
}
