/**
 * Everything that must hold: `pnpm test`.
 *
 *     pnpm test              lint, types, all tests, the packages as published, the browser bundle
 *     pnpm test x509 der     only the test files whose path contains one of the words
 *
 * A test that cannot run on this machine is registered with `test.skip` and prints a line `skipped: ` and why.
 */
import { join } from 'node:path';
import { add, check, heading, indent, noCounts, summary } from './lib/report.mjs';
import { run } from './lib/run.mjs';
import { findTestFiles, runTestFile } from './lib/testFiles.mjs';
import { root, tool } from './lib/workspace.mjs';

/** Seconds that one test file may take. */
const FILE_LIMIT = 120;
/** Test files at once. They open sockets and compute; more of them disturb each other. */
const WORKERS = 2;

const words = process.argv.slice(2);
const started = performance.now();
const counts = noCounts();

// What an install made may be older than its sources.
await step('the core on WebAssembly', [process.execPath, 'packages/crypto/scripts/build-simd.mjs']);
if (words.length === 0) {
  await step('lint', tool('@biomejs/biome'), ['check', '--error-on-warnings', '.']);
  const built = await step('types', [process.execPath, 'scripts/build.mjs']);
  if (built) await step('types of the tests', tool('typescript', 'tsc'), ['-p', 'tsconfig.test.json']);
  await step('types of the scripts', tool('typescript', 'tsc'), ['-p', 'scripts']);
  for (const project of ['examples/browser', 'examples/browser/server']) {
    if (built) await step(`types of ${project}`, tool('typescript', 'tsc'), ['-p', project]);
  }
  await runTests(allTestFiles());
  if (built) {
    await step('packages as published', [process.execPath, 'scripts/check-packages.mjs']);
    await step('bundle for the browser', [process.execPath, 'scripts/check-bundle.mjs']);
  } else {
    counts.skipped += 3;
    console.log('\nskipped: types of the tests, packages and bundle, because the build failed');
  }
} else {
  const files = allTestFiles().filter((file) => words.some((word) => file.includes(word)));
  if (files.length === 0)
    check(counts, `a test file whose path contains ${words.join(' or ')}`, 'there is none');
  await runTests(files);
}

console.log(`\n${((performance.now() - started) / 1000).toFixed(0)} s`);
console.log(summary(counts));
process.exitCode = counts.failed === 0 ? 0 : 1;

function allTestFiles() {
  return ['scripts', 'packages', 'benchmarks', 'examples'].flatMap((directory) =>
    findTestFiles(join(root, directory)),
  );
}

/**
 * Runs one command as one check, and shows its output.
 * @param {string} name
 * @param {readonly string[]} tool
 * @param {readonly string[]} [args]
 */
async function step(name, [command = '', ...first], args = []) {
  heading(name);
  const { trouble } = await run(command, [...first, ...args], { cwd: root, show: true });
  check(counts, name, trouble);
  return trouble === undefined;
}

/** @param {readonly string[]} files */
async function runTests(files) {
  heading(`tests: ${files.length} files`);
  const waiting = [...files];
  const reasons = new Set();
  const worker = async () => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const result = await runTestFile(file, FILE_LIMIT);
      add(counts, result);
      for (const reason of result.reasons) reasons.add(reason);
      printResult(result);
    }
  };
  await Promise.all(Array.from({ length: WORKERS }, worker));
  for (const reason of reasons) console.log(`  skipped: ${reason}`);
}

/** @param {import('./lib/testFiles.mjs').FileResult} result */
function printResult({ file, passed, failed, skipped, trouble, output, seconds }) {
  const notes = [`${passed} passed`];
  if (failed > 0) notes.push(`${failed} failed`);
  if (skipped > 0) notes.push(`${skipped} skipped`);
  console.log(
    `  ${trouble === undefined ? 'ok    ' : 'FAILED'}  ${file}  ${notes.join(', ')}  ${seconds.toFixed(1)} s`,
  );
  if (trouble !== undefined) console.log(indent(`${output}\n${trouble}`));
}
