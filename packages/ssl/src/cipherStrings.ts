/** OpenSSL's language for choosing cipher suites, as far as people use it: `openssl-ciphers(1)`. */
import { type CipherSuiteName12, cipherSuite12, cipherSuiteCodes12 } from '@halfclose/tls';
import { type Cipher, describeCipher, opensslName } from './ciphers.ts';
import { SSLError } from './errors.ts';

type Test = (suite: ReturnType<typeof cipherSuite12>, bits: number, version: string) => boolean;

const isAead: Test = ({ cipher }) => 'aead' in cipher;
const mac =
  (hash: string): Test =>
  ({ cipher }) =>
    'cbcHmac' in cipher && cipher.cbcHmac.endsWith(hash);
const named =
  (part: string): Test =>
  ({ name }) =>
    name.includes(part);
const exchange =
  (keyExchange: string, psk = false): Test =>
  (suite) =>
    suite.keyExchange === keyExchange && (suite.authentication === 'PSK') === psk;
const authentication =
  (kind: string): Test =>
  (suite) =>
    suite.authentication === kind;
const ofVersion =
  (name: string): Test =>
  (_suite, _bits, version) =>
    version === name;
const everything: Test = () => true;
/** What is not spoken here: a keyword that people use to keep it out. */
const nothing: Test = () => false;
const inDefault: Test = ({ name }) => !name.includes('_CCM');
const isCbc: Test = ({ cipher }) => 'cbcHmac' in cipher;

const keywords: Readonly<Record<string, Test>> = {
  ALL: everything,
  DEFAULT: inDefault,
  COMPLEMENTOFDEFAULT: named('_CCM'),
  FIPS: ({ name }) => name.includes('AES_') && !name.includes('_CCM'),
  HIGH: everything,
  RSA: exchange('RSA'),
  kRSA: exchange('RSA'),
  aRSA: authentication('RSA'),
  DH: exchange('DHE'),
  DHE: exchange('DHE'),
  EDH: exchange('DHE'),
  kDHE: exchange('DHE'),
  kEDH: exchange('DHE'),
  ECDH: exchange('ECDHE'),
  ECDHE: exchange('ECDHE'),
  EECDH: exchange('ECDHE'),
  kECDHE: exchange('ECDHE'),
  kEECDH: exchange('ECDHE'),
  ECDSA: authentication('ECDSA'),
  aECDSA: authentication('ECDSA'),
  PSK: authentication('PSK'),
  aPSK: authentication('PSK'),
  kPSK: exchange('PSK', true),
  kDHEPSK: exchange('DHE', true),
  kECDHEPSK: exchange('ECDHE', true),
  AES: named('AES_'),
  AES128: named('AES_128'),
  AES256: named('AES_256'),
  AESGCM: named('_GCM'),
  AESCCM: named('_CCM'),
  AESCCM8: named('_CCM_8'),
  CBC: isCbc,
  CHACHA20: named('CHACHA20'),
  SHA: mac('SHA1'),
  SHA1: mac('SHA1'),
  SHA256: mac('SHA256'),
  SHA384: mac('SHA384'),
  'TLSv1.2': ofVersion('TLSv1.2'),
  'TLSv1.0': ofVersion('TLSv1.0'),
  TLSv1: ofVersion('TLSv1.0'),
  SSLv3: ofVersion('SSLv3'),
  ...Object.fromEntries(
    ['aNULL', 'eNULL', 'NULL', 'MEDIUM', 'LOW', 'EXPORT', 'EXP', 'RC4', '3DES', 'DES', 'MD5', 'SEED', 'IDEA']
      .concat(['CAMELLIA', 'ARIA', 'ADH', 'AECDH', 'DSS', 'aDSS', 'SRP', 'kRSAPSK'])
      .map((name) => [name, nothing]),
  ),
};

/** What a client of OpenSSL offers by default, with the version and bits that it prints for each: in its order. */
export const OPENSSL_DEFAULT_CIPHERS: readonly Cipher[] = [
  ...(['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'] as const),
  // Those with a pre-shared key are for who has one.
  ...suitesSelectedBy('DEFAULT:!PSK'),
].map(describeCipher);

