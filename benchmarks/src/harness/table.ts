import type { Benchmark, Metric } from './benchmark.ts';
import type { Result } from './results.ts';

/**
 * A table for each metric: a line for each case, a column for each subject, then ours divided by each peer's. Where the
 * benchmark has references, a line for each case and subject, with what it is divided by each of them.
 */
export function formatTables(benchmark: Benchmark, results: readonly Result[]): string {
  const format = benchmark.references === undefined ? formatBySubject : formatByReference;
  return benchmark.metrics.map((metric) => format(benchmark, metric, results)).join('\n\n');
}

function formatByReference(benchmark: Benchmark, metric: Metric, results: readonly Result[]): string {
  const { references = [] } = benchmark;
  const heading = [`${metric.name}, ${metric.unit}`, '', '', ...references.map((name) => `÷ ${name}`)];
  const lines = results
    .filter((result) => result.metric === metric.name)
    .map((result, index, all) => [
      result.case === all[index - 1]?.case ? '' : result.case,
      result.subject,
      formatValue(result),
      ...references.map((name) => formatRatio(result.ratios[name])),
    ]);
  return align([heading, ...lines]);
}

function formatBySubject(benchmark: Benchmark, metric: Metric, results: readonly Result[]): string {
  const [ours = '', ...peers] = benchmark.subjects;
  const ofMetric = results.filter((result) => result.metric === metric.name);
  const cases = [...new Set(ofMetric.map((result) => result.case))];
  const heading = [
    `${metric.name}, ${metric.unit}`,
    ...benchmark.subjects,
    ...peers.map((peer) => `÷ ${peer}`),
  ];
  const lines = cases.map((name) => {
    const find = (subject: string): Result | undefined =>
      ofMetric.find((result) => result.case === name && result.subject === subject);
    const ratios = find(ours)?.ratios ?? {};
    return [
      name,
      ...benchmark.subjects.map((subject) => formatValue(find(subject))),
      ...peers.map((peer) => formatRatio(ratios[peer])),
    ];
  });
  return align([heading, ...lines]);
}

function formatRatio(ratio: number | undefined): string {
  return ratio === undefined ? '' : formatNumber(ratio);
}

function formatValue(result: Result | undefined): string {
  if (result === undefined) return '';
  if (!Number.isFinite(result.spread) || result.value <= 0) return formatNumber(result.value);
  const percent = `±${Math.round(result.spread * 100)}%`;
  return `${formatNumber(result.value)} ${percent.padStart(5)}`;
}

/** Three digits that count, and a thousand separated. */
function formatNumber(value: number): string {
  const size = Math.abs(value);
  if (size >= 1000) return Math.round(value).toLocaleString('en-US');
  const decimals = size >= 100 ? 0 : size >= 10 ? 1 : size >= 1 ? 2 : 3;
  return value.toFixed(decimals);
}

/** The first column to the left, all others to the right. */
export function align(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    row.forEach((cell, column) => {
      widths[column] = Math.max(widths[column] ?? 0, cell.length);
    });
  }
  const pad = (cell: string, column: number): string => {
    const width = widths[column] ?? 0;
    return column === 0 ? cell.padEnd(width) : cell.padStart(width);
  };
  return rows.map((row) => `  ${row.map(pad).join('   ')}`).join('\n');
}
