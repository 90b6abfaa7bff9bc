import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type { Outcome } from '../scenario/scenario.ts';

/** How a runtime runs a file of TypeScript. */
export interface Launch {
  readonly command: string;
  /** What comes before the file. */
  readonly args: readonly string[];
}

/** Files some of whose tests can't hold in a runtime, each with the reason. */
export type LeftOutTests = Readonly<Record<string, string>>;

/** What is used of `scripts/lib/testFiles.mjs`, by which `pnpm test` runs them. */
interface TestFiles {
  findTestFiles(directory: string): string[];
  runTestFile(file: string, limit: number, launch: Launch): Promise<FileResult>;
}

interface FileResult {
  readonly file: string;
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
  readonly trouble: string | undefined;
  readonly output: string;
}

const root = fileURLToPath(new URL('../../../../', import.meta.url));

/** Where the client's tests are. */
export const clientTests: readonly string[] = [
  'crypto',
  'x509',
  'tls',
  'ssl',
  'transports',
  'roots',
  'halfclose',
].map((name) => `packages/${name}/src`);

/** Where all tests are. */
export const allTests: readonly string[] = ['scripts', 'packages', 'benchmarks'];

/** Seconds for one file. */
const limit = 240;
/** Files at once: they open sockets and compute. */
const workers = 2;

/**
 * Runs the test files in directories by a runtime, each in a process of its own.
 *
 * A file of which something is left out is run all the same: what passes counts, what fails is skipped, and where nothing
 * fails it is left out for no reason, which is a failure.
 * @param take is given what becomes of each file, as it comes
 */
export async function runTests(
  { command, args }: Launch,
  directories: readonly string[],
  leftOut: LeftOutTests,
  take: (outcome: Outcome) => void,
): Promise<void> {
  const module: TestFiles = await import(pathToFileURL(join(root, 'scripts/lib/testFiles.mjs')).href);
  const waiting = directories.flatMap((directory) => module.findTestFiles(join(root, directory)));
  const work = async (): Promise<void> => {
    for (let file = waiting.shift(); file !== undefined; file = waiting.shift()) {
      const result = await module.runTestFile(file, limit, { command, args });
      take(outcomeOf(result, leftOut[result.file]));
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  const gone = Object.keys(leftOut).filter((file) => !existsSync(join(root, file)));
  for (const name of gone) take({ name, trouble: 'it is left out, and not there' });
}

function outcomeOf(result: FileResult, reason: string | undefined): Outcome {
  const { file: name, passed, failed, skipped, trouble, output } = result;
  if (reason === undefined) {
    return { name, tests: { passed, failed, skipped }, ...(trouble && { trouble: `${output}\n${trouble}` }) };
  }
  if (failed === 0) return { name, trouble: `nothing fails of what is left out because ${reason}` };
  return { name, leftOut: reason, tests: { passed, failed: 0, skipped: skipped + failed } };
}
