/** How a context verifies servers: what it was told, and the verifier that comes of it. */
import type { ServerVerifier } from '@halfclose/tls';
import {
  type Certificate,
  type CrlStore,
  createServerVerifier,
  createUncheckedVerifier,
  type DecisionMemory,
  type RevocationOptions,
  type RevocationPolicy,
  type SignatureMemory,
  type TrustStore,
} from '@halfclose/x509';
import { CERT_NONE, type VerifyMode } from './constants.ts';
import { ValueError } from './errors.ts';
import {
  VERIFY_ALLOW_PROXY_CERTS,
  VERIFY_CRL_CHECK_CHAIN,
  VERIFY_CRL_CHECK_LEAF,
  VERIFY_X509_PARTIAL_CHAIN,
  VERIFY_X509_STRICT,
  VerifyFlags,
} from './options.ts';
import type { Platform } from './platform.ts';

/** What a context was told. */
export interface Verification {
  verifyMode: VerifyMode;
  checkHostname: boolean;
  revocation: RevocationPolicy;
  verifyFlags: number;
}

/** What a context has learnt. */
export interface TrustMemory {
  readonly trustStore: TrustStore;
  /** Undefined where the platform has no part for them. */
  readonly crls: CrlStore | undefined;
  readonly signatures: SignatureMemory;
  readonly decisions: DecisionMemory;
}

/** @throws ValueError for flags that there are none of, or that can't be had */
export function checkVerifyFlags(flags: number): void {
  const all = Object.values(VerifyFlags).reduce((sum: number, flag: number) => sum | flag, 0);
  if (!Number.isInteger(flags) || (flags & ~all) !== 0 || flags > all) {
    throw new ValueError(`verifyFlags ${flags} are not made of VERIFY_ flags`);
  }
  if ((flags & VERIFY_ALLOW_PROXY_CERTS) !== 0) {
    throw new ValueError(
      'VERIFY_ALLOW_PROXY_CERTS: certificates of proxies (RFC 3820) are not accepted here',
    );
  }
}

/** The stricter of `revocation` and what the flags demand. */
export function revocationOf({ revocation, verifyFlags }: Verification): Omit<RevocationOptions, 'crls'> {
  if (revocation === 'require' || (verifyFlags & VERIFY_CRL_CHECK_CHAIN) === VERIFY_CRL_CHECK_CHAIN) {
    return { policy: 'require' };
  }
  const ofServer = (verifyFlags & VERIFY_CRL_CHECK_LEAF) !== 0;
  return ofServer ? { policy: 'require', requiredOf: 'server' } : { policy: revocation };
}

/** Whether the server is to be asked for a stapled OCSP response. */
export function asksForStaple(verification: Verification): boolean {
  return verification.verifyMode !== CERT_NONE && revocationOf(verification).policy !== 'off';
}

/** What is trusted, and the CRLs, are looked at when it verifies; all else counts as it is now. */
export function verifierOf(
  verification: Verification,
  { crypto, revocation, checkPolicies }: Platform,
  { trustStore, crls, signatures, decisions }: TrustMemory,
): ServerVerifier {
  const { verifyMode, checkHostname, verifyFlags } = verification;
  if (verifyMode === CERT_NONE) return createUncheckedVerifier();
  const isPartialChainEnough = (verifyFlags & VERIFY_X509_PARTIAL_CHAIN) !== 0;
  return createServerVerifier({
    crypto,
    trustStore: isPartialChainEnough ? trustStore : rootsOf(trustStore),
    checkHostname,
    ...(checkPolicies && { policies: checkPolicies }),
    ...(revocation && {
      revocation: revocation.createRevocationCheck({ ...revocationOf(verification), ...(crls && { crls }) }),
    }),
    signatures,
    decisions,
    strict: (verifyFlags & VERIFY_X509_STRICT) !== 0,
  });
}

/** As OpenSSL has it without `VERIFY_X509_PARTIAL_CHAIN`: of certificates, only those end a chain that issued themselves. */
function rootsOf(trustStore: TrustStore): TrustStore {
  const isRoot = ({ certificate }: { readonly certificate: Certificate | undefined }): boolean =>
    certificate === undefined || areEqual(certificate.subject.encoded, certificate.issuer.encoded);
  return {
    add: (certificate) => trustStore.add(certificate),
    addAnchor: (data) => trustStore.addAnchor(data),
    addUnread: (certificate) => trustStore.addUnread(certificate),
    get size() {
      return trustStore.anchors().filter(isRoot).length;
    },
    anchors: () => trustStore.anchors().filter(isRoot),
    certificates: () => trustStore.certificates().filter((certificate) => isRoot({ certificate })),
    findBySubject: (subject) => trustStore.findBySubject(subject).filter(isRoot),
    find(certificate) {
      const anchor = trustStore.find(certificate);
      return anchor !== undefined && isRoot(anchor) ? anchor : undefined;
    },
  };
}

function areEqual(one: Uint8Array, other: Uint8Array): boolean {
  return one.length === other.length && one.every((octet, i) => octet === other[i]);
}
