import { type ChildProcess, execFileSync, fork, spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorMap } from './errorMap.ts';

/** The version of BoringSSL whose runner is built, an ordinary Go module. */
const module = 'boringssl.googlesource.com/boringssl.git';
const version = 'v0.0.0-20260821155238-a0689af29e8e';

const cache = join(process.cwd(), 'node_modules', '.cache', 'halfclose-bogo', version);
const here = fileURLToPath(new URL('.', import.meta.url));

export interface RunnerResult {
  readonly actual: 'PASS' | 'FAIL' | 'SKIP';
  readonly error: string | undefined;
}

/**
 * Runs tests of BoringSSL's runner by their names, strictly: an error must be the right one.
 * @throws Error with a sentence where there is no Go, or the runner can't be had
 */
export async function runTests(names: readonly string[]): Promise<ReadonlyMap<string, RunnerResult>> {
  const runner = findRunner();
  const forwarder = buildForwarder();
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-bogo-'));
  const servers: ChildProcess[] = [];
  try {
    const sockets = Array.from({ length: availableParallelism() }, (_, index) =>
      join(directory, `${index}.sock`),
    );
    servers.push(...(await Promise.all(sockets.map(startServer))));
    const json = join(directory, 'results.json');
    const shimConfig = join(directory, 'config.json');
    writeFileSync(shimConfig, JSON.stringify({ ErrorMap: withTheirOwn(errorMap) }));
    const child = spawn(
      runner,
      [
        '-shim-path',
        forwarder,
        '-shim-config',
        shimConfig,
        '-pipe',
        '-allow-unimplemented',
        '-json-output',
        json,
        '-test.timeout',
        '60m',
        '-num-workers',
        String(4 * sockets.length),
        '-test',
        names.join(';'),
      ],
      { env: { ...process.env, BOGO_SHIM_SOCKETS: sockets.join(',') }, stdio: ['ignore', 'pipe', 'inherit'] },
    );
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      output += text;
    });
    await once(child, 'close');
    if (!existsSync(json)) throw new Error(`The runner ended without results: ${output.slice(-2000)}`);
    return readResults(json, output);
  } finally {
    for (const server of servers) server.kill();
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The runner takes only what a word is mapped to. */
function withTheirOwn(map: Readonly<Record<string, readonly string[]>>): Record<string, readonly string[]> {
  return Object.fromEntries(Object.entries(map).map(([word, ours]) => [word, [word, ...ours]]));
}

async function startServer(socket: string): Promise<ChildProcess> {
  const server = fork(join(here, 'shim', 'server.ts'), [socket]);
  await once(server, 'message');
  return server;
}

/** A runner that is there already (`BOGO_RUNNER`, or one built before), or a new one. */
function findRunner(): string {
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

/** Built anew each time: Go's own cache makes that quick. */
function buildForwarder(): string {
  requireGo();
  const source = join(cache, 'forwarder-source');
  mkdirSync(source, { recursive: true });
  copyFileSync(join(here, 'forwarder', 'main.go'), join(source, 'main.go'));
  const path = join(cache, 'forwarder');
  execFileSync('go', ['build', '-o', path, 'main.go'], { cwd: source, stdio: 'inherit' });
  return path;
}

function requireGo(): void {
  if (spawnSync('go', ['version']).error !== undefined) {
    throw new Error('The suite bogo is absent: its runner is a Go program, and there is no Go');
  }
}

function readResults(path: string, output: string): ReadonlyMap<string, RunnerResult> {
  const { tests } = JSON.parse(readFileSync(path, 'utf8')) as {
    tests: Record<string, { actual: RunnerResult['actual'] }>;
  };
  const errors = new Map<string, string>();
  for (const [, name = '', text = ''] of output.matchAll(
    /^FAILED \((.+)\)\n([\s\S]*?)(?=^(?:PASSED|FAILED|UNIMPLEMENTED) \(|^FAIL$|(?![\s\S]))/gm,
  )) {
    errors.set(name, text.trim());
  }
  return new Map(
    Object.entries(tests).map(([name, { actual }]) => [name, { actual, error: errors.get(name) }]),
  );
}
