/**
 * Checks every published package as its users get it: packed, unpacked, linted, imported and type-checked in a
 * project that sees nothing of the workspace's sources. Needs `dist` (`pnpm build`); asks no network.
 */
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { bundleDirectory, bundleEntries } from './lib/bundles.mjs';
import { check, heading, noCounts, summary } from './lib/report.mjs';
import { run } from './lib/run.mjs';
import { pnpm, publishedPackages, readJson, root, tool } from './lib/workspace.mjs';

/**
 * @typedef {object} Packed
 * @property {import('./lib/workspace.mjs').WorkspacePackage} source
 * @property {string} tarball
 * @property {string} directory Where it is unpacked, beside the packages that it depends on.
 * @property {import('./lib/workspace.mjs').Manifest} manifest As published.
 */

const scratch = mkdtempSync(join(realpathSync(tmpdir()), 'halfclose-packages-'));
const counts = noCounts();
try {
  const packages = [];
  for (const source of publishedPackages()) packages.push(await pack(source));
  for (const one of packages) link(one);
  for (const one of packages) await checkTarball(one);
  await checkConsumer(packages);
} finally {
  rmSync(scratch, { recursive: true });
}
console.log(`\n${summary(counts)}`);
process.exitCode = counts.failed === 0 ? 0 : 1;

/**
 * Runs a command that must succeed for anything after it to make sense.
 * @param {readonly string[]} command
 * @param {string} cwd
 */
async function must([command = '', ...args], cwd) {
  const { output, trouble } = await run(command, args, { cwd });
  if (trouble !== undefined) throw new Error(`${command} ${args.join(' ')} ${trouble}\n${output}`);
}

/**
 * @param {import('./lib/workspace.mjs').WorkspacePackage} source
 * @returns {Promise<Packed>}
 */
async function pack(source) {
  const { name } = source.manifest;
  const tarball = join(scratch, `${name.replace('@', '').replace('/', '-')}.tgz`);
  await must([...pnpm(), 'pack', '--out', tarball], source.directory);
  // As pnpm lays packages out: each sees the dependencies that it declares, and nothing else.
  const directory = join(scratch, 'store', name.replace('/', '+'), 'node_modules', name);
  mkdirSync(directory, { recursive: true });
  await must(['tar', '-xzf', tarball, '-C', directory, '--strip-components=1'], scratch);
  return { source, tarball, directory, manifest: readJson(join(directory, 'package.json')) };
}

/**
 * Puts a package into the scratch project, and its dependencies beside it: ours as packed, others as installed.
 * @param {Packed} one
 */
function link({ source, directory, manifest }) {
  symlink(directory, join(scratch, 'node_modules', manifest.name));
  const beside = join(directory, manifest.name.includes('/') ? '../..' : '..');
  for (const name of Object.keys(manifest.dependencies ?? {})) {
    const packed = join(scratch, 'store', name.replace('/', '+'), 'node_modules', name);
    const installed = join(source.directory, 'node_modules', name);
    symlink(existsSync(packed) ? packed : realpathSync(installed), join(beside, name));
  }
}

/** @param {string} target @param {string} path */
function symlink(target, path) {
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path, 'junction');
}

