/** HandshakeType, RFC 8446 section 4. */
export const handshakeTypes = {
  helloRequest: 0,
  clientHello: 1,
  serverHello: 2,
  newSessionTicket: 4,
  endOfEarlyData: 5,
  encryptedExtensions: 8,
  certificate: 11,
  serverKeyExchange: 12,
  certificateRequest: 13,
  serverHelloDone: 14,
  certificateVerify: 15,
  clientKeyExchange: 16,
  finished: 20,
  certificateStatus: 22,
  keyUpdate: 24,
  compressedCertificate: 25,
  messageHash: 254,
} as const;

const names = new Map<number, string>(Object.entries(handshakeTypes).map(([name, code]) => [code, name]));

/** The name of a message type for people: `serverHello`, or the number where there is none. */
export function handshakeTypeName(type: number): string {
  return names.get(type) ?? `handshake type ${type}`;
}
