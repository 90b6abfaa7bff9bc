/** An extension as it stands on the wire. */
export interface Extension {
  /** ExtensionType, RFC 8446 section 4.2. */
  readonly type: number;
  readonly data: Uint8Array;
}

/** ClientHello, RFC 8446 section 4.1.2. */
export interface ClientHello {
  readonly legacyVersion: number;
  /** 32 octets. */
  readonly random: Uint8Array;
  readonly legacySessionId: Uint8Array;
  readonly cipherSuites: readonly number[];
  readonly legacyCompressionMethods: Uint8Array;
  readonly extensions: readonly Extension[];
}
