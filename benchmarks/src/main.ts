import { writeFileSync } from 'node:fs';
import { cpus } from 'node:os';
import { benchmarks, counted } from './benchmarks.ts';
import type { Benchmark, CountedBenchmark, Effort } from './harness/benchmark.ts';
import { formatJson, type Result, summarize } from './harness/results.ts';
import { runBenchmark } from './harness/run.ts';
import { formatTables } from './harness/table.ts';
import { type Options, readOptions, usage } from './options.ts';

try {
  const options = readOptions(process.argv.slice(2));
  if (options.help) console.log(usage);
  else await runAll(options);
} catch (error) {
  console.error(describe(error));
  process.exitCode = 1;
}

async function runAll(options: Options): Promise<void> {
  const results: Result[] = [];
  const chosen = choose(options);
  console.log(`Node ${process.versions.node}, ${cpus()[0]?.model ?? 'unknown processor'}`);
  for (const { benchmark, cases } of chosen) {
    if ('count' in benchmark) results.push(...(await countOne(benchmark, cases)));
    else {
      const effort = { ...options.effort, mib: options.mib ?? benchmark.mib ?? 64 };
      results.push(...(await runOne(benchmark, cases, effort)));
    }
  }
  if (options.json !== undefined) writeFileSync(options.json, formatJson(results));
}

async function runOne(
  benchmark: Benchmark,
  cases: readonly string[],
  effort: Effort,
): Promise<readonly Result[]> {
  const missing = benchmark.missing?.();
  if (missing !== undefined) {
    console.log(`\n${benchmark.name}: skipped, because there is no ${missing}`);
    return [];
  }
  console.log(`\n${benchmark.name}: ${benchmark.describe(effort)};`);
  console.log(`${describeSampling(effort.processes)}\n`);
  const results = summarize(benchmark, await runBenchmark(benchmark, cases, effort, showProgress));
  console.log(formatTables(benchmark, results));
  return results;
}

async function countOne(benchmark: CountedBenchmark, cases: readonly string[]): Promise<readonly Result[]> {
  console.log(`\n${benchmark.name}: ${benchmark.describe}\n`);
  const { text, results } = await benchmark.count(cases, showProgress);
  console.log(text);
  return results;
}

function describeSampling(processes: number): string {
  return processes === 1
    ? 'one process each: noise, not figures'
    : `medians over ${processes} processes, ± half their range`;
}

interface Chosen {
  readonly benchmark: Benchmark | CountedBenchmark;
  readonly cases: readonly string[];
}

function choose({ names, matches }: Options): Chosen[] {
  const all = [...benchmarks, ...counted];
  const known = all.map((benchmark) => benchmark.name);
  const unknown = names.find((name) => !known.includes(name));
  if (unknown !== undefined)
    throw new Error(`There is no benchmark ${unknown}, there are ${known.join(', ')}`);
  const chosen = all
    .filter(({ name }) => names.length === 0 || names.includes(name))
    .map((benchmark) => ({ benchmark, cases: benchmark.cases.filter(matches) }))
    .filter(({ cases }) => cases.length > 0);
  if (chosen.length === 0) throw new Error('No case matches the filter');
  return chosen;
}

/** One line on a terminal that rewrites itself; nothing elsewhere. */
function showProgress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[2K${text}`);
}

/** An error and its causes, a sentence each. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : `${error.message}: ${describe(error.cause)}`;
}
