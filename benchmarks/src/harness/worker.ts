/** The process that one measurement is made in. */
import { benchmarks } from '../benchmarks.ts';
import type { Task } from './benchmark.ts';

export interface WorkerQuestion {
  readonly benchmark: string;
  readonly task: Task;
}

process.once('message', async (question: WorkerQuestion) => {
  const benchmark = benchmarks.find(({ name }) => name === question.benchmark);
  if (benchmark === undefined) throw new Error(`There is no benchmark ${question.benchmark}`);
  const measurement = await benchmark.measure(question.task);
  process.send?.(measurement, () => process.exit(0));
});
