import { DerReader } from '../der/reader.ts';
import { tags } from '../der/tags.ts';

/** How a private key is wrapped; RFC 7468 sections 10 and 11 have the PEM labels of the first two. */
export type PrivateKeyForm =
  /** OneAsymmetricKey, RFC 5958 section 2. */
  | 'PKCS #8'
  /** EncryptedPrivateKeyInfo, RFC 5958 section 3. */
  | 'encrypted'
  /** RSAPrivateKey, RFC 8017 appendix A.1.2. */
  | 'RSA'
  /** ECPrivateKey, RFC 5915. */
  | 'EC';

export const formOfLabel: ReadonlyMap<string, PrivateKeyForm> = new Map([
  ['PRIVATE KEY', 'PKCS #8'],
  ['ENCRYPTED PRIVATE KEY', 'encrypted'],
  ['RSA PRIVATE KEY', 'RSA'],
  ['EC PRIVATE KEY', 'EC'],
]);

/**
 * Which form it is, as far as the first two fields tell: what is encrypted has no version, and the others differ in
 * what follows theirs.
 * @throws DerError
 */
export function privateKeyForm(der: Uint8Array): PrivateKeyForm {
  return DerReader.read(der, 'PrivateKey', (reader) =>
    reader.sequence('PrivateKey', (contents): PrivateKeyForm => {
      const first = contents.any('version').tag;
      const second = contents.nextTag;
      contents.rest();
      if (first === tags.sequence) return 'encrypted';
      if (second === tags.integer) return 'RSA';
      return second === tags.octetString ? 'EC' : 'PKCS #8';
    }),
  );
}
