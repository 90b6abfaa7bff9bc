import type { AeadName, CbcHmacName, HashName } from '@halfclose/crypto';
import type { cipherSuiteCodes12 } from './cipherSuiteCodes12.ts';

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

/** ECDHE with an AEAD: what TLS 1.2 has without any of the parts, most wanted first. RFC 5289, 7251 and 7905. */
export const plainSuiteCodes12: Readonly<PlainSuiteCodes> = {
  TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384: 0xc02c,
  TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384: 0xc030,
  TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256: 0xcca9,
  TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256: 0xcca8,
  TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256: 0xc02b,
  TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256: 0xc02f,
  TLS_ECDHE_ECDSA_WITH_AES_128_CCM_8: 0xc0ae,
  TLS_ECDHE_ECDSA_WITH_AES_128_CCM: 0xc0ac,
};

/** The same numbers as in the list of all. */
type PlainSuiteCodes = Pick<
  typeof cipherSuiteCodes12,
  | `TLS_ECDHE_${'ECDSA' | 'RSA'}_WITH_${'AES_256_GCM_SHA384' | 'AES_128_GCM_SHA256' | 'CHACHA20_POLY1305_SHA256'}`
  | `TLS_ECDHE_ECDSA_WITH_AES_128_CCM${'' | '_8'}`
>;

/** What is offered where nobody says otherwise. CCM is for those who ask for it. */
export function defaultCipherSuites12(): CipherSuiteName12[] {
  // Object.keys forgets which keys a record has.
  const names = Object.keys(plainSuiteCodes12) as CipherSuiteName12[];
  return names.filter((name) => !name.includes('CCM'));
}

/** What the name of a suite says. */
export function readSuiteName12(name: CipherSuiteName12): Omit<CipherSuite12, 'code'> {
  const [, keys = '', records = ''] = /^TLS_(.+)_WITH_(.+)$/.exec(name) ?? [];
  return {
    name,
    // RFC 6655 has DHE and PSK the other way round.
    keyExchange:
      keys === 'PSK_DHE' ? 'DHE' : ((/^(ECDHE|DHE|RSA)/.exec(keys)?.[1] as KeyExchange12) ?? 'PSK'),
    authentication: keys.includes('PSK') ? 'PSK' : keys.endsWith('ECDSA') ? 'ECDSA' : 'RSA',
    cipher: readCipher(records),
    hash: records.endsWith('SHA384') ? 'SHA-384' : 'SHA-256',
  };
}

/** AES_256_CBC_SHA384 has a MAC of that hash; behind an AEAD it is the PRF's. */
function readCipher(records: string): RecordCipher12 {
  const [, cbc, hash] = /^(.+_CBC)_SHA(\d*)$/.exec(records) ?? [];
  // The names of the provider's algorithms are made like that: the test of all suites sees each of them.
  return cbc === undefined
    ? { aead: hyphenated(records.replace(/_SHA\d+$/, '')) as AeadName }
    : { cbcHmac: `${hyphenated(cbc)}-HMAC-SHA${hash || 1}` as CbcHmacName };
}

function hyphenated(name: string): string {
  return name.replaceAll('_', '-');
}

/** TLS_FALLBACK_SCSV, RFC 7507: this connection is a second try with a lower version. */
export const fallbackScsv = 0x5600;
