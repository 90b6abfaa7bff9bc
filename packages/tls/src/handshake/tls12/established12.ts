import type { HandshakeFacts } from '../../connection.ts';

/** What remains when the handshake of TLS 1.2 is done. */
export interface Established12 {
  readonly version: 'TLSv1.2';
  readonly facts: HandshakeFacts;
  /**
   * RFC 5705. The caller wipes what it gets.
   * @throws TLSError where the extended master secret was not agreed on (RFC 7627 section 5.4)
   */
  exportKeyingMaterial(label: string, context: Uint8Array | undefined, length: number): Uint8Array;
  /** Wipes the master secret. */
  destroy(): void;
}
