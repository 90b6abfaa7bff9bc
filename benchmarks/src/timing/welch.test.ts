import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { compareKinds } from './welch.ts';

/** Numbers that look random and are the same in each run. */
function generator(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Times around 1000, of the second kind longer by `difference`; some are a hundred times as long. */
function trials(difference: number): [times: Float64Array, kinds: Uint8Array] {
  const next = generator(7);
  const kinds = Uint8Array.from({ length: 20_000 }, () => (next() < 0.5 ? 0 : 1));
  const times = Float64Array.from(kinds, (kind) => {
    const time = 1000 + 50 * (next() + next() + next()) + kind * difference;
    return next() < 0.01 ? time * 100 : time;
  });
  return [times, kinds];
}

test('equal kinds are equal', () => {
  assert.ok(compareKinds(...trials(0)).t < 4.5);
});

test('a small difference is seen through large disturbances, and its size too', () => {
  const { t, difference } = compareKinds(...trials(5));
  assert.ok(t > 4.5);
  assert.ok(difference > 3 && difference < 7);
  assert.ok(compareKinds(...trials(-5)).difference < -3);
});

test('the value of t by hand', () => {
  // Means 2 and 4, variances 1 and 1, three of each: t = 2 / sqrt(2/3). Crops leave less.
  const { t, difference } = compareKinds(Float64Array.of(1, 3, 2, 4, 3, 5), Uint8Array.of(0, 1, 0, 1, 0, 1));
  assert.ok(Math.abs(t - 2 / Math.sqrt(2 / 3)) < 1e-9);
  assert.is(difference, 2);
});

test('no variance, no statement', () => {
  assert.is(compareKinds(Float64Array.of(1, 1, 1, 1), Uint8Array.of(0, 0, 1, 1)).t, 0);
  assert.is(compareKinds(Float64Array.of(1, 2), Uint8Array.of(0, 1)).t, 0);
});

test.run();
