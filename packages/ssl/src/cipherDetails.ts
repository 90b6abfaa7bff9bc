import {
  type CipherSuiteName,
  type CipherSuiteName12,
  cipherSuiteCodes12,
  cipherSuites,
} from '@halfclose/tls';
import { type CipherVersion, describeCipher, isOfTls13 } from './ciphers.ts';

/** What Python's `get_ciphers()` tells of a suite, in OpenSSL's words. */
export interface CipherDetails {
  /** OpenSSL's number: 0x03000000 and that of the registry. */
  readonly id: number;
  readonly name: string;
  readonly protocol: CipherVersion;
  /** A line as `openssl ciphers -v` prints it. */
  readonly description: string;
  /** Bits of the key, twice: OpenSSL has ciphers where the two differ. */
  readonly strengthBits: number;
  readonly algBits: number;
  readonly aead: boolean;
  /** `aes-256-gcm`, … */
  readonly symmetric: string;
  /** `sha256`, …; null with an AEAD. */
  readonly digest: string | null;
  /** Key exchange: `kx-ecdhe`, … */
  readonly kea: string;
  /** `auth-rsa`, … */
  readonly auth: string;
}

/** For the description and for programs. */
type Words = readonly [shown: string, named: string];

const exchanges: Readonly<Record<string, Words>> = {
  ECDHE: ['ECDH', 'kx-ecdhe'],
  DHE: ['DH', 'kx-dhe'],
  RSA: ['RSA', 'kx-rsa'],
  PSK: ['PSK', 'kx-psk'],
  ECDHE_PSK: ['ECDHEPSK', 'kx-ecdhe-psk'],
  DHE_PSK: ['DHEPSK', 'kx-dhe-psk'],
  any: ['any', 'kx-any'],
};

export function cipherDetails(name: CipherSuiteName | CipherSuiteName12): CipherDetails {
  const [opensslName, protocol, bits] = describeCipher(name);
  const [exchange, authentication] = agreementOf(name);
  const [kx, kea] = exchanges[exchange] ?? [exchange, exchange];
  const [enc, symmetric] = encryptionOf(name, bits);
  const digest = name.includes('_CBC_') ? (/SHA\d*$/.exec(name)?.[0] ?? '').replace(/^SHA$/, 'SHA1') : null;
  const columns = [
    opensslName.padEnd(30),
    // OpenSSL has two names for this one.
    protocol.replace('TLSv1.0', 'TLSv1').padEnd(7),
    `Kx=${kx.padEnd(8)}`,
    `Au=${authentication.padEnd(5)}`,
    `Enc=${enc.padEnd(22)}`,
    `Mac=${(digest ?? 'AEAD').padEnd(4)}`,
  ];
  return {
    id: 0x03000000 + codeOf(name),
    name: opensslName,
    protocol,
    description: columns.join(' '),
    strengthBits: bits,
    algBits: bits,
    aead: digest === null,
    symmetric,
    digest: digest?.toLowerCase() ?? null,
    kea,
    auth: `auth-${authentication.toLowerCase()}`,
  };
}

/** Key exchange and authentication, as the name says: `TLS_ECDHE_RSA_WITH_…`; nothing in TLS 1.3, where each goes with each. */
function agreementOf(name: string): readonly [exchange: string, authentication: string] {
  const [, agreement] = /^TLS_(.*)_WITH_/.exec(name.replace('TLS_PSK_DHE_', 'TLS_DHE_PSK_')) ?? [];
  if (agreement === undefined) return ['any', 'any'];
  if (agreement.endsWith('PSK')) return [agreement, 'PSK'];
  const [exchange = '', authentication = exchange] = agreement.split('_');
  return [exchange, authentication];
}

function encryptionOf(name: string, bits: number): Words {
  if (name.includes('CHACHA20')) return [`CHACHA20/POLY1305(${bits})`, 'chacha20-poly1305'];
  if (name.includes('_CCM_8')) return [`AESCCM8(${bits})`, `aes-${bits}-ccm`];
  if (name.includes('_CCM')) return [`AESCCM(${bits})`, `aes-${bits}-ccm`];
  if (name.includes('_GCM')) return [`AESGCM(${bits})`, `aes-${bits}-gcm`];
  return [`AES(${bits})`, `aes-${bits}-cbc`];
}

/** In the registry. */
function codeOf(name: CipherSuiteName | CipherSuiteName12): number {
  return isOfTls13(name) ? cipherSuites[name].code : cipherSuiteCodes12[name];
}
