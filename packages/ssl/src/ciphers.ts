import type { CryptoProvider } from '@halfclose/crypto';
import { type CipherSuiteName, type CipherSuiteName12, cipherSuites } from '@halfclose/tls';
import { SSLError } from './errors.ts';

/** In which version a suite first appeared; those of SSL 3.0 and TLS 1.0 are spoken over TLS 1.2 only. */
export type CipherVersion = 'SSLv3' | 'TLSv1.0' | 'TLSv1.2' | 'TLSv1.3';

/** Python's triple: the name of a cipher suite as OpenSSL has it, the version it belongs to, the bits of its key. */
export type Cipher = readonly [name: string, version: CipherVersion, secretBits: number];

const secretBits: Readonly<Record<CipherSuiteName, number>> = {
  TLS_AES_128_GCM_SHA256: 128,
  TLS_AES_256_GCM_SHA384: 256,
  TLS_CHACHA20_POLY1305_SHA256: 256,
};

// All that is said of a suite of TLS 1.2 is read from its name: a context without it has no table of them.
const described = new Map<CipherSuiteName | CipherSuiteName12, Cipher>();

export function describeCipher(name: CipherSuiteName | CipherSuiteName12): Cipher {
  const cipher = described.get(name) ?? Object.freeze(describe(name));
  described.set(name, cipher);
  return cipher;
}

function describe(name: CipherSuiteName | CipherSuiteName12): Cipher {
  if (isOfTls13(name)) return [name, 'TLSv1.3', secretBits[name]];
  return [opensslName(name), versionOf(name), name.includes('AES_128') ? 128 : 256];
}

export function isOfTls13(name: CipherSuiteName | CipherSuiteName12): name is CipherSuiteName {
  return Object.hasOwn(cipherSuites, name);
}

/** What OpenSSL calls it, which is what people write: `ECDHE-RSA-AES128-GCM-SHA256`. */
export function opensslName(name: CipherSuiteName12): string {
  return (
    name
      .replace('TLS_PSK_DHE_', 'TLS_DHE_PSK_')
      .replace(/^TLS_(RSA_WITH_)?/, '')
      .replace('WITH_', '')
      .replace('AES_', 'AES')
      // Only for suites with a pre-shared key does OpenSSL say that CBC is used.
      .replace('CBC_', isWithPsk(name) ? 'CBC_' : '')
      .replace('POLY1305_SHA256', 'POLY1305')
      .replace(/CCM(?:_(8))?(?:_SHA256)?$/, 'CCM$1')
      .replaceAll('_', '-')
  );
}

/** As OpenSSL prints it. */
function versionOf(name: CipherSuiteName12): CipherVersion {
  if (!name.includes('_CBC_')) return 'TLSv1.2';
  if (!name.endsWith('_SHA')) return isWithPsk(name) ? 'TLSv1.0' : 'TLSv1.2';
  return name.includes('ECDHE') ? 'TLSv1.0' : 'SSLv3';
}

/** Whether a suite takes a key that both sides know. */
export function isWithPsk(name: CipherSuiteName12): boolean {
  return name.includes('_PSK_');
}

/** The suites that a provider has both halves of, in the order of its AEADs. */
export function suitesOf(crypto: CryptoProvider): readonly CipherSuiteName[] {
  const suites = suitesByProvider.get(crypto) ?? findSuites(crypto);
  suitesByProvider.set(crypto, suites);
  return suites;
}

const suitesByProvider = new WeakMap<CryptoProvider, readonly CipherSuiteName[]>();

function findSuites(crypto: CryptoProvider): readonly CipherSuiteName[] {
  const hashes = new Set(crypto.hashes.map((hash) => hash.name));
  const names = Object.keys(cipherSuites) as CipherSuiteName[]; // The keys are of that type; Object.keys forgets it.
  return crypto.aeads.flatMap((aead) =>
    names.filter((name) => cipherSuites[name].aead === aead.name && hashes.has(cipherSuites[name].hash)),
  );
}

/**
 * The suites of TLS 1.3 in a list of their names, most wanted first.
 * @throws SSLError `NO_CIPHER_MATCH` where one is not known, or there is none
 */
export function parseCiphersuites(text: string): readonly CipherSuiteName[] {
  const names = text.split(':').filter((part) => part !== '');
  const known = names.filter((name): name is CipherSuiteName => Object.hasOwn(cipherSuites, name));
  if (known.length < names.length || known.length === 0) {
    throw new SSLError('No cipher can be selected.', { reason: 'NO_CIPHER_MATCH' });
  }
  return [...new Set(known)];
}
