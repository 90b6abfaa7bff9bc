import { type ChildProcessWithoutNullStreams, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Writable } from 'node:stream';
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
export async function startOpenssl({ credentials, args = [] }: OpensslOptions): Promise<OpensslServer> {
  const command = findOpenssl();
  if (command === undefined) throw new Error('OpenSSL 3 is not installed');
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-openssl-'));
  const child = spawn(command, [
    's_server',
    '-accept',
    '127.0.0.1:0',
    ...writeCredentials(directory, credentials),
    ...args,
  ]);
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

function stopper(child: ChildProcessWithoutNullStreams, directory: string): () => Promise<void> {
  const ended = new Promise<void>((resolve) => {
    child.once('close', resolve);
    child.once('error', () => resolve());
  });
  const atExit = (): void => {
    child.kill('SIGKILL');
    rmSync(directory, { recursive: true, force: true });
  };
  process.once('exit', atExit);
  return async () => {
    child.kill('SIGKILL');
    await ended;
    process.off('exit', atExit);
    rmSync(directory, { recursive: true, force: true });
  };
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
