/** The workspace: where it is, which packages it publishes, how its tools are called. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/**
 * @typedef {object} Manifest The part of a package.json that the checks read.
 * @property {string} name
 * @property {string} version
 * @property {boolean} [private]
 * @property {Record<string, unknown>} exports
 * @property {Record<string, string>} [bin]
 * @property {Record<string, string>} [dependencies]
 *
 * @typedef {object} WorkspacePackage
 * @property {string} directory
 * @property {Manifest} manifest
 */

/** @param {string} path */
export function readJson(path) {
  return JSON.parse(readFileSync(path, 'utf8'));
}

/**
 * The packages that are published, sorted by name.
 * @returns {WorkspacePackage[]}
 */
export function publishedPackages() {
  const packages = join(root, 'packages');
  return readdirSync(packages)
    .map((name) => join(packages, name))
    .filter((directory) => existsSync(join(directory, 'package.json')))
    .map((directory) => ({ directory, manifest: readJson(join(directory, 'package.json')) }))
    .filter(({ manifest }) => manifest.private !== true)
    .sort((a, b) => (a.manifest.name < b.manifest.name ? -1 : 1));
}

/**
 * Command and first arguments that run the tool `name` of the development dependency `dependency`.
 * @param {string} dependency
 * @param {string} [name]
 * @returns {[command: string, script: string]}
 */
export function tool(dependency, name = basename(dependency)) {
  const directory = join(root, 'node_modules', dependency);
  const { bin } = readJson(join(directory, 'package.json'));
  return [process.execPath, join(directory, typeof bin === 'string' ? bin : bin[name])];
}

/**
 * Command and first arguments that run pnpm. In a script that pnpm started, `npm_execpath` is that very pnpm,
 * whether it is installed or came by `npx`; it may be a program or a script.
 * @returns {[command: string, ...string[]]}
 */
export function pnpm() {
  const path = process.env.npm_execpath;
  if (path === undefined || !/pnpm/i.test(path)) return ['npx', '-y', 'pnpm@12'];
  return /\.[cm]?js$/.test(path) ? [process.execPath, path] : [path];
}
