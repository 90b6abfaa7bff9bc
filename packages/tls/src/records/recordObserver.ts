/** Told what stands in records, where it is no handshake. The octets are views, good for the call only. */
export interface RecordObserver {
  report(
    direction: 'sent' | 'received',
    contentType: 'change_cipher_spec' | 'alert' | 'application_data',
    octets: Uint8Array,
  ): void;
}
