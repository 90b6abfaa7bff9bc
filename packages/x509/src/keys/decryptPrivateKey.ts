import type { PrivateKey } from '@halfclose/crypto';
import { type AlgorithmIdentifier, readAlgorithmIdentifier } from '../certificate/algorithmIdentifier.ts';
import { asOctetString, asSmallInteger } from '../der/primitives.ts';
import { DerReader } from '../der/reader.ts';
import { tags } from '../der/tags.ts';
import { PrivateKeyError, withoutSecrets } from './errors.ts';
import { parsePrivateKey } from './parsePrivateKey.ts';

/**
 * The most iterations of PBKDF2 that are done: some seconds on a slow machine. OpenSSL does 2,048 unless told
 * otherwise; advice for passwords that have to be guessed one by one ends at 1,300,000.
 */
const maximumIterations = 2_000_000;

const pbes2Oid = '1.2.840.113549.1.5.13';
const pbkdf2Oid = '1.2.840.113549.1.5.12';

type PrfName = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';

/** HMAC with these hashes, RFC 8018 appendix B.1. */
const prfs: ReadonlyMap<string, PrfName> = new Map([
  ['1.2.840.113549.2.7', 'SHA-1'],
  ['1.2.840.113549.2.9', 'SHA-256'],
  ['1.2.840.113549.2.10', 'SHA-384'],
  ['1.2.840.113549.2.11', 'SHA-512'],
]);

/** AES-CBC by its key's octets, RFC 8018 appendix B.2.5. */
const keyLengths: ReadonlyMap<string, number> = new Map([
  ['2.16.840.1.101.3.4.1.2', 16],
  ['2.16.840.1.101.3.4.1.22', 24],
  ['2.16.840.1.101.3.4.1.42', 32],
]);

const blockLength = 16;

/**
 * Decrypts and reads one private key, which must be all of `der`: EncryptedPrivateKeyInfo (RFC 5958 section 3) with
 * PBES2 (RFC 8018 section 6.2), that is PBKDF2 with HMAC-SHA1, -SHA256, -SHA384 or -SHA512, and AES-CBC. The code for
 * these is loaded by the first call. Deriving the key takes its time, in one piece.
 * @param password its octets; UTF-8 where it is text
 * @throws PrivateKeyError (rejects with it)
 */
export async function decryptPrivateKey(der: Uint8Array, password: Uint8Array): Promise<PrivateKey> {
  const encryption = withoutSecrets(() => DerReader.read(der, 'PrivateKey', readEncryptedPrivateKeyInfo));
  const padded = await decrypt(encryption, password);
  try {
    return readDecrypted(padded);
  } finally {
    padded.fill(0);
  }
}

/** With a wrong password come octets that mean nothing, whose padding is right once in 256 times. */
function readDecrypted(padded: Uint8Array): PrivateKey {
  const wrongPassword = 'With this password the private key decrypts to something else than a key';
  const padding = padded.at(-1) ?? 0;
  const isPadded =
    padding >= 1 && padding <= blockLength && padded.subarray(-padding).every((octet) => octet === padding);
  if (!isPadded) throw new PrivateKeyError('wrong_password', wrongPassword);
  try {
    return parsePrivateKey(padded.subarray(0, -padding));
  } catch (error) {
    const isNoKey =
      error instanceof PrivateKeyError && (error.code === 'malformed' || error.code === 'password_required');
    throw isNoKey ? new PrivateKeyError('wrong_password', wrongPassword) : error;
  }
}

interface Encryption {
  readonly prf: PrfName;
  readonly salt: Uint8Array;
  readonly iterations: number;
  /** Octets of the AES key. */
  readonly keyLength: number;
  readonly iv: Uint8Array;
  readonly encryptedData: Uint8Array;
}

