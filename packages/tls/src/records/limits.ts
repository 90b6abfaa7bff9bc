/** Sizes of TLS 1.3 records in octets, RFC 8446 sections 5.1 and 5.2. */

/** ContentType, legacy_record_version, length. */
export const recordHeaderLength = 5;
/** The largest content of a record. */
export const maximumPlaintext: number = 2 ** 14;
/** The largest TLSInnerPlaintext: content, its type and padding (section 5.4). */
export const maximumInnerPlaintext: number = maximumPlaintext + 1;
/** The largest encrypted_record. */
export const maximumCiphertext: number = maximumPlaintext + 256;
