import { createContext, Script } from 'node:vm';

/** Milliseconds that a case may take. */
export const timeLimit = 1000;

const call = new Script('work()');

/**
 * What `work` gives. It is stopped where it takes longer than the limit, even in a loop that lets nothing else run.
 * @throws Error `HANG…` then
 */
export function boundedly<T>(work: () => T): T {
  try {
    return call.runInContext(createContext({ work }), { timeout: timeLimit }) as T;
  } catch (error) {
    if (!isTimeout(error)) throw error;
    throw new Error(`HANG: it took longer than ${timeLimit} ms`);
  }
}

/** Node's error for it is made in the other context, so that it is no instance of this one's Error. */
function isTimeout(error: unknown): boolean {
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
