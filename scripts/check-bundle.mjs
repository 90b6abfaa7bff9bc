/**
 * Bundles `halfclose` for the browser from the built packages. Fails if anything of Node slips in, or if importing the
 * bundle needs or changes any global that is not the language's own. Prints what it weighs. Needs `dist`.
 */
import { builtinModules } from 'node:module';
import vm from 'node:vm';
import { gzipSync } from 'node:zlib';
import { build } from 'esbuild';
import { check, heading, indent, noCounts, summary } from './lib/report.mjs';
import { root } from './lib/workspace.mjs';

/** Globals of Node that bundlers are known to fake or to leave standing. */
const NODE_GLOBALS = ['Buffer', 'process', 'global', 'require', '__dirname', '__filename', 'setImmediate'];
/** Globals of a bare V8 context that are not the language's. */
const NOT_THE_LANGUAGE = new Set(['console', 'WebAssembly']);
/** Globals that may be looked at, as long as they may be missing. */
const TOLERATED = new Set([
  // @noble/curves tries once whether it has random octets to blind scalars with, and does without if not.
  'crypto',
]);

const counts = noCounts();
heading('halfclose, bundled for the browser');
try {
  const { atOnce, whenUsed } = await bundleParts({ define: marks() });
  check(counts, 'imports nothing of Node', findNodeImports(atOnce + whenUsed));
  check(counts, 'names nothing of Node', findMarks(atOnce));
  check(counts, 'is imported with the language alone', await importWithTheLanguageAlone());
  const minified = await bundleParts({ minify: true });
  console.log(`\n  imported at once: ${sizes(minified.atOnce)}`);
  if (minified.whenUsed !== '') console.log(`  imported when used: ${sizes(minified.whenUsed)}`);
} catch (error) {
  check(counts, 'can be bundled', indent(String(error)));
}
console.log(`\n${summary(counts)}`);
process.exitCode = counts.failed === 0 ? 0 : 1;

/** @param {import('esbuild').BuildOptions} options */
function bundle(options) {
  return build({
    stdin: { contents: "export * from 'halfclose';", resolveDir: root, sourcefile: 'everything.js' },
    bundle: true,
    platform: 'browser',
    target: 'es2022',
    write: false,
    outdir: 'out',
    logLevel: 'silent',
    ...options,
  });
}

/**
 * The whole of `halfclose` in two parts: what an import of it loads, and what it imports itself when that is used.
 * @param {import('esbuild').BuildOptions} options
 */
async function bundleParts(options) {
  const { outputFiles = [], metafile } = await bundle({
    format: 'esm',
    splitting: true,
    metafile: true,
    ...options,
  });
  const outputs = metafile?.outputs ?? {};
  const reached = new Set(
    Object.keys(outputs)
      .filter((path) => outputs[path]?.entryPoint !== undefined)
      .slice(0, 1),
  );
  for (const path of reached) {
    for (const { kind, path: imported } of outputs[path]?.imports ?? []) {
      if (kind === 'import-statement') reached.add(imported);
    }
  }
  const part = (/** @type {boolean} */ first) =>
    Object.keys(outputs)
      .filter((path) => reached.has(path) === first)
      .map((path) => outputFiles.find((file) => file.path.endsWith(path))?.text ?? '')
      .join('\n');
  return { atOnce: part(true), whenUsed: part(false) };
}

/** Has every free use of a Node global replaced by a name that can be found. */
function marks() {
  return Object.fromEntries(NODE_GLOBALS.map((name) => [name, `nodeGlobal_${name}`]));
}

/** @param {string} text */
function findMarks(text) {
  const found = new Set(Array.from(text.matchAll(/\bnodeGlobal_(\w+)/g), ([, name]) => name));
  return found.size === 0 ? undefined : `it uses ${[...found].join(', ')}`;
}

/** @param {string} text */
function findNodeImports(text) {
  const specifiers = Array.from(
    text.matchAll(/(?:\bfrom|\bimport|\bimport\(|\brequire\()\s*["']([^"']+)["']/g),
    ([, specifier = '']) => specifier,
  );
  const found = specifiers.filter((name) => name.startsWith('node:') || builtinModules.includes(name));
  return found.length === 0 ? undefined : `it imports ${found.join(', ')}`;
}

/**
 * Runs the bundle where there is nothing but ECMAScript, and watches which globals it looks at.
 * @returns {Promise<string | undefined>}
 */
async function importWithTheLanguageAlone() {
  const { outputFiles = [] } = await bundle({ format: 'iife', globalName: 'halfclose' });
  const context = vm.createContext();
  for (const name of NOT_THE_LANGUAGE) vm.runInContext(`delete globalThis.${name}`, context);
  const language = new Set(vm.runInContext('Object.getOwnPropertyNames(globalThis)', context));
  const wanted = new Set();
  const watch = (/** @type {string | symbol} */ name) => {
    if (typeof name === 'string' && !language.has(name) && !TOLERATED.has(name)) wanted.add(name);
  };
  vm.runInContext(
    `(watch) => {
      const globals = globalThis;
      const watched = new Proxy(globals, {
        has(target, name) { watch(name); return name in target; },
        get(target, name) { watch(name); return target[name]; },
      });
      globals.scope = new Proxy({}, {
        has(target, name) { watch(name); return name === 'globalThis'; },
        get(target, name) { return name === 'globalThis' ? watched : undefined; },
      });
    }`,
    context,
  )(watch);
  try {
    // A free name is looked for in `scope` first. `var` would land outside, so the bundle has a function around it.
    vm.runInContext(`with (scope) (() => {\n${outputFiles[0]?.text}\n})();`, context);
  } catch (error) {
    return `it throws ${error}`;
  }
  if (wanted.size > 0) return `it looks at ${[...wanted].join(', ')}`;
  const added = vm
    .runInContext('Object.getOwnPropertyNames(globalThis)', context)
    .filter((/** @type {string} */ name) => !language.has(name) && name !== 'scope');
  return added.length === 0 ? undefined : `it adds ${added.join(', ')} to the globals`;
}

/** @param {string} text */
function sizes(text) {
  const bytes = Buffer.from(text);
  return `${bytes.length} octets minified, ${gzipSync(bytes, { level: 9 }).length} gzipped`;
}
