import type { MaybePromise } from '@halfclose/crypto';

/** Work that stops where it needs an answer that may be a promise: here always whether a signature is right. */
export type Steps<T> = Generator<Promise<boolean>, T, boolean>;

/** The value: at once if it is there already, else when the promise is kept. */
export function* settle(value: MaybePromise<boolean>): Steps<boolean> {
  return typeof value === 'boolean' ? value : yield value;
}

/** Does the work. Where nothing had to be waited for, the result is no promise. */
export function run<T>(steps: Steps<T>): MaybePromise<T> {
  const first = steps.next();
  return first.done ? first.value : finish(steps, first.value);
}

async function finish<T>(steps: Steps<T>, awaited: Promise<boolean>): Promise<T> {
  let promise = awaited;
  for (;;) {
    let next: IteratorResult<Promise<boolean>, T>;
    try {
      next = steps.next(await promise);
    } catch (error) {
      next = steps.throw(error);
    }
    if (next.done) return next.value;
    promise = next.value;
  }
}
