/** ProtocolVersion, RFC 8446 section 4.1.2 and appendix D. */
export const protocolVersions = {
  tls10: 0x0301,
  tls11: 0x0302,
  tls12: 0x0303,
  tls13: 0x0304,
} as const;

/** How people call a version on the wire: `TLS 1.2`, or the number where there is no name. */
export function versionName(version: number): string {
  if (version === 0x0300) return 'SSL 3.0';
  if (version >= protocolVersions.tls10 && version <= protocolVersions.tls13) {
    return `TLS 1.${version - protocolVersions.tls10}`;
  }
  return hex16(version);
}

/** Four hexadecimal digits, as the RFCs write code points. */
export function hex16(value: number): string {
  return `0x${value.toString(16).padStart(4, '0')}`;
}
