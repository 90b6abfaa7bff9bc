import type { Case, Suite } from '../runner/suite.ts';
import { countLines } from './counts.ts';
import { reasonToLeaveOut } from './leftOut.ts';
import { type RunnerResult, runTests } from './runner.ts';
import { type BogoTest, readTestList } from './testList.ts';
import { waivers } from './waivers.ts';

/** BoringSSL's runner: a server that misbehaves in thousands of ways. The id of a case is the test's name. */
export const bogo: Suite = {
  name: 'bogo',
  source: { option: 'file', path: '../shared/suites/bogo-client-tls12-tls13.tsv' },
  waivers,
  async *cases(path, matches) {
    const tests = readTestList(path).filter(({ name }) => matches(name));
    const results = await runTests(tests.map(({ name }) => name));
    for (const test of tests) yield caseOf(test, results.get(test.name));
  },
  counts: (path, results) => countLines(readTestList(path), results),
};

function caseOf({ name, flags }: BogoTest, result: RunnerResult | undefined): Case {
  if (result === undefined) return { id: name, run: () => fail('the runner does not have this test') };
  const reason = result.actual === 'SKIP' ? reasonToLeaveOut(flags) : undefined;
  if (reason !== undefined) return { id: name, skip: `answered 89: ${reason}` };
  return { id: name, run: () => judge(result) };
}

function judge({ actual, error }: RunnerResult): void {
  if (actual === 'SKIP') fail('answered 89, and none of its flags is one that is left out');
  if (actual === 'FAIL') fail(error ?? 'the runner does not say why');
}

function fail(message: string): never {
  throw new Error(message);
}
