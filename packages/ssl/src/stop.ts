import { TimeoutError } from './errors.ts';
import type { Platform } from './platform.ts';

/** What is asked of an `AbortSignal`, which every web-like runtime has. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener(type: 'abort', listener: () => void): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

/** What may end a call before its time. */
export interface CallOptions {
  /** Ends the call, which fails with the signal's `reason`. The connection is none the worse. */
  readonly signal?: AbortSignalLike | undefined;
}

/** Ends a call before its time: a deadline, or somebody's signal. */
export interface Stop {
  readonly isStopped: boolean;
  /** What the call fails with, once it is stopped. */
  readonly error: unknown;
  /** To be called when it comes to that. There is room for one: the last that was said. */
  onStop(look: () => void): void;
  /** The deadline is to be counted from now on. */
  restart(): void;
  /** The call is over. */
  release(): void;
}

/**
 * @param timeout milliseconds; undefined for none
 * @param operation what is under way, for the message
 * @returns undefined where nothing can end the call
 */
export function createStop(
  signal: AbortSignalLike | undefined,
  timeout: number | undefined,
  setTimer: Platform['setTimer'],
  operation: string,
): Stop | undefined {
  if (signal === undefined && timeout === undefined) return undefined;
  let cause: { readonly error: unknown } | undefined;
  let look = (): void => {};
  let cancel = (): void => {};
  const stop = (error: unknown): void => {
    if (cause !== undefined) return;
    cause = { error };
    look();
  };
  const abort = (): void => stop(signal?.reason);
  const setDeadline = (): void => {
    if (timeout !== undefined) cancel = setTimer(() => stop(new TimeoutError(operation)), timeout);
  };
  if (signal?.aborted) abort();
  else signal?.addEventListener('abort', abort);
  setDeadline();
  return {
    get isStopped() {
      return cause !== undefined;
    },
    get error() {
      return cause?.error;
    },
    onStop(newLook) {
      look = newLook;
    },
    restart() {
      cancel();
      setDeadline();
    },
    release() {
      cancel();
      signal?.removeEventListener('abort', abort);
    },
  };
}

/**
 * What `start` promises, unless the call is stopped before; once that has set an `onStop` of its own, it decides what a
 * stop means.
 * @param tooLate gets what comes after all
 */
export function unlessStopped<T>(
  start: () => Promise<T>,
  stop: Stop | undefined,
  tooLate: (value: T) => void = () => {},
): Promise<T> {
  if (stop === undefined) return start();
  return new Promise((resolve, reject) => {
    let isWaiting = true;
    const give = (settle: () => void): void => {
      isWaiting = false;
      settle();
    };
    stop.onStop(() => {
      if (isWaiting) give(() => reject(stop.error));
    });
    if (stop.isStopped) {
      give(() => reject(stop.error));
      return;
    }
    start().then(
      (value) => (isWaiting ? give(() => resolve(value)) : tooLate(value)),
      (error) => give(() => reject(error)),
    );
  });
}
