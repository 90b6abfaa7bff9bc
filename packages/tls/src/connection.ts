import type { GroupName } from '@halfclose/crypto';
import type { ProtocolVersionName } from './config.ts';
import type { CertificateType, ClientAuthentication } from './credential.ts';
import type { EarlyDataStatus } from './earlyData.ts';
import type { TLSError } from './errors.ts';
import type { AlertName } from './protocol/alerts.ts';
import type { CipherSuiteName } from './protocol/cipherSuites.ts';
import type { CipherSuiteName12 } from './protocol/cipherSuites12.ts';
import type { ServerSignatureSchemeName } from './protocol/signatureSchemes.ts';

/** When the flights of a handshake came about, milliseconds since 1970 by the connection's clock. */
export interface HandshakeTiming {
  /** Our hello was made. */
  readonly begun: number;
  /** The first record of the server's answer to it came, a HelloRetryRequest included. */
  readonly answered: number;
  /** Our last flight was made: application data may be written. */
  readonly done: number;
}

/** What was agreed. Read by name; complete once the handshake is done. */
export interface ConnectionFacts extends HandshakeFacts {
  readonly timing: HandshakeTiming;
}

/** The same without its times. */
export interface HandshakeFacts {
  readonly version: ProtocolVersionName;
  readonly cipherSuite: CipherSuiteName | CipherSuiteName12;
  /**
   * Undefined where a pre-shared key was used without a key exchange (`psk_ke`), and in TLS 1.2 where there is no
   * such exchange, or it is in a prime field without a name.
   */
  readonly group: GroupName | undefined;
  /**
   * What the server takes, most wanted first and as far as we know it (RFC 8446 section 4.2.7); where it doesn't say, the
   * group that was agreed on. For the `serverGroups` of the next connection to it.
   */
  readonly serverGroups: readonly GroupName[];
  /**
   * What the server signed the handshake with, this one or the one that is resumed; undefined where a key stood for it.
   */
  readonly signatureScheme: ServerSignatureSchemeName | undefined;
  /** Whether a ticket took the place of certificate and signature. */
  readonly resumed: boolean;
  /** The identity of the external pre-shared key that this connection, or the one that is resumed, rests on. */
  readonly externalPsk: Uint8Array | undefined;
  /** Whether the server took the early data: all that `writeEarlyData` took. */
  readonly earlyDataAccepted: boolean;
  readonly alpnProtocol: string | undefined;
  readonly helloRetryRequest: boolean;
  /**
   * Encrypted Client Hello (RFC 9849): `accepted` if the server read what was hidden, `grease` if it only looked so. One that
   * is rejected is no connection, but an error.
   */
  readonly echOutcome: 'none' | 'grease' | 'accepted';
  /** What the server showed: certificates, or a key without one (RFC 7250). */
  readonly peerCertificateType: CertificateType;
  /**
   * DER certificates as the server sent them, in this connection or in the one that is resumed; of a raw key its
   * SubjectPublicKeyInfo alone. The octets are shared between connections that were shown the same, and not to be changed.
   */
  readonly peerCertificates: readonly Uint8Array[];
  /** The OCSPResponse (RFC 6960) that the server stapled, DER; in a resumed connection, when the session began. */
  readonly ocspResponse: Uint8Array | undefined;
  /** SignedCertificateTimestamps (RFC 6962) for its certificate; in a resumed connection, when the session began. */
  readonly signedCertificateTimestamps: readonly Uint8Array[];
  /** Whether the server signed with a key that its certificate lent its name to (RFC 9345). */
  readonly delegatedCredential: boolean;
  /** What came of the server's wish to know who we are, the last time that it had one; undefined where it had none. */
  readonly clientAuthentication: ClientAuthentication | undefined;
  /** DER, from the server's certificate to the trust anchor; empty where the verifier verified nothing. */
  readonly verifiedChain: readonly Uint8Array[];
  /** Whether the secrets are bound to the whole handshake: RFC 7627 in TLS 1.2, and always in TLS 1.3. */
  readonly extendedMasterSecret: boolean;
  /** Whether the server knows RFC 5746; in TLS 1.3, which has no renegotiation, always. */
  readonly secureRenegotiation: boolean;
  /**
   * The channel binding tls-unique (RFC 5929 section 3). Undefined in TLS 1.3, which has none, and where a session is
   * resumed without the extended master secret (RFC 7627 section 5.4).
   */
  readonly tlsUnique: Uint8Array | undefined;
}

/**
 * A TLS client without I/O: four ports (ciphertext in and out, plaintext in and out) and two closings.
 *
 * Whatever the peer sends, no method throws for it at the ciphertext ports: the connection fails, the alert
 * waits in `output()`, and `read` and `write` throw the cause, `read` only after the data before it was read.
 */
export interface ClientConnection {
  /** The first cause of this connection's death. */
  readonly error: TLSError | undefined;
  /** What was agreed; undefined until the handshake is done. */
  readonly facts: ConnectionFacts | undefined;
  /**
   * Pending while the handshake waits for something outside: a signature check, a certificate decision. Resolves
   * (never rejects) when `receive` takes bytes again or the connection failed. Undefined when nothing is awaited.
   */
  readonly waiting: Promise<void> | undefined;

  /**
   * Ciphertext in. Takes octets of `chunk` from `offset` on and returns how many; the rest is to be given again:
   * all of it is taken unless plaintext waits to be read or `waiting` is set. Nothing is taken after the peer's
   * close_notify: what follows that is not TLS's (RFC 8446 section 6.1). Neither keeps nor changes `chunk`.
   */
  receive(chunk: Uint8Array, offset?: number): number;
  /**
   * The carrier has ended. Without the peer's close_notify before it, this is a truncation and an error; but not
   * after the handshake and `closeRead`: nobody misses then what was cut off.
   */
  receiveEnd(): void;

