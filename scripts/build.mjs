/**
 * Builds all packages with the compiler's build mode: `pnpm build`. Beforehand it removes what the compiler would
 * leave: outputs whose source is gone, and its notes on a package whose outputs were removed. Afterwards it bundles
 * them for Node.
 */
import { existsSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { bundlePackage } from './lib/bundles.mjs';
import { run } from './lib/run.mjs';
import { publishedPackages, readJson, root, tool } from './lib/workspace.mjs';

for (const { path } of readJson(join(root, 'tsconfig.json')).references) {
  const isFile = path.endsWith('.json');
  prune(join(root, isFile ? dirname(path) : path), isFile ? basename(path, '.json') : 'tsconfig');
}
const [node, tsc] = tool('typescript', 'tsc');
// The core on WebAssembly first: it becomes a module that the compiler finds.
const { code: coreCode } = await run(node, ['packages/crypto/scripts/build-simd.mjs'], {
  cwd: root,
  show: true,
});
const { code } =
  coreCode === 0 ? await run(node, [tsc, '-b'], { cwd: root, show: true }) : { code: coreCode };
process.exitCode = code ?? 1;
if (code === 0) await Promise.all(publishedPackages().map(bundlePackage));

/**
 * @param {string} directory
 * @param {string} project The compiler's configuration in it, without `.json`.
 */
function prune(directory, project) {
  const dist = join(directory, 'dist');
  if (!existsSync(dist)) {
    rmSync(join(directory, `${project}.tsbuildinfo`), { force: true });
    return;
  }
  for (const path of readdirSync(dist, { recursive: true, encoding: 'utf8' })) {
    const name = /^(.+?)(\.d\.ts|\.js|\.js\.map)$/.exec(path)?.[1];
    if (name === undefined || existsSync(join(directory, 'src', `${name}.ts`))) continue;
    rmSync(join(dist, path), { recursive: true, force: true });
  }
}
