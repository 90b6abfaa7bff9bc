/**
 * Runs test files with uvu, each in a process of its own, and doubts what uvu says of them. Taken at its word, uvu
 * passes a file that registers tests and never runs them, one whose process ends while it is loaded, and one
 * whose `before` hook throws.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, dirname, join, relative } from 'node:path';
import { run } from './run.mjs';
import { root } from './workspace.mjs';

/**
 * @typedef {object} FileResult
 * @property {string} file
 * @property {number} passed
 * @property {number} failed
 * @property {number} skipped
 * @property {string[]} reasons Why tests were skipped: the lines `skipped: …` that they printed.
 * @property {string | undefined} trouble What was wrong; undefined if nothing was.
 * @property {string} output
 * @property {number} seconds
 */

/**
 * All test files beneath `directory`, sorted.
 * @param {string} directory
 * @returns {string[]}
 */
export function findTestFiles(directory) {
  const found = [];
  for (const entry of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) {
      if (entry.name !== 'node_modules' && entry.name !== 'dist') found.push(...findTestFiles(path));
    } else if (/\.test\.(ts|mjs)$/.test(entry.name)) {
      found.push(path);
    }
  }
  return found.sort();
}

/**
 * @typedef {object} Launch
 * @property {string} command
 * @property {readonly string[]} args What comes before the file.
 */

/**
 * @param {string} file
 * @param {number} limit Seconds until the file's process is killed and counts as failed.
 * @param {Launch} [launch] What runs TypeScript by itself. Left out: this Node, with tsx.
 * @returns {Promise<FileResult>}
 */
export async function runTestFile(file, limit, launch) {
  const { command, args } = launch ?? thisNode(file);
  const { output, trouble, seconds } = await run(command, launch ? [...args, file] : args, {
    cwd: root,
    env: { NO_COLOR: '1' },
    limit,
  });
  const result = { file: relative(root, file), output, seconds, ...judge(output, trouble) };
  const neverRun = findNeverRun(readFileSync(file, 'utf8'));
  if (neverRun === undefined) return result;
  return { ...result, failed: result.failed + 1, trouble: result.trouble ?? neverRun };
}

/**
 * @param {string} file
 * @returns {Launch}
 */
function thisNode(file) {
  const node = ['--conditions=@halfclose/source', '--import', 'tsx'];
  const uvu = [join(root, 'node_modules/uvu/bin.js'), '--no-color'];
  const only = [dirname(file), `^${basename(file).replace(/\W/g, '\\$&')}$`];
  return { command: process.execPath, args: [...node, ...uvu, ...only] };
}

/**
 * What a process's output and end say about the tests in it.
 * @param {string} output
 * @param {string | undefined} trouble How the process ended, unless well.
 */
function judge(output, trouble) {
  const reasons = Array.from(output.matchAll(/^skipped: (.+)$/gm), ([, reason = '']) => reason);
  const counts = [...output.matchAll(/^ {2}Total: +(\d+)\n {2}Passed: +(\d+)\n {2}Skipped: +(\d+)$/gm)].at(
    -1,
  );
  if (counts === undefined) {
    const why = trouble === undefined ? 'ended before its tests were run' : trouble;
    return { passed: 0, failed: 1, skipped: 0, reasons, trouble: why };
  }
  const [total = 0, passed = 0, skipped = 0] = counts.slice(1).map(Number);
  // A test that is neither passed nor reported as failed: a hook threw, and uvu lost the error.
  const lost = total - passed;
  if (lost > 0) {
    const why = trouble ?? `${lost} of ${total} tests did not finish: a hook threw`;
    return { passed, failed: lost, skipped, reasons, trouble: why };
  }
  if (trouble !== undefined) return { passed, failed: 1, skipped, reasons, trouble };
  if (skipped > 0 && reasons.length === 0) {
    return { passed, failed: 1, skipped, reasons, trouble: `skips ${skipped} tests and does not say why` };
  }
  if (total + skipped === 0) return { passed, failed: 1, skipped, reasons, trouble: 'ran no test' };
  return { passed, failed: 0, skipped, reasons, trouble: undefined };
}

/**
 * Which tests of a file uvu never gets to see, as a sentence: those of a suite that is never run, and those added
 * after it was. Nothing at run time tells of them.
 * @param {string} source
 * @returns {string | undefined}
 */
function findNeverRun(source) {
  const suites = Array.from(source.matchAll(/(?:const|let) (\w+) = suite\b/g), ([, name = '']) => name);
  for (const name of new Set(['test', ...suites])) {
    if (!new RegExp(`^\\s*${name}(\\.skip)?\\(`, 'm').test(source)) continue;
    const lastRun = source.lastIndexOf(`${name}.run()`);
    if (lastRun === -1) return `never calls ${name}.run()`;
    // Only what stands at the left margin: a function further down may have been called before.
    if (new RegExp(`^${name}(\\.skip)?\\(`, 'm').test(source.slice(lastRun))) {
      return `adds a test to ${name} after the last ${name}.run()`;
    }
  }
  return undefined;
}
