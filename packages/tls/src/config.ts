import type { CryptoProvider, GroupName, MaybePromise, RandomSource } from '@halfclose/crypto';
import type { EncryptedClientHello } from './ech/contract.ts';
import type { CertificateCompression } from './handshake/certificateDecompression.ts';
import type { ServerCertificateTypes } from './handshake/certificateTypes.ts';
import type { ClientAuthenticator } from './handshake/clientAuthenticator.ts';
import type { DelegatedCredentials } from './handshake/delegatedCredential.ts';
import type { EarlyDataOffer } from './handshake/earlyDataOffer.ts';
import type { ExtensionOrder } from './handshake/extensionOrder.ts';
import type { ExternalPsks } from './handshake/externalPsks.ts';
import type { RecordLimitOffer } from './handshake/recordLimits.ts';
import type { MessageObservation } from './messageObserver.ts';
import type { ClientHello } from './messages/clientHello.ts';
import type { CipherSuiteName } from './protocol/cipherSuites.ts';
import type { ServerSignatureSchemeName } from './protocol/signatureSchemes.ts';
import type { Session } from './session.ts';
import type { Tls12 } from './tls12.ts';
import type { ServerVerifier } from './verifier.ts';

/** Everything that a client connection needs from outside. Plain data and functions; never changed. */
export interface ClientConfig {
  readonly crypto: CryptoProvider;
  readonly verifier: ServerVerifier;
  /** Milliseconds since 1970. */
  readonly clock: () => number;
  /**
   * TLS 1.2, to be offered as well, or alone if that is the `maximumVersion`: made by `createTls12`. Left out: it is not
   * offered.
   */
  readonly tls12?: Tls12;
  /** Left out: TLSv1.2, where there is `tls12`. */
  readonly minimumVersion?: ProtocolVersionName;
  /** Left out: TLSv1.3. */
  readonly maximumVersion?: ProtocolVersionName;
  /** Whom we mean to reach. A DNS name is sent as server_name (RFC 6066 section 3); an IP address is not. */
  readonly serverName?: string;
  /** ALPN (RFC 7301), most wanted first. */
  readonly alpnProtocols?: readonly string[];
  /** Most wanted first. Left out: all that the provider has, in its order. */
  readonly cipherSuites?: readonly CipherSuiteName[];
  /**
   * Most wanted first. Left out: X25519MLKEM768, X25519, X448 and the NIST curves, as far as the provider has them and in
   * its order.
   */
  readonly groups?: readonly GroupName[];
  /**
   * For which groups a key share goes into the first ClientHello; none asks the server for a HelloRetryRequest. Left out:
   * the first group that resists a quantum computer and the first that need not, so that servers of either kind can
   * go on at once.
   */
  readonly keyShares?: readonly GroupName[];
  /**
   * What the server is thought to take, as `serverGroups` of an earlier connection's facts said. The first of `groups`
   * among them gets the only key share. Where there is none, `keyShares` decides.
   */
  readonly serverGroups?: readonly GroupName[];
  /** Most wanted first. Left out: all that the provider has. */
  readonly signatureSchemes?: readonly ServerSignatureSchemeName[];
  /**
   * Whether to ask the server to staple an OCSP response (RFC 6066 section 8). The verifier gets what comes, and says
   * whether it needed one. Left out: false.
   */
  readonly requestOcsp?: boolean;
  /**
   * Puts values that mean nothing into the ClientHello among those that do (GREASE, RFC 8701), for the good of all:
   * `greaseHello`. Left out: there are none.
   */
  readonly grease?: (hello: ClientHello, random: RandomSource) => ClientHello;
  /** In what order the extensions of the ClientHello stand: `randomOrder` draws one for each connection. Left out: always the same. */
  readonly extensionOrder?: (random: RandomSource) => ExtensionOrder;
  /** Makes the server send records smaller than 2^14 octets: made by `createRecordLimits`. Left out: nothing is asked for. */
  readonly recordLimits?: RecordLimitOffer;
  /**
   * Whether to ask the server for SignedCertificateTimestamps (RFC 6962 section 3.3.1). The verifier gets what comes. Left
   * out: false.
   */
  readonly requestScts?: boolean;
  /**
   * SignatureSchemes that the server's certificates may be signed with (signature_algorithms_cert, RFC 8446 section 4.2.3).
   * Left out: it isn't sent, and means those of `signatureSchemes` and RSASSA-PKCS1-v1_5.
   */
  readonly certificateSignatureSchemes?: readonly number[];
  /** DER, the distinguished names of authorities whose certificates we'd take (RFC 8446 section 4.2.4): a hint. */
  readonly certificateAuthorities?: readonly Uint8Array[];
  /** What the server may show, raw public keys among it (RFC 7250): made by `createServerCertificateTypes`. Left out: X.509. */
  readonly serverCertificateTypes?: ServerCertificateTypes;
  /** Lets the server sign with a key that was lent to it (RFC 9345): made by `createDelegatedCredentials`. Left out: it may not. */
  readonly delegatedCredentials?: DelegatedCredentials;
  /** Octets of the longest Certificate message that is taken from the server. Left out: 2^18. */
  readonly maxCertificateLength?: number;
  /** Takes certificates that the server compressed (RFC 8879): made by `createCertificateCompression`. Left out: it may not. */
  readonly certificateCompression?: CertificateCompression;
  /** Who we are, where the server wants to know: made by `createClientAuthentication`. Left out: nobody. */
  readonly clientAuthentication?: ClientAuthenticator;
  /**
   * Hides the ClientHello (`createEncryptedClientHello`), or pretends to (`createGreaseEch`), RFC 9849. Left out: neither.
   */
  readonly encryptedClientHello?: EncryptedClientHello;
  /** Middlebox compatibility mode, RFC 8446 appendix D.4. Left out: true. */
  readonly middleboxCompatibility?: boolean;
  /**
   * To be resumed, if it is of this server, has not expired, and fits what is offered otherwise; else it is left aside,
   * and the handshake is a full one. It comes before those in `sessions`.
   */
  readonly session?: Session;
  /** Where sessions come from and go to. Left out, together with `session`: no ticket is asked for. */
  readonly sessions?: SessionStore;
  /**
   * Whether the certificates of a session are decided about anew before it is offered, with the OCSP response of then:
   * whom we trust may have changed. Without it the decision of then counts until the verifier's `validUntil`. Left
   * out: true.
   */
  readonly verifyOnResumption?: boolean;
  /** Lets early data (0-RTT, RFC 8446 section 2.3) be written: made by `createEarlyDataOffer`. Left out: none is offered. */
  readonly earlyData?: EarlyDataOffer;
  /** Keys that may stand for certificates: made by `createExternalPsks`. Left out: there are none. */
  readonly externalPsks?: ExternalPsks;
  /**
   * How pre-shared keys may be used, RFC 8446 section 4.2.9. Left out: `psk_dhe_ke` only, together with a key exchange.
   * With `psk_ke` alone, who learns the key later can read what was recorded before.
   */
  readonly pskKeyExchangeModes?: readonly PskKeyExchangeMode[];
  /**
   * Told the secrets of the connection, a line each in the format of NSS's SSLKEYLOGFILE: whoever has them can read all of
   * it. Called synchronously; must not throw.
   */
  readonly keyLog?: (line: string) => void;
  /** Called as things happen, synchronously. Must not call back into the connection, and must not throw. */
  readonly onEvent?: (event: ConnectionEvent) => void;
  /** Tells those who look on of each message in clear: made by `observeMessages`. Left out: nothing is copied. */
  readonly onMessage?: MessageObservation;
  /**
   * The last word on a ClientHello before it is encoded, for replaying recorded connections and imitating other
   * clients. The server is then held to what was really sent. After a HelloRetryRequest it shapes the second hello
   * too, from one that it has not seen; it has to do the same to it (RFC 8446 section 4.1.2).
   */
  readonly shapeClientHello?: (hello: ClientHello) => ClientHello;
}

