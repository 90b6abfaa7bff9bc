/**
 * The octets of a `Buffer` as what the contract promises. A Buffer is a Uint8Array, but its `slice` is no copy, which
 * whoever holds a Uint8Array may count on.
 */
export function withoutBuffer(buffer: Uint8Array): Uint8Array {
  return new Uint8Array(buffer.buffer, buffer.byteOffset, buffer.length);
}

/** As JSON Web Keys have their octets (RFC 7515 section 2). */
export function toBase64url(octets: Uint8Array): string {
  return Buffer.from(octets.buffer, octets.byteOffset, octets.length).toString('base64url');
}

/** As JSON Web Keys have a positive integer: big-endian, without leading zero octets (RFC 7518 section 2). */
export function integerToBase64url(integer: bigint): string {
  const hex = integer.toString(16);
  return Buffer.from(hex.padStart(hex.length + (hex.length % 2), '0'), 'hex').toString('base64url');
}
