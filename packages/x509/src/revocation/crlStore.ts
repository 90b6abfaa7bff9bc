import { equalBytes } from '../certificate/bytes.ts';
import { type Name, nameKey } from '../certificate/name.ts';
import { type Crl, parseCrl } from './crl.ts';

/** CRLs (RFC 5280 chapter 5) that a user gives, decoded once for all verifications. */
export interface CrlStore {
  /** How many there are. */
  readonly size: number;
  /**
   * Adds a CRL, DER or decoded; one that is there already is not added again. The others of its issuer stay, so that
   * one that is out of date may be followed by a new one.
   * @throws CertificateError `bad_crl` where it is malformed
   */
  add(crl: Uint8Array | Crl): void;
  /** Those whose issuer has the same octets. */
  findByIssuer(issuer: Name): readonly Crl[];
}

/**
 * A store with these DER CRLs.
 * @throws CertificateError `bad_crl` where one is malformed
 */
export function createCrlStore(crls: Iterable<Uint8Array> = []): CrlStore {
  const byIssuer = new Map<string, Crl[]>();
  let size = 0;
  const store: CrlStore = {
    get size() {
      return size;
    },
    add(given) {
      const crl = given instanceof Uint8Array ? parseCrl(given) : given;
      const key = nameKey(crl.issuer);
      const known = byIssuer.get(key) ?? [];
      if (known.some(({ raw }) => equalBytes(raw, crl.raw))) return;
      byIssuer.set(key, [...known, crl]);
      size++;
    },
    findByIssuer: (issuer) => byIssuer.get(nameKey(issuer)) ?? [],
  };
  for (const der of crls) store.add(der);
  return store;
}
