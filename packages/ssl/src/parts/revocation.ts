import { type Crl, type CrlStore, createCrlStore, parseCrl } from '@halfclose/x509';

/** What a platform needs to have of revocation. */
export interface RevocationPart {
  createCrlStore(): CrlStore;
  /** @throws CertificateError `bad_crl` where it is malformed */
  parseCrl(der: Uint8Array): Crl;
}

/** Stapled OCSP responses, must-staple and CRLs for contexts, as the `revocation` of their platform. */
export const revocation: RevocationPart = { createCrlStore, parseCrl };
