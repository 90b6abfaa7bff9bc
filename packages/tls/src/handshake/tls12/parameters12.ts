/** What a configuration comes to in TLS 1.2. */
import type { CryptoProvider, HashAlgorithm, KeyExchangeGroup } from '@halfclose/crypto';
import type { ClientConfig } from '../../config.ts';
import { local } from '../../endings.ts';
import {
  type CipherSuite12,
  type CipherSuiteName12,
  defaultCipherSuites12,
  plainSuiteCodes12,
  readSuiteName12,
} from '../../protocol/cipherSuites12.ts';
import { type ServerSignatureSchemeName, serverSchemes } from '../../protocol/signatureSchemes.ts';
import type { Tls12Options } from '../../tls12.ts';
import type { ServerKeyUse } from '../../verifier.ts';
import { oncePerProvider } from '../oncePerProvider.ts';
import { pick, type SchemeAlgorithm } from '../parameters.ts';
import { ecdhe12 } from './ecdhe12.ts';
import type { KeyExchangeMethod12, PskMethod12, RecordCipherMethod12, Tls12Part } from './parts12.ts';
import { aeadRecords } from './recordKeys12.ts';

/** A cipher suite together with what does its work. */
export interface SuiteAlgorithms12 extends CipherSuite12 {
  readonly hashAlgorithm: HashAlgorithm;
  readonly records: RecordCipherMethod12;
  /** Undefined where a pre-shared key alone is enough. */
  readonly method: KeyExchangeMethod12 | undefined;
}

export interface SchemeAlgorithm12 extends Omit<SchemeAlgorithm, 'name'> {
  readonly name: ServerSignatureSchemeName;
}

/** Everything that we can offer, most wanted first. */
export interface Parameters12 {
  readonly options: Tls12Options;
  /** Where there are keys that stand for certificates. */
  readonly psk: PskMethod12 | undefined;
  readonly suites: readonly SuiteAlgorithms12[];
  /** For the ServerKeyExchange. */
  readonly schemes: readonly SchemeAlgorithm12[];
  /** For (EC)DHE, by the names that TLS 1.2 knows. */
  readonly groups: readonly KeyExchangeGroup[];
}

/** @throws TLSError where nothing is left to offer */
export function resolveParameters12(
  config: ClientConfig,
  options: Tls12Options,
  suites: readonly SuiteAlgorithms12[],
): Parameters12 {
  if (suites.length === 0) {
    throw local('NO_CIPHERS_AVAILABLE', 'no cipher suite of TLS 1.2 is left to offer');
  }
  return {
    options,
    psk: options.parts?.find(({ psk }) => psk !== undefined)?.psk,
    suites,
    schemes: pick(availableSchemes12(config.crypto), config.signatureSchemes),
    groups: selectGroups12(config, suites),
  };
}

/** Those that the options want, as far as the provider and the parts have what they are made of. */
export function selectSuites12(
  crypto: CryptoProvider,
  { cipherSuites = preferredCipherSuites12(crypto), parts = [] }: Tls12Options,
): readonly SuiteAlgorithms12[] {
  return [...new Set(cipherSuites)].flatMap((name) => suiteWithAlgorithms(crypto, parts, name));
}

/** None, or one. */
function suiteWithAlgorithms(
  crypto: CryptoProvider,
  parts: readonly Tls12Part[],
  name: CipherSuiteName12,
): readonly SuiteAlgorithms12[] {
  const codes: Readonly<Partial<Record<CipherSuiteName12, number>>> =
    parts[0]?.suiteCodes ?? plainSuiteCodes12;
  const code = codes[name];
  if (code === undefined) return [];
  const suite = readSuiteName12(name);
  const { cipher, hash, keyExchange, authentication } = suite;
  const hashAlgorithm = crypto.hashes.find((candidate) => candidate.name === hash);
  const aead = 'aead' in cipher && crypto.aeads.find((candidate) => candidate.name === cipher.aead);
  const records = aead
    ? aeadRecords(aead)
    : parts.map((part) => part.records?.(crypto, cipher)).find((found) => found !== undefined);
  const methods = [ecdhe12, ...parts.flatMap((part) => part.keyExchange ?? [])];
  const method = methods.find((candidate) => candidate.name === keyExchange);
  const isComplete =
    (method !== undefined || keyExchange === 'PSK') &&
    (authentication !== 'PSK' || parts.some(({ psk }) => psk !== undefined));
  if (!isComplete || hashAlgorithm === undefined || records === undefined) return [];
  return [{ ...suite, code, hashAlgorithm, records, method }];
}

/** What is offered where nobody says otherwise, most wanted first: the provider knows which AEAD it does best. */
export const preferredCipherSuites12: (crypto: CryptoProvider) => readonly CipherSuiteName12[] =
  /* @__PURE__ */ oncePerProvider(({ aeads }) => {
    const rank = (name: CipherSuiteName12): number => {
      const { cipher } = readSuiteName12(name);
      return 'aead' in cipher ? aeads.findIndex((aead) => aead.name === cipher.aead) : aeads.length;
    };
    return defaultCipherSuites12().sort((a, b) => rank(a) - rank(b));
  });

/** RFC 5246 section 7.4.2: what each key exchange asks of a certificate. */
export function keyUse12({ keyExchange }: CipherSuite12): ServerKeyUse {
  return keyExchange === 'RSA' ? 'keyEncipherment' : 'digitalSignature';
}

const availableSchemes12 = /* @__PURE__ */ oncePerProvider(({ signatures }): readonly SchemeAlgorithm12[] =>
  // Object.keys forgets which keys a record has.
  (Object.keys(serverSchemes) as ServerSignatureSchemeName[]).flatMap((name) => {
    const scheme = serverSchemes[name];
    const signatureAlgorithm = signatures.find((signature) => signature.name === scheme.algorithm);
    if (signatureAlgorithm === undefined || scheme.keyType.startsWith('ML-DSA')) return [];
    return [{ ...scheme, name, signatureAlgorithm }];
  }),
);

const curves = ['x25519', 'x448', 'secp256r1', 'secp384r1', 'secp521r1'];

/** Those of the configuration, and where DHE is offered the prime fields of RFC 7919. */
function selectGroups12(
  { crypto, groups }: ClientConfig,
  suites: readonly SuiteAlgorithms12[],
): KeyExchangeGroup[] {
  const offersDhe = suites.some(({ keyExchange }) => keyExchange === 'DHE');
  const available = (name: string): KeyExchangeGroup[] =>
    crypto.groups.filter((group) => group.name === name);
  const wanted = groups ?? crypto.groups.map(({ name }) => name);
  const ofCurves = [...new Set(wanted)].filter((name) => curves.includes(name)).flatMap(available);
  const fields = wanted.filter((name) => name.startsWith('ffdhe'));
  return [...ofCurves, ...(offersDhe || groups !== undefined ? fields.flatMap(available) : [])];
}
