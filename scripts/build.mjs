/**
 * Builds all packages with the compiler's build mode: `pnpm build`. Beforehand it removes what the compiler would
 * leave: outputs whose source is gone, and its notes on a package whose outputs were removed.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './lib/run.mjs';
import { readJson, root, tool } from './lib/workspace.mjs';

for (const { path } of readJson(join(root, 'tsconfig.json')).references) prune(join(root, path));
const [node, tsc] = tool('typescript', 'tsc');
const { code } = await run(node, [tsc, '-b'], { cwd: root, show: true });
process.exitCode = code ?? 1;

/** @param {string} directory */
function prune(directory) {
  const dist = join(directory, 'dist');
  if (!existsSync(dist)) {
    rmSync(join(directory, 'tsconfig.tsbuildinfo'), { force: true });
    return;
  }
  for (const path of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const name = /^(.+?)(\.d\.ts|\.js|\.js\.map)$/.exec(path)?.[1];
    if (name === undefined || existsSync(join(directory, 'src', `${name}.ts`))) continue;
    rmSync(join(dist, path), { recursive: true, force: true });
  }
}
