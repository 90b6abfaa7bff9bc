import type {
  AeadAlgorithm,
  HashAlgorithm,
  KeyExchangeGroup,
  SignatureAlgorithm,
  SignatureName,
} from '@halfclose/crypto';
import type { ClientConfig } from '../config.ts';
import { type Reason, TLSError } from '../errors.ts';
import { type CipherSuite, type CipherSuiteName, cipherSuites } from '../protocol/cipherSuites.ts';
import { defaultGroups, namedGroups, postQuantumGroups } from '../protocol/namedGroups.ts';
import { pskKeyExchangeModes } from '../protocol/pskKeyExchangeModes.ts';
import {
  type SignatureScheme,
  type SignatureSchemeName,
  signatureSchemes,
} from '../protocol/signatureSchemes.ts';
import type { Tls12Client } from '../tls12.ts';

import { oncePerProvider } from './oncePerProvider.ts';
import type { OfferedPsk } from './preSharedKeys.ts';

/** A cipher suite together with the algorithms that do its work. */
export interface SuiteAlgorithms extends CipherSuite {
  readonly name: CipherSuiteName;
  readonly aeadAlgorithm: AeadAlgorithm;
  readonly hashAlgorithm: HashAlgorithm;
}

export interface SchemeAlgorithm extends SignatureScheme {
  readonly name: SignatureSchemeName;
  readonly signatureAlgorithm: SignatureAlgorithm;
}

/** What a configuration and its provider come to: everything we can offer, most wanted first. */
export interface Parameters {
  readonly suites: readonly SuiteAlgorithms[];
  readonly groups: readonly KeyExchangeGroup[];
  /** Groups that get a key share in the first ClientHello. */
  readonly keyShares: readonly KeyExchangeGroup[];
  readonly schemes: readonly SchemeAlgorithm[];
  /**
   * SignatureSchemes that certificates may be signed with and CertificateVerify may not, RFC 8446 section 4.2.3; none where
   * signature_algorithms_cert says so.
   */
  readonly certificateSchemes: readonly number[];
  /** For server_name; undefined if there is no name or it is an address. */
  readonly hostName: string | undefined;
  readonly alpnProtocols: readonly string[];
  /** Those whose hash goes with a suite. */
  readonly externalPsks: readonly OfferedPsk[];
  /** PskKeyExchangeMode, RFC 8446 section 4.2.9. */
  readonly pskModes: readonly number[];
  /** Where TLS 1.2 is offered, too. Without suites of its own, TLS 1.3 is not. */
  readonly tls12: Tls12Client | undefined;
}

/** @throws TLSError where nothing is left to offer, or a name can't be sent */
export function resolveParameters(config: ClientConfig): Parameters {
  const { crypto } = config;
  const { tls13, tls12 } = offeredVersions(config);
  const suites = tls13 ? pick(availableSuites(crypto), config.cipherSuites) : [];
  const groups13 = tls13 ? selectGroups13(config) : [];
  // In the hello those that only TLS 1.2 brings stand behind them.
  const groups = [...new Set([...groups13, ...(tls12?.groups ?? [])])];
  const keyShares = tls13 ? selectKeyShares(groups13, config) : [];
  const schemes = tls13 ? pick(availableSchemes(crypto), config.signatureSchemes) : [];
  if (tls13 && suites.length === 0)
    throw unusable('NO_CIPHERS_AVAILABLE', 'no cipher suite is left to offer');
  if (groups.length === 0) throw unusable('NO_SHARED_GROUP', 'no key exchange group is left to offer');
  if (tls12 === undefined && schemes.length === 0)
    throw unusable('WRONG_SIGNATURE_TYPE', 'no signature scheme is left to offer');
  // Section 4.2.9: `ke_modes<1..255>`.
  if (config.pskKeyExchangeModes?.length === 0) {
    throw unusable('INVALID_CONFIGURATION', 'there is no way left to use a pre-shared key');
  }
  return {
    externalPsks: config.externalPsks?.offered(suites) ?? [],
    pskModes: (config.pskKeyExchangeModes ?? ['psk_dhe_ke']).map((mode) => pskKeyExchangeModes[mode]),
    suites,
    groups,
    keyShares,
    schemes,
    certificateSchemes:
      config.certificateSignatureSchemes === undefined ? availableCertificateSchemes(crypto) : [],
    hostName: config.serverName === undefined ? undefined : hostNameToSend(config.serverName),
    alpnProtocols: checkedProtocols(config.alpnProtocols ?? []),
    tls12,
  };
}

function offeredVersions(config: ClientConfig): { tls13: boolean; tls12: Tls12Client | undefined } {
  const { minimumVersion = 'TLSv1.2', maximumVersion = 'TLSv1.3' } = config;
  const tls13 = maximumVersion === 'TLSv1.3';
  // A server of TLS 1.2 knows nothing of the keys that TLS 1.3 takes.
  const permits12 = minimumVersion === 'TLSv1.2' && config.externalPsks?.required !== true;
  const tls12 = permits12 ? config.tls12?.prepare(config) : undefined;
  if (tls13 || tls12 !== undefined) return { tls13, tls12 };
  throw unusable(
    'NO_SUPPORTED_VERSIONS_ENABLED',
    `no version is left to offer from ${minimumVersion} to ${maximumVersion}`,
  );
}

