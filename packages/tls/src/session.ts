import type { CertificateType } from './credential.ts';
import type { CipherSuiteName } from './protocol/cipherSuites.ts';
import type { SignatureSchemeName } from './protocol/signatureSchemes.ts';

/**
 * What a NewSessionTicket gives, with all that is needed to offer it later (RFC 8446 section 4.6.1). A plain value:
 * `sessionToBytes` writes it down.
 */
export interface Session {
  /** A connection of another version can't resume it. */
  readonly version: 'TLSv1.3';
  /** Whom it was made with, and to whom alone it is shown. */
  readonly serverName: string | undefined;
  readonly cipherSuite: CipherSuiteName;
  readonly alpnProtocol: string | undefined;
  /** The opaque identity to show to the server. */
  readonly ticket: Uint8Array;
  /** The pre-shared key, derived from the resumption secret and the ticket's nonce. Secret. */
  readonly psk: Uint8Array;
  readonly ticketAgeAdd: number;
  /** Milliseconds since 1970, by the connection's clock. */
  readonly receivedAt: number;
  /** Milliseconds since 1970; at most seven days after `receivedAt`, not after `validUntil` nor `authenticatedUntil`. */
  readonly expiresAt: number;
  /** Octets of early data that the server would take; 0 for none. */
  readonly maxEarlyData: number;
  /** What the server signed with when the session began; undefined where an external key stood for it. */
  readonly signatureScheme: SignatureSchemeName | undefined;
  /** What the server showed when the session began. */
  readonly peerCertificateType: CertificateType;
  /** DER certificates that it showed; of a raw key its SubjectPublicKeyInfo alone. */
  readonly peerCertificates: readonly Uint8Array[];
  /** As the verifier decided, DER, from the server's certificate to the trust anchor. */
  readonly verifiedChain: readonly Uint8Array[];
  /** Until when what the verifier decided holds, milliseconds since 1970; undefined where it didn't say. */
  readonly validUntil: number | undefined;
  /**
   * Until when what the server proved with its key counts, milliseconds since 1970: seven days from then, less if that
   * was a delegated one. Sessions of connections that resume this one have the same.
   */
  readonly authenticatedUntil: number;
  /** The OCSPResponse that the server stapled to them, DER. */
  readonly ocspResponse: Uint8Array | undefined;
  /** The SignedCertificateTimestamps that came with them. */
  readonly signedCertificateTimestamps: readonly Uint8Array[];
  /** The external pre-shared key that stood for certificates when the session began, by its identity. */
  readonly externalPsk: Uint8Array | undefined;
}
