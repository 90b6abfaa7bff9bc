import { ValueError } from './errors.ts';

const ipv4 = /^(?:\d{1,3}\.){3}\d{1,3}$/;
const ipv6 = /^[0-9a-fA-F:]*:[0-9a-fA-F:]*(?:(?:\d{1,3}\.){3}\d{1,3})?$/;
/** Underscores are no part of a host name, and of many a DNS name that people connect to. */
const label = /^[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?$/;

/**
 * A name as it is sent and compared: a DNS name without the dot at its end (RFC 6066 section 3), or an IP address.
 * @throws ValueError where it can be neither
 */
export function normalizeHostname(name: string): string {
  if (ipv4.test(name) || ipv6.test(name)) return name;
  const trimmed = name.endsWith('.') ? name.slice(0, -1) : name;
  for (const character of trimmed) {
    if (character > '\x7f') {
      throw new ValueError(
        `serverHostname has the character ${JSON.stringify(character)}: write international names as A-labels (xn--…)`,
      );
    }
  }
  if (trimmed.length > 253 || !trimmed.split('.').every((part) => label.test(part))) {
    throw new ValueError(`serverHostname ${JSON.stringify(name)} is neither a DNS name nor an IP address`);
  }
  return trimmed;
}
