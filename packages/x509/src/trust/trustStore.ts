import { equalBytes } from '../certificate/bytes.ts';
import type { Certificate } from '../certificate/certificate.ts';
import { type Name, nameKey } from '../certificate/name.ts';
import { parseCertificate } from '../certificate/parseCertificate.ts';

/**
 * The certificates that a user trusts: authorities (roots or intermediates), and certificates of servers.
 *
 * What such a certificate says of itself holds: its dates, basicConstraints, keyUsage, extendedKeyUsage, and the
 * constraints that it sets to those below it. It must say that it is an authority before others are accepted on
 * its word (RFC 5280 section 4.2.1.9); if it doesn't, it is trusted for itself alone. Only a root of version 1,
 * which can't say it, is taken for an authority nevertheless. Its signature, and what algorithm made it, are not
 * looked at: the user has vouched for its octets.
 */
export interface TrustStore {
  /** How many certificates there are. */
  readonly size: number;
  /**
   * Adds a DER certificate; one that is there already is not added again.
   * @throws CertificateError `malformed`
   */
  add(der: Uint8Array): void;
  /** All of them, in the order in which they were added. */
  certificates(): readonly Certificate[];
  /** Those whose subject has the same octets. */
  findBySubject(subject: Name): readonly Certificate[];
  /** Whether this very certificate is in the store. */
  has(certificate: Certificate): boolean;
}

/**
 * A store with these DER certificates.
 * @throws CertificateError `malformed`
 */
export function createTrustStore(certificates: Iterable<Uint8Array> = []): TrustStore {
  const all: Certificate[] = [];
  const bySubject = new Map<string, Certificate[]>();
  const find = (subject: Name): readonly Certificate[] => bySubject.get(nameKey(subject)) ?? [];

  const store: TrustStore = {
    get size() {
      return all.length;
    },
    add(der) {
      const certificate = parseCertificate(der);
      if (store.has(certificate)) return;
      all.push(certificate);
      bySubject.set(nameKey(certificate.subject), [...find(certificate.subject), certificate]);
    },
    certificates: () => [...all],
    findBySubject: find,
    has: ({ subject, raw }) => find(subject).some((trusted) => equalBytes(trusted.raw, raw)),
  };
  for (const der of certificates) store.add(der);
  return store;
}
