/** A process that decides about the cases that it is sent, one after the other. */
import type { Testcase } from './testcases.ts';
import { decide, type Verdict } from './verdict.ts';

/** What it says: first that it is there, then an answer for each case. */
export type Answer =
  | { readonly type: 'ready' }
  | { readonly type: 'verdict'; readonly verdict: Verdict }
  | { readonly type: 'crash'; readonly reason: string };

process.on('message', async (testcase: Testcase) => {
  say(await answer(testcase));
});
say({ type: 'ready' });

function say(answer: Answer): void {
  process.send?.(answer);
}

async function answer(testcase: Testcase): Promise<Answer> {
  try {
    return { type: 'verdict', verdict: await decide(testcase) };
  } catch (error) {
    return { type: 'crash', reason: error instanceof Error ? (error.stack ?? error.message) : String(error) };
  }
}
