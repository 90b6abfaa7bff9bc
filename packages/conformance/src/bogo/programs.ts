import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';

/** The version of BoringSSL whose runner is built, an ordinary Go module. */
const module = 'boringssl.googlesource.com/boringssl.git';
const version = 'v0.0.0-20260821155238-a0689af29e8e';

const cache = join(process.cwd(), 'node_modules', '.cache', 'halfclose-bogo', version);
const forwarderSource = fileURLToPath(new URL('./forwarder/main.go', import.meta.url));

/**
 * A runner that is there already (`BOGO_RUNNER`, or one built before), or a new one.
 * @throws Error with a sentence where there is no Go, or Go can't have the module
 */
export function findRunner(): string {
  const given = process.env.BOGO_RUNNER;
  if (given !== undefined) return given;
  const path = join(cache, 'runner');
  if (existsSync(path)) return path;
  requireGo();
  const downloaded = spawnSync('go', ['mod', 'download', '-json', `${module}@${version}`], {
    encoding: 'utf8',
  });
  const answer = JSON.parse(downloaded.stdout || '{}') as { Dir?: string; Error?: string };
  if (answer.Dir === undefined) {
    throw new Error(
      `The suite bogo is absent: Go can't download its runner (${answer.Error ?? downloaded.stderr})`,
    );
  }
  mkdirSync(cache, { recursive: true });
  execFileSync('go', ['test', '-c', '-o', path, '.'], {
    cwd: join(answer.Dir, 'ssl', 'test', 'runner'),
    stdio: 'inherit',
  });
  return path;
}

/**
 * The shim that the runner starts. Built anew each time: Go's own cache makes that quick.
 * @throws Error where there is no Go
 */
export function buildForwarder(): string {
  requireGo();
  const source = join(cache, 'forwarder-source');
  mkdirSync(source, { recursive: true });
  copyFileSync(forwarderSource, join(source, 'main.go'));
  const path = join(cache, 'forwarder');
  execFileSync('go', ['build', '-o', path, 'main.go'], { cwd: source, stdio: 'inherit' });
  return path;
}

/**
 * A shim as one program in a directory, for a process that is started two thousand times: compiled each time from its sources
 * it would take ten times as long.
 */
export async function bundleShim(entry: string, directory: string): Promise<string> {
  await build({
    entryPoints: { shim: entry },
    outdir: directory,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    splitting: true,
    platform: 'node',
    format: 'esm',
    conditions: ['@halfclose/source'],
    logLevel: 'error',
  });
  return join(directory, 'shim.mjs');
}

function requireGo(): void {
  if (spawnSync('go', ['version']).error !== undefined) {
    throw new Error('The suite bogo is absent: its runner is a Go program, and there is no Go');
  }
}
