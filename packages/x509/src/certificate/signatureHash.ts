import type { HashName } from '@halfclose/crypto';
import type { Certificate } from './certificate.ts';
import { signatureAlgorithmMeaning } from './signatureAlgorithm.ts';

const hashes: readonly (readonly [suffix: RegExp, hash: HashName])[] = [
  [/_sha256$/, 'SHA-256'],
  [/_sha384$/, 'SHA-384'],
  [/_sha512$/, 'SHA-512'],
  // RFC 5929 section 4.1: "if the certificate's signatureAlgorithm uses a single hash function, and that hash function
  // is either MD5 or SHA-1, then use SHA-256".
  [/^(MD5|SHA-1) with/, 'SHA-256'],
];

/**
 * The hash that the channel binding `tls-server-end-point` takes of a certificate, RFC 5929 section 4.1; undefined where
 * its signature has none of its own, or one that is not known here.
 */
export function signatureHash({ signatureAlgorithm }: Certificate): HashName | undefined {
  const meaning = signatureAlgorithmMeaning(signatureAlgorithm);
  if (meaning.type === 'unsupported') return undefined;
  return hashes.find(([suffix]) => suffix.test(meaning.name))?.[1];
}
