import type { HashAlgorithm } from '@halfclose/crypto';
import type { Certificate } from '../certificate/certificate.ts';
import { latin1Text } from '../der/strings.ts';
import type { Issuer } from './path.ts';

/**
 * Signatures of certificates that were found right, from one verification to the next. A right signature stays right;
 * dates, names, constraints and revocation are judged each time. Wrong ones are not kept: they'd be the sender's to choose.
 */
export interface SignatureMemory {
  has(fingerprint: string): boolean;
  add(fingerprint: string): void;
}

/** @param maximum how many to keep; the one that was not asked for the longest goes first */
export function createSignatureMemory(maximum = 1_000): SignatureMemory {
  const known = new Set<string>();
  const touch = (fingerprint: string): void => {
    known.delete(fingerprint);
    known.add(fingerprint);
  };
  return {
    has(fingerprint) {
      const isKnown = known.has(fingerprint);
      if (isKnown) touch(fingerprint);
      return isKnown;
    },
    add(fingerprint) {
      touch(fingerprint);
      for (const oldest of known) {
        if (known.size <= maximum) return;
        known.delete(oldest);
      }
    },
  };
}

/**
 * A text that no other signature has: of all that the result depends on. SubjectPublicKeyInfo and TBSCertificate are DER
 * and say how long they are, so that nothing can move from one to the next; the algorithm stands in the second.
 */
export function signatureFingerprint(
  hash: HashAlgorithm,
  { tbs, signature }: Certificate,
  { spki }: Issuer,
): string {
  const digest = hash.create();
  digest.update(spki);
  digest.update(tbs);
  digest.update(signature);
  return latin1Text(digest.digest());
}
