import type { Address } from '@halfclose/transports/wisp';

/** What a WebSocket asks a relay for. */
export type RelayRequest =
  | { readonly kind: 'tcp'; readonly address: Address }
  | { readonly kind: 'wisp' }
  /** A relay with one target, as websockify is. */
  | { readonly kind: 'fixed' };

/**
 * The three ways to ask: `?address=host:port` (Neon's wsproxy), `/host:port` at the end of the path (wsproxy), and a path that
 * ends in a slash for Wisp. Whatever else is asked for goes to the fixed target, where there is one.
 * @returns undefined for an address that is none
 */
export function parseRequest(target: string): RelayRequest | undefined {
  const url = new URL(target, 'ws://relay.invalid');
  const asked = url.searchParams.get('address');
  if (asked !== null) return tcpTo(asked);
  if (url.pathname.endsWith('/')) return { kind: 'wisp' };
  const last = decode(url.pathname.slice(url.pathname.lastIndexOf('/') + 1));
  return last.includes(':') ? tcpTo(last) : { kind: 'fixed' };
}

function tcpTo(text: string): RelayRequest | undefined {
  const address = parseAddress(text);
  return address && { kind: 'tcp', address };
}

/** `host:port`, an IPv6 address in brackets; undefined for anything else. */
export function parseAddress(text: string): Address | undefined {
  const [, ipv6, name, port = ''] = /^(?:\[([0-9a-f:.]+)\]|([^:[\]/\s]+)):(\d{1,5})$/i.exec(text) ?? [];
  const host = ipv6 ?? name;
  if (host === undefined || !isPort(Number(port))) return undefined;
  return [host, Number(port)];
}

export function isPort(port: number): boolean {
  return Number.isInteger(port) && port > 0 && port <= 65_535;
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
