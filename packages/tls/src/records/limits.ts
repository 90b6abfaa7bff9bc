/** Sizes of records in octets, RFC 8446 sections 5.1 and 5.2. */

/** ContentType, legacy_record_version, length. */
export const recordHeaderLength = 5;
/** The largest content of a record. */
export const maximumPlaintext: number = 2 ** 14;
/** The largest TLSInnerPlaintext: content, its type and padding (section 5.4). */
export const maximumInnerPlaintext: number = maximumPlaintext + 1;
/** The largest encrypted_record. */
export const maximumCiphertext: number = maximumPlaintext + 256;
/** The same in TLS 1.2, where CBC's padding counts (RFC 5246 section 6.2.3). */
export const maximumCiphertext12: number = maximumPlaintext + 2048;
