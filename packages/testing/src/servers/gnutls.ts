import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopper } from './child.ts';
import type { TestServer } from './listen.ts';
import type { Credentials } from './tls.ts';

let found: { readonly command: string | undefined } | undefined;

/** The command that runs GnuTLS's server, or undefined where there is none. */
export function findGnutls(): string | undefined {
  found ??= {
    command: spawnSync('gnutls-serv', ['--version']).status === 0 ? 'gnutls-serv' : undefined,
  };
  return found.command;
}

export interface GnutlsOptions {
  readonly credentials: Credentials;
  /** What it speaks, in GnuTLS's language: `NORMAL:-VERS-ALL:+VERS-TLS1.2`. */
  readonly priority: string;
}

export interface GnutlsServer extends TestServer {
  /** The extensions that it names of each handshake so far: `safe renegotiation, EtM`. */
  options(): readonly string[];
}

/**
 * `gnutls-serv --echo`, which sends back each line that it gets. It can't be told to listen on 127.0.0.1 alone, nor to choose
 * its port: so another process may be faster.
 * @throws Error what it printed, if it doesn't start
 */
export async function startGnutls({ credentials, priority }: GnutlsOptions): Promise<GnutlsServer> {
  const command = findGnutls();
  if (command === undefined) throw new Error('GnuTLS is not installed');
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-gnutls-'));
  const [certificate, key] = [join(directory, 'chain.pem'), join(directory, 'key.pem')];
  writeFileSync(certificate, credentials.chainPem);
  writeFileSync(key, credentials.privateKeyPem, { mode: 0o600 });
  const port = await freePort();
  const own = ['--port', `${port}`, '--echo', '--crlf', '--disable-client-cert', '--priority', priority];
  const child = spawn(command, [...own, '--x509certfile', certificate, '--x509keyfile', key]);
  const stop = stopper(child, directory);
  const options: string[] = [];
  try {
    await listening(child, options);
    return { port, close: stop, options: () => options };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo; // As it is for TCP.
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** It prints all that it gets, too: of that nothing is kept. */
function listening(child: ChildProcess, options: string[]): Promise<void> {
  return new Promise((resolve, reject) => {
    let rest = '';
    const take = (chunk: string): void => {
      const lines = (rest + chunk).split('\n');
      rest = (lines.pop() ?? '').slice(-4096);
      for (const line of lines) {
        if (/listening on IPv4 .*\.\.\.done/.test(line)) resolve();
        const [, names] = /^- Options:(.*?),?$/.exec(line) ?? [];
        if (names !== undefined) options.push(names.trim());
      }
    };
    for (const stream of [child.stdout, child.stderr]) stream?.setEncoding('utf8').on('data', take);
    child.once('error', reject);
    child.once('close', () => reject(new Error(`gnutls-serv ended; the last that it had printed: ${rest}`)));
  });
}
