/** PskKeyExchangeMode, RFC 8446 section 4.2.9. */
export const pskKeyExchangeModes = { psk_ke: 0, psk_dhe_ke: 1 } as const;
