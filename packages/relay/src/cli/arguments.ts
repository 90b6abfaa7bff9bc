import { parseArgs } from 'node:util';
import type { RelayOptions } from '../relay.ts';
import { isPort, parseAddress } from '../request.ts';

export const usage = `Usage: halfclose-relay --allow HOST:PORT [--allow HOST:PORT …] [options]

Carries WebSockets to TCP, for programs that have no TCP: a WebSocket asks for ?address=HOST:PORT, for /HOST:PORT, or
speaks Wisp at a path that ends in a slash. The octets are not looked at; run TLS through it.

  --allow HOST:PORT      what may be reached; nothing else is. HOST is a name, *.DOMAIN for all below it, an IP address
                         ([IPv6]), a network (10.0.0.0/8), localhost, or * for every public address; PORT may be *.
                         Addresses that are not public are reached only if the address itself, or its network, is listed.
  --target HOST:PORT     where WebSockets go that ask for nothing, as noVNC's do; to be allowed, too
  --listen [HOST:]PORT   where to listen (default 127.0.0.1:8080; port 0 for any)
  --origin ORIGIN        pages that may use the relay, as https://app.example, or * (default: pages of this machine)
  --max-connections N    WebSockets at the same time (default 256)
  --max-streams N        TCP connections on one WebSocket, with Wisp (default 64)
  --max-octets N         octets in both directions of a WebSocket (default 16 GiB)
  --max-message N        octets of one message (default 1 MiB)
  --idle SECONDS         without an octet in either direction (default 300)
  --quiet                say nothing of connections
  --help                 this
`;

export interface Arguments {
  readonly help: boolean;
  readonly quiet: boolean;
  readonly relay: RelayOptions;
}

/** @throws TypeError for what is no argument, or a wrong one */
export function parseArguments(args: readonly string[]): Arguments {
  const { values } = parseArgs({
    args: [...args],
    options: {
      allow: { type: 'string', multiple: true, default: [] },
      target: { type: 'string' },
      listen: { type: 'string', default: '127.0.0.1:8080' },
      origin: { type: 'string', multiple: true },
      'max-connections': { type: 'string' },
      'max-streams': { type: 'string' },
      'max-octets': { type: 'string' },
      'max-message': { type: 'string' },
      idle: { type: 'string' },
      quiet: { type: 'boolean', default: false },
      help: { type: 'boolean', default: false, short: 'h' },
    },
  });
  const { help, quiet } = values;
  if (!help && values.allow.length === 0) throw new TypeError('nothing is allowed: --allow HOST:PORT');
  const target = values.target === undefined ? undefined : parseAddress(values.target);
  if (values.target !== undefined && target === undefined) throw new TypeError('--target is not HOST:PORT');
  const number = (name: 'max-connections' | 'max-streams' | 'max-octets' | 'max-message' | 'idle') =>
    numberOf(name, values[name]);
  return {
    help,
    quiet,
    relay: {
      allow: values.allow,
      ...listening(values.listen),
      ...given('target', target),
      ...given('origins', values.origin),
      ...given('maximumConnections', number('max-connections')),
      ...given('maximumStreams', number('max-streams')),
      ...given('maximumOctets', number('max-octets')),
      ...given('maximumMessage', number('max-message')),
      ...given('idleSeconds', number('idle')),
    },
  };
}

function listening(text: string): Pick<RelayOptions, 'host' | 'port'> {
  if (/^\d+$/.test(text) && (text === '0' || isPort(Number(text)))) return { port: Number(text) };
  const anyPort = /^(?:\[([^\]]+)\]|([^:]+)):0$/.exec(text);
  const address = anyPort === null ? parseAddress(text) : ([anyPort[1] ?? anyPort[2] ?? '', 0] as const);
  if (address === undefined) throw new TypeError('--listen is not [HOST:]PORT');
  return { host: address[0], port: address[1] };
}

function numberOf(name: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^[1-9]\d{0,14}$/.test(text)) throw new TypeError(`--${name} is not a number above 0`);
  return Number(text);
}

function given<K extends string, T>(name: K, value: T | undefined): { [key in K]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { [key in K]: T });
}
