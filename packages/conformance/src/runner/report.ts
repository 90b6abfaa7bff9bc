import type { Result } from './suite.ts';

/** What people read: each failure with its id, what was skipped and why, the counts of parts, and of all as the last line. */
export function formatReport(
  suite: string,
  results: readonly Result[],
  counts: readonly string[] = [],
): string {
  const failed = results.filter(({ result }) => result === 'fail');
  const skipped = results.filter(({ result }) => result === 'skip');
  const passed = results.length - failed.length - skipped.length;
  return [
    ...formatSkipped(skipped),
    ...failed.map(({ id, reason = '' }) => `FAILED  ${id}: ${reason}`),
    ...counts,
    `${suite}: ${passed} passed, ${failed.length} failed, ${skipped.length} skipped`,
  ].join('\n');
}

/** A line for each reason. */
function formatSkipped(skipped: readonly Result[]): string[] {
  const byReason = new Map<string, string[]>();
  for (const { id, reason = '' } of skipped) byReason.set(reason, [...(byReason.get(reason) ?? []), id]);
  return Array.from(byReason, ([reason, ids]) => {
    const [first = ''] = ids;
    const what = ids.length === 1 ? first : `${first} and ${ids.length - 1} more`;
    return `skipped ${what}: ${reason}`;
  });
}

export function formatJson(results: readonly Result[]): string {
  return `${JSON.stringify(results, undefined, 2)}\n`;
}