function selectGroups13({ crypto, groups: wanted }: ClientConfig): readonly KeyExchangeGroup[] {
  return wanted === undefined
    ? crypto.groups.filter(({ name }) => defaultGroups.includes(name))
    : pick(crypto.groups, wanted);
}

/** Of which groups the first ClientHello has a share. */
function selectKeyShares(
  groups: readonly KeyExchangeGroup[],
  { keyShares, serverGroups = [] }: ClientConfig,
): readonly KeyExchangeGroup[] {
  const predicted = groups.find(({ name }) => serverGroups.includes(name));
  if (predicted !== undefined) return [predicted];
  if (keyShares !== undefined) return pick(groups, keyShares);
  const isPostQuantum = ({ name }: KeyExchangeGroup): boolean => postQuantumGroups.includes(name);
  const likely = [groups.find(isPostQuantum), groups.find((group) => !isPostQuantum(group))];
  return groups.filter((group) => likely.includes(group));
}

/** The provider knows which AEAD it does best; its order is ours. */
const availableSuites = /* @__PURE__ */ oncePerProvider((crypto): readonly SuiteAlgorithms[] =>
  crypto.aeads.flatMap((aeadAlgorithm) =>
    suiteNames().flatMap((name) => {
      const suite = cipherSuites[name];
      const hashAlgorithm = crypto.hashes.find((hash) => hash.name === suite.hash);
      if (suite.aead !== aeadAlgorithm.name || hashAlgorithm === undefined) return [];
      return [{ ...suite, name, aeadAlgorithm, hashAlgorithm }];
    }),
  ),
);

const availableSchemes = /* @__PURE__ */ oncePerProvider(({ signatures }): readonly SchemeAlgorithm[] =>
  schemeNames().flatMap((name) => {
    const scheme = signatureSchemes[name];
    const signatureAlgorithm = signatures.find((signature) => signature.name === scheme.algorithm);
    return signatureAlgorithm === undefined ? [] : [{ ...scheme, name, signatureAlgorithm }];
  }),
);

const availableCertificateSchemes = /* @__PURE__ */ oncePerProvider(({ signatures }): readonly number[] =>
  signatures.flatMap(({ name }) => certificateSchemes[name] ?? []),
);

/** RSASSA-PKCS1-v1_5: most authorities still sign with it, and TLS 1.3 itself does not. */
const certificateSchemes: Partial<Record<SignatureName, number>> = {
  rsa_pkcs1_sha256: 0x0401,
  rsa_pkcs1_sha384: 0x0501,
  rsa_pkcs1_sha512: 0x0601,
};

/** Those of `available` that are wanted, in the order in which they are wanted. */
export function pick<T extends { readonly name: string }>(
  available: readonly T[],
  wanted: readonly string[] | undefined,
): readonly T[] {
  if (wanted === undefined) return available;
  return [...new Set(wanted)].flatMap((name) => available.filter((candidate) => candidate.name === name));
}

// Object.keys forgets which keys a record has.
const suiteNames = (): CipherSuiteName[] => Object.keys(cipherSuites) as CipherSuiteName[];
const schemeNames = (): SignatureSchemeName[] => Object.keys(signatureSchemes) as SignatureSchemeName[];

/** The number that stands for a group on the wire. */
export function groupCode(group: KeyExchangeGroup): number {
  return namedGroups[group.name];
}

/**
 * RFC 6066 section 3: a DNS name as ASCII without a trailing dot; addresses are not sent.
 * @throws TLSError for what is neither
 */
function hostNameToSend(serverName: string): string | undefined {
  const hostName = serverName.endsWith('.') ? serverName.slice(0, -1) : serverName;
  if (hostName.length <= 253 && isAddress(hostName)) return undefined;
  const labels = hostName.split('.');
  if (hostName.length > 253 || !labels.every((label) => /^[A-Za-z0-9_-]{1,63}$/.test(label))) {
    throw unusable(
      'INVALID_CONFIGURATION',
      `"${serverName.slice(0, 253)}" is not a host name that can be sent`,
    );
  }
  return hostName;
}

/** By its characters: whether the address is a proper one is for the verifier to say. */
function isAddress(hostName: string): boolean {
  return (
    /^[0-9]+(\.[0-9]+){3}$/.test(hostName) ||
    /^[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*(%.+)?$/.test(hostName)
  );
}

/** Octets of all ALPN protocol names with their lengths. More would leave other extensions too little room. */
const maximumProtocols = 2 ** 14;

function checkedProtocols(protocols: readonly string[]): readonly string[] {
  const octets = protocols.reduce((sum, protocol) => sum + 1 + protocol.length, 0);
  if (octets > maximumProtocols) {
    throw unusable('INVALID_CONFIGURATION', `${octets} octets of ALPN protocol names can't be sent`);
  }
  for (const protocol of protocols) {
    // RFC 7301 section 3.1: opaque ProtocolName<1..2^8-1>
    if (!/^[\x20-\x7e]{1,255}$/.test(protocol)) {
      throw unusable('INVALID_CONFIGURATION', `"${protocol.slice(0, 255)}" can't be an ALPN protocol name`);
    }
  }
  return protocols;
}

function unusable(reason: Reason, message: string): TLSError {
  return new TLSError(message, { fault: 'local', reason });
}
