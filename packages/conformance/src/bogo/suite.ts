import type { Suite } from '../runner/suite.ts';
import { runTests } from './runner.ts';
import { readTestList } from './testList.ts';

const tls12 = 0x0303;

/** BoringSSL's runner: a server that misbehaves in thousands of ways. The id of a case is the test's name. */
export const bogo: Suite = {
  name: 'bogo',
  source: { option: 'file', path: '../shared/suites/bogo-client-tls12-tls13.tsv' },
  waivers: [],
  async *cases(path, matches) {
    const tests = readTestList(path).filter(({ name }) => matches(name));
    const wanted = tests.filter(({ maxVersion }) => maxVersion !== tls12);
    const results = await runTests(wanted.map(({ name }) => name));
    for (const { name, maxVersion } of tests) {
      if (maxVersion === tls12) {
        yield { id: name, skip: 'there is no TLS 1.2 here yet' };
        continue;
      }
      const result = results.get(name);
      if (result === undefined || result.actual === 'SKIP') yield { id: name, skip: 'answered 89' };
      else yield { id: name, run: () => judge(result.actual, result.error) };
    }
  },
};

function judge(actual: string, error: string | undefined): void {
  if (actual !== 'PASS') throw new Error(error ?? actual);
}
