import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const cache = fileURLToPath(new URL('../node_modules/.cache/runtimes/', import.meta.url));
const execute = promisify(execFile);

/**
 * A package from npm, beside the project's own, because it is only a runtime to test in.
 * @returns the package's directory
 * @throws Error what npm said
 */
export async function install(name: string, version: string): Promise<string> {
  const prefix = join(cache, `${name.replace('/', '+')}@${version}`);
  const directory = join(prefix, 'node_modules', name);
  if (existsSync(join(directory, 'package.json'))) return directory;
  await mkdir(prefix, { recursive: true });
  await execute('npm', ['install', '--no-audit', '--no-fund', '--prefix', prefix, `${name}@${version}`], {
    cwd: prefix,
    timeout: 300_000,
  });
  return directory;
}
