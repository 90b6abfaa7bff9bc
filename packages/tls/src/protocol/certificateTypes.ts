import type { CertificateCompressionAlgorithm, CertificateType } from '../credential.ts';

/** CertificateType, RFC 7250 section 3 and RFC 8446 section 4.4.2. */
export const certificateTypes: Readonly<Record<CertificateType, number>> = { X509: 0, RawPublicKey: 2 };

/** Undefined for a type that this client doesn't know. */
export function certificateTypeOf(code: number): CertificateType | undefined {
  if (code === certificateTypes.X509) return 'X509';
  return code === certificateTypes.RawPublicKey ? 'RawPublicKey' : undefined;
}

/** CertificateCompressionAlgorithm, RFC 8879 section 7.3. */
export const certificateCompressionAlgorithms: Readonly<Record<CertificateCompressionAlgorithm, number>> = {
  zlib: 1,
  brotli: 2,
  zstd: 3,
};
