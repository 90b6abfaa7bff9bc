import type { Benchmark, Effort, Measurement, Task } from './benchmark.ts';
import { ask, end, start } from './process.ts';
import type { WorkerQuestion } from './worker.ts';

/** Seconds that one measurement may take. */
const limit = 600;

/** All measurements of one case and subject, a process each. */
export interface Samples {
  readonly case: string;
  readonly subject: string;
  readonly measurements: Measurement[];
}

/**
 * Measures the chosen cases of a benchmark. Subjects take turns, and another one begins each round, so that what else
 * the machine does falls on all of them alike.
 */
export async function runBenchmark(
  benchmark: Benchmark,
  cases: readonly string[],
  effort: Effort,
  progress: (text: string) => void,
): Promise<Samples[]> {
  const { subjects } = benchmark;
  const samples: Samples[] = cases.flatMap((name) =>
    subjects.map((subject) => ({ case: name, subject, measurements: [] })),
  );
  const setting = await benchmark.prepare?.(cases);
  try {
    for (let round = 0; round < effort.processes; round += 1) {
      for (const name of cases) {
        for (let turn = 0; turn < subjects.length; turn += 1) {
          const subject = subjects[(round + turn) % subjects.length] ?? '';
          progress(`${benchmark.name}, round ${round + 1} of ${effort.processes}: ${name}, ${subject}`);
          const task: Task = { case: name, subject, effort, setting: setting?.value };
          const measurement = await measureInNewProcess(benchmark, task);
          samples.find((one) => one.case === name && one.subject === subject)?.measurements.push(measurement);
        }
      }
    }
  } finally {
    progress('');
    await setting?.end();
  }
  return samples;
}

async function measureInNewProcess(benchmark: Benchmark, task: Task): Promise<Measurement> {
  const worker = start(new URL('./worker.js', import.meta.url));
  try {
    const question: WorkerQuestion = { benchmark: benchmark.name, task };
    const answer = await ask(worker, question, limit);
    return readMeasurement(benchmark, answer);
  } catch (cause) {
    throw new Error(`${benchmark.name}, ${task.case}, ${task.subject} could not be measured`, { cause });
  } finally {
    await end(worker);
  }
}

function readMeasurement(benchmark: Benchmark, answer: unknown): Measurement {
  const values = new Map(Object.entries(answer ?? {}));
  const measurement: Record<string, number> = {};
  for (const { name } of benchmark.metrics) {
    const value: unknown = values.get(name);
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new Error(`The measurement gave ${String(value)} for ${name}`);
    }
    measurement[name] = value;
  }
  return measurement;
}
