import { rotated } from './rotated.ts';

/** Does the same thing so many times. */
export type Work = (times: number) => void;

export interface SliceOptions {
  /** Milliseconds of processor time that a slice takes, about. */
  readonly slice: number;
  /** Slices of each work. */
  readonly slices: number;
  /** Milliseconds that each work runs beforehand, so that what compiles is compiled. */
  readonly warmUp: number;
}

/**
 * Runs works by turns, a slice each, and another one first each round: what else the machine does, what the engine
 * compiles and collects, falls on all of them alike.
 * @returns milliseconds of processor time that each work's thing took once, a value for each slice
 */
export function interleave(
  works: ReadonlyMap<string, Work>,
  { slice, slices, warmUp }: SliceOptions,
): Map<string, number[]> {
  const runners = Array.from(works, ([name, work]) => ({
    name,
    work,
    times: timesFor(work, slice, warmUp),
    results: [] as number[],
  }));
  for (let round = 0; round < slices; round += 1) {
    for (const { work, times, results } of rotated(runners, round))
      results.push(measure(work, times) / times);
  }
  return new Map(runners.map(({ name, results }) => [name, results]));
}

/** Warms up, and finds how many times fill a slice. */
function timesFor(work: Work, slice: number, warmUp: number): number {
  let times = 1;
  for (let total = 0, last = 0; total < warmUp || last < slice / 2; ) {
    last = measure(work, times);
    total += last;
    if (last < slice / 2) times *= 2;
  }
  const once = measure(work, times) / times;
  return Math.max(1, Math.round(slice / once));
}

function measure(work: Work, times: number): number {
  const before = process.cpuUsage();
  work(times);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1000;
}
