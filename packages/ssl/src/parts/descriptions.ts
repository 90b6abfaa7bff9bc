import type { CipherSuiteName, CipherSuiteName12 } from '@halfclose/tls';
import { type CipherDetails, cipherDetails } from '../cipherDetails.ts';
import { describeCertificate, type PeerCertificate } from '../peerCertificate.ts';

/** What a platform needs to have, so that contexts and sockets tell of things as Python's do. */
export interface DescriptionsPart {
  /** @param der @throws CertificateError where it can't be parsed */
  certificate(der: Uint8Array): PeerCertificate;
  cipher(name: CipherSuiteName | CipherSuiteName12): CipherDetails;
}

/** Python's dictionaries of certificates and cipher suites, as the `descriptions` of a platform. */
export const descriptions: DescriptionsPart = { certificate: describeCertificate, cipher: cipherDetails };
