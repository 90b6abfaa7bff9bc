import { BlockList, isIP, isIPv6 } from 'node:net';
import { isPublic } from './addresses.ts';

/** Where a relay connects to. */
export interface AllowList {
  /** Whether a host that is named so may be asked for at all, before anybody looks up its addresses. */
  permitsName(host: string, port: number): boolean;
  /**
   * Whether a host that may be asked for may be reached at this IP address. An address that isn't public has to be on the list
   * itself: a name on it does not do, because who owns a name can point it anywhere.
   */
  permitsAddress(address: string, port: number): boolean;
}

interface Entry {
  readonly ports: number | '*';
  matchesName(host: string): boolean;
  matchesAddress(address: string): boolean;
}

/**
 * @param entries `HOST:PORT` each; HOST is a name, `*.` and a domain for all names below it, an IP address (IPv6 in brackets), a network
 *   (`10.0.0.0/8`, `[fd00::]/8`), `localhost`, or `*` for every public address; PORT is a number or `*`
 * @throws TypeError for anything else
 */
export function createAllowList(entries: readonly string[]): AllowList {
  const parsed = entries.map(parseEntry);
  const withPort = (port: number): Entry[] => parsed.filter(({ ports }) => ports === '*' || ports === port);
  const permitsAddress = (address: string, port: number): boolean =>
    // An address with a zone is of a link of this machine.
    !address.includes('%') &&
    (isPublic(address) || withPort(port).some((entry) => entry.matchesAddress(address)));
  return {
    permitsName(host, port) {
      const name = host.toLowerCase().replace(/\.$/, '');
      if (withPort(port).some((entry) => entry.matchesName(name))) return true;
      return isIP(name) !== 0 && withPort(port).some((entry) => entry.matchesAddress(name));
    },
    permitsAddress,
  };
}

function parseEntry(entry: string): Entry {
  const match = /^(?<host>\[[^\]]+\](?:\/\d+)?|[^:[\]]+):(?<port>\d+|\*)$/.exec(entry.toLowerCase());
  const { host = '', port = '' } = match?.groups ?? {};
  const ports = port === '*' ? port : Number(port);
  if (match === null || ports === 0 || Number(ports) > 65_535) {
    throw new TypeError(`${JSON.stringify(entry)} is not HOST:PORT, as in db.example:5432`);
  }
  const [address = '', prefix] = host.replace(/[[\]]/g, '').split('/');
  if (isIP(address) !== 0) {
    const network = networkOf(address, prefix, entry);
    return {
      ports,
      matchesName: () => false,
      matchesAddress: (candidate) => network.check(candidate, isIPv6(candidate) ? 'ipv6' : 'ipv4'),
    };
  }
  if (host === 'localhost') {
    const loopback = networkOf('127.0.0.0', '8', entry);
    loopback.addAddress('::1', 'ipv6');
    return {
      ports,
      matchesName: (candidate) => candidate === 'localhost',
      matchesAddress: (candidate) => loopback.check(candidate, isIPv6(candidate) ? 'ipv6' : 'ipv4'),
    };
  }
  const matchesName = nameMatcher(host);
  if (matchesName === undefined) throw new TypeError(`${JSON.stringify(host)} is no name of a host`);
  return { ports, matchesName, matchesAddress: () => false };
}

function nameMatcher(host: string): ((name: string) => boolean) | undefined {
  if (host === '*') return () => true;
  const domain = host.startsWith('*.') ? host.slice(1) : undefined;
  if (!/^(?:\*\.)?[a-z0-9_-]+(?:\.[a-z0-9_-]+)*$/.test(host)) return undefined;
  return domain === undefined ? (name) => name === host : (name) => name.endsWith(domain);
}

/** @throws TypeError for a prefix that the address is too short for */
function networkOf(address: string, prefix: string | undefined, entry: string): BlockList {
  const network = new BlockList();
  const family = isIPv6(address) ? 'ipv6' : 'ipv4';
  if (prefix === undefined) network.addAddress(address, family);
  else {
    const bits = Number(prefix);
    if (bits > (family === 'ipv6' ? 128 : 32)) throw new TypeError(`${JSON.stringify(entry)} is no network`);
    network.addSubnet(address, bits, family);
  }
  return network;
}
