import { globMatcher } from './glob.ts';
import type { Case, Result, Suite, Waiver } from './suite.ts';

/** Runs the cases of a suite whose ids match, one after the other. */
export async function runSuite(
  suite: Suite,
  path: string,
  matches: (id: string) => boolean,
): Promise<readonly Result[]> {
  const waivers = suite.waivers.map((waiver) => ({ waiver, matches: globMatcher(waiver.ids), used: false }));
  const results: Result[] = [];
  const seen = new Set<string>();
  for await (const one of suite.cases(path, matches)) {
    if (!matches(one.id)) continue;
    if (seen.has(one.id)) throw new Error(`${suite.name} has two cases ${one.id}`);
    seen.add(one.id);
    const result = await runCase(one);
    const waiver = waivers.find((candidate) => candidate.matches(one.id));
    if (waiver === undefined || result.result === 'skip') {
      results.push(result);
      continue;
    }
    waiver.used = true;
    results.push(waived(result, waiver.waiver));
  }
  // A filter may leave out what a waiver is for, and so may a part of a suite.
  const unused = waivers.filter(({ waiver, used }) => !used && !suite.anyPart && matches(waiver.ids));
  results.push(...unused.map(({ waiver }) => outdated(waiver)));
  return results;
}

async function runCase(one: Case): Promise<Result> {
  const { id } = one;
  if ('skip' in one) return { id, result: 'skip', reason: one.skip };
  try {
    await one.run();
    return { id, result: 'pass' };
  } catch (error) {
    return { id, result: 'fail', reason: error instanceof Error ? error.message : String(error) };
  }
}

function waived({ id, result, reason }: Result, waiver: Waiver): Result {
  return result === 'fail'
    ? { id, result: 'skip', reason: `waived: ${waiver.reason} (${reason})` }
    : {
        id,
        result: 'fail',
        reason: `It passes, so the waiver ${waiver.ids} (${waiver.reason}) no longer applies`,
      };
}

function outdated({ ids, reason }: Waiver): Result {
  return {
    id: `waiver ${ids}`,
    result: 'fail',
    reason: `No case that is run has such an id, so the waiver (${reason}) no longer applies`,
  };
}
