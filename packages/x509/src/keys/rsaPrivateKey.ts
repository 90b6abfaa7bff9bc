import type { PrivateKey } from '@halfclose/crypto';
import { hasNullParameters } from '../certificate/algorithmIdentifier.ts';
import { rsaPssMeaning, rsaPssOid } from '../certificate/signatureAlgorithm.ts';
import { hex } from '../der/hex.ts';
import { asSmallInteger, asUnsignedInteger } from '../der/primitives.ts';
import { DerReader } from '../der/reader.ts';
import { tags } from '../der/tags.ts';
import { PrivateKeyError } from './errors.ts';
import type { WrappedKey } from './wrappedKey.ts';

type RsaPrivateKey = Extract<PrivateKey, { readonly type: 'RSA' }>;

const rsaEncryptionOid = '1.2.840.113549.1.1.1';

/** Octets of the largest modulus that is read: 16,384 bits. Larger ones would take long to check and to use. */
const maximumModulusLength = 2048;

/** @throws PrivateKeyError `unsupported_key` where the key is not RSA's either */
export function rsaPrivateKey({ algorithm, privateKey }: WrappedKey): RsaPrivateKey {
  const { oid, parameters } = algorithm;
  const pssOnly = oid === rsaPssOid;
  if (!pssOnly && oid !== rsaEncryptionOid) {
    throw new PrivateKeyError('unsupported_key', `Private keys of the algorithm ${oid} are not known here`);
  }
  // RFC 3279 section 2.3.1: NULL. RFC 4055 section 3.1: with RSASSA-PSS absent, or what the key is limited to.
  const isKnown = pssOnly
    ? parameters === undefined || rsaPssMeaning(parameters).type === 'known'
    : hasNullParameters(algorithm);
  if (!isKnown) {
    throw new PrivateKeyError('unsupported_key', 'The RSA private key has parameters that are not supported');
  }
  return DerReader.read(privateKey, 'RSAPrivateKey', (reader) =>
    reader.sequence('RSAPrivateKey', (contents) => {
      const version = contents.within(tags.integer, 'version', asSmallInteger);
      return { ...readRsaPrivateKey(contents, version), pssOnly };
    }),
  );
}

/** RSAPrivateKey, RFC 8017 appendix A.1.2, after its version. */
export function readRsaPrivateKey(contents: DerReader, version: number): RsaPrivateKey {
  // Version 1 is for more than two primes.
  if (version !== 0) {
    throw new PrivateKeyError('unsupported_key', `RSA private keys of version ${version} are not supported`);
  }
  // The bytes are the key's own from here on.
  const number = (label: string): Uint8Array =>
    new Uint8Array(contents.within(tags.integer, label, asUnsignedInteger));
  const key: RsaPrivateKey = {
    type: 'RSA',
    modulus: number('modulus'),
    publicExponent: number('publicExponent'),
    privateExponent: number('privateExponent'),
    prime1: number('prime1'),
    prime2: number('prime2'),
    exponent1: number('exponent1'),
    exponent2: number('exponent2'),
    coefficient: number('coefficient'),
    pssOnly: false,
  };
  checkRsaPrivateKey(key);
  return key;
}

/**
 * Whether the numbers fit each other as in RFC 8017 section 3.2. A signature that is made with a wrong exponent1
 * or exponent2 gives the primes away to whoever sees it.
 */
function checkRsaPrivateKey(key: RsaPrivateKey): void {
  const { modulus, publicExponent, privateExponent, prime1, prime2, exponent1, exponent2 } = key;
  if (modulus.length > maximumModulusLength) {
    throw new PrivateKeyError('unsupported_key', `An RSA key of ${modulus.length} octets is too large`);
  }
  const others = [publicExponent, privateExponent, prime1, prime2, exponent1, exponent2, key.coefficient];
  if (others.some(({ length }) => length > modulus.length)) {
    throw new PrivateKeyError('inconsistent', 'A number of the RSA private key is longer than its modulus');
  }
  const n = toBigInt(modulus);
  const e = toBigInt(publicExponent);
  const d = toBigInt(privateExponent);
  const p = toBigInt(prime1);
  const q = toBigInt(prime2);
  const coefficient = toBigInt(key.coefficient);
  const fits =
    p > 2n &&
    q > 2n &&
    p * q === n &&
    (n & 1n) === 1n &&
    (e & 1n) === 1n &&
    e > 1n &&
    (e * d) % (p - 1n) === 1n &&
    (e * d) % (q - 1n) === 1n &&
    toBigInt(exponent1) === d % (p - 1n) &&
    toBigInt(exponent2) === d % (q - 1n) &&
    coefficient < p &&
    (coefficient * q) % p === 1n;
  if (!fits)
    throw new PrivateKeyError('inconsistent', 'The numbers of the RSA private key do not fit together');
}

function toBigInt(number: Uint8Array): bigint {
  return BigInt(`0x${hex(number)}`);
}
