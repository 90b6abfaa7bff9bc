import type { KeyObject } from 'node:crypto';
import type { CryptoProvider, GroupName } from '@halfclose/crypto';
import type { ExternalPsk, PskKeyExchangeMode } from '@halfclose/tls';
import type { AlertName, CipherSuiteName, Extension, HandshakeMessage } from '@halfclose/tls/codec';
import type { EchKeys } from './ech.ts';
import type { RecordAlteration } from './recordWriter.ts';
import type { ScriptedServer } from './server.ts';
import type { Signing } from './signing.ts';
import type { TicketBook } from './tickets.ts';

/** Who the server is. An `Issued` of `@halfclose/testing/ca` fits. */
export interface Credentials {
  /** DER, the server's own certificate first. */
  readonly chain: readonly Uint8Array[];
  readonly key: { readonly privateKey: KeyObject };
}

/** A server's messages by name. */
export type MessageName =
  | 'helloRetryRequest'
  | 'serverHello'
  | 'encryptedExtensions'
  | 'certificateRequest'
  | 'certificate'
  | 'certificateVerify'
  | 'finished'
  | 'newSessionTicket'
  | 'keyUpdate';

/**
 * What is sent instead of a message: another, several, or none. The transcript has what was sent, so that one
 * message can be wrong while all others stay right.
 */
export type Tamper = (
  message: HandshakeMessage,
  server: ScriptedServer,
) => HandshakeMessage | readonly HandshakeMessage[];

/**
 * One thing that a server does in a flight: sends a message, sends a dummy change_cipher_spec, begins to write with
 * the next keys, or whatever a function does with the server.
 */
export type FlightStep =
  | MessageName
  | 'changeCipherSpec'
  | 'handshakeKeys'
  | 'applicationKeys'
  | ((server: ScriptedServer) => void);

/**
 * How handshake messages become records: each in its own, as many as fit in one, or all in pieces of so many octets.
 * In every case a record never goes on across a change of keys.
 */
export type Framing = 'separate' | 'coalesced' | number;

/** All is optional but the credentials; what is left out is right. */
export interface ServerOptions {
  readonly credentials: Credentials;
  /** For key exchange, hashes and record protection. Left out: the portable provider with Node's randomness. */
  readonly crypto?: CryptoProvider;
  /** Left out: the client's first choice that we know. */
  readonly suite?: CipherSuiteName;
  /** Left out: that of the client's first key share. Without a share of it a HelloRetryRequest asks for one. */
  readonly group?: GroupName;
  /** Sends a HelloRetryRequest, with this cookie. */
  readonly cookie?: Uint8Array;
  /** Sends a HelloRetryRequest, even if there is nothing to ask for. */
  readonly helloRetryRequest?: boolean;
  /** The protocol to select, whatever the client offered. */
  readonly alpn?: string;
  /** More extensions of EncryptedExtensions. */
  readonly encryptedExtensions?: readonly Extension[];
  readonly requestClientCertificate?: boolean;
  /** What is stapled to the server's own certificate, whether or not the client asked for it. */
  readonly ocspResponse?: Uint8Array;
  /** How the server signs. Left out: as its key and RFC 8446 have it. */
  readonly signing?: Partial<Signing>;
  /** How many tickets follow the client's Finished. Left out: none. */
  readonly sessionTickets?: number;
  /** Where this server's tickets are entered, and from where it takes those that it resumes. Left out: it does neither. */
  readonly tickets?: TicketBook;
  /** Keys from outside that it takes in place of a certificate. */
  readonly externalPsks?: readonly ExternalPsk[];
  /** How it uses a pre-shared key. Left out: `psk_dhe_ke`. */
  readonly pskMode?: PskKeyExchangeMode;
  /**
   * Octets of early data that its tickets permit, and that it accepts where the client offers some with the first key.
   * Left out: 0, which rejects what comes.
   */
  readonly maxEarlyData?: number;
  /** Whether it rejects early data although its tickets permit some. */
  readonly rejectEarlyData?: boolean;
  /**
   * The key with which it reads hidden hellos (RFC 9849). Where it can't, its configuration is what it wants to be tried
   * next.
   */
  readonly ech?: EchKeys;
  /** Whether a dummy change_cipher_spec follows the first hello. Left out: if the client has a session id. */
  readonly changeCipherSpec?: boolean;

  /** Left out: `separate`. */
  readonly framing?: Framing;
  /** Octets of padding in each protected record. Left out: 0. */
  readonly padding?: number;
  /** Octets of content in a record of application data. Left out: 2^14. */
  readonly recordSize?: number;

  /** The last word on each message before it is framed. */
  readonly tamper?: Partial<Readonly<Record<MessageName, Tamper>>>;
  /** The last word on what the answer to the client's first (`hello` is 1) or second hello does, and in what order. */
  readonly flight?: (steps: readonly FlightStep[], hello: number) => readonly FlightStep[];
  /** The last word on each record after it is sealed. */
  readonly alterRecord?: RecordAlteration;

  /** The client's Finished was right. */
  readonly onDone?: (server: ScriptedServer) => void;
  readonly onData?: (data: Uint8Array, server: ScriptedServer) => void;
  readonly onAlert?: (alert: ReceivedAlert, server: ScriptedServer) => void;
}

/** An alert as the client sent it. */
export interface ReceivedAlert {
  /** Undefined where the registry has no name for it. */
  readonly name: AlertName | undefined;
  readonly code: number;
  readonly level: 'warning' | 'fatal' | number;
  readonly encrypted: boolean;
}
