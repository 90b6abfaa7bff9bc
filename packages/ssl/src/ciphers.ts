import type { CryptoProvider } from '@halfclose/crypto';
import {
  type CipherSuiteName,
  type CipherSuiteName12,
  cipherSuite12,
  cipherSuiteCodes12,
  cipherSuites,
} from '@halfclose/tls';

/** In which version a suite first appeared; those of SSL 3.0 and TLS 1.0 are spoken over TLS 1.2 only. */
export type CipherVersion = 'SSLv3' | 'TLSv1.0' | 'TLSv1.2' | 'TLSv1.3';

/** Python's triple: the name of a cipher suite as OpenSSL has it, the version it belongs to, the bits of its key. */
export type Cipher = readonly [name: string, version: CipherVersion, secretBits: number];

const secretBits: Readonly<Record<CipherSuiteName, number>> = {
  TLS_AES_128_GCM_SHA256: 128,
  TLS_AES_256_GCM_SHA384: 256,
  TLS_CHACHA20_POLY1305_SHA256: 256,
};

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

function isOfTls13(name: CipherSuiteName | CipherSuiteName12): name is CipherSuiteName {
  return Object.hasOwn(cipherSuites, name);
}

/** What OpenSSL calls it, which is what people write: `ECDHE-RSA-AES128-GCM-SHA256`. */
export function opensslName(name: CipherSuiteName12): string {
  const { authentication } = cipherSuite12(name);
  return (
    name
      .replace('TLS_PSK_DHE_', 'TLS_DHE_PSK_')
      .replace(/^TLS_(RSA_WITH_)?/, '')
      .replace('WITH_', '')
      .replace('AES_', 'AES')
      // Only for suites with a pre-shared key does OpenSSL say that CBC is used.
      .replace('CBC_', authentication === 'PSK' ? 'CBC_' : '')
      .replace('POLY1305_SHA256', 'POLY1305')
      .replace(/CCM(?:_(8))?(?:_SHA256)?$/, 'CCM$1')
      .replaceAll('_', '-')
  );
}

/** As OpenSSL prints it. */
function versionOf(name: CipherSuiteName12): CipherVersion {
  const { cipher, keyExchange, authentication } = cipherSuite12(name);
  if ('aead' in cipher) return 'TLSv1.2';
  const usesNewMac = !cipher.cbcHmac.endsWith('SHA1');
  if (usesNewMac) return authentication === 'PSK' ? 'TLSv1.0' : 'TLSv1.2';
  return keyExchange === 'ECDHE' ? 'TLSv1.0' : 'SSLv3';
}

/** Whether a suite takes a key that both sides know. */
export function isWithPsk(name: CipherSuiteName12): boolean {
  return cipherSuite12(name).authentication === 'PSK';
}

/** In the order of OpenSSL's own list. */
export function suiteNames12(): readonly CipherSuiteName12[] {
  return Object.keys(cipherSuiteCodes12) as CipherSuiteName12[]; // The keys are of that type; Object.keys forgets it.
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
  const names = Object.keys(cipherSuites) as CipherSuiteName[]; // For the same reason.
  return crypto.aeads.flatMap((aead) =>
    names.filter((name) => cipherSuites[name].aead === aead.name && hashes.has(cipherSuites[name].hash)),
  );
}
