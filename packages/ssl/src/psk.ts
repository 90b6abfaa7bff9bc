import type { ExternalPsk, PreSharedKey12 } from '@halfclose/tls';
import { SSLError } from './errors.ts';

/**
 * Python's `psk_client_callback`: given the hint of a server of TLS 1.2, if it has one, it tells the key that this side has in
 * common with the server, and what it is called there. An empty key: none. TLS 1.3 has no hint, and takes no key of fewer than
 * 16 octets (RFC 9257 section 6); a shorter one takes a context that offers TLS 1.2 alone.
 */
export type PskClientCallback = (hint: string | null) => readonly [identity: string | null, psk: Uint8Array];

/** @throws SSLError where the identity is empty or too long; and whatever the callback throws */
export function askForPsk(callback: PskClientCallback): readonly ExternalPsk[] {
  const psk = ask(callback, null);
  return psk === undefined ? [] : [psk];
}

/** The same for TLS 1.2, which has no connection without it. @param hint of the server, in UTF-8 */
export function askForPsk12(callback: PskClientCallback, hint: Uint8Array | undefined): PreSharedKey12 {
  const nothing = new Uint8Array(0);
  return ask(callback, hint === undefined ? null : textOf(hint)) ?? { identity: nothing, key: nothing };
}

function ask(callback: PskClientCallback, hint: string | null): PreSharedKey12 | undefined {
  const [identity, key] = callback(hint);
  if (!(key instanceof Uint8Array))
    throw new TypeError('psk_client_callback gives an identity and a Uint8Array');
  if (key.length === 0) return undefined;
  const octets = utf8(identity ?? '');
  if (octets.length === 0 || octets.length > maximumIdentity) {
    throw new SSLError(
      `the identity of a pre-shared key has ${octets.length} octets, not 1 to ${maximumIdentity}`,
      {
        reason: 'BAD_LENGTH',
      },
    );
  }
  return { identity: octets, key: new Uint8Array(key) };
}

/** What is not UTF-8 is read octet by octet: a hint is no reason for a connection to fail. */
function textOf(octets: Uint8Array): string {
  const escaped = Array.from(octets, (octet) => `%${octet.toString(16).padStart(2, '0')}`).join('');
  try {
    return decodeURIComponent(escaped);
  } catch {
    return String.fromCharCode(...octets);
  }
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
