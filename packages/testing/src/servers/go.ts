import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { TestServer } from './listen.ts';
import type { Credentials } from './tls.ts';

/** Of Go's versions the first whose crypto/tls has all that the server says: 1.26. */
const firstVersion = 26;

let found: boolean | undefined;

/** Whether there is a Go that can build the server. */
export function hasGo(): boolean {
  if (found === undefined) {
    const { stdout } = spawnSync('go', ['version'], { encoding: 'utf8' });
    const [, minor = '0'] = /go1\.(\d+)/.exec(stdout ?? '') ?? [];
    found = Number(minor) >= firstVersion;
  }
  return found;
}

export interface GoOptions {
  readonly credentials: Credentials;
  /** With which it reads hidden hellos (RFC 9849): an ECHConfig and its private key. */
  readonly ech?: { readonly config: Uint8Array; readonly privateKey: Uint8Array };
  /** NamedGroups. Left out: Go's own. */
  readonly groups?: readonly number[];
}

/** What the server tells each client as a line of JSON, before it closes. */
export interface GoReport {
  readonly ServerName: string;
  readonly EchAccepted: boolean;
  readonly Group: string;
  readonly DidRetry: boolean;
  readonly DidResume: boolean;
}

/**
 * A server of Go's crypto/tls on a free port of 127.0.0.1, built from `go/main.go`.
 * @throws Error where Go can't build it
 */
export async function startGo({ credentials, ech, groups = [] }: GoOptions): Promise<TestServer> {
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-go-'));
  const remove = (): void => rmSync(directory, { recursive: true, force: true });
  try {
    const child = spawn(build(directory), { stdio: ['pipe', 'pipe', 'inherit'] });
    const atExit = (): void => {
      child.kill('SIGKILL');
      remove();
    };
    process.once('exit', atExit);
    const base64 = (octets: Uint8Array | undefined): string => Buffer.from(octets ?? []).toString('base64');
    const given = {
      Certificate: credentials.chainPem,
      PrivateKey: credentials.privateKeyPem,
      EchConfig: base64(ech?.config),
      EchKey: base64(ech?.privateKey),
      Groups: groups,
    };
    child.stdin.end(JSON.stringify(given));
    const [port] = await once(createInterface(child.stdout), 'line');
    return {
      port: Number(port),
      close: async () => {
        process.off('exit', atExit);
        if (child.exitCode === null && child.signalCode === null) {
          child.kill('SIGKILL');
          await once(child, 'close');
        }
        remove();
      },
    };
  } catch (error) {
    remove();
    throw error;
  }
}

/** Built anew each time, in the place of its own: Go's cache makes that quick. */
function build(directory: string): string {
  const path = join(directory, 'server');
  const source = fileURLToPath(new URL('../../src/servers/go/main.go', import.meta.url));
  mkdirSync(directory, { recursive: true });
  execFileSync('go', ['build', '-o', path, source], { stdio: 'inherit' });
  return path;
}
