/** What a runtime is got from, into a cache beside the project's own packages, because it is only something to test in. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { AbsentError } from './runtime.ts';

const cache = fileURLToPath(new URL('../node_modules/.cache/runtimes/', import.meta.url));
const execute = promisify(execFile);

/**
 * A package from npm.
 * @returns the package's directory
 * @throws AbsentError what npm said
 */
export async function install(name: string, version: string): Promise<string> {
  const directory = await cached(`${name.replace('/', '+')}@${version}`, (prefix) =>
    run('npm', ['install', '--no-audit', '--no-fund', '--prefix', prefix, `${name}@${version}`], prefix),
  );
  return join(directory, 'node_modules', name);
}

/**
 * A package from PyPI, in an environment of its own.
 * @returns the directory of its commands
 * @throws AbsentError what Python said
 */
export async function installPython(name: string, version: string): Promise<string> {
  const directory = await cached(`pip+${name}@${version}`, async (prefix) => {
    await run('python3', ['-m', 'venv', prefix], prefix);
    await run(
      join(prefix, 'bin', 'python'),
      ['-m', 'pip', 'install', '--quiet', `${name}==${version}`],
      prefix,
    );
  });
  return join(directory, 'bin');
}

/**
 * A command of a Go module.
 * @returns its path
 * @throws AbsentError what Go said
 */
export async function installGo(module: string): Promise<string> {
  const name = module.replace(/.*\//, '');
  const directory = await cached(`go+${name}`, (prefix) =>
    run('go', ['install', `${module}@latest`], prefix, { GOBIN: prefix }),
  );
  return join(directory, name);
}

/**
 * Commands of Debian's packages, as far as they are not there and this may be done.
 * @param commands any one is enough
 * @throws AbsentError why it can't be had
 */
export async function installDebian(
  commands: readonly string[],
  packageName: string,
  mayInstall: boolean,
): Promise<string> {
  const found = await findCommand(commands);
  if (found !== undefined) return found;
  const missing = `none of ${commands.join(', ')} is installed`;
  if (!mayInstall) throw new AbsentError(`${missing}; --install gets it by apt-get`);
  if (process.getuid?.() !== 0 || (await findCommand(['apt-get'])) === undefined)
    throw new AbsentError(`${missing}, and it takes root and apt-get to install it`);
  const env = { DEBIAN_FRONTEND: 'noninteractive' };
  await run('apt-get', ['update', '--quiet'], '/', env);
  await run('apt-get', ['install', '--quiet', '--yes', '--no-install-recommends', packageName], '/', env);
  const installed = await findCommand(commands);
  if (installed === undefined)
    throw new AbsentError(`${packageName} of apt-get has none of ${commands.join(', ')}`);
  return installed;
}

async function findCommand(commands: readonly string[]): Promise<string | undefined> {
  for (const command of commands) {
    const answers = await execute(command, ['--version']).then(
      () => true,
      () => false,
    );
    if (answers) return command;
  }
  return undefined;
}

/** Fills a directory of the cache once; one that was not filled to the end is not taken for whole. */
async function cached(name: string, fill: (directory: string) => Promise<void>): Promise<string> {
  const directory = join(cache, name);
  const done = join(directory, '.installed');
  if (existsSync(done)) return directory;
  await rm(directory, { recursive: true, force: true });
  await mkdir(directory, { recursive: true });
  await fill(directory);
  await mkdir(done);
  return directory;
}

/** @throws AbsentError the last that the command said */
async function run(
  command: string,
  args: readonly string[],
  cwd: string,
  env: Readonly<Record<string, string>> = {},
): Promise<void> {
  try {
    await execute(command, [...args], { cwd, timeout: 300_000, env: { ...process.env, ...env } });
  } catch (error) {
    const said = error instanceof Error && 'stderr' in error ? String(error.stderr).trim() : String(error);
    throw new AbsentError(`${command} ${args[0]} failed: ${said.split('\n').at(-1)?.trim()}`, {
      cause: error,
    });
  }
}