async function decrypt(encryption: Encryption, password: Uint8Array): Promise<Uint8Array> {
  const [{ pbkdf2 }, { sha1 }, { sha256, sha384, sha512 }, { cbc }] = await Promise.all([
    import('@noble/hashes/pbkdf2.js'),
    import('@noble/hashes/legacy.js'),
    import('@noble/hashes/sha2.js'),
    import('@noble/ciphers/aes.js'),
  ]);
  const hashes = { 'SHA-1': sha1, 'SHA-256': sha256, 'SHA-384': sha384, 'SHA-512': sha512 };
  const { prf, salt, iterations, keyLength, iv, encryptedData } = encryption;
  const key = pbkdf2(hashes[prf], password, salt, { c: iterations, dkLen: keyLength });
  try {
    return cbc(key, iv, { disablePadding: true }).decrypt(encryptedData);
  } finally {
    key.fill(0);
  }
}

function readEncryptedPrivateKeyInfo(reader: DerReader): Encryption {
  return reader.sequence('EncryptedPrivateKeyInfo', (contents) => {
    const algorithm = readAlgorithmIdentifier(contents, 'encryptionAlgorithm');
    const encryptedData = contents.within(tags.octetString, 'encryptedData', asOctetString);
    if (encryptedData.length === 0 || encryptedData.length % blockLength !== 0) {
      throw contents.error(`${encryptedData.length} octets are no blocks of ${blockLength}`);
    }
    return { ...readPbes2(algorithm), encryptedData };
  });
}

/** PBES2-params, RFC 8018 appendix A.4. */
function readPbes2(algorithm: AlgorithmIdentifier): Omit<Encryption, 'encryptedData'> {
  const parameters = parametersOf(algorithm, pbes2Oid, 'way to encrypt a private key');
  return DerReader.read(parameters, 'PBES2-params', (reader) =>
    reader.sequence('PBES2-params', (contents) => {
      const derivation = readAlgorithmIdentifier(contents, 'keyDerivationFunc');
      const { oid, parameters: iv } = readAlgorithmIdentifier(contents, 'encryptionScheme');
      const keyLength = keyLengths.get(oid);
      if (keyLength === undefined || iv === undefined) throw unsupported('cipher of a private key', oid);
      return { ...readPbkdf2(derivation, keyLength), keyLength, iv: readIv(iv) };
    }),
  );
}

/** PBKDF2-params, RFC 8018 appendix A.2. */
function readPbkdf2(
  algorithm: AlgorithmIdentifier,
  keyLength: number,
): Pick<Encryption, 'prf' | 'salt' | 'iterations'> {
  const parameters = parametersOf(algorithm, pbkdf2Oid, 'way to make a key of a password');
  return DerReader.read(parameters, 'PBKDF2-params', (reader) =>
    reader.sequence('PBKDF2-params', (contents) => {
      const salt = contents.within(tags.octetString, 'salt', asOctetString);
      const iterations = contents.within(tags.integer, 'iterationCount', asSmallInteger);
      if (iterations === 0) throw contents.error('there are no iterations');
      if (iterations > maximumIterations) {
        throw new PrivateKeyError(
          'limit_exceeded',
          `The private key's password takes ${iterations} iterations, more than ${maximumIterations}`,
        );
      }
      const length = contents.optional(tags.integer, 'keyLength', asSmallInteger);
      if (length !== undefined && length !== keyLength) {
        throw contents.error(`keyLength is ${length}, and the cipher's is ${keyLength}`);
      }
      return { salt, iterations, prf: contents.atEnd ? 'SHA-1' : readPrf(contents) };
    }),
  );
}

function readPrf(contents: DerReader): PrfName {
  const { oid } = readAlgorithmIdentifier(contents, 'prf');
  const prf = prfs.get(oid);
  if (prf === undefined) throw unsupported('hash to make a key of a password', oid);
  return prf;
}

function readIv(parameters: Uint8Array): Uint8Array {
  return DerReader.read(parameters, 'AES-IV', (reader) =>
    reader.within(tags.octetString, 'AES-IV', (contents) => {
      const iv = asOctetString(contents);
      if (iv.length === blockLength) return iv;
      throw contents.error(`there are ${iv.length} octets instead of ${blockLength}`);
    }),
  );
}

function parametersOf({ oid, parameters }: AlgorithmIdentifier, expected: string, what: string): Uint8Array {
  if (oid !== expected || parameters === undefined) throw unsupported(what, oid);
  return parameters;
}

function unsupported(what: string, oid: string): PrivateKeyError {
  return new PrivateKeyError('unsupported_encryption', `The ${what} ${oid} is not supported`);
}
