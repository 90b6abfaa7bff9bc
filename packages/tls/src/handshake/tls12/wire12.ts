import type { RecordProtection } from '../../records/protection.ts';
import type { Session } from '../../session.ts';
import type { HandshakeWire } from '../wire.ts';
import type { Established12 } from './established12.ts';

/** What a handshake of TLS 1.2 does to the connection under it, beside what any does. */
export interface HandshakeWire12 extends HandshakeWire {
  /**
   * The server chose TLS 1.2: records and alerts have its form and meaning from now on.
   * @throws TLSError where a change_cipher_spec came before
   */
  speakTls12(): void;
  /** From the next record on, what comes is protected with this. */
  protectReading(protection: RecordProtection): void;
  /** From the next record on, what goes out is protected with this. */
  protectWriting(protection: RecordProtection): void;
  /** Application data may be written before the server's Finished has come (RFC 7918). */
  falseStart(established: Established12): void;
  keepSession(session: Session): void;
  /** The warning no_renegotiation. */
  refuseRenegotiation(): void;
}
