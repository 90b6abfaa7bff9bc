import type { GroupName } from '@halfclose/crypto';
import type { CertificateType } from './credential.ts';
import type { CipherSuiteName } from './protocol/cipherSuites.ts';
import type { CipherSuiteName12 } from './protocol/cipherSuites12.ts';
import type { ServerSignatureSchemeName } from './protocol/signatureSchemes.ts';

/**
 * What one connection gives for another to resume it, with all that is needed to offer it later. A plain value:
 * `sessionToBytes` writes it down. A connection of another version can't resume it.
 */
export type Session = Session13 | Session12;

interface SessionOfAnyVersion {
  /** Whom it was made with, and to whom alone it is shown. */
  readonly serverName: string | undefined;
  readonly alpnProtocol: string | undefined;
  /** Milliseconds since 1970, by the connection's clock. */
  readonly receivedAt: number;
  /** Milliseconds since 1970; at most seven days after `receivedAt`, not after `validUntil` nor `authenticatedUntil`. */
  readonly expiresAt: number;
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
  /** What the server signed with when the session began; undefined where it signed nothing, a key standing for it. */
  readonly signatureScheme: ServerSignatureSchemeName | undefined;
  /** The external pre-shared key that stood for certificates when the session began, by its identity. */
  readonly externalPsk: Uint8Array | undefined;
}

/** What a NewSessionTicket gives, RFC 8446 section 4.6.1. */
export interface Session13 extends SessionOfAnyVersion {
  readonly version: 'TLSv1.3';
  readonly cipherSuite: CipherSuiteName;
  /** The opaque identity to show to the server. */
  readonly ticket: Uint8Array;
  /** The pre-shared key, derived from the resumption secret and the ticket's nonce. Secret. */
  readonly psk: Uint8Array;
  readonly ticketAgeAdd: number;
  /** Octets of early data that the server would take; 0 for none. */
  readonly maxEarlyData: number;
}

/** What a handshake of TLS 1.2 gives, RFC 5246 section 7.3 and RFC 5077. */
export interface Session12 extends SessionOfAnyVersion {
  readonly version: 'TLSv1.2';
  readonly cipherSuite: CipherSuiteName12;
  /** Up to 32 octets; empty where there is a ticket instead. */
  readonly sessionId: Uint8Array;
  /** Empty where there is a session id instead. */
  readonly ticket: Uint8Array;
  /** 48 octets. Secret. */
  readonly masterSecret: Uint8Array;
  /** Whether that is bound to the handshake it was agreed on in (RFC 7627). */
  readonly extendedMasterSecret: boolean;
  /** What it was agreed on with. */
  readonly group: GroupName | undefined;
}
