import { mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { findTestFiles, runTestFile } from './testFiles.mjs';
import { root } from './workspace.mjs';

const IMPORTS = "import { suite, test } from 'uvu';\nimport * as assert from 'uvu/assert';\n";

/**
 * What must count as a failure: the body of a test file, what the reason matches, and the time limit in seconds.
 * @type {Record<string, [string, RegExp, number?]>}
 */
const failures = {
  'a failing test': [`test('a', () => assert.is(1, 2)); test.run();`, /exit status 1/],
  'a failing test among good ones': [
    `test('a', () => {}); test('b', () => assert.ok(false)); test.run();`,
    /exit status 1/,
  ],
  'tests that are never run': [`test('a', () => {});`, /never calls test\.run|ran no test/],
  'a suite that is never run, beside one that is': [
    `const a = suite('a');\nconst b = suite('b');\na('x', () => {});\nb('y', () => {});\na.run();`,
    /never calls b\.run/,
  ],
  'a test after the run': [
    `test('a', () => {});\ntest.run();\ntest('b', () => {});`,
    /after the last test\.run/,
  ],
  'a skipped test without a reason': [
    `test.skip('a', () => {}); test('b', () => {}); test.run();`,
    /skips 1 tests and does not say why/,
  ],
  'no test': ['test.run();', /ran no test/],
  'a file that does not load': [`import './missing.mjs';`, /exit status 1/],
  'a file that throws': [`test('a', () => {}); test.run(); throw new Error('no');`, /exit status 1/],
  'a rejected promise at the top level': [
    `test('a', () => {}); test.run(); await Promise.reject(new Error('no'));`,
    /exit status 1/,
  ],
  'a rejected promise that nobody awaits': [
    `test('a', async () => { Promise.reject(new Error('no')); await new Promise((r) => setTimeout(r, 20)); }); test.run();`,
    /exit status/,
  ],
  'a rejection after the tests': [
    `test('a', () => { setTimeout(() => assert.ok(false), 50); }); test.run();`,
    /exit status/,
  ],
  'an exit while loading': [`test('a', () => {}); test.run(); process.exit(0);`, /ended before its tests/],
  'an exit in a test': [`test('a', () => process.exit(0)); test.run();`, /exit status|ended before/],
  'a promise at the top level that stays open': [
    `test('a', () => {}); test.run(); await new Promise(() => {});`,
    /exit status|ended before/,
  ],
  'a test that stays open': [
    `test('a', () => new Promise(() => {})); test.run();`,
    /exit status|ended before/,
  ],
  'a before hook that throws': [
    `test.before(() => { throw new Error('no'); }); test('a', () => {}); test.run();`,
    /a hook threw/,
  ],
  'a before-each hook that throws': [
    `test.before.each(() => { throw new Error('no'); }); test('a', () => {}); test.run();`,
    /exit status 1|a hook threw/,
  ],
  'an after-each hook that throws': [
    `test.after.each(() => { throw new Error('no'); }); test('a', () => {}); test('b', () => {}); test.run();`,
    /exit status 1|a hook threw/,
  ],
  'an after hook that throws': [
    `test.after(() => { throw new Error('no'); }); test('a', () => {}); test.run();`,
    /exit status 1/,
  ],
  'a process that is killed': [
    `process.kill(process.pid, 'SIGKILL'); await new Promise(() => {});`,
    /SIGKILL/,
  ],
  'a hang': [`test('a', () => {}); test.run(); setInterval(() => {}, 1000);`, /killed after 2 s/, 2],
  'a busy loop': [`test('a', () => { for (;;) {} }); test.run();`, /killed after 2 s/, 2],
};

const directory = mkdtempSync(join(tmpdir(), 'halfclose-runner-'));
symlinkSync(join(root, 'node_modules'), join(directory, 'node_modules'));

/** @param {string} body @param {number} [limit] */
function runBody(body, limit = 60) {
  const file = join(directory, 'one.test.mjs');
  writeFileSync(file, `${IMPORTS}${body}\n`);
  return runTestFile(file, limit);
}

const failing = suite('counts as a failure');
for (const [name, [body, why, limit]] of Object.entries(failures)) {
  failing(name, async () => {
    const result = await runBody(body, limit);
    assert.ok(result.failed > 0, result.output);
    assert.match(result.trouble ?? '', why);
  });
}
failing.run();

const passing = suite('counts what was run');

passing('passed tests of all suites', async () => {
  const result = await runBody(`
const other = suite('other');
test('a', () => {}); other('b', () => {}); other('c', () => {});
test.run(); other.run();`);
  assert.equal([result.passed, result.failed, result.skipped], [3, 0, 0], result.output);
  assert.is(result.trouble, undefined);
});

passing('skipped tests, with their reasons', async () => {
  const result = await runBody(`test.skip('a', () => {}); console.log('skipped: no such tool'); test.run();`);
  assert.equal([result.passed, result.failed, result.skipped], [0, 0, 1], result.output);
  assert.equal(result.reasons, ['no such tool']);
  assert.is(result.trouble, undefined);
});

passing('only the file it was given', async () => {
  writeFileSync(
    join(directory, 'another-one.test.mjs'),
    `${IMPORTS}test('a', () => assert.ok(false)); test.run();`,
  );
  const result = await runBody(`test('a', () => {}); test.run();`);
  assert.is(result.trouble, undefined, result.output);
});

passing('finds this file', () => {
  assert.ok(findTestFiles(join(root, 'scripts')).some((file) => file.endsWith('testFiles.test.mjs')));
});

passing.after(() => rmSync(directory, { recursive: true }));
passing.run();