  /** Ciphertext out: all that waits to be sent, valid until `outputTaken`. Empty if there is nothing. */
  output(): Uint8Array;
  /** The first `length` octets of `output()` were sent, or copied. */
  outputTaken(length: number): void;

  /**
   * Plaintext in. Seals octets of `data` from `offset` on into the output and returns how many it took: 0 before
   * the handshake is done, fewer than there are when the output buffer is full. Neither keeps nor changes `data`.
   * @throws TLSError the cause of death; and, which harms nothing, `PROTOCOL_IS_SHUTDOWN` after `closeWrite`, and
   * `EARLY_DATA_REJECTED` as long as there is `rejectedEarlyData`: without it the stream would have a hole
   */
  write(data: Uint8Array, offset?: number): number;
  /**
   * Plaintext out. Copies up to `length` octets to `target` and returns how many: 0 if none are waiting.
   * @throws TLSError the cause of death, once the octets received before it are used up
   */
  read(target: Uint8Array, offset?: number, length?: number): number;
  /** Octets that `read` can give now. */
  readonly readable: number;
  /** The peer's close_notify has come; once `readable` is 0 there is nothing more to read. */
  readonly peerClosed: boolean;

  /**
   * Plaintext in, before the server has said a word: seals octets of `data` from `offset` on as early data (0-RTT, RFC
   * 8446 section 2.3) and returns how many it took. Those take part in the connection if the server accepts them, and
   * anybody on the way can have them carried out more than once. What is not taken is for `write`, later. 0 where no
   * early data was offered, where the server would take no more, the output buffer is full, or the time for it is over.
   * @throws TLSError the cause of death; `PROTOCOL_IS_SHUTDOWN` after `closeWrite`
   */
  writeEarlyData(data: Uint8Array, offset?: number): number;
  /** Decided once the server has said whether it takes it, which is before the handshake is done. */
  readonly earlyDataStatus: EarlyDataStatus;
  /** Octets of early data that the server rejected, and nobody has taken back yet. */
  readonly rejectedEarlyData: number;
  /**
   * Gives back, once, all that `writeEarlyData` took, if the server rejected it; also after `destroy`. Whether it may be
   * written now is for the caller to say: another server, or another protocol, may have been meant. Empty otherwise.
   */
  takeRejectedEarlyData(): Uint8Array;
  /**
   * As `exportKeyingMaterial`, for early data (RFC 8446 section 7.5): known before the server has answered, so neither
   * fresh nor only ours if the hello is replayed.
   * @throws TLSError the cause of death; `INVALID_STATE` where no early data was offered
   * @throws RangeError where the length is out of bounds, or the label is longer than 249 octets or not ASCII
   */
  exportEarlyKeyingMaterial(label: string, context: Uint8Array, length: number): Uint8Array;

  /**
   * Octets that both ends of this connection know and nobody else, RFC 8446 section 7.5 and RFC 5705. The caller wipes them.
   * @param label as registered with IANA, of ASCII characters
   * @param context binds them to something more; undefined if there is nothing, which in TLS 1.3 is the same as empty
   * @param length octets, 255 hashes of the cipher suite at most
   * @throws TLSError the cause of death; `INVALID_STATE` before the handshake is done
   * @throws RangeError where the length is out of bounds, or the label is longer than 249 octets or not ASCII
   */
  exportKeyingMaterial(label: string, context: Uint8Array | undefined, length: number): Uint8Array;
  /**
   * New keys for what is written from now on (RFC 8446 section 4.6.3), and, where the peer is asked for it, for what it
   * writes. The engine does the first by itself before a key has protected too much (section 5.5).
   * @throws TLSError the cause of death; `PROTOCOL_IS_SHUTDOWN` after `closeWrite`; `INVALID_STATE` before the handshake is done
   */
  updateKeys(requestPeer?: boolean): void;

  /**
   * Queues close_notify after everything written; reading goes on. Before the handshake is done it gives the
   * handshake up with user_canceled and close_notify (RFC 8446 section 6.1), and the connection fails with
   * `CONNECTION_CANCELED`: whoever has written early data waits for `facts` first. A second call does nothing.
   */
  closeWrite(): void;
  /**
   * Gives the connection up with a fatal alert, for what only the program above can judge: it fails with
   * `CONNECTION_ABORTED`, and the alert waits in `output()`. Nothing happens where it has failed already.
   * @throws TypeError for what is no such alert: `close_notify` and `user_canceled` are how a connection ends well
   */
  abort(alert: AlertName): void;
  /**
   * Drops what is readable and all application data still to come, which is authenticated and counted in
   * `discarded`; alerts, KeyUpdate and tickets still do their work, and writing goes on. A second call does nothing.
   */
  closeRead(): void;
  readonly writeClosed: boolean;
  readonly readClosed: boolean;
  /** Octets of application data that were dropped because of `closeRead`. */
  readonly discarded: number;

  /**
   * Gives back the memory of buffers that hold nothing, and in TLS 1.3 that of the keys, for a connection that is idle. The
   * next record has the keys derived anew, and buffers grow again when needed.
   */
  releaseBuffers(): void;
  /** Forgets all keys and buffers, but for early data that was rejected. For a connection that is over; every later `read` and `write` throws. */
  destroy(): void;
}
