import type { ClientCertificateRequest, ClientCredential, CredentialMisfit } from '../credential.ts';
import {
  type ClientSignatureSchemeName,
  legacySchemes,
  type SignatureScheme,
  schemeFits,
  signatureSchemes,
} from '../protocol/signatureSchemes.ts';
import { issuerOf } from './issuerName.ts';
import { sameBytes } from './serverHelloChecks.ts';

export interface NamedScheme extends SignatureScheme {
  readonly name: ClientSignatureSchemeName;
}

/** The first credential that a server takes, and what it signs with; or why there is none. */
export type CredentialChoice =
  | { readonly credential: ClientCredential; readonly scheme: NamedScheme; readonly misfit: undefined }
  | { readonly credential: undefined; readonly scheme: undefined; readonly misfit: CredentialMisfit };

// From the worst on.
const misfits: readonly CredentialMisfit[] = ['none', 'certificateType', 'signatureScheme', 'issuer'];

/**
 * RFC 8446 section 4.4.2.3. What a chain's own signatures are made with is for those to look at who know the chain: a
 * server that can't verify them will say so.
 */
export function chooseCredential(
  credentials: readonly ClientCredential[],
  request: ClientCertificateRequest,
): CredentialChoice {
  let closest: CredentialMisfit = 'none';
  for (const credential of credentials) {
    const scheme = schemeFor(credential, request);
    const misfit = misfitOf(credential, request, scheme);
    if (misfit === undefined && scheme !== undefined) return { credential, scheme, misfit };
    if (misfit !== undefined && misfits.indexOf(misfit) > misfits.indexOf(closest)) closest = misfit;
  }
  return { credential: undefined, scheme: undefined, misfit: closest };
}

function misfitOf(
  { type, mustMatchIssuer, certificates }: ClientCredential,
  { certificateType, certificateAuthorities }: ClientCertificateRequest,
  scheme: NamedScheme | undefined,
): CredentialMisfit | undefined {
  if (type !== certificateType) return 'certificateType';
  if (scheme === undefined) return 'signatureScheme';
  if (mustMatchIssuer !== true) return undefined;
  // A raw key has none.
  if (type === 'RawPublicKey') return 'issuer';
  const issuers = certificates.map(issuerOf);
  const isNamed = certificateAuthorities.some((name) => issuers.some((issuer) => sameBytes(issuer, name)));
  return isNamed ? undefined : 'issuer';
}

/** In the signer's order: it knows what it does best. */
function schemeFor(
  { signer }: ClientCredential,
  { signatureSchemes: wanted }: ClientCertificateRequest,
): NamedScheme | undefined {
  const { publicKey, signatures } = signer;
  for (const name of signatures) {
    const scheme = schemesOf(signatures).find(
      (candidate) =>
        candidate.algorithm === name && schemeFits(candidate, publicKey) && wanted.includes(candidate.code),
    );
    if (scheme !== undefined) return scheme;
  }
  return undefined;
}

/** PKCS#1 v1.5 is for keys that can't do better: draft-ietf-tls-tls13-pkcs1 section 2. */
function schemesOf(signatures: readonly string[]): readonly NamedScheme[] {
  const schemes = Object.entries(signatureSchemes);
  const all = signatures.some((name) => name.startsWith('rsa_pss'))
    ? schemes
    : [...schemes, ...Object.entries(legacySchemes)];
  // Object.entries forgets which keys a record has.
  return all.map(([name, scheme]) => ({ ...scheme, name: name as ClientSignatureSchemeName }));
}
