/**
 * A module costs Node a third of a millisecond to find, read and link, and a package here has up to two hundred. So Node
 * gets each package in a few files, by the condition `node` of its exports; bundlers get its modules one by one, which
 * they can leave out one by one.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { build } from 'esbuild';

/** Where bundles are, in a package. */
export const bundleDirectory = 'dist/bundled';

/**
 * What the exports of a package want bundled, each by its path in `dist` without `.js`.
 * @param {import('./workspace.mjs').Manifest} manifest
 * @returns {string[]}
 */
export function bundleEntries({ exports }) {
  const paths = JSON.stringify(exports).matchAll(/"\.\/dist\/bundled\/([^"]+)\.js"/g);
  return Array.from(paths, ([, path = '']) => path);
}

/**
 * Bundles a package that is built. What several of its entries need is in files of its own, so that nothing is ever there
 * twice.
 * @param {import('./workspace.mjs').WorkspacePackage} workspacePackage
 */
export async function bundlePackage({ directory, manifest }) {
  const outdir = join(directory, bundleDirectory);
  rmSync(outdir, { recursive: true, force: true });
  const entries = bundleEntries(manifest);
  if (entries.length === 0) return;
  const others = Object.keys(manifest.exports).filter(
    (subpath) => !JSON.stringify(manifest.exports[subpath]).includes(`./${bundleDirectory}/`),
  );
  // What is in a bundle and beside it would be there twice, and a class would not know its own instances.
  if (others.length > 0) throw new Error(`${manifest.name} has bundles, and none for ${others.join(', ')}`);
  await build({
    entryPoints: Object.fromEntries(entries.map((entry) => [entry, join(directory, 'dist', `${entry}.js`)])),
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'neutral',
    target: 'es2022',
    packages: 'external',
    sourcemap: true,
    chunkNames: 'part-[hash]',
    outdir,
    logLevel: 'warning',
  });
}
