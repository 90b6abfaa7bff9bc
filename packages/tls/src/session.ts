import type { CertificateType } from './credential.ts';
import type { CipherSuiteName } from './protocol/cipherSuites.ts';

/** What a NewSessionTicket gives, with all that is needed to offer it later (RFC 8446 section 4.6.1). */
export interface Session {
  /** Whom it was made with, and to whom alone it is shown. */
  readonly serverName: string;
  readonly cipherSuite: CipherSuiteName;
  readonly alpnProtocol: string | undefined;
  /** The opaque identity to show to the server. */
  readonly ticket: Uint8Array;
  /** The pre-shared key, derived from the resumption secret and the ticket's nonce. Secret. */
  readonly psk: Uint8Array;
  readonly ticketAgeAdd: number;
  /** Milliseconds since 1970, by the connection's clock. */
  readonly receivedAt: number;
  /** Milliseconds since 1970; at most seven days after `receivedAt`. */
  readonly expiresAt: number;
  /** Octets of early data that the server would take; 0 for none. */
  readonly maxEarlyData: number;
  /** What the server showed when the session began. Left out: X.509 certificates. */
  readonly peerCertificateType?: CertificateType;
  /** DER certificates that it showed; of a raw key its SubjectPublicKeyInfo alone. */
  readonly peerCertificates: readonly Uint8Array[];
  /** The OCSPResponse that the server stapled to them, DER. */
  readonly ocspResponse?: Uint8Array | undefined;
  /** The SignedCertificateTimestamps that came with them. Left out: none. */
  readonly signedCertificateTimestamps?: readonly Uint8Array[];
}
