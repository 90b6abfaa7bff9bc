import { performance } from 'node:perf_hooks';

export interface Spent {
  /** Milliseconds by the clock. */
  readonly wall: number;
  /** Milliseconds of processor time of this process, all of its threads together. */
  readonly cpu: number;
}

/** What `work` takes of this process. */
export async function spend(work: () => Promise<void>): Promise<Spent> {
  const cpuBefore = process.cpuUsage();
  const wallBefore = performance.now();
  await work();
  const wall = performance.now() - wallBefore;
  const { user, system } = process.cpuUsage(cpuBefore);
  return { wall, cpu: (user + system) / 1000 };
}
