import { createSigner, type PublicKey, type Signer } from '@halfclose/crypto';
import type { ClientCredential } from '@halfclose/tls';
import {
  type Certificate,
  CertificateError,
  decodePem,
  PemError,
  PrivateKeyError,
  parseCertificate,
  readPrivateKeyPem,
  wipePrivateKey,
} from '@halfclose/x509';
import { readText } from './certificateFiles.ts';
import { SSLError, ValueError } from './errors.ts';
import type { Platform } from './platform.ts';

/** A password, or who knows it: asked only if the key is encrypted. */
export type Password = string | Uint8Array | (() => PasswordValue | Promise<PasswordValue>);
type PasswordValue = string | Uint8Array;

/**
 * Certificates with the private key to the first of them, from PEM files.
 * @throws OSError where one can't be read; SSLError, ValueError or TypeError where there is not what has to be
 */
export async function readCredential(
  platform: Platform,
  certfile: string,
  keyfile: string,
  password: Password | undefined,
): Promise<ClientCredential> {
  const certificates = certificatesOf(await readText(certfile, platform.files), certfile);
  const [own] = certificates;
  if (own === undefined) {
    const details = { library: 'PEM', reason: 'NO_START_LINE' };
    throw new SSLError(`there is no certificate in ${JSON.stringify(certfile)}`, details);
  }
  const signer = await readSigner(platform, await readText(keyfile, platform.files), keyfile, password);
  if (!isSameKey(own.publicKey, signer.publicKey)) {
    throw new SSLError(`${JSON.stringify(keyfile)} has another key than the certificate`, {
      library: 'X509',
      reason: 'KEY_VALUES_MISMATCH',
    });
  }
  return {
    type: 'X509',
    certificates: certificates.map(({ raw }) => raw),
    // What the certificate says about the key is what the server goes by: an RSA key can be for RSASSA-PSS only.
    signer: { ...signer, publicKey: own.publicKey },
  };
}

function certificatesOf(text: string, path: string): Certificate[] {
  try {
    return decodePem(text, 'CERTIFICATE').map(parseCertificate);
  } catch (cause) {
    const reason =
      cause instanceof PemError
        ? 'BAD_BASE64_DECODE'
        : cause instanceof CertificateError
          ? 'ASN1_LIB'
          : undefined;
    if (reason === undefined) throw cause;
    const { message } = cause as Error;
    throw new SSLError(`${JSON.stringify(path)}: ${message}`, { library: 'PEM', reason, cause });
  }
}

async function readSigner(
  { crypto, signerOf }: Platform,
  text: string,
  path: string,
  password: Password | undefined,
): Promise<Signer> {
  try {
    const key = await readKey(text, password);
    try {
      return await (signerOf ?? ((each) => createSigner(each, crypto.random)))(key);
    } finally {
      wipePrivateKey(key);
    }
  } catch (cause) {
    if (!(cause instanceof PrivateKeyError) && !(cause instanceof PemError)) throw cause;
    const reason = cause instanceof PemError ? 'BAD_BASE64_DECODE' : cause.code.toUpperCase();
    throw new SSLError(`${JSON.stringify(path)}: ${cause.message}`, { library: 'PEM', reason, cause });
  }
}

async function readKey(text: string, password: Password | undefined): ReturnType<typeof readPrivateKeyPem> {
  if (typeof password !== 'function') {
    return readPrivateKeyPem(text, password === undefined ? undefined : octetsOf(password));
  }
  try {
    return await readPrivateKeyPem(text);
  } catch (error) {
    if (!(error instanceof PrivateKeyError) || error.code !== 'password_required') throw error;
    return readPrivateKeyPem(text, octetsOf(await password()));
  }
}

/** @throws TypeError for what is no password, ValueError for what is no text */
function octetsOf(password: PasswordValue): Uint8Array {
  if (password instanceof Uint8Array) return password;
  if (typeof password !== 'string') throw new TypeError('password should be a string or octets');
  try {
    const escaped = encodeURIComponent(password);
    const octets = escaped.match(/%..|[^%]/g) ?? [];
    return Uint8Array.from(octets, (each) =>
      each.length === 3 ? Number.parseInt(each.slice(1), 16) : each.charCodeAt(0),
    );
  } catch {
    throw new ValueError('the password has half of a surrogate pair, which UTF-8 has no octets for');
  }
}

/** An RSA key is the same whatever it may be used for. */
function isSameKey(one: PublicKey, other: PublicKey): boolean {
  return publicOctets(one) === publicOctets(other);
}

function publicOctets(key: PublicKey): string {
  if (key.type === 'RSA') return `RSA ${[...key.modulus]} ${[...key.exponent]}`;
  if (key.type === 'EC') return `${key.curve} ${[...key.point]}`;
  return `${key.type} ${[...key.key]}`;
}
