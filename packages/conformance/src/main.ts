/** Runs one suite: `pnpm conformance SUITE`. */
import { existsSync, writeFileSync } from 'node:fs';
import { type Arguments, readArguments, usage } from './runner/arguments.ts';
import { formatJson, formatReport } from './runner/report.ts';
import { runSuite } from './runner/run.ts';
import { suites } from './suites.ts';

try {
  const chosen = readArguments(process.argv.slice(2), suites);
  if (chosen === undefined) console.log(usage);
  else process.exitCode = await run(chosen);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 2;
}

async function run({ suite, path, matches, json }: Arguments): Promise<number> {
  if (suite.source !== undefined && !existsSync(path)) {
    console.error(
      `The suite ${suite.name} is absent: there is nothing at ${path} (--${suite.source.option})`,
    );
    return 2;
  }
  const results = await runSuite(suite, path, matches);
  if (results.length === 0) throw new Error('No case matches the filter');
  if (json !== undefined) writeFileSync(json, formatJson(results));
  console.log(formatReport(suite.name, results, suite.counts?.(path, results)));
  return results.some(({ result }) => result === 'fail') ? 1 : 0;
}
