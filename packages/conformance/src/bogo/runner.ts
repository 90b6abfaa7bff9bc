import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { errorMap } from './errorMap.ts';
import { buildForwarder, bundleShim, findRunner } from './programs.ts';

export interface RunnerResult {
  readonly actual: 'PASS' | 'FAIL' | 'SKIP';
  readonly error: string | undefined;
}

/**
 * Runs tests of BoringSSL's runner by their names, strictly: an error must be the right one. With `BOGO_PROCESS_PER_TEST` in
 * the environment each test has a process of its own, which shows what leaks from one test to the next.
 * @throws Error with a sentence where there is no Go, or the runner can't be had
 */
export async function runTests(names: readonly string[]): Promise<ReadonlyMap<string, RunnerResult>> {
  const runner = findRunner();
  const forwarder = buildForwarder();
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-bogo-'));
  const servers: ChildProcess[] = [];
  try {
    const environment = process.env.BOGO_PROCESS_PER_TEST
      ? {
          BOGO_SHIM_COMMAND: JSON.stringify([
            process.execPath,
            await bundleShim(shim('process.ts'), directory),
          ]),
        }
      : { BOGO_SHIM_SOCKETS: (await startServers(directory, servers)).join(',') };
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
        String(4 * availableParallelism()),
        '-test',
        names.join(';'),
      ],
      {
        env: { ...process.env, NODE_NO_WARNINGS: '1', ...environment },
        stdio: ['ignore', 'pipe', 'inherit'],
      },
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

/** A server for each core; those started are added to `servers`, also where one can't be. */
async function startServers(directory: string, servers: ChildProcess[]): Promise<string[]> {
  const sockets = Array.from({ length: availableParallelism() }, (_, index) =>
    join(directory, `${index}.sock`),
  );
  for (const socket of sockets) servers.push(fork(shim('server.ts'), [socket]));
  await Promise.all(servers.map((server) => once(server, 'message')));
  return sockets;
}

function shim(file: string): string {
  return fileURLToPath(new URL(`./shim/${file}`, import.meta.url));
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
