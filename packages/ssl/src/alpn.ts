import { SSLError, ValueError } from './errors.ts';

/** Octets of all ALPN protocols with their lengths, that the engine has room for in a hello. */
const alpnLimit = 2 ** 14;

/**
 * What can be offered in ALPN (RFC 7301).
 * @throws ValueError where a name is not printable ASCII; SSLError where it is empty or longer than 255 characters, or
 * all of them are too long together
 */
export function protocolNames(protocols: Iterable<string>): readonly string[] {
  // A string is a list of strings, too: its letters.
  if (typeof protocols === 'string') throw new TypeError('ALPN protocols are a list of names, not one name');
  const names = [...protocols];
  for (const name of names) checkName(name);
  const octets = names.reduce((sum, name) => sum + 1 + name.length, 0);
  if (octets > alpnLimit) {
    throw new SSLError(
      `ALPN protocols are ${octets} octets with their lengths, and ${alpnLimit} can be sent`,
      { reason: 'BAD_LENGTH' },
    );
  }
  return names;
}

function checkName(name: string): void {
  if (typeof name !== 'string') throw new TypeError(`an ALPN protocol must be a string, not ${String(name)}`);
  if (!/^[\x20-\x7e]*$/.test(name)) {
    throw new ValueError(`ALPN protocol ${JSON.stringify(name)} is not printable ASCII`);
  }
  // RFC 7301 section 3.1: opaque ProtocolName<1..2^8-1>
  if (name.length < 1 || name.length > 255) {
    throw new SSLError(`ALPN protocols must be 1 to 255 in length, not ${name.length}`, {
      reason: 'BAD_LENGTH',
    });
  }
}