/** @param {Packed} one */
async function checkTarball({ source, tarball, directory, manifest }) {
  heading(manifest.name);
  check(
    counts,
    'holds only what is built from the present sources',
    findStrangers(source.directory, directory, manifest),
  );
  check(counts, 'has no development condition and no workspace range', findWorkspaceTraces(manifest));
  await checkTool('publint', [...tool('publint'), 'run', tarball, '--strict']);
  await checkTool('are the types wrong?', [
    ...tool('@arethetypeswrong/cli', 'attw'),
    ...[tarball, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji', '--no-color'],
  ]);
}

/**
 * @param {string} name
 * @param {readonly string[]} command
 * @param {string} [cwd]
 */
async function checkTool(name, [command = '', ...args], cwd = scratch) {
  const { output, trouble } = await run(command, args, { cwd });
  check(counts, name, trouble === undefined ? undefined : `${output}\n${trouble}`);
}

/**
 * Files that no source stands for: left over in `dist` from a source that is gone, tests, or something else.
 * @param {string} source
 * @param {string} directory
 * @param {import('./lib/workspace.mjs').Manifest} manifest
 */
function findStrangers(source, directory, manifest) {
  const expected = new Set(['package.json', 'LICENSE', 'README.md']);
  const strangers = listFiles(directory).filter((file) => {
    if (file.startsWith(`${bundleDirectory}/`)) return !isBundled(file, manifest);
    const built = /^dist\/(.+?)(\.d\.ts|\.js|\.js\.map)$/.exec(file);
    if (built === null) return !expected.has(file);
    return /\.test$/.test(built[1] ?? '') || !existsSync(join(source, 'src', `${built[1]}.ts`));
  });
  if (!existsSync(join(directory, 'LICENSE'))) return 'LICENSE is missing';
  if (strangers.length > 0) return `${strangers.join(', ')}: build again`;
  return undefined;
}

/**
 * A bundle that the exports name, or a part of several, or the map of one.
 * @param {string} file
 * @param {import('./lib/workspace.mjs').Manifest} manifest
 */
function isBundled(file, manifest) {
  const name = file.slice(bundleDirectory.length + 1).replace(/\.js(\.map)?$/, '');
  return bundleEntries(manifest).includes(name) || /^part-[0-9A-Z]{8}$/.test(name);
}

/** @param {string} directory @returns {string[]} */
function listFiles(directory) {
  return readdirSync(directory, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? listFiles(join(directory, entry.name)).map((file) => `${entry.name}/${file}`)
      : [entry.name],
  );
}

/** @param {import('./lib/workspace.mjs').Manifest} manifest */
function findWorkspaceTraces(manifest) {
  const trace = /@halfclose\/source|[^"]*\/src\/[^"]*|(workspace|catalog|link|file):[^"]*/.exec(
    JSON.stringify(manifest),
  );
  return trace === null ? undefined : `package.json says ${trace[0]}`;
}

/**
 * A small project that depends on all packages imports every subpath, at run time and for its types.
 * @param {readonly Packed[]} packages
 */
async function checkConsumer(packages) {
  heading('a project that uses them');
  const subpaths = packages.flatMap(({ manifest }) =>
    Object.keys(manifest.exports).map((subpath) => manifest.name + subpath.slice(1)),
  );
  writeFileSync(join(scratch, 'package.json'), '{ "name": "consumer", "private": true, "type": "module" }\n');
  for (const subpath of subpaths) {
    const program = `if (Object.keys(await import('${subpath}')).length === 0) throw new Error('it exports nothing')`;
    await checkTool(`import '${subpath}' in Node`, [
      process.execPath,
      '--input-type=module',
      '--eval',
      program,
    ]);
  }
  for (const { directory, manifest } of packages) {
    for (const [name, path] of Object.entries(manifest.bin ?? {})) {
      await checkTool(`${name} --help`, [process.execPath, join(directory, path), '--help']);
    }
  }

  symlink(realpathSync(join(root, 'node_modules/@types')), join(scratch, 'node_modules/@types'));
  const uses = subpaths.map(
    (subpath, i) => `import * as module${i} from '${subpath}';\nexport { module${i} };\n`,
  );
  writeFileSync(join(scratch, 'consumer.ts'), uses.join(''));
  for (const moduleResolution of ['bundler', 'nodenext']) {
    const compilerOptions = {
      ...{ target: 'ES2022', lib: ['ES2022', 'DOM'], types: ['node'], strict: true, noEmit: true },
      ...{ module: moduleResolution === 'bundler' ? 'ESNext' : 'NodeNext', moduleResolution },
    };
    const project = join(scratch, `tsconfig.${moduleResolution}.json`);
    writeFileSync(project, JSON.stringify({ compilerOptions, files: ['consumer.ts'] }));
    await checkTool(`types, moduleResolution ${moduleResolution}`, [
      ...tool('typescript', 'tsc'),
      '-p',
      project,
    ]);
  }
}
