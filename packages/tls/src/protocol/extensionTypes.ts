/** ExtensionType, RFC 8446 section 4.2 and the IANA registry. */
export const extensionTypes = {
  serverName: 0,
  maxFragmentLength: 1,
  statusRequest: 5,
  supportedGroups: 10,
  ecPointFormats: 11,
  signatureAlgorithms: 13,
  applicationLayerProtocolNegotiation: 16,
  signedCertificateTimestamp: 18,
  // RFC 7250.
  clientCertificateType: 19,
  serverCertificateType: 20,
  padding: 21,
  // RFC 7366 and 7627, for TLS 1.2.
  encryptThenMac: 22,
  extendedMasterSecret: 23,
  // RFC 8879.
  compressCertificate: 27,
  recordSizeLimit: 28,
  // RFC 9345.
  delegatedCredential: 34,
  // RFC 5077, for TLS 1.2.
  sessionTicket: 35,
  preSharedKey: 41,
  earlyData: 42,
  supportedVersions: 43,
  cookie: 44,
  pskKeyExchangeModes: 45,
  certificateAuthorities: 47,
  oidFilters: 48,
  postHandshakeAuth: 49,
  signatureAlgorithmsCert: 50,
  keyShare: 51,
  // RFC 9849.
  encryptedClientHello: 0xfe0d,
  // RFC 5746, for TLS 1.2.
  renegotiationInfo: 0xff01,
} as const;

const names = new Map<number, string>(Object.entries(extensionTypes).map(([name, code]) => [code, name]));

/** Whether the standards that we follow say where this extension belongs. */
export function isKnownExtension(type: number): boolean {
  return names.has(type);
}

/** The name of an extension for people, or its number where there is none. */
export function extensionTypeName(type: number): string {
  return names.get(type) ?? `extension ${type}`;
}
