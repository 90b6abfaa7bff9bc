import { heldToList } from './mustPass.ts';
import type { Runtime } from './runtime.ts';
import type { Outcome } from './scenario/scenario.ts';

/** What is printed while it goes, and the sum at the end. */
export interface Report {
  begin(runtime: Runtime): void;
  /** It can't be had here. */
  absent(reason: string): void;
  /** As it names itself. */
  version(version: string): void;
  scenario(outcomes: readonly Outcome[]): void;
  /** What became of a file of tests. */
  tests(outcome: Outcome): void;
  /** All of them are done. */
  endTests(): void;
  /** Prints the table and the sum, which decides on the exit status. */
  end(): void;
}

interface Counts {
  passed: number;
  failed: number;
  skipped: number;
}

interface Row {
  readonly name: string;
  readonly carrier: string;
  readonly begun: number;
  version: string;
  absent?: string;
  files: number;
  readonly checks: Counts;
  readonly tests: Counts;
}

export function createReport(): Report {
  const rows: (Row & { ended: number })[] = [];
  const current = (): Row & { ended: number } => {
    const row = rows.at(-1);
    if (row === undefined) throw new Error('no runtime has begun');
    row.ended = performance.now();
    return row;
  };
  return {
    begin({ name, carrier }) {
      console.log(`\n== ${name}`);
      const begun = performance.now();
      rows.push({
        name,
        carrier,
        begun,
        ended: begun,
        version: name,
        files: 0,
        checks: noCounts(),
        tests: noCounts(),
      });
    },
    absent(reason) {
      const row = current();
      row.absent = reason;
      row.checks.skipped += 1;
      console.log(`skipped: ${reason}`);
    },
    version(version) {
      current().version = version;
      console.log(version);
    },
    scenario(outcomes) {
      const row = current();
      for (const outcome of heldToList(row.name, outcomes)) {
        print(outcome);
        count(outcome, row.checks);
      }
    },
    tests(outcome) {
      const row = current();
      if (outcome.trouble !== undefined || outcome.leftOut !== undefined) print(outcome);
      count(outcome, row.tests);
      row.files += 1;
    },
    endTests() {
      const { files, tests } = current();
      console.log(`  ${files} files of tests: ${inWords(tests)}`);
    },
    end() {
      const table = rows.map((row) => `| ${cells(row).join(' | ')} |`).join('\n');
      console.log(
        `\n| runtime | byte stream | checks | tests | seconds |\n|---|---|---|---|---|\n${table}\n`,
      );
      const sum = noCounts();
      for (const { checks, tests } of rows) {
        add(checks, sum);
        add(tests, sum);
      }
      console.log(inWords(sum));
      process.exitCode = sum.failed === 0 ? 0 : 1;
    },
  };
}

function noCounts(): Counts {
  return { passed: 0, failed: 0, skipped: 0 };
}

function add(more: Counts, to: Counts): void {
  to.passed += more.passed;
  to.failed += more.failed;
  to.skipped += more.skipped;
}

function count({ trouble, leftOut, tests }: Outcome, to: Counts): void {
  if (tests !== undefined) add(tests, to);
  if (trouble !== undefined) to.failed += tests?.failed ? 0 : 1;
  else if (tests === undefined) to[leftOut === undefined ? 'passed' : 'skipped'] += 1;
}

function inWords({ passed, failed, skipped }: Counts): string {
  return `${passed} passed, ${failed} failed, ${skipped} skipped`;
}

function print({ name, trouble, leftOut, note, tests }: Outcome): void {
  if (trouble !== undefined) console.log(`  FAILED  ${name}\n${trouble}`);
  else if (leftOut !== undefined)
    console.log(`  skipped ${tests ? `${tests.skipped} tests of ` : ''}${name}: ${leftOut}`);
  else console.log(`  ok      ${name}${note === undefined ? '' : `: ${note}`}`);
}

function cells({ version, carrier, checks, tests, absent, begun, ended }: Row & { ended: number }): string[] {
  const sum = ({ passed, failed, skipped }: Counts): string => {
    if (passed + failed + skipped === 0) return '';
    return `${passed} of ${passed + failed}${skipped > 0 ? `, ${skipped} skipped` : ''}`;
  };
  const seconds = String(Math.round((ended - begun) / 1000));
  if (absent !== undefined) return [version, carrier, 'absent', '', seconds];
  return [version, carrier, sum(checks), sum(tests), seconds];
}
