import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
import { stopper } from './child.ts';
import type { TestServer } from './listen.ts';
import type { Credentials } from './tls.ts';

let found: { readonly command: string | undefined } | undefined;

/** The command that runs OpenSSL 3 or later, or undefined where there is none. */
export function findOpenssl(): string | undefined {
  if (!found) {
    const { stdout } = spawnSync('openssl', ['version'], { encoding: 'utf8' });
    const [, major = '0'] = /^OpenSSL (\d+)\./.exec(stdout ?? '') ?? [];
    found = { command: Number(major) >= 3 ? 'openssl' : undefined };
  }
  return found.command;
}

export interface OpensslOptions {
  readonly credentials: Credentials;
  /** Further arguments of `openssl s_server`, as in `['-tls1_3', '-rev']`. Not `-quiet`, which hides the port. */
  readonly args?: readonly string[];
  /** For `-WWW`, which sends them to whoever asks for one by its name. */
  readonly files?: Readonly<Record<string, Uint8Array>>;
  /** Whether the server behaves as if it didn't know RFC 7627. Left out: false. */
  readonly withoutExtendedMasterSecret?: boolean;
}

export interface OpensslServer extends TestServer {
  /** What it is given here, `s_server` sends to its client. */
  readonly stdin: Writable;
  /** Everything that it has printed so far, with the data that came from the client. */
  stdout(): string;
  /** Waits until what it has printed matches. Rejects, with all that was printed, if it ends before. */
  printed(pattern: RegExp): Promise<RegExpExecArray>;
}

/**
 * `openssl s_server` on a free port of 127.0.0.1. It and its files are gone after `close()`, and the process at
 * the latest when this one exits.
 * @throws Error what it printed, if it doesn't start
 */
export async function startOpenssl(options: OpensslOptions): Promise<OpensslServer> {
  const { credentials, args = [], files = {} } = options;
  const command = findOpenssl();
  if (command === undefined) throw new Error('OpenSSL 3 is not installed');
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-openssl-'));
  const ownArgs = ['s_server', '-accept', '127.0.0.1:0', ...writeCredentials(directory, credentials)];
  for (const [name, octets] of Object.entries(files)) writeFileSync(join(directory, name), octets);
  const configuration = join(directory, 'openssl.cnf');
  writeFileSync(configuration, withoutMasterSecretExtension);
  const child = spawn(command, [...ownArgs, ...args], {
    cwd: directory,
    env: {
      ...process.env,
      ...(options.withoutExtendedMasterSecret === true && { OPENSSL_CONF: configuration }),
    },
  });
  const stop = stopper(child, directory);
  const { text, printed } = watch(child);
  try {
    const [, port] = await printed(/^ACCEPT .*:(\d+)$/m);
    return { port: Number(port), stdin: child.stdin, stdout: text, printed, close: stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Until 3.2 `s_server` has no argument for it. */
const withoutMasterSecretExtension = `openssl_conf = start
[start]
ssl_conf = kinds
[kinds]
system_default = tls
[tls]
Options = -ExtendedMasterSecret
`;

function writeCredentials(directory: string, { chainPem, privateKeyPem }: Credentials): string[] {
  const [leaf = '', ...above] = chainPem.split(/(?<=-----END CERTIFICATE-----\n)/);
  const file = (name: string, text: string): string => {
    const path = join(directory, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const own = ['-cert', file('leaf.pem', leaf), '-key', file('key.pem', privateKeyPem)];
  return above.length > 0 ? [...own, '-cert_chain', file('above.pem', above.join(''))] : own;
}

function watch(
  child: ChildProcessWithoutNullStreams,
): Pick<OpensslServer, 'printed'> & { text: () => string } {
  let all = '';
  let ended: Error | undefined;
  const waiting = new Set<() => void>();
  const wake = (): void => {
    for (const look of waiting) look();
  };
  const take = (chunk: string): void => {
    all += chunk;
    wake();
  };
  const end = (how: string): void => {
    ended ??= new Error(`openssl s_server ${how}; it had printed: ${all.trim()}`);
    wake();
  };
  for (const stream of [child.stdout, child.stderr]) stream.setEncoding('utf8').on('data', take);
  child.stdin.on('error', () => {});
  child.once('error', (error) => end(`did not start (${error.message})`));
  child.once('close', (code, signal) => end(`ended with ${signal ?? `status ${code}`}`));

  const printed = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const look = (): void => {
        const match = pattern.exec(all);
        if (!match && !ended) return;
        waiting.delete(look);
        if (match) resolve(match);
        else reject(ended);
      };
      waiting.add(look);
      look();
    });
  return { text: () => all, printed };
}
