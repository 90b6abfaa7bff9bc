import type { ExternalPsk } from '@halfclose/tls';
import { SSLError } from './errors.ts';

/**
 * Python's `psk_client_callback`: given a hint, which TLS 1.3 has not, it tells the key that this side has in common with
 * the server, and what it is called there. An empty key: none.
 */
export type PskClientCallback = (hint: null) => readonly [identity: string | null, psk: Uint8Array];

/** @throws SSLError where the identity is empty or too long; and whatever the callback throws */
export function askForPsk(callback: PskClientCallback): readonly ExternalPsk[] {
  const [identity, key] = callback(null);
  if (!(key instanceof Uint8Array))
    throw new TypeError('psk_client_callback gives an identity and a Uint8Array');
  if (key.length === 0) return [];
  const octets = utf8(identity ?? '');
  if (octets.length === 0 || octets.length > maximumIdentity) {
    throw new SSLError(
      `the identity of a pre-shared key has ${octets.length} octets, not 1 to ${maximumIdentity}`,
      {
        reason: 'BAD_LENGTH',
      },
    );
  }
  return [{ identity: octets, key: key.slice() }];
}

/** As in OpenSSL: PSK_MAX_IDENTITY_LEN. */
const maximumIdentity = 256;

function utf8(text: string): Uint8Array {
  const escaped = encodeURIComponent(text);
  const octets: number[] = [];
  for (let i = 0; i < escaped.length; i++) {
    if (escaped[i] === '%') {
      octets.push(Number.parseInt(escaped.slice(i + 1, i + 3), 16));
      i += 2;
    } else {
      octets.push(escaped.charCodeAt(i));
    }
  }
  return Uint8Array.from(octets);
}
