import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readArguments } from './arguments.ts';
import { globMatcher } from './glob.ts';
import { formatJson, formatReport } from './report.ts';
import { runSuite } from './run.ts';
import type { Case, Suite, Waiver } from './suite.ts';

const good = (id: string): Case => ({ id, run() {} });
const bad = (id: string): Case => ({ id, run: () => Promise.reject(new Error(`${id} went wrong`)) });
const absent = (id: string): Case => ({ id, skip: 'nothing here for it' });

function suiteOf(cases: readonly Case[], waivers: readonly Waiver[] = []): Suite {
  return { name: 'trial', source: { option: 'dir', path: 'somewhere' }, waivers, cases: () => cases };
}

const all = () => true;

test('each case passes, fails or is skipped, the last two with a reason', async () => {
  const suite = suiteOf([good('a/1'), bad('a/2'), absent('b/*')]);
  assert.equal(await runSuite(suite, '', all), [
    { id: 'a/1', result: 'pass' },
    { id: 'a/2', result: 'fail', reason: 'a/2 went wrong' },
    { id: 'b/*', result: 'skip', reason: 'nothing here for it' },
  ]);
});

test('a filter chooses by id before anything is run', async () => {
  const suite = suiteOf([bad('a/1/x'), good('a/2/y'), bad('b/2/x')]);
  assert.equal(await runSuite(suite, '', globMatcher('a/*/y')), [{ id: 'a/2/y', result: 'pass' }]);
});

test('two cases with one id are a mistake', async () => {
  try {
    await runSuite(suiteOf([good('a'), good('a')]), '', all);
    assert.unreachable();
  } catch (error) {
    assert.match(String(error), /trial has two cases a/);
  }
});

test('a waived failure is skipped, and says why it is waived and what is wrong', async () => {
  const suite = suiteOf([bad('a/1'), good('a/2')], [{ ids: 'a/1', reason: 'known' }]);
  assert.equal(await runSuite(suite, '', all), [
    { id: 'a/1', result: 'skip', reason: 'waived: known (a/1 went wrong)' },
    { id: 'a/2', result: 'pass' },
  ]);
});

test('a waiver of what passes fails', async () => {
  const suite = suiteOf([bad('a/1'), good('a/2')], [{ ids: 'a/*', reason: 'known' }]);
  const results = await runSuite(suite, '', all);
  assert.equal(
    results.map(({ result }) => result),
    ['skip', 'fail'],
  );
  assert.match(results[1]?.reason ?? '', /a\/\* \(known\) no longer applies/);
});

test('a waiver of nothing fails, unless the filter left out what it is for', async () => {
  const suite = suiteOf([good('a/1'), absent('b/1')], [{ ids: 'b/*', reason: 'known' }]);
  const results = await runSuite(suite, '', all);
  assert.equal(results.at(-1)?.id, 'waiver b/*');
  assert.equal(results.at(-1)?.result, 'fail');
  assert.equal(await runSuite(suite, '', globMatcher('a/*')), [{ id: 'a/1', result: 'pass' }]);
});

test('the report names each failure and each reason, and ends with the count', () => {
  const report = formatReport('trial', [
    { id: 'a', result: 'pass' },
    { id: 'b', result: 'fail', reason: 'it is wrong' },
    { id: 'c', result: 'skip', reason: 'nothing here' },
    { id: 'd', result: 'skip', reason: 'nothing here' },
    { id: 'e', result: 'skip', reason: 'another' },
  ]);
  assert.equal(report.split('\n'), [
    'skipped c and 1 more: nothing here',
    'skipped e: another',
    'FAILED  b: it is wrong',
    'trial: 1 passed, 1 failed, 3 skipped',
  ]);
});

test('the counts of parts come before that of all', () => {
  const report = formatReport('trial', [{ id: 'a', result: 'pass' }], ['of letters: 1 passed']);
  assert.equal(report.split('\n'), ['of letters: 1 passed', 'trial: 1 passed, 0 failed, 0 skipped']);
});

test('the JSON is an array of results', () => {
  const results = [
    { id: 'a', result: 'pass' },
    { id: 'b', result: 'skip', reason: 'nothing here' },
  ] as const;
  assert.equal(JSON.parse(formatJson(results)), results);
});

test('arguments: one suite, its own option, defaults', () => {
  const suites = [suiteOf([])];
  const byDefault = readArguments(['trial'], suites);
  assert.is(byDefault?.path, 'somewhere');
  assert.is(byDefault?.json, undefined);
  assert.ok(byDefault?.matches('anything/at/all'));
  const chosen = readArguments(['trial', '--dir', 'there', '--json', 'f', '--filter', 'a.*'], suites);
  assert.is(chosen?.path, 'there');
  assert.is(chosen?.json, 'f');
  assert.ok(chosen?.matches('a.b'));
  assert.not(chosen?.matches('ab'));
  assert.is(readArguments(['--help'], suites), undefined);
});

test('arguments that make no sense are refused with a sentence', () => {
  const suites = [suiteOf([])];
  assert.throws(() => readArguments([], suites), /Name one suite of trial/);
  assert.throws(() => readArguments(['trial', 'trial'], suites), /Name one suite/);
  assert.throws(() => readArguments(['other'], suites), /There is no suite other, there are trial/);
  assert.throws(() => readArguments(['trial', '--file', 'f'], suites), /--dir, not by --file/);
  assert.throws(() => readArguments(['trial', '--nonsense'], suites), /nonsense/);
});

test('a suite without a place takes none', () => {
  const suites: readonly Suite[] = [{ name: 'placeless', waivers: [], cases: () => [] }];
  assert.is(readArguments(['placeless'], suites)?.path, '');
  assert.throws(
    () => readArguments(['placeless', '--dir', 'd'], suites),
    /placeless has no place that --dir could name/,
  );
});

test.run();
