/** What a configuration comes to in TLS 1.2. */
import type {
  AeadAlgorithm,
  CbcHmacAlgorithm,
  CryptoProvider,
  HashAlgorithm,
  KeyExchangeGroup,
} from '@halfclose/crypto';
import type { ClientConfig } from '../../config.ts';
import { local } from '../../endings.ts';
import {
  type CipherSuite12,
  type CipherSuiteName12,
  cipherSuite12,
  defaultCipherSuites12,
} from '../../protocol/cipherSuites12.ts';
import { type ServerSignatureSchemeName, serverSchemes } from '../../protocol/signatureSchemes.ts';
import type { Tls12Options } from '../../tls12.ts';
import type { ServerKeyUse } from '../../verifier.ts';
import { oncePerProvider } from '../oncePerProvider.ts';
import { pick, type SchemeAlgorithm } from '../parameters.ts';

/** A cipher suite together with the algorithms that do its work. */
export interface SuiteAlgorithms12 extends CipherSuite12 {
  readonly hashAlgorithm: HashAlgorithm;
  readonly cipherAlgorithm: AeadAlgorithm | CbcHmacAlgorithm;
}

export interface SchemeAlgorithm12 extends Omit<SchemeAlgorithm, 'name'> {
  readonly name: ServerSignatureSchemeName;
}

/** Everything that we can offer, most wanted first. */
export interface Parameters12 {
  readonly options: Tls12Options;
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
  cbcHmacs: readonly CbcHmacAlgorithm[],
): Parameters12 {
  const { crypto } = config;
  const names = options.cipherSuites ?? preferredCipherSuites12(crypto);
  const suites = [...new Set(names)].flatMap((name) => suiteWithAlgorithms(crypto, cbcHmacs, name));
  const usable = suites.filter(({ authentication }) => authentication !== 'PSK' || options.psk !== undefined);
  if (usable.length === 0) {
    throw local('NO_CIPHERS_AVAILABLE', 'no cipher suite of TLS 1.2 is left to offer');
  }
  return {
    options,
    suites: usable,
    schemes: pick(availableSchemes12(crypto), config.signatureSchemes),
    groups: selectGroups12(crypto, config, usable),
  };
}

/** What is offered where nobody says otherwise, most wanted first: the provider knows which AEAD it does best. */
export const preferredCipherSuites12: (crypto: CryptoProvider) => readonly CipherSuiteName12[] =
  /* @__PURE__ */ oncePerProvider(({ aeads }) => {
    const rank = (name: CipherSuiteName12): number => {
      const { cipher } = cipherSuite12(name);
      return 'aead' in cipher ? aeads.findIndex((aead) => aead.name === cipher.aead) : aeads.length;
    };
    return [...defaultCipherSuites12].sort((a, b) => rank(a) - rank(b));
  });

/** RFC 5246 section 7.4.2: what each key exchange asks of a certificate. */
export function keyUse12({ keyExchange }: CipherSuite12): ServerKeyUse {
  return keyExchange === 'RSA' ? 'keyEncipherment' : 'digitalSignature';
}

const foundSuites = /* @__PURE__ */ oncePerProvider(
  (_) => new Map<CipherSuiteName12, readonly SuiteAlgorithms12[]>(),
);

/** None, or one. @param cbcHmacs the same for all */
function suiteWithAlgorithms(
  crypto: CryptoProvider,
  cbcHmacs: readonly CbcHmacAlgorithm[],
  name: CipherSuiteName12,
): readonly SuiteAlgorithms12[] {
  const found = foundSuites(crypto);
  const suites = found.get(name) ?? findSuite(crypto, cbcHmacs, name);
  found.set(name, suites);
  return suites;
}

function findSuite(
  crypto: CryptoProvider,
  cbcHmacs: readonly CbcHmacAlgorithm[],
  name: CipherSuiteName12,
): readonly SuiteAlgorithms12[] {
  const suite = cipherSuite12(name);
  const { cipher, hash } = suite;
  const hashAlgorithm = crypto.hashes.find((candidate) => candidate.name === hash);
  const cipherAlgorithm =
    'aead' in cipher
      ? crypto.aeads.find((aead) => aead.name === cipher.aead)
      : cbcHmacs.find((cbcHmac) => cbcHmac.name === cipher.cbcHmac);
  if (hashAlgorithm === undefined || cipherAlgorithm === undefined) return [];
  return [{ ...suite, hashAlgorithm, cipherAlgorithm }];
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
  crypto: CryptoProvider,
  { groups }: ClientConfig,
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
