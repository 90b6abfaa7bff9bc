import { randomFillSync } from 'node:crypto';
import { performance } from 'node:perf_hooks';
import { type Comparison, compareKinds } from './welch.ts';

/** Something whose time must not depend on which of two kinds of input it gets. */
export interface Trial {
  /** Makes the input of the next run. Its time is not taken. */
  prepare(kind: 0 | 1): void;
  run(): void;
}

/** The same where each run needs something that takes long to make. */
export interface LongTrial {
  /** @returns what is to be timed */
  prepare(kind: 0 | 1): Promise<() => void>;
}

/** Trials whose times are thrown away: they compile what is measured. */
const warmUp = 20_000;

/** Runs a trial so many times, each with a kind drawn at random, and compares the times of the two kinds, in ns. */
export function compare(trial: Trial, count: number): Comparison {
  const times = new Float64Array(count);
  const kinds = randomFillSync(new Uint8Array(warmUp + count));
  for (let index = -warmUp; index < count; index += 1) {
    const kind = ((kinds[warmUp + index] ?? 0) & 1) as 0 | 1;
    trial.prepare(kind);
    const before = performance.now();
    trial.run();
    const after = performance.now();
    if (index >= 0) times[index] = (after - before) * 1e6;
  }
  return compareKinds(
    times,
    kinds.subarray(warmUp).map((kind) => kind & 1),
  );
}

/** Beforehand, of long ones. */
const longWarmUp = 500;

/** The same for long trials. */
export async function compareLong(trial: LongTrial, count: number): Promise<Comparison> {
  const times = new Float64Array(count);
  const kinds = randomFillSync(new Uint8Array(longWarmUp + count)).map((kind) => kind & 1);
  for (let index = -longWarmUp; index < count; index += 1) {
    const run = await trial.prepare(kinds[longWarmUp + index] === 1 ? 1 : 0);
    const before = performance.now();
    run();
    const after = performance.now();
    if (index >= 0) times[index] = (after - before) * 1e6;
  }
  return compareKinds(times, kinds.subarray(longWarmUp));
}
