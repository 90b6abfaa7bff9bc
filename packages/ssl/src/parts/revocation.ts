import {
  type Crl,
  type CrlStore,
  createCrlStore,
  createRevocationCheck,
  parseCrl,
  type RevocationCheck,
  type RevocationOptions,
} from '@halfclose/x509';

/** What a platform needs to have of revocation. */
export interface RevocationPart {
  createCrlStore(): CrlStore;
  /** @throws CertificateError `bad_crl` where it is malformed */
  parseCrl(der: Uint8Array): Crl;
  createRevocationCheck(options: RevocationOptions): RevocationCheck;
}

/** Stapled OCSP responses, must-staple and CRLs for contexts, as the `revocation` of their platform. */
export const revocation: RevocationPart = { createCrlStore, parseCrl, createRevocationCheck };
