import type { EarlyData } from '../earlyData.ts';
import type { HandshakeMessage } from '../messages/handshakeMessage.ts';
import type { OutgoingRecords } from '../records/outgoing.ts';
import type { Traffic } from './traffic.ts';

/** What a handshake does to the connection under it. */
export interface HandshakeWire {
  /** Sends messages of one flight, together in as few records as hold them. */
  send(...messages: readonly HandshakeMessage[]): void;
  /** What was sent last has this hello in it, encrypted (RFC 9849): for those who look on. */
  reportHidden(hello: HandshakeMessage): void;
  /** The dummy record of RFC 8446 appendix D.4, and what it was before, RFC 5246 section 7.1. It is sent once: a second call does nothing. */
  sendChangeCipherSpec(): void;
  /**
   * Nothing may follow in the same record.
   * @throws TLSError where something does
   */
  requireRecordEnd(): void;
  /**
   * From the next record on, what comes is protected with this.
   * @throws TLSError where the messages before the change didn't end with a record (RFC 8446 section 5.1)
   */
  readWith(traffic: Traffic): void;
  /** From the next record on, what goes out is protected with this; early data ends. */
  writeWith(traffic: Traffic): void;
  /** From the next record on, what goes out is early data, protected with this, until `writeWith` or a rejection. */
  offerEarlyData(
    traffic: Traffic,
    exporterSecret: Uint8Array,
    create: (outgoing: OutgoingRecords) => EarlyData,
  ): void;
  acceptEarlyData(): void;
  /** What goes out is in clear again. */
  rejectEarlyData(): void;
  /** The peer takes no records with more content than this (RFC 8449). Undefined changes nothing. */
  limitOutgoing(octets: number | undefined): void;
  /** Protected records with more than this, content, type and padding together, are refused. Undefined changes nothing. */
  limitIncoming(octets: number | undefined): void;
}
