import type { PublicKey } from '@halfclose/crypto';
import type { ClientCertificateRequest, ClientCredential, CredentialMisfit } from '../credential.ts';
import { clientCertificateTypes } from '../messages/tls12/certificateRequest.ts';
import {
  type ClientSignatureSchemeName,
  legacySchemes,
  type SignatureScheme,
  schemeFits,
  schemeFits12,
  serverSchemes,
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

/** Which key signs with what, which is not the same in each version. */
interface SigningRules {
  /** What may be signed with by who can do these signatures. */
  schemes(signatures: readonly string[]): Readonly<Record<string, SignatureScheme>>;
  fits(scheme: SignatureScheme, key: PublicKey): boolean;
}

/** PKCS#1 v1.5 is for keys that can't do better: draft-ietf-tls-tls13-pkcs1 section 2. */
const rules13: SigningRules = {
  schemes: (signatures) =>
    signatures.some((name) => name.startsWith('rsa_pss'))
      ? signatureSchemes
      : { ...signatureSchemes, ...legacySchemes },
  fits: schemeFits,
};

const rules12: SigningRules = { schemes: () => serverSchemes, fits: schemeFits12 };

/** RFC 5246 section 7.4.4 and RFC 8422 section 5.5. */
function takesKey(types: readonly number[] | undefined, { type }: PublicKey): boolean {
  if (types === undefined) return true;
  const { rsaSign, ecdsaSign } = clientCertificateTypes;
  if (type === 'RSA') return types.includes(rsaSign);
  return !type.startsWith('ML-DSA') && types.includes(ecdsaSign);
}

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
  { type, mustMatchIssuer, certificates, signer }: ClientCredential,
  { certificateType, certificateAuthorities, clientCertificateTypes: keyTypes }: ClientCertificateRequest,
  scheme: NamedScheme | undefined,
): CredentialMisfit | undefined {
  if (type !== certificateType || !takesKey(keyTypes, signer.publicKey)) return 'certificateType';
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
  { signatureSchemes: wanted, clientCertificateTypes: keyTypes }: ClientCertificateRequest,
): NamedScheme | undefined {
  const { publicKey, signatures } = signer;
  const rules = keyTypes === undefined ? rules13 : rules12;
  const schemes = Object.entries(rules.schemes(signatures));
  for (const algorithm of signatures) {
    for (const [name, scheme] of schemes) {
      const fits = scheme.algorithm === algorithm && rules.fits(scheme, publicKey);
      // Object.entries forgets which keys a record has.
      if (fits && wanted.includes(scheme.code)) return { ...scheme, name: name as ClientSignatureSchemeName };
    }
  }
  return undefined;
}
