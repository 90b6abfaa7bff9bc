import type { CurveName, PublicKey, SignatureName } from '@halfclose/crypto';

/** A SignatureScheme as CertificateVerify may use it in TLS 1.3. RFC 8446 section 4.2.3, draft-ietf-tls-mldsa. */
export interface SignatureScheme {
  readonly code: number;
  readonly algorithm: SignatureName;
  readonly keyType: PublicKey['type'];
  /** ECDSA: TLS 1.3 ties each hash to one curve. */
  readonly curve?: CurveName;
  /** RSA: whether the key's own algorithm has to be id-RSASSA-PSS (pss) or rsaEncryption (rsae). */
  readonly pssOnly?: boolean;
}

export type SignatureSchemeName =
  | 'ecdsa_secp256r1_sha256'
  | 'ecdsa_secp384r1_sha384'
  | 'ecdsa_secp521r1_sha512'
  | 'ed25519'
  | 'ed448'
  | 'rsa_pss_rsae_sha256'
  | 'rsa_pss_rsae_sha384'
  | 'rsa_pss_rsae_sha512'
  | 'rsa_pss_pss_sha256'
  | 'rsa_pss_pss_sha384'
  | 'rsa_pss_pss_sha512'
  | 'mldsa44'
  | 'mldsa65'
  | 'mldsa87';

export const signatureSchemes: Readonly<Record<SignatureSchemeName, SignatureScheme>> = {
  ecdsa_secp256r1_sha256: { code: 0x0403, algorithm: 'ecdsa_sha256', keyType: 'EC', curve: 'P-256' },
  ecdsa_secp384r1_sha384: { code: 0x0503, algorithm: 'ecdsa_sha384', keyType: 'EC', curve: 'P-384' },
  ecdsa_secp521r1_sha512: { code: 0x0603, algorithm: 'ecdsa_sha512', keyType: 'EC', curve: 'P-521' },
  ed25519: { code: 0x0807, algorithm: 'ed25519', keyType: 'Ed25519' },
  ed448: { code: 0x0808, algorithm: 'ed448', keyType: 'Ed448' },
  rsa_pss_rsae_sha256: { code: 0x0804, algorithm: 'rsa_pss_sha256', keyType: 'RSA', pssOnly: false },
  rsa_pss_rsae_sha384: { code: 0x0805, algorithm: 'rsa_pss_sha384', keyType: 'RSA', pssOnly: false },
  rsa_pss_rsae_sha512: { code: 0x0806, algorithm: 'rsa_pss_sha512', keyType: 'RSA', pssOnly: false },
  rsa_pss_pss_sha256: { code: 0x0809, algorithm: 'rsa_pss_sha256', keyType: 'RSA', pssOnly: true },
  rsa_pss_pss_sha384: { code: 0x080a, algorithm: 'rsa_pss_sha384', keyType: 'RSA', pssOnly: true },
  rsa_pss_pss_sha512: { code: 0x080b, algorithm: 'rsa_pss_sha512', keyType: 'RSA', pssOnly: true },
  mldsa44: { code: 0x0904, algorithm: 'mldsa44', keyType: 'ML-DSA-44' },
  mldsa65: { code: 0x0905, algorithm: 'mldsa65', keyType: 'ML-DSA-65' },
  mldsa87: { code: 0x0906, algorithm: 'mldsa87', keyType: 'ML-DSA-87' },
};

/** RSASSA-PKCS1-v1_5, which signs certificates, and handshakes of TLS 1.2 only. */
export type Pkcs1SchemeName = 'rsa_pkcs1_sha256' | 'rsa_pkcs1_sha384' | 'rsa_pkcs1_sha512';

export const pkcs1Schemes: Readonly<Record<Pkcs1SchemeName, SignatureScheme>> = {
  rsa_pkcs1_sha256: { code: 0x0401, algorithm: 'rsa_pkcs1_sha256', keyType: 'RSA', pssOnly: false },
  rsa_pkcs1_sha384: { code: 0x0501, algorithm: 'rsa_pkcs1_sha384', keyType: 'RSA', pssOnly: false },
  rsa_pkcs1_sha512: { code: 0x0601, algorithm: 'rsa_pkcs1_sha512', keyType: 'RSA', pssOnly: false },
};

/** What a server may sign a handshake with, in one version or the other. */
export type ServerSignatureSchemeName = SignatureSchemeName | Pkcs1SchemeName;

export const serverSchemes: Readonly<Record<ServerSignatureSchemeName, SignatureScheme>> = {
  ...signatureSchemes,
  ...pkcs1Schemes,
};

/** For the CertificateVerify of a client whose key can do no RSASSA-PSS, draft-ietf-tls-tls13-pkcs1 section 2. */
export type LegacySchemeName =
  | 'rsa_pkcs1_sha256_legacy'
  | 'rsa_pkcs1_sha384_legacy'
  | 'rsa_pkcs1_sha512_legacy';

export const legacySchemes: Readonly<Record<LegacySchemeName, SignatureScheme>> = {
  rsa_pkcs1_sha256_legacy: { code: 0x0420, algorithm: 'rsa_pkcs1_sha256', keyType: 'RSA', pssOnly: false },
  rsa_pkcs1_sha384_legacy: { code: 0x0520, algorithm: 'rsa_pkcs1_sha384', keyType: 'RSA', pssOnly: false },
  rsa_pkcs1_sha512_legacy: { code: 0x0620, algorithm: 'rsa_pkcs1_sha512', keyType: 'RSA', pssOnly: false },
};

/** What a client may sign with. */
export type ClientSignatureSchemeName = ServerSignatureSchemeName | LegacySchemeName;

/**
 * RFC 8446 section 4.2.3: each scheme of TLS 1.3 goes with one kind of key, ECDSA's with one curve. A key for RSASSA-PSS
 * may be limited to one scheme.
 */
export function schemeFits(scheme: SignatureScheme, key: PublicKey): boolean {
  if (key.type !== scheme.keyType) return false;
  if (key.type === 'EC') return key.curve === scheme.curve;
  if (key.type === 'RSA') {
    const { pssOnly, onlySignature = scheme.algorithm } = key;
    return pssOnly === scheme.pssOnly && onlySignature === scheme.algorithm;
  }
  return true;
}

/** The same in TLS 1.2, where a hash goes with any curve (RFC 5246 section 7.4.1.4.1), and ML-DSA with nothing. */
export function schemeFits12(scheme: SignatureScheme, key: PublicKey): boolean {
  if (key.type === 'EC') return scheme.keyType === 'EC';
  return !key.type.startsWith('ML-DSA') && schemeFits(scheme, key);
}
