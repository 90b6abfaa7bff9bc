/** The process that one measurement is made in. */
import { benchmarks } from '../benchmarks.ts';
import type { Benchmark, Measurement, TogetherTask } from './benchmark.ts';

export interface WorkerQuestion {
  readonly benchmark: string;
  /** Absent where all subjects are measured together. */
  readonly subject?: string;
  readonly task: TogetherTask;
}

/** The measurements of the subjects that have the case, by their names. */
export type WorkerAnswer = Readonly<Record<string, Measurement>>;

process.once('message', async (question: WorkerQuestion) => {
  const benchmark = benchmarks.find(({ name }) => name === question.benchmark);
  if (benchmark === undefined) throw new Error(`There is no benchmark ${question.benchmark}`);
  process.send?.(await answer(benchmark, question), () => process.exit(0));
});

async function answer(benchmark: Benchmark, { subject, task }: WorkerQuestion): Promise<WorkerAnswer> {
  if ('measureAll' in benchmark) return Object.fromEntries(await benchmark.measureAll(task));
  if (subject === undefined) throw new Error(`${benchmark.name} measures one subject at a time`);
  const measurement = await benchmark.measure({ ...task, subject });
  return measurement === undefined ? {} : { [subject]: measurement };
}
