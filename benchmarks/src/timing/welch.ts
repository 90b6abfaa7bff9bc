import { median } from '../harness/statistics.ts';

/**
 * Whether two kinds of trials take the same time, as dudect asks (Reparaz, Balasch, Verbauwhede: "Dude, is my code constant
 * time?"): Welch's t-test, on all times and on those below some percentiles, since what the machine does besides only
 * ever makes a trial longer.
 */

/** Parts of all times that are looked at, the longest left out. */
const crops: readonly number[] = [1, 0.99, 0.95, 0.9, 0.75, 0.5];

export interface Comparison {
  /** The largest |t| over all crops. Above 4.5 the times differ for a reason, and not by chance. */
  readonly t: number;
  /** How much longer the second kind takes, by the medians. */
  readonly difference: number;
}

/**
 * @param times of all trials, in the order in which they were made
 * @param kinds 0 or 1 for each
 */
export function compareKinds(times: Float64Array, kinds: Uint8Array): Comparison {
  const sorted = times.slice().sort();
  const ts = crops.map((crop) => {
    const limit = sorted[Math.ceil(crop * sorted.length) - 1] ?? Number.POSITIVE_INFINITY;
    return welch(momentsOf(times, kinds, 0, limit), momentsOf(times, kinds, 1, limit));
  });
  const [first, second] = [0, 1].map((kind) => times.filter((_, index) => kinds[index] === kind));
  return { t: Math.max(...ts), difference: middle(second) - middle(first) };
}

function middle(times: Float64Array = new Float64Array()): number {
  return times.length === 0 ? Number.NaN : median([...times]);
}

interface Moments {
  readonly count: number;
  readonly mean: number;
  readonly variance: number;
}

/** Of the times of one kind up to a limit, in one pass (Welford). */
function momentsOf(times: Float64Array, kinds: Uint8Array, kind: number, limit: number): Moments {
  let count = 0;
  let mean = 0;
  let squares = 0;
  for (const [index, time] of times.entries()) {
    if (kinds[index] !== kind || time > limit) continue;
    count += 1;
    const delta = time - mean;
    mean += delta / count;
    squares += delta * (time - mean);
  }
  return { count, mean, variance: squares / (count - 1) };
}

function welch(first: Moments, second: Moments): number {
  const error = Math.sqrt(first.variance / first.count + second.variance / second.count);
  // No variance at all, or too few values for one: nothing can be said.
  return error > 0 ? Math.abs(second.mean - first.mean) / error : 0;
}
