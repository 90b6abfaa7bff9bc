/** Octets as lower-case hexadecimal digits. */
export function hex(bytes: Uint8Array): string {
  let text = '';
  for (const octet of bytes) text += octet.toString(16).padStart(2, '0');
  return text;
}

/** Octets for a message: the first 24 at most. */
export function briefHex(bytes: Uint8Array): string {
  if (bytes.length === 0) return 'nothing';
  return bytes.length > 24 ? `${hex(bytes.subarray(0, 24))}…` : hex(bytes);
}
