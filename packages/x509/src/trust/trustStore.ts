import { equalBytes } from '../certificate/bytes.ts';
import type { Certificate } from '../certificate/certificate.ts';
import { type Name, nameKey } from '../certificate/name.ts';
import { parseCertificate } from '../certificate/parseCertificate.ts';
import { latin1Text } from '../der/strings.ts';
import type { BundledCertificate } from './bundle.ts';
import { lazily } from './lazily.ts';
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
  /** How many anchors there are, certificates or not. To know it, all bundles are read. */
  readonly size: number;
  /**
   * Adds a certificate, DER or parsed; one that is there already is not added again.
   * @throws CertificateError `malformed`
   */
  add(certificate: Uint8Array | Certificate): void;
  /**
   * Adds an authority by name and key; one that is there already, with the same limits, is not added again. Its data
   * is decoded when a path first comes to it: what is malformed leads nowhere, and the error says so. Its key is not
   * even copied before, and must not change.
   */
  addAnchor(data: TrustAnchorData): void;
  /**
   * Adds a certificate of a bundle, which is read when a path first comes to its name; one that is malformed then
   * isn't there.
   */
  addUnread(certificate: BundledCertificate): void;
  /** All anchors, in the order in which they were added. */
  anchors(): readonly TrustAnchor[];
  /** The certificates, in the order in which they were added. */
  certificates(): readonly Certificate[];
  /** The anchors whose subject has the same octets. */
  findBySubject(subject: Name): readonly TrustAnchor[];
  /** The anchor that is this very certificate. */
  find(certificate: Certificate): TrustAnchor | undefined;
}

/** An anchor that is made when it is first asked for; undefined where that shows that there is none. */
type Entry = () => TrustAnchor | undefined;

/**
 * A store with these certificates, DER or parsed.
 * @throws CertificateError `malformed`
 */
export function createTrustStore(certificates: Iterable<Uint8Array | Certificate> = []): TrustStore {
  const entries: Entry[] = [];
  const bySubject = new Map<string, Entry[]>();
  const known = new Map<string, TrustAnchorData[]>();

  /** `subject` is the Name's octets as text. */
  function append(subject: string, entry: Entry): void {
    entries.push(entry);
    addTo(bySubject, subject, entry);
  }

  function findAll(subject: string): readonly TrustAnchor[] {
    return (bySubject.get(subject) ?? []).flatMap((entry) => entry() ?? []);
  }

  const store: TrustStore = {
    get size() {
      return store.anchors().length;
    },
    add(given) {
      const certificate = given instanceof Uint8Array ? parseCertificate(given) : given;
      if (store.find(certificate) !== undefined) return;
      const anchor = anchorOfCertificate(certificate);
      append(nameKey(certificate.subject), () => anchor);
    },
    addAnchor(data) {
      const subject = latin1Text(data.subject);
      if (known.get(subject)?.some((other) => isSame(data, other))) return;
      addTo(known, subject, data);
      append(
        subject,
        lazily(() => anchorOfData(data)),
      );
    },
    addUnread({ subject: encoded, read }) {
      const subject = latin1Text(encoded);
      const before = bySubject.get(subject)?.length ?? 0;
      append(
        subject,
        lazily(() => {
          const certificate = read();
          const namesakes = bySubject.get(subject)?.slice(0, before) ?? [];
          if (!certificate || namesakes.some((entry) => isOf(certificate, entry()))) return undefined;
          return anchorOfCertificate(certificate);
        }),
      );
    },
    anchors: () => entries.flatMap((entry) => entry() ?? []),
    certificates: () => store.anchors().flatMap(({ certificate }) => certificate ?? []),
    findBySubject: (subject) => findAll(nameKey(subject)),
    find: (certificate) =>
      store.findBySubject(certificate.subject).find((anchor) => isOf(certificate, anchor)),
  };
  for (const certificate of certificates) store.add(certificate);
  return store;
}

function addTo<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list) list.push(item);
  else lists.set(key, [item]);
}

/** Whether the anchor is this very certificate. */
function isOf(certificate: Certificate, anchor: TrustAnchor | undefined): boolean {
  return anchor?.certificate !== undefined && equalBytes(anchor.certificate.raw, certificate.raw);
}

/** Whether two with the same subject are the same in all else. */
function isSame(a: TrustAnchorData, b: TrustAnchorData): boolean {
  return (
    a.distrustAfter === b.distrustAfter &&
    equalBytes(a.spki, b.spki) &&
    equalBytes(a.nameConstraints ?? none, b.nameConstraints ?? none)
  );
}

/** Stands for what is absent: no NameConstraints is without octets. */
const none = new Uint8Array(0);
