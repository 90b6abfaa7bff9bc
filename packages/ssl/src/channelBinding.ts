import { type CryptoProvider, findHash } from '@halfclose/crypto';
import type { ClientConnection } from '@halfclose/tls';
import { parseCertificate, signatureHash } from '@halfclose/x509';

/** What can bind an authentication above TLS to this very connection, or to its server. */
export type ChannelBindingType = 'tls-exporter' | 'tls-server-end-point' | 'tls-unique';

export const CHANNEL_BINDING_TYPES: readonly ChannelBindingType[] = [
  'tls-exporter',
  'tls-server-end-point',
  'tls-unique',
];

/**
 * The octets of a channel binding; null where it is not defined for this connection: `tls-unique` in TLS 1.3 (RFC 9266
 * section 1) and in a session resumed without the extended master secret (RFC 7627 section 5.4), `tls-server-end-point` of a certificate whose signature has no hash of its own (RFC 5929 section 4.1).
 */
export function channelBinding(
  type: ChannelBindingType,
  connection: ClientConnection,
  crypto: CryptoProvider,
): Uint8Array | null {
  switch (type) {
    case 'tls-exporter':
      // RFC 9266 section 2.
      return connection.exportKeyingMaterial('EXPORTER-Channel-Binding', new Uint8Array(0), 32);
    case 'tls-server-end-point':
      return serverEndPoint(connection, crypto);
    case 'tls-unique':
      return connection.facts?.tlsUnique?.slice() ?? null;
  }
}

function serverEndPoint({ facts }: ClientConnection, crypto: CryptoProvider): Uint8Array | null {
  const certificate = facts?.peerCertificates[0];
  if (certificate === undefined) return null;
  const hash = signatureHash(parseCertificate(certificate));
  return hash === undefined ? null : findHash(crypto, hash).digest(certificate);
}
