import { equalBytes } from '../certificate/bytes.ts';
import type { Certificate } from '../certificate/certificate.ts';
import { type Name, nameKey } from '../certificate/name.ts';
import { parseCertificate } from '../certificate/parseCertificate.ts';
import { latin1Text } from '../der/strings.ts';
import { anchorOfCertificate, anchorOfData, type TrustAnchor, type TrustAnchorData } from './trustAnchor.ts';

/**
 * What a user trusts: certificates of authorities (roots or intermediates) and of servers, and authorities of which
 * only name and key are known.
 *
 * What a certificate says of itself holds: its dates, basicConstraints, keyUsage, extendedKeyUsage, and the
 * constraints that it sets to those below it. It must say that it is an authority before others are accepted on
 * its word (RFC 5280 section 4.2.1.9); if it doesn't, it is trusted for itself alone. Only a root of version 1,
 * which can't say it, is taken for an authority nevertheless. Its signature, and what algorithm made it, are not
 * looked at: the user has vouched for its octets.
 */
export interface TrustStore {
  /** How many anchors there are, certificates or not. */
  readonly size: number;
  /**
   * Adds a DER certificate; one that is there already is not added again.
   * @throws CertificateError `malformed`
   */
  add(der: Uint8Array): void;
  /**
   * Adds an authority by name and key; one that is there already, with the same limits, is not added again. Its data
   * is copied, and decoded when a path first comes to it: what is malformed leads nowhere, and the error says so.
   */
  addAnchor(data: TrustAnchorData): void;
  /** The certificates, in the order in which they were added. */
  certificates(): readonly Certificate[];
  /** The anchors whose subject has the same octets. */
  findBySubject(subject: Name): readonly TrustAnchor[];
  /** The anchor that is this very certificate. */
  find(certificate: Certificate): TrustAnchor | undefined;
}

/**
 * A store with these DER certificates.
 * @throws CertificateError `malformed`
 */
export function createTrustStore(certificates: Iterable<Uint8Array> = []): TrustStore {
  const all: TrustAnchor[] = [];
  const bySubject = new Map<string, TrustAnchor[]>();
  const dataKeys = new Set<string>();

  /** `subject` is the Name's octets as text. */
  function append(subject: string, anchor: TrustAnchor): void {
    all.push(anchor);
    const namesakes = bySubject.get(subject);
    if (namesakes) namesakes.push(anchor);
    else bySubject.set(subject, [anchor]);
  }

  const store: TrustStore = {
    get size() {
      return all.length;
    },
    add(der) {
      const certificate = parseCertificate(der);
      if (store.find(certificate) === undefined) {
        append(nameKey(certificate.subject), anchorOfCertificate(certificate));
      }
    },
    addAnchor(data) {
      const key = dataKey(data);
      if (dataKeys.has(key)) return;
      dataKeys.add(key);
      append(latin1Text(data.subject), anchorOfData(data));
    },
    certificates: () => all.flatMap(({ certificate }) => certificate ?? []),
    findBySubject: (subject) => bySubject.get(nameKey(subject)) ?? [],
    find: ({ subject, raw }) =>
      bySubject
        .get(nameKey(subject))
        ?.find(({ certificate }) => certificate && equalBytes(certificate.raw, raw)),
  };
  for (const der of certificates) store.add(der);
  return store;
}

/** The same for the same data only: Name and SubjectPublicKeyInfo are DER, which says how long it is. */
function dataKey({ subject, spki, nameConstraints, distrustAfter }: TrustAnchorData): string {
  const limits = `${distrustAfter} ${nameConstraints && latin1Text(nameConstraints)}`;
  return latin1Text(subject) + latin1Text(spki) + limits;
}
