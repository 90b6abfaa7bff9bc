import type { ClientConfig } from '../config.ts';

/** What a line of the key log may be about, as NSS names it. */
export type KeyLogLabel =
  | 'CLIENT_EARLY_TRAFFIC_SECRET'
  | 'EARLY_EXPORTER_SECRET'
  | 'CLIENT_HANDSHAKE_TRAFFIC_SECRET'
  | 'SERVER_HANDSHAKE_TRAFFIC_SECRET'
  | 'CLIENT_TRAFFIC_SECRET_0'
  | 'SERVER_TRAFFIC_SECRET_0'
  | 'EXPORTER_SECRET'
  /** Of TLS 1.2: the master secret. */
  | 'CLIENT_RANDOM';

/**
 * Tells a secret to whoever wants to read the connection on the wire: `label`, the ClientHello's random and the secret, in
 * the format of NSS's SSLKEYLOGFILE.
 */
export function logSecret(
  { keyLog }: ClientConfig,
  label: KeyLogLabel,
  clientRandom: Uint8Array,
  secret: Uint8Array,
): void {
  keyLog?.(`${label} ${hex(clientRandom)} ${hex(secret)}`);
}

function hex(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, '0')).join('');
}
