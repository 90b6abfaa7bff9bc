/** Policies of others, as whoever has to follow one would: by lists of suites, groups and signature schemes. */
import type { GroupName } from '@halfclose/crypto';
import type { CipherSuiteName, CipherSuiteName12, ServerSignatureSchemeName } from '@halfclose/tls';
import type { Flags } from './flags.ts';

export interface Policy {
  readonly cipherSuites: readonly CipherSuiteName[];
  /** None where TLS 1.2 is not to be spoken. */
  readonly cipherSuites12: readonly CipherSuiteName12[];
  readonly groups: readonly GroupName[];
  readonly signatureSchemes: readonly ServerSignatureSchemeName[];
}

const strongest12: readonly CipherSuiteName12[] = [
  'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384',
  'TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384',
];

const cnsa1: Policy = {
  cipherSuites: ['TLS_AES_256_GCM_SHA384'],
  cipherSuites12: [...strongest12, 'TLS_RSA_WITH_AES_256_GCM_SHA384'],
  groups: ['MLKEM1024', 'secp384r1'],
  signatureSchemes: ['ecdsa_secp384r1_sha384', 'rsa_pss_rsae_sha384', 'rsa_pkcs1_sha384'],
};

const wpaSchemes: readonly ServerSignatureSchemeName[] = [
  ...cnsa1.signatureSchemes,
  'rsa_pss_rsae_sha512',
  'rsa_pkcs1_sha512',
];

const policies: Readonly<Record<string, Policy>> = {
  'fips-202205': {
    cipherSuites: ['TLS_AES_256_GCM_SHA384', 'TLS_AES_128_GCM_SHA256'],
    cipherSuites12: [
      ...strongest12,
      'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
      'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
    ],
    groups: ['secp256r1', 'secp384r1'],
    signatureSchemes: ['ecdsa_secp256r1_sha256', 'rsa_pss_rsae_sha256', 'rsa_pkcs1_sha256', ...wpaSchemes],
  },
  'wpa-202304': {
    cipherSuites: ['TLS_AES_256_GCM_SHA384'],
    cipherSuites12: strongest12,
    groups: ['secp384r1'],
    signatureSchemes: wpaSchemes,
  },
  'cnsa1-202603': cnsa1,
  'cnsa2-202603': { ...cnsa1, cipherSuites12: [], groups: ['MLKEM1024'] },
};

/** The one that a test wants to be followed. */
export function policyOf(flags: Flags): Policy | undefined {
  const name = Object.keys(policies).find((candidate) => flags.has(candidate));
  return name === undefined ? undefined : policies[name];
}
