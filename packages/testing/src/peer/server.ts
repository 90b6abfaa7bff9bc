import type {
  AlertName,
  ClientHello,
  Extension,
  HandshakeMessage,
  NewSessionTicket,
} from '@halfclose/tls/codec';
import type { SeenAuthentication } from './clientAuthentication.ts';
import type { FlightStep, ReceivedAlert } from './options.ts';
import type { ReceivedRecord } from './recordReader.ts';
import type { RecordOptions } from './recordWriter.ts';

/** A TLS 1.3 server without I/O that keeps to its script, right or wrong. */
export interface ScriptedServer {
  /**
   * Octets from the client; answers wait in `output()`. What is wrong with them is in `error`; a record that can't
   * be opened is no error, its `content` in `records` is undefined.
   */
  receive(bytes: Uint8Array): void;
  /** All that waits to be sent, good until `outputTaken`. */
  output(): Uint8Array;
  outputTaken(length: number): void;

  // What the client did.

  /** Its hellos: two after a HelloRetryRequest. */
  readonly hellos: readonly ClientHello[];
  /** All its handshake messages. */
  readonly messages: readonly HandshakeMessage[];
  /** How it answered each CertificateRequest, that in the handshake first; up to a right Finished. */
  readonly authentications: readonly SeenAuthentication[];
  readonly records: readonly ReceivedRecord[];
  readonly alerts: readonly ReceivedAlert[];
  /** All its application data. */
  readonly received: Uint8Array;
  readonly receivedLength: number;
  /** All the early data that it accepted. */
  readonly earlyData: Uint8Array;
  /** Its Finished has come and was right. */
  readonly done: boolean;
  /** How it broke the protocol first. */
  readonly error: Error | undefined;
  /** Its close_notify has come. */
  readonly clientClosed: boolean;

  // What the server does. Everything is sent as it is asked for, legal or not.

  /** Application data, in records of `recordSize`. */
  send(data: Uint8Array): void;
  sendAlert(alert: AlertName | number, level?: 'warning' | 'fatal' | number): void;
  closeNotify(): void;
  /** Asks after the handshake who the client is. @param extensions left out: all signature schemes */
  requestAuthentication(context: Uint8Array, extensions?: readonly Extension[]): void;
  /** Sends a KeyUpdate and goes on with the next keys. */
  sendKeyUpdate(updateRequested?: boolean): void;
  /** Sends a ticket and tells the pre-shared key that it stands for. */
  sendTicket(ticket?: Partial<NewSessionTicket>): Uint8Array;
  /** Goes on with steps of a flight that was cut short, or with any message at any time. */
  play(...steps: readonly FlightStep[]): void;
  /** Any handshake message. During the handshake it counts for the transcript. */
  sendHandshake(type: number, body: Uint8Array): void;
  /** Octets in the handshake stream that are no whole message, and count for nothing. */
  sendHandshakeBytes(bytes: Uint8Array): void;
  /** One record, protected if there are keys. */
  sendRecord(type: number, content: Uint8Array, options?: RecordOptions): void;
  sendChangeCipherSpec(): void;
  /** Octets past all framing and protection. */
  sendRaw(bytes: Uint8Array): void;
  /** Writes with the next secret without telling the client. */
  updateWriteKeys(): void;

  /** Told whenever there may be more output, for whoever carries it. */
  onOutput: (() => void) | undefined;
}