export type ProtocolVersionName = 'TLSv1.2' | 'TLSv1.3';

/** RFC 8446 section 4.2.9. */
export type PskKeyExchangeMode = 'psk_dhe_ke' | 'psk_ke';

/**
 * Where sessions live between connections, those of one server: who makes the store knows which connections may resume
 * each other, and keys it so. A session goes in once and comes out at most once: a ticket that is shown twice lets
 * people on the way link two connections (RFC 8446 appendix C.4).
 */
export interface SessionStore {
  /** Takes the best session out of the store. The handshake waits for it. */
  take(): MaybePromise<Session | undefined>;
  /** A store that fails here has lost a session, and nothing else. The connection does not wait for it. */
  put(session: Session): MaybePromise<void>;
}

export type ConnectionEvent =
  | { readonly type: 'handshakeDone' }
  | { readonly type: 'session'; readonly session: Session }
  /** The server asked after the handshake who we are, and was answered: `facts.clientAuthentication` says how. */
  | { readonly type: 'clientAuthenticated' }
  | { readonly type: 'keyUpdated'; readonly direction: 'read' | 'write' }
  /**
   * A server of TLS 1.2 asked for another handshake and was told that there will be none: it may go on, wait for ever, or give
   * the connection up, as OpenSSL does.
   */
  | { readonly type: 'renegotiationRefused' }
  | { readonly type: 'peerClosed' };
