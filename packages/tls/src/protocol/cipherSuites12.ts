import type { AeadName, CbcHmacName, HashName } from '@halfclose/crypto';

/**
 * The cipher suites of TLS 1.2 that are spoken here, as IANA names them: RFC 5246, 5288, 5289, 5487, 5489, 6655, 7251,
 * 7905 and 8442. Those of static Diffie-Hellman, RC4, 3DES, anonymous servers and no encryption are not.
 */
export const cipherSuiteCodes12 = {
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 0xc02c,
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 0xc030,
  TLS_DHE_RSA_WITH_AES_256_GCM_SHA384: 0x009f,
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 0xcca9,
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 0xcca8,
  TLS_DHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 0xccaa,
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 0xc02b,
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 0xc02f,
  TLS_DHE_RSA_WITH_AES_128_GCM_SHA256: 0x009e,
  TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8: 0xc0ae,
  TLS_ECDHE_ECDSA_WITH_AES_128_CCM: 0xc0ac,
  TLS_DHE_RSA_WITH_AES_128_CCM_8: 0xc0a2,
  TLS_DHE_RSA_WITH_AES_128_CCM: 0xc09e,
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA384: 0xc024,
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA384: 0xc028,
  TLS_DHE_RSA_WITH_AES_256_CBC_SHA256: 0x006b,
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA256: 0xc023,
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256: 0xc027,
  TLS_DHE_RSA_WITH_AES_128_CBC_SHA256: 0x0067,
  TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA: 0xc00a,
  TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA: 0xc014,
  TLS_DHE_RSA_WITH_AES_256_CBC_SHA: 0x0039,
  TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA: 0xc009,
  TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA: 0xc013,
  TLS_DHE_RSA_WITH_AES_128_CBC_SHA: 0x0033,
  TLS_ECDHE_PSK_WITH_AES_256_GCM_SHA384: 0xd002,
  TLS_DHE_PSK_WITH_AES_256_GCM_SHA384: 0x00ab,
  TLS_DHE_PSK_WITH_CHACHA20_POLY1305_SHA256: 0xccad,
  TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256: 0xccac,
  TLS_RSA_WITH_AES_256_GCM_SHA384: 0x009d,
  TLS_PSK_WITH_AES_256_GCM_SHA384: 0x00a9,
  TLS_PSK_WITH_CHACHA20_POLY1305_SHA256: 0xccab,
  TLS_ECDHE_PSK_WITH_AES_128_GCM_SHA256: 0xd001,
  TLS_ECDHE_PSK_WITH_AES_128_CCM_8_SHA256: 0xd003,
  TLS_ECDHE_PSK_WITH_AES_128_CCM_SHA256: 0xd005,
  TLS_DHE_PSK_WITH_AES_128_GCM_SHA256: 0x00aa,
  TLS_PSK_DHE_WITH_AES_128_CCM_8: 0xc0aa,
  TLS_DHE_PSK_WITH_AES_128_CCM: 0xc0a6,
  TLS_RSA_WITH_AES_128_GCM_SHA256: 0x009c,
  TLS_RSA_WITH_AES_128_CCM_8: 0xc0a0,
  TLS_RSA_WITH_AES_128_CCM: 0xc09c,
  TLS_PSK_WITH_AES_128_GCM_SHA256: 0x00a8,
  TLS_PSK_WITH_AES_128_CCM_8: 0xc0a8,
  TLS_PSK_WITH_AES_128_CCM: 0xc0a4,
  TLS_RSA_WITH_AES_256_CBC_SHA256: 0x003d,
  TLS_RSA_WITH_AES_128_CBC_SHA256: 0x003c,
  TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA384: 0xc038,
  TLS_ECDHE_PSK_WITH_AES_256_CBC_SHA: 0xc036,
  TLS_DHE_PSK_WITH_AES_256_CBC_SHA384: 0x00b3,
  TLS_DHE_PSK_WITH_AES_256_CBC_SHA: 0x0091,
  TLS_RSA_WITH_AES_256_CBC_SHA: 0x0035,
  TLS_PSK_WITH_AES_256_CBC_SHA384: 0x00af,
  TLS_PSK_WITH_AES_256_CBC_SHA: 0x008d,
  TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA256: 0xc037,
  TLS_ECDHE_PSK_WITH_AES_128_CBC_SHA: 0xc035,
  TLS_DHE_PSK_WITH_AES_128_CBC_SHA256: 0x00b2,
  TLS_DHE_PSK_WITH_AES_128_CBC_SHA: 0x0090,
  TLS_RSA_WITH_AES_128_CBC_SHA: 0x002f,
  TLS_PSK_WITH_AES_128_CBC_SHA256: 0x00ae,
  TLS_PSK_WITH_AES_128_CBC_SHA: 0x008c,
} as const;

