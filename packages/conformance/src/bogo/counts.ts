import { globMatcher } from '../runner/glob.ts';
import type { Result } from '../runner/suite.ts';
import { reasonToLeaveOut } from './leftOut.ts';
import type { BogoTest } from './testList.ts';
import { waivers } from './waivers.ts';

type Version = BogoTest['version'];

/**
 * How each version fares in what is core (`c-`) and in optional features (`o-`), and for which reasons tests of those don't
 * pass, each with their number.
 */
export function countLines(tests: readonly BogoTest[], results: readonly Result[]): readonly string[] {
  const byId = new Map(results.map((result) => [result.id, result]));
  const versions: readonly Version[] = ['TLS 1.2', 'TLS 1.3'];
  return versions.flatMap((version) => {
    const mine = tests.filter((test) => test.version === version && /^[co]-/.test(test.category));
    const run = mine.filter(({ name }) => byId.has(name));
    if (run.length === 0) return [];
    const passed = run.filter(({ name }) => byId.get(name)?.result === 'pass').length;
    const skipped = run.filter(({ name }) => byId.get(name)?.result === 'skip');
    const reasons = countBy(skipped, reasonOf);
    const summary = `${version}, c- and o-: ${passed} of ${run.length} passed, ${skipped.length} not, for ${reasons.size} reasons`;
    return [summary, ...Array.from(reasons, ([reason, count]) => `${String(count).padStart(5)}  ${reason}`)];
  });
}

const matchers = waivers.map(({ ids, reason }) => ({ matches: globMatcher(ids), reason }));

function reasonOf({ name, flags }: BogoTest): string {
  const waiver = matchers.find(({ matches }) => matches(name));
  return waiver?.reason ?? reasonToLeaveOut(flags) ?? 'no reason';
}

function countBy<T>(items: readonly T[], keyOf: (item: T) => string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const item of items) counts.set(keyOf(item), (counts.get(keyOf(item)) ?? 0) + 1);
  return new Map([...counts].sort(([, a], [, b]) => b - a));
}
