import type { MaybePromise, PublicKey } from '@halfclose/crypto';
import type { CertificateType } from './credential.ts';

/** What the server showed, for a decision. */
export interface ServerIdentity {
  /** DER certificates as sent, the server's own first. Never empty. The bytes are the verifier's to keep. */
  readonly certificates: readonly Uint8Array[];
  /** The name or address that the caller asked for, if any. */
  readonly serverName: string | undefined;
  /** Milliseconds since 1970, from the connection's clock. */
  readonly now: number;
  /** What the server stapled for its own certificate: an OCSPResponse (RFC 6960), DER. The verifier's to keep, too. */
  readonly ocspResponse?: Uint8Array | undefined;
  /** SignedCertificateTimestamps (RFC 6962 section 3.2) that came in the handshake for its own certificate. */
  readonly signedCertificateTimestamps?: readonly Uint8Array[];
  /**
   * Whether the certificate has to be trusted, and for `serverName`, also where the caller asked for less: it is the public
   * name of Encrypted Client Hello, and what this server says decides what becomes of the hidden one (RFC 9849 section
   * 6.1.7). Left out: as the caller asked.
   */
  readonly mustMatchName?: boolean;
  /** What the certificate has to let its key do. Left out: `digitalSignature`. */
  readonly keyUse?: ServerKeyUse;
}

/**
 * What a handshake has the key of a certificate do, as keyUsage calls it: sign, or, where the key exchange of TLS 1.2 is by
 * RSA, decrypt (RFC 5246 section 7.4.2).
 */
export type ServerKeyUse = 'digitalSignature' | 'keyEncipherment';

/** A key that a server showed without a certificate around it (RFC 7250), for a decision. */
export interface RawServerKey {
  /** DER, as sent: a SubjectPublicKeyInfo if all is well. The bytes are the verifier's to keep. */
  readonly subjectPublicKeyInfo: Uint8Array;
  /** The name or address that the caller asked for, if any. */
  readonly serverName: string | undefined;
  /** Milliseconds since 1970, from the connection's clock. */
  readonly now: number;
}

/** What the DER around a delegated credential says. */
export interface Delegation {
  /** The key that the certificate lends its name to. */
  readonly publicKey: PublicKey;
  /** That of the certificate, milliseconds since 1970. */
  readonly notBefore: number;
  /** Whether the certificate has DelegationUsage, and digitalSignature among its uses (RFC 9345 section 4.2). */
  readonly mayDelegate: boolean;
}

export interface VerifiedServer {
  /** The key that CertificateVerify must be made with. */
  readonly publicKey: PublicKey;
  /** DER, from the server's certificate to the trust anchor; empty where nothing was verified. */
  readonly verifiedChain: readonly Uint8Array[];
  /**
   * When the first certificate of the path expires, milliseconds since 1970: no session outlives it. Left out: unknown,
   * and sessions are decided about anew each time (see `verifyOnResumption`).
   */
  readonly validUntil?: number | undefined;
}

/** What was decided about a server, and on what grounds; empty where an external pre-shared key stands for both. */
export interface ServerCertificates {
  readonly certificateType: CertificateType;
  /** DER, as the server sent them; of a raw key its SubjectPublicKeyInfo alone. */
  readonly peerCertificates: readonly Uint8Array[];
  readonly verifiedChain: readonly Uint8Array[];
  readonly validUntil?: number | undefined;
  /** DER, as the server stapled it. */
  readonly ocspResponse: Uint8Array | undefined;
  /** As the server sent them. */
  readonly signedCertificateTimestamps: readonly Uint8Array[];
}

/**
 * Decides whether a server is who it says. The engine's whole need of X.509: `@halfclose/x509` fits it, a
 * platform's own verifier can.
 *
 * To refuse, throw (or reject with) an error; if it has a property `alert` with the name of a certificate alert
 * (RFC 8446 section 6.2), that alert is sent, else `certificate_unknown`. The error becomes the `cause` of the
 * connection's error.
 */
export interface ServerVerifier {
  verifyServer(identity: ServerIdentity): MaybePromise<VerifiedServer>;
  /**
   * The same for a key without a certificate, which nobody vouches for: it has to be known. Asked only where the
   * configuration has `RawPublicKey` among its `serverCertificateTypes`. Left out: no such key is ever accepted.
   */
  verifyRawPublicKey?(key: RawServerKey): MaybePromise<VerifiedServer>;
  /**
   * What a certificate that was verified, and a key that it lends its name to, say (RFC 9345). Throws where the key can't be
   * read. Asked only where the configuration has `delegatedCredentials`. Left out: none is ever accepted.
   */
  readDelegation?(certificate: Uint8Array, subjectPublicKeyInfo: Uint8Array): Delegation;
}
