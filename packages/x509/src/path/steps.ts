import type { MaybePromise } from '@halfclose/crypto';

/** Work that stops where it needs an answer that may be a promise: whether a signature is right, what somebody knows. */
export type Steps<T> = Generator<Promise<unknown>, T, unknown>;

/** The value: at once if it is there already, else when the promise is kept. */
export function* settle<T>(value: MaybePromise<T>): Steps<T> {
  if (!isPromise(value)) return value;
  // Whoever does the work answers with what the promise gives: a generator's type can't say so.
  return (yield value) as T;
}

/** Any promise, also one of another realm or library. */
function isPromise<T>(value: MaybePromise<T>): value is Promise<T> {
  return typeof value === 'object' && value !== null && 'then' in value && typeof value.then === 'function';
}

/** Does the work. Where nothing had to be waited for, the result is no promise. */
export function run<T>(steps: Steps<T>): MaybePromise<T> {
  const first = steps.next();
  return first.done ? first.value : finish(steps, first.value);
}

async function finish<T>(steps: Steps<T>, awaited: Promise<unknown>): Promise<T> {
  let promise = awaited;
  for (;;) {
    let next: IteratorResult<Promise<unknown>, T>;
    try {
      next = steps.next(await promise);
    } catch (error) {
      next = steps.throw(error);
    }
    if (next.done) return next.value;
    promise = next.value;
  }
}
