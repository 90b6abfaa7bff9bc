import type { Outcome, Setting } from './scenario.ts';

/** A runtime on this machine. */
export interface Runtime {
  /** As `--only` takes it. */
  readonly name: string;
  /** How the byte stream comes, for the table. */
  readonly carrier: string;
  /** @throws AbsentError where it can't be had here */
  prepare(): Promise<Prepared>;
}

export interface Prepared {
  /** As it names itself. */
  readonly version: string;
  run(setting: Setting): Promise<readonly Outcome[]>;
}

/** A runtime isn't on this machine, and can't be got. */
export class AbsentError extends Error {
  override readonly name = 'AbsentError';
}
