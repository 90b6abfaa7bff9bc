import { constants, createPublicKey, type KeyObject, verify, X509Certificate } from 'node:crypto';
import { constantTimeEqual, type HashAlgorithm } from '@halfclose/crypto';
import {
  certificateVerifyContent,
  decodeCertificate,
  decodeCertificateVerify,
  finishedVerifyData,
  type HandshakeMessage,
  handshakeTypes,
  type Transcript,
} from '@halfclose/tls/codec';

/** How a client said who it is, and whether that was right. */
export interface SeenAuthentication {
  /** That of the request, as the client gave it back. */
  readonly context: Uint8Array;
  /** DER, its own certificate first, or a SubjectPublicKeyInfo; none where it showed nothing. */
  readonly chain: readonly Uint8Array[];
  /** SignatureScheme of its CertificateVerify; undefined where it showed nothing. */
  readonly scheme: number | undefined;
  /** Whether OpenSSL finds the signature right. */
  readonly isSigned: boolean;
}

/** Looks at the client's Certificate and CertificateVerify as they come. */
export interface AuthenticationWatch {
  /** @param transcript with everything before this message, which is added to it */
  take(message: HandshakeMessage, transcript: Transcript): void;
  /** What has been seen so far; undefined before a Certificate. */
  readonly seen: SeenAuthentication | undefined;
}

export function watchAuthentication(): AuthenticationWatch {
  let seen: SeenAuthentication | undefined;
  return {
    take(message, transcript) {
      if (message.type === handshakeTypes.certificate) {
        const { certificateRequestContext: context, certificateList } = decodeCertificate(message.body);
        const chain = certificateList.map(({ certData }) => certData);
        seen = { context, chain, scheme: undefined, isSigned: false };
      }
      if (message.type === handshakeTypes.certificateVerify && seen !== undefined) {
        const { algorithm, signature } = decodeCertificateVerify(message.body);
        const content = certificateVerifyContent('client', transcript.digest());
        const isSigned = isRight(keyOf(seen.chain[0]), algorithm, content, signature);
        seen = { ...seen, scheme: algorithm, isSigned };
      }
      transcript.add(message);
    },
    get seen() {
      return seen;
    },
  };
}

/** RFC 8446 section 4.4.4. */
export function isFinishedRight(
  hash: HashAlgorithm,
  secret: Uint8Array,
  transcript: Transcript,
  { body }: HandshakeMessage,
): boolean {
  const expected = finishedVerifyData(hash, secret, transcript.digest());
  return body.length === expected.length && constantTimeEqual(body, expected);
}

function keyOf(shown: Uint8Array | undefined): KeyObject {
  if (shown === undefined) throw new Error('the client signs, and has shown nothing');
  try {
    return new X509Certificate(shown).publicKey;
  } catch {
    return createPublicKey({ key: Buffer.from(shown), type: 'spki', format: 'der' });
  }
}

/** SignatureScheme, RFC 8446 section 4.2.3: its hash, and how it pads. */
const digests: Readonly<Record<number, string>> = {
  1027: 'sha256',
  1283: 'sha384',
  1539: 'sha512',
  2052: 'sha256',
  2053: 'sha384',
  2054: 'sha512',
  2057: 'sha256',
  2058: 'sha384',
  2059: 'sha512',
  // draft-ietf-tls-tls13-pkcs1
  1056: 'sha256',
  1312: 'sha384',
  1568: 'sha512',
};

function isRight(key: KeyObject, scheme: number, content: Uint8Array, signature: Uint8Array): boolean {
  const digest = digests[scheme];
  if (digest === undefined) return verify(null, content, key, signature);
  if (scheme >>> 8 !== 8) return verify(digest, content, key, signature);
  const padding = constants.RSA_PKCS1_PSS_PADDING;
  const saltLength = constants.RSA_PSS_SALTLEN_DIGEST;
  return verify(digest, content, { key, padding, saltLength }, signature);
}
