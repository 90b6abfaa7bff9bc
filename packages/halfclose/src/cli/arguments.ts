import { type ParseArgsConfig, parseArgs } from 'node:util';

/** Whom to probe, and how. */
export interface ProbeOptions {
  /** As it was written, an IPv6 address without its brackets. */
  readonly host: string;
  readonly port: number;
  /** Whom the certificate has to be for, and what is sent as server_name. */
  readonly serverName: string;
  /** A file of PEM certificates to trust instead of the platform's. */
  readonly cafile: string | undefined;
  readonly alpnProtocols: readonly string[];
  readonly minimumVersion: VersionName | undefined;
  readonly maximumVersion: VersionName | undefined;
  /** For `setCiphers`; or `OPENSSL_DEFAULT`, all that a client of OpenSSL offers, those of TLS 1.3 included. */
  readonly ciphers: string | undefined;
  /** For `setCiphersuites`. */
  readonly ciphersuites: string | undefined;
  /** Sent as UTF-8, with nothing added. */
  readonly send: string | undefined;
}

export type VersionName = 'TLSv1.2' | 'TLSv1.3';

export type Command =
  | { readonly name: 'help' }
  | { readonly name: 'probe'; readonly options: ProbeOptions; readonly json: boolean };

/** The command was written wrongly: `message` says where. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

export const usage = `Usage: halfclose HOST:PORT [options]

Makes a TLS connection, says what was agreed, half-closes it, and reads to the end.

  --cafile FILE          trust the certificates in this PEM file, and no others
  --servername NAME      the name to ask for and to find in the certificate (default: HOST)
  --alpn A,B             protocols to offer, most wanted first
  --min-version VERSION  TLSv1.2 or TLSv1.3
  --max-version VERSION  TLSv1.2 or TLSv1.3
  --ciphers STRING       cipher suites of TLS 1.2, in OpenSSL's language; or OPENSSL_DEFAULT:
                         all those that a client of OpenSSL offers, in its order
  --ciphersuites NAMES   cipher suites of TLS 1.3, with colons between them
  --send TEXT            send this before the half-close
  --json                 print one JSON object instead
  --help                 print this

The exit status is 0 if all went well, 1 if the connection failed, 2 if the command was wrong.
`;

const options = {
  cafile: { type: 'string' },
  servername: { type: 'string' },
  alpn: { type: 'string' },
  'min-version': { type: 'string' },
  'max-version': { type: 'string' },
  ciphers: { type: 'string' },
  ciphersuites: { type: 'string' },
  send: { type: 'string' },
  json: { type: 'boolean', default: false },
  help: { type: 'boolean', short: 'h', default: false },
} as const satisfies ParseArgsConfig['options'];

/** @throws UsageError */
export function parseCommand(args: readonly string[]): Command {
  const { values, positionals } = parse(args);
  if (values.help) return { name: 'help' };
  const [target, surplus] = positionals;
  if (target === undefined) throw new UsageError('HOST:PORT is missing');
  if (surplus !== undefined)
    throw new UsageError(`there is one argument too many: ${JSON.stringify(surplus)}`);
  const { host, port } = parseTarget(target);
  return {
    name: 'probe',
    json: values.json,
    options: {
      host,
      port,
      serverName: values.servername ?? host,
      cafile: values.cafile,
      alpnProtocols: parseAlpn(values.alpn),
      minimumVersion: parseVersion('--min-version', values['min-version']),
      maximumVersion: parseVersion('--max-version', values['max-version']),
      ciphers: values.ciphers,
      ciphersuites: values.ciphersuites,
      send: values.send,
    },
  };
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({ args: [...args], options, allowPositionals: true, strict: true });
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    // What follows the first sentence is advice about arguments that begin with a hyphen.
    throw new UsageError(error.message.split('. ')[0], { cause: error });
  }
}

function parseTarget(target: string): { host: string; port: number } {
  const [, bracketed, plain, digits] = /^(?:\[([^\]]+)\]|([^:[\]]+)):(\d{1,5})$/.exec(target) ?? [];
  const host = bracketed ?? plain;
  const port = Number(digits);
  if (host === undefined || port < 1 || port > 65_535) {
    throw new UsageError(
      `${JSON.stringify(target)} is not HOST:PORT, such as example.com:443 or [2001:db8::1]:443`,
    );
  }
  return { host, port };
}

function parseAlpn(list: string | undefined): readonly string[] {
  const names = list?.split(',') ?? [];
  if (names.includes('')) throw new UsageError(`--alpn ${JSON.stringify(list)} has an empty name`);
  return names;
}

function parseVersion(option: string, version: string | undefined): VersionName | undefined {
  if (version === undefined || version === 'TLSv1.2' || version === 'TLSv1.3') return version;
  throw new UsageError(`${option} is TLSv1.2 or TLSv1.3, not ${JSON.stringify(version)}`);
}
