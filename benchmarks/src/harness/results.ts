import type { Benchmark, Metric } from './benchmark.ts';
import type { Samples } from './run.ts';
import { median, spread } from './statistics.ts';

/** One figure. */
export interface Result {
  readonly bench: string;
  readonly case: string;
  readonly subject: string;
  readonly metric: string;
  readonly unit: string;
  /** The median over all processes. */
  readonly value: number;
  /** Half the range over all processes, as a part of the value. */
  readonly spread: number;
  /** This value divided by each peer's in the same run. */
  readonly ratios: Readonly<Record<string, number>>;
}

export function summarize(benchmark: Benchmark, samples: readonly Samples[]): Result[] {
  return benchmark.metrics.flatMap((metric) =>
    samples.map((one) => summarizeOne(benchmark, metric, one, samples)),
  );
}

function summarizeOne(
  benchmark: Benchmark,
  metric: Metric,
  own: Samples,
  samples: readonly Samples[],
): Result {
  const values = valuesOf(own, metric);
  const value = median(values);
  const peers = samples.filter((one) => one.case === own.case && one.subject !== own.subject);
  // Of what is zero or less there is no sensible ratio.
  const ratios = peers
    .map((peer) => [peer.subject, median(valuesOf(peer, metric))] as const)
    .filter(([, theirs]) => value > 0 && theirs > 0)
    .map(([subject, theirs]) => [subject, value / theirs]);
  return {
    bench: benchmark.name,
    case: own.case,
    subject: own.subject,
    metric: metric.name,
    unit: metric.unit,
    value,
    spread: spread(values),
    ratios: Object.fromEntries(ratios),
  };
}

function valuesOf(samples: Samples, metric: Metric): number[] {
  return samples.measurements.map((measurement) => measurement[metric.name] ?? Number.NaN);
}

/** An array of the figures, for programs; their spread is for people. */
export function formatJson(results: readonly Result[]): string {
  const fields = ['bench', 'case', 'subject', 'metric', 'unit', 'value', 'ratios'] as const;
  const figures = results.map((result) => Object.fromEntries(fields.map((field) => [field, result[field]])));
  return `${JSON.stringify(figures, undefined, 2)}\n`;
}
