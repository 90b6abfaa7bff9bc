import type { Outcome, Setting } from './scenario/scenario.ts';
import type { Launch, LeftOutTests } from './tests/run.ts';

/** A runtime on this machine. */
export interface Runtime {
  /** As `--only` takes it. */
  readonly name: string;
  /** What takes it and others together. */
  readonly group?: string;
  /** How the byte stream comes, for the table. */
  readonly carrier: string;
  /**
   * @param mayInstall whether what npm hasn't got may be installed on this machine
   * @throws AbsentError where it can't be had here
   */
  prepare(mayInstall: boolean): Promise<Prepared>;
}

export interface Prepared {
  /** As it names itself. */
  readonly version: string;
  run(setting: Setting): Promise<readonly Outcome[]>;
  /** Where it can run the tests beside the code. */
  readonly tests?: {
    readonly launch: Launch;
    readonly directories: readonly string[];
    readonly leftOut?: LeftOutTests;
  };
}

/** A runtime isn't on this machine, and can't be got. */
export class AbsentError extends Error {
  override readonly name = 'AbsentError';
}
