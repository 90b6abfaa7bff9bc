import type { Benchmark, Effort, Measurement, TogetherTask } from './benchmark.ts';
import { ask, end, start } from './process.ts';
import { rotated } from './rotated.ts';
import type { WorkerQuestion } from './worker.ts';

/** Seconds that one measurement may take. */
const limit = 600;

/** All measurements of one case and subject, each from another process. */
export interface Samples {
  readonly case: string;
  readonly subject: string;
  readonly measurements: Measurement[];
}

/**
 * Measures the chosen cases of a benchmark. Subjects that have processes of their own take turns, and another one begins
 * each round, so that what else the machine does falls on all of them alike.
 */
export async function runBenchmark(
  benchmark: Benchmark,
  cases: readonly string[],
  effort: Effort,
  progress: (text: string) => void,
): Promise<Samples[]> {
  const { name: benchmarkName, subjects } = benchmark;
  const samples: Samples[] = cases.flatMap((name) =>
    subjects.map((subject) => ({ case: name, subject, measurements: [] })),
  );
  const setting = await benchmark.prepare?.(cases);
  const measureOne = async (name: string, round: number, subject?: string): Promise<void> => {
    const what = [name, ...(subject === undefined ? [] : [subject])].join(', ');
    progress(`${benchmarkName}, round ${round + 1} of ${effort.processes}: ${what}`);
    const task: TogetherTask = { case: name, effort, setting: setting?.value };
    const question = { benchmark: benchmarkName, task, ...(subject === undefined ? {} : { subject }) };
    const answers = await measureInNewProcess(benchmark, question);
    for (const [of, measurement] of answers) {
      samples.find((one) => one.case === name && one.subject === of)?.measurements.push(measurement);
    }
  };
  try {
    for (let round = 0; round < effort.processes; round += 1) {
      for (const name of cases) {
        if ('measureAll' in benchmark) await measureOne(name, round);
        else for (const subject of rotated(subjects, round)) await measureOne(name, round, subject);
      }
    }
  } finally {
    progress('');
    await setting?.end();
  }
  return samples.filter(({ measurements }) => measurements.length > 0);
}

async function measureInNewProcess(
  benchmark: Benchmark,
  question: WorkerQuestion,
): Promise<ReadonlyMap<string, Measurement>> {
  const worker = start(new URL('./worker.js', import.meta.url));
  try {
    const answer = await ask(worker, question, limit);
    const measurements = Object.entries(answer ?? {});
    return new Map(measurements.map(([subject, values]) => [subject, readMeasurement(benchmark, values)]));
  } catch (cause) {
    const what = [question.task.case, question.subject].filter((part) => part !== undefined).join(', ');
    throw new Error(`${benchmark.name}, ${what} could not be measured`, { cause });
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
