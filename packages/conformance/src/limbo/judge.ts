import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Answer } from './child.ts';
import type { Testcase } from './testcases.ts';
import type { Verdict } from './verdict.ts';

/** Milliseconds that a case may take. */
export const timeLimit = 1000;

const ownScript = fileURLToPath(new URL('./child.ts', import.meta.url));

/** Decides in a process of its own, which is killed where it takes too long, even in a loop that lets nobody else run. */
export interface Judge {
  /** @throws Error `HANG…` where there is no verdict within the limit; with the reason of a crash */
  decide(testcase: Testcase): Promise<Verdict>;
  close(): void;
}

/**
 * @param script what the process runs, for tests of this; it speaks as `child.ts` does
 * @throws Error where the process can't be started
 */
export async function createJudge(script: string = ownScript): Promise<Judge> {
  let running: ChildProcess | undefined;

  async function start(): Promise<ChildProcess> {
    // With the options of this process, so that it loads sources as this one does.
    const child = fork(script);
    await answerOf(child);
    running = child;
    return child;
  }

  function close(): void {
    running?.kill('SIGKILL');
    running = undefined;
  }

  await start();
  return {
    async decide(testcase) {
      const child = running ?? (await start());
      try {
        child.send(testcase);
        const answer = await answerOf(child, timeLimit);
        if (answer.type === 'verdict') return answer.verdict;
        throw new Error(`crashed: ${answer.type === 'crash' ? answer.reason : 'the process started again'}`);
      } catch (error) {
        close();
        throw error;
      }
    },
    close,
  };
}

/** What the process says next. @throws Error where it ends instead, or says nothing for so many milliseconds */
function answerOf(child: ChildProcess, limit?: number): Promise<Answer> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return new Promise<Answer>((resolve, reject) => {
    child.once('message', (message) => resolve(message as Answer));
    child.once('exit', (code) => reject(new Error(`crashed: the process ended with exit status ${code}`)));
    if (limit === undefined) return;
    timer = setTimeout(() => reject(new Error(`HANG: no verdict within ${limit} ms`)), limit);
  }).finally(() => {
    clearTimeout(timer);
    child.removeAllListeners();
  });
}
