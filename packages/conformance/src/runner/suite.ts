/** What a suite is to the runner. */

export interface Suite {
  readonly name: string;
  /**
   * Where its cases come from: the option that names the place, and what it says by default. Left out: they come from
   * itself, and are run against programs that are installed.
   */
  readonly source?: { readonly option: 'dir' | 'file'; readonly path: string };
  readonly waivers: readonly Waiver[];
  /** True if what is at the path may be any part of the suite: then a waiver for cases that are not in it says nothing. */
  readonly anyPart?: boolean;
  /**
   * All cases of what is at `path`, in an order that stays.
   * @param path empty where there is no `source`
   * @param matches whether a case is wanted; a suite that runs its cases together may leave the others out
   */
  cases(path: string, matches: (id: string) => boolean): Iterable<Case> | AsyncIterable<Case>;
  /** What the suite's own parts came to, a line each, for the end of the report. Left out: it has none. */
  counts?(path: string, results: readonly Result[]): readonly string[];
}

export type Case = RunnableCase | SkippedCase;

export interface RunnableCase {
  /** Unique in its suite. Its parts are separated by slashes, so that `--filter` can choose. */
  readonly id: string;
  /** @throws Error with a sentence that says what was expected and what came */
  run(): void | Promise<void>;
}

export interface SkippedCase {
  readonly id: string;
  /** Why there is nothing here that it could be run against. */
  readonly skip: string;
}

/** A failure that is known and accepted. */
export interface Waiver {
  /** A glob over ids. It must name at least one case that fails, unless the suite is a part, and none that passes. */
  readonly ids: string;
  readonly reason: string;
}

export interface Result {
  readonly id: string;
  readonly result: 'pass' | 'fail' | 'skip';
  /** Why it failed, was skipped, or is waived. */
  readonly reason?: string;
}