/**
 * The suites of TLS 1.2 that a cipher string selects, most wanted first. As with OpenSSL, a name that nobody knows selects
 * nothing and is no error.
 * @throws SSLError `NO_CIPHER_MATCH` where nothing is selected, or what stands there is no cipher string
 */
export function parseCiphers(text: string): readonly CipherSuiteName12[] {
  const selected = suitesSelectedBy(text);
  if (selected.length === 0) throw noMatch();
  return selected;
}

function noMatch(): SSLError {
  return new SSLError('No cipher can be selected.', { reason: 'NO_CIPHER_MATCH' });
}

interface Element {
  readonly operator: string;
  readonly pattern: string;
}

/**
 * As OpenSSL reads it: separators may be left out where an operator tells that something else begins, which makes
 * `DEFAULT@SECLEVEL=1` of two elements. What can't be read might have been meant to keep something out.
 */
function elementsOf(text: string): readonly Element[] {
  const elements: Element[] = [];
  const reader = /[:,; ]*([-!+@]?)([\w.=-]+(?:\+[\w.=-]+)*)|[:,; ]+$/y;
  while (reader.lastIndex < text.length) {
    const found = reader.exec(text);
    if (found === null) throw noMatch();
    const [, operator = '', pattern] = found;
    if (pattern !== undefined) elements.push({ operator, pattern });
  }
  return elements;
}

/** @throws SSLError for a level that there is not */
function levelOf(command: string): number {
  const [, level] = /^SECLEVEL=([0-5])$/.exec(command) ?? [];
  if (level === undefined) throw noMatch();
  return Number(level);
}

/** In the order of OpenSSL's own list. */
export function suiteNames12(): readonly CipherSuiteName12[] {
  return Object.keys(cipherSuiteCodes12) as CipherSuiteName12[]; // The keys are of that type; Object.keys forgets it.
}

function suitesSelectedBy(text: string): CipherSuiteName12[] {
  let selected: CipherSuiteName12[] = [];
  // In the order in which they would be selected: what `-` takes away comes first when it is wanted again.
  let others = [...suiteNames12()];
  let securityLevel = 0;
  for (const { operator, pattern } of elementsOf(text)) {
    if (operator === '@') {
      if (pattern === 'STRENGTH') selected = [...selected].sort((a, b) => bitsOf(b) - bitsOf(a));
      else securityLevel = levelOf(pattern);
      continue;
    }
    const isMeant = (name: CipherSuiteName12): boolean => matches(pattern, name);
    const isNotMeant = (name: CipherSuiteName12): boolean => !isMeant(name);
    const meant = selected.filter(isMeant);
    if (operator === '+') {
      selected = [...selected.filter(isNotMeant), ...meant];
    } else if (operator === '') {
      selected = [...selected, ...others.filter(isMeant)];
      others = others.filter(isNotMeant);
    } else {
      selected = selected.filter(isNotMeant);
      // What `!` takes away never comes again.
      others = operator === '!' ? others.filter(isNotMeant) : [...meant, ...others];
    }
  }
  return selected.filter((name) => isPermitted(name, securityLevel));
}

/** A suite by its name in one way or the other, or keywords that all have to hold. */
function matches(pattern: string, name: CipherSuiteName12): boolean {
  if (pattern === name || pattern === opensslName(name)) return true;
  return pattern.split('+').every((word) => {
    const [, version, bits] = describeCipher(name);
    // A word like `constructor` is no keyword.
    const test = Object.hasOwn(keywords, word) ? keywords[word] : undefined;
    return test?.(cipherSuite12(name), bits, version) ?? false;
  });
}

/** `SSL_CTX_set_security_level(3)`: from level 3 on forward secrecy, from 4 on no SHA-1, and so many bits. */
function isPermitted(name: CipherSuiteName12, level: number): boolean {
  const suite = cipherSuite12(name);
  const bits = [0, 80, 112, 128, 192, 256][level] ?? 0;
  const hasForwardSecrecy = suite.keyExchange === 'ECDHE' || suite.keyExchange === 'DHE';
  if (level >= 3 && !hasForwardSecrecy) return false;
  if (level >= 4 && !isAead(suite, 0, '') && mac('SHA1')(suite, 0, '')) return false;
  return bitsOf(name) >= bits;
}

function bitsOf(name: CipherSuiteName12): number {
  return describeCipher(name)[2];
}
