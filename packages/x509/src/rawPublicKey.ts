/** Keys without certificates around them, RFC 7250. */
import type { MaybePromise, PublicKey } from '@halfclose/crypto';
import { equalBytes } from './certificate/bytes.ts';
import { decodePublicKey, readSubjectPublicKeyInfo, UnsupportedKey } from './certificate/subjectPublicKey.ts';
import { DerError } from './der/errors.ts';
import { DerReader } from './der/reader.ts';
import { CertificateError } from './errors.ts';
import type { ServerVerifier, VerifiedServer } from './verifier.ts';

/** A key that a server showed, for a decision. */
export interface RawServerKey {
  /** DER, as sent: a SubjectPublicKeyInfo if all is well. */
  readonly subjectPublicKeyInfo: Uint8Array;
}

/** What `@halfclose/tls` asks for where raw keys are to be taken. */
export interface RawPublicKeyVerifier extends ServerVerifier {
  /** Throws CertificateError. */
  verifyRawPublicKey(key: RawServerKey): MaybePromise<VerifiedServer>;
}

/**
 * Accepts a server that shows one of these keys, and no other: who has them was told by somebody else, and the name of the
 * server is not looked at. The connection needs `serverCertificateTypes` with `RawPublicKey` in it.
 * @param trusted DER, a SubjectPublicKeyInfo each, as `Certificate.spki` has it
 * @param certificates for servers that show certificates instead; left out: none of them is accepted
 * @throws CertificateError `malformed` or `unsupported_key` where one of `trusted` can't be used
 */
export function createRawPublicKeyVerifier(
  trusted: Iterable<Uint8Array>,
  certificates: ServerVerifier = refusingVerifier,
): RawPublicKeyVerifier {
  const keys = Array.from(trusted, (encoded) => new Uint8Array(encoded));
  for (const key of keys) parsePublicKey(key);
  return {
    verifyServer: (identity) => certificates.verifyServer(identity),
    verifyRawPublicKey({ subjectPublicKeyInfo }) {
      const publicKey = parsePublicKey(subjectPublicKeyInfo);
      // RFC 7250 section 6: what binds the key to the server is that it is one of those.
      if (keys.some((key) => equalBytes(key, subjectPublicKeyInfo))) return { publicKey, verifiedChain: [] };
      throw new CertificateError(
        'unknown_issuer',
        "The server's public key is none of those that are trusted",
      );
    },
  };
}

const refusingVerifier: ServerVerifier = {
  verifyServer() {
    throw new CertificateError(
      'unknown_issuer',
      'The server showed a certificate, and only keys are trusted',
    );
  },
};

/**
 * The key of a SubjectPublicKeyInfo (RFC 5280 section 4.1.2.7), which must be all of `der`. It keeps slices of it.
 * @throws CertificateError `malformed`, `unsupported_key`
 */
export function parsePublicKey(der: Uint8Array): PublicKey {
  try {
    return decodePublicKey(DerReader.read(der, 'SubjectPublicKeyInfo', readSubjectPublicKeyInfo));
  } catch (cause) {
    if (cause instanceof UnsupportedKey) {
      throw new CertificateError('unsupported_key', `The public key is not supported: ${cause.message}`, {
        cause,
      });
    }
    if (!(cause instanceof DerError)) throw cause;
    throw new CertificateError('malformed', `The public key is malformed: ${cause.message}`, { cause });
  }
}
