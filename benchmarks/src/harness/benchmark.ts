/** What a benchmark is to the harness. */
import type { Result } from './results.ts';

/** The size of a run, as the command line gave it. */
export interface Effort {
  /** Fresh processes for each measurement; the figures are their medians. */
  readonly processes: number;
  /** Octets that a transfer moves, in MiB. */
  readonly mib: number;
  /** Handshakes that one process measures. */
  readonly handshakes: number;
}

export interface Metric {
  readonly name: string;
  readonly unit: string;
}

/** What is measured in a process that does nothing else. */
export interface TogetherTask {
  readonly case: string;
  readonly effort: Effort;
  /** What `prepare` gave, after a passage through JSON. */
  readonly setting: unknown;
}

/** One measurement. */
export interface Task extends TogetherTask {
  readonly subject: string;
}

/** A value for each metric, by its name. */
export type Measurement = Readonly<Record<string, number>>;

export interface Setting {
  readonly value: unknown;
  readonly end: () => Promise<void>;
}

interface Common {
  readonly name: string;
  /** One line for above the table. */
  readonly describe: (effort: Effort) => string;
  readonly cases: readonly string[];
  /** Ours first. The others are its peers. */
  readonly subjects: readonly string[];
  readonly metrics: readonly Metric[];
  /** What `effort.mib` is unless the command line says it; without it, 64. */
  readonly mib?: number;
  /**
   * Subjects that the table divides every other one by. Without it, the table divides the first subject by each of
   * its peers.
   */
  readonly references?: readonly string[];
  /** What it needs and this machine lacks, a few words; undefined where it can run. */
  readonly missing?: () => string | undefined;
  /** Sets up, in the main process, what all measurements of the chosen cases share: a server, files. */
  readonly prepare?: (cases: readonly string[]) => Promise<Setting>;
}

/** Each subject is measured in processes of its own. */
export interface ApartBenchmark extends Common {
  /** Undefined where the subject lacks the case. */
  readonly measure: (task: Task) => Promise<Measurement | undefined>;
}

/** All subjects are measured in the same process, by turns. */
export interface TogetherBenchmark extends Common {
  /** A measurement for each subject that has the case. */
  readonly measureAll: (task: TogetherTask) => Promise<ReadonlyMap<string, Measurement>>;
}

export type Benchmark = ApartBenchmark | TogetherBenchmark;

/** What is the same each time: counted once, in the main process, and shown in tables of its own. */
export interface CountedBenchmark {
  readonly name: string;
  /** One line for above the tables. */
  readonly describe: string;
  readonly cases: readonly string[];
  readonly count: (cases: readonly string[], progress: (text: string) => void) => Promise<Counted>;
}

export interface Counted {
  readonly results: readonly Result[];
  /** For people. */
  readonly text: string;
}
