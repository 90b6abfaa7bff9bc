import { type ChildProcess, fork } from 'node:child_process';

/** Starts another module of the benchmarks in a process of its own, on the same Node options. */
export function start(module: URL): ChildProcess {
  return fork(module, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
}

/**
 * Sends a message and waits for the answer.
 * @throws Error if the process ends first, or has not answered within `limit` seconds
 */
export function ask(child: ChildProcess, question: unknown, limit: number): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => finish(() => reject(new Error(`No answer within ${limit} s`))),
      limit * 1000,
    );
    const onMessage = (answer: unknown): void => finish(() => resolve(answer));
    const onExit = (code: number | null, signal: string | null): void =>
      finish(() => reject(new Error(`The process ended with ${signal ?? `exit status ${code}`}`)));
    const finish = (settle: () => void): void => {
      clearTimeout(timer);
      child.off('message', onMessage).off('exit', onExit);
      settle();
    };
    child.once('message', onMessage).once('exit', onExit);
    child.send(question as object);
  });
}

/** Ends a process and waits until it is gone. */
export function end(child: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) {
      resolve();
      return;
    }
    child.once('exit', () => resolve());
    child.kill('SIGKILL');
  });
}
