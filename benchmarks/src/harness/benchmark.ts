/** What a benchmark is to the harness. */

/** The size of a run, as the command line gave it. */
export interface Effort {
  /** Fresh processes for each case and subject; the figures are their medians. */
  readonly processes: number;
  /** Octets that a bulk transfer moves, in MiB. */
  readonly mib: number;
  /** Handshakes that one process measures. */
  readonly handshakes: number;
}

export interface Metric {
  readonly name: string;
  readonly unit: string;
}

/** One measurement, in a process that does nothing else. */
export interface Task {
  readonly case: string;
  readonly subject: string;
  readonly effort: Effort;
  /** What `prepare` gave, after a passage through JSON. */
  readonly setting: unknown;
}

/** A value for each metric, by its name. */
export type Measurement = Readonly<Record<string, number>>;

export interface Setting {
  readonly value: unknown;
  readonly end: () => Promise<void>;
}

export interface Benchmark {
  readonly name: string;
  /** One line for above the table. */
  readonly describe: (effort: Effort) => string;
  readonly cases: readonly string[];
  /** Ours first. The others are its peers. */
  readonly subjects: readonly string[];
  readonly metrics: readonly Metric[];
  /** Sets up, in the main process, what all measurements of the chosen cases share: a server, files. */
  readonly prepare?: (cases: readonly string[]) => Promise<Setting>;
  readonly measure: (task: Task) => Promise<Measurement>;
}