export type CipherSuiteName12 = keyof typeof cipherSuiteCodes12;

/** How the premaster secret comes about; `PSK` and `RSA` have no forward secrecy. */
export type KeyExchange12 = 'ECDHE' | 'DHE' | 'RSA' | 'PSK';

/** What the server proves itself with: a certificate's key, or a pre-shared one. */
export type Authentication12 = 'ECDSA' | 'RSA' | 'PSK';

/** What protects the records. */
export type RecordCipher12 = { readonly aead: AeadName } | { readonly cbcHmac: CbcHmacName };

export interface CipherSuite12 {
  readonly name: CipherSuiteName12;
  readonly code: number;
  readonly keyExchange: KeyExchange12;
  readonly authentication: Authentication12;
  readonly cipher: RecordCipher12;
  /** Of the PRF and the Finished, RFC 5246 section 5 and RFC 5289. */
  readonly hash: HashName;
}

const ciphers: Readonly<Record<string, RecordCipher12>> = {
  AES_128_GCM: { aead: 'AES-128-GCM' },
  AES_256_GCM: { aead: 'AES-256-GCM' },
  CHACHA20_POLY1305: { aead: 'CHACHA20-POLY1305' },
  AES_128_CCM: { aead: 'AES-128-CCM' },
  AES_128_CCM_8: { aead: 'AES-128-CCM-8' },
  AES_128_CBC_SHA: { cbcHmac: 'AES-128-CBC-HMAC-SHA1' },
  AES_256_CBC_SHA: { cbcHmac: 'AES-256-CBC-HMAC-SHA1' },
  AES_128_CBC_SHA256: { cbcHmac: 'AES-128-CBC-HMAC-SHA256' },
  AES_256_CBC_SHA256: { cbcHmac: 'AES-256-CBC-HMAC-SHA256' },
  AES_256_CBC_SHA384: { cbcHmac: 'AES-256-CBC-HMAC-SHA384' },
};

const suites = new Map<CipherSuiteName12, CipherSuite12>();

/** What the name of a suite says. */
export function cipherSuite12(name: CipherSuiteName12): CipherSuite12 {
  const suite = suites.get(name) ?? Object.freeze(readName(name));
  suites.set(name, suite);
  return suite;
}

function readName(name: CipherSuiteName12): CipherSuite12 {
  const [, keys = '', records = ''] = /^TLS_(.+)_WITH_(.+)$/.exec(name) ?? [];
  const cipher = ciphers[records] ?? ciphers[records.replace(/_SHA\d+$/, '')];
  if (cipher === undefined) throw new RangeError(`there is no cipher ${records}`);
  return {
    name,
    code: cipherSuiteCodes12[name],
    // RFC 6655 has DHE and PSK the other way round.
    keyExchange:
      keys === 'PSK_DHE' ? 'DHE' : ((/^(ECDHE|DHE|RSA)/.exec(keys)?.[1] as KeyExchange12) ?? 'PSK'),
    authentication: keys.includes('PSK') ? 'PSK' : keys.endsWith('ECDSA') ? 'ECDSA' : 'RSA',
    cipher,
    hash: records.endsWith('SHA384') ? 'SHA-384' : 'SHA-256',
  };
}

/** The suite of that number; undefined where we know none. */
export function cipherSuiteName12(code: number): CipherSuiteName12 | undefined {
  if (namesByCode.size === 0) {
    // Object.keys forgets which keys a record has.
    for (const name of Object.keys(cipherSuiteCodes12) as CipherSuiteName12[]) {
      namesByCode.set(cipherSuiteCodes12[name], name);
    }
  }
  return namesByCode.get(code);
}

const namesByCode = new Map<number, CipherSuiteName12>();

/** Forward secrecy and an AEAD: what is offered where nobody says otherwise. In the order of the list above. */
export const defaultCipherSuites12: readonly CipherSuiteName12[] = [
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
];

/** TLS_FALLBACK_SCSV, RFC 7507: this connection is a second try with a lower version. */
export const fallbackScsv = 0x5600;
