/** Host name or IP address, and port. */
export type Address = readonly [host: string, port: number];

/** `host:port`, an IPv6 address in brackets. @throws TypeError without a host, or where the port is none */
export function formatAddress([host, port]: Address): string {
  if (typeof host !== 'string' || host === '') throw new TypeError('the address has no host');
  if (!Number.isInteger(port) || port < 1 || port > 65_535) {
    throw new TypeError(`${port} is not the number of a port`);
  }
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`;
}
