import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readOptions } from '../options.ts';
import type { Benchmark } from './benchmark.ts';
import { formatJson, summarize } from './results.ts';
import { rotated } from './rotated.ts';
import type { Samples } from './run.ts';
import { interleave } from './slices.ts';
import { median, percentile, spread } from './statistics.ts';
import { formatTables } from './table.ts';

const benchmark: Benchmark = {
  name: 'walk',
  describe: () => 'a walk',
  cases: ['uphill'],
  subjects: ['us', 'them'],
  metrics: [{ name: 'time', unit: 'ms' }],
  measure: () => Promise.reject(new Error('not measured here')),
};

const samples: Samples[] = [
  { case: 'uphill', subject: 'us', measurements: [{ time: 9 }, { time: 12 }, { time: 10 }] },
  { case: 'uphill', subject: 'them', measurements: [{ time: 4 }, { time: 1000 }, { time: 3 }] },
];

test('the median is the middle, or the mean of the two in the middle', () => {
  assert.is(median([7]), 7);
  assert.is(median([10, 1, 9]), 9);
  assert.is(median([10, 2, 4, 1]), 3);
  assert.throws(() => median([]), /no values/);
});

test('the spread is half the range, as a part of the median', () => {
  assert.is(spread([5]), 0);
  assert.is(spread([9, 12, 10]), 0.15);
});

test('a percentile is the value that so many lie at or below', () => {
  const values = [5, 1, 4, 2, 3, 10, 9, 8, 7, 6];
  assert.is(percentile(values, 0.9), 9);
  assert.is(percentile(values, 0.5), 5);
  assert.is(percentile(values, 0), 1);
  assert.is(percentile([7], 0.9), 7);
  assert.throws(() => percentile([], 0.9), /no values/);
});

test('everybody is first once', () => {
  assert.equal(rotated(['a', 'b', 'c'], 0), ['a', 'b', 'c']);
  assert.equal(rotated(['a', 'b', 'c'], 4), ['b', 'c', 'a']);
  assert.equal(rotated([], 1), []);
});

test('works take turns, and each has a value for each slice', () => {
  const turns: string[] = [];
  const workOf = (name: string) => (times: number) => {
    if (turns.at(-1) !== name) turns.push(name);
    for (let left = times * 1000; left > 0; left -= 1) Math.sqrt(left);
  };
  const works = new Map(['a', 'b', 'c'].map((name) => [name, workOf(name)]));
  const results = interleave(works, { slice: 1, slices: 4, warmUp: 2 });
  assert.equal([...results.keys()], ['a', 'b', 'c']);
  for (const values of results.values()) {
    assert.is(values.length, 4);
    assert.ok(values.every((value) => value >= 0 && Number.isFinite(value)));
  }
  // Warm-up, then rounds that begin with the next one each.
  assert.is(turns.join(''), 'abcabcbcacababc');
});

test('a ratio is the own median divided by the peer’s', () => {
  const results = summarize(benchmark, samples);
  assert.equal(
    results.map(({ subject, value, ratios }) => ({ subject, value, ratios })),
    [
      { subject: 'us', value: 10, ratios: { them: 2.5 } },
      { subject: 'them', value: 4, ratios: { us: 0.4 } },
    ],
  );
});

test('of what is zero or less there is no ratio', () => {
  const of = (subject: string, time: number): Samples => ({
    case: 'uphill',
    subject,
    measurements: [{ time }],
  });
  for (const [us, them] of [
    [-2, -1],
    [1, 0],
    [0, 1],
  ] as const) {
    const results = summarize(benchmark, [of('us', us), of('them', them)]);
    assert.equal(
      results.map(({ ratios }) => ratios),
      [{}, {}],
    );
    assert.not.match(formatTables(benchmark, results), /NaN|Infinity/);
  }
});

test('JSON has one object for each figure', () => {
  const [first] = JSON.parse(formatJson(summarize(benchmark, samples)));
  assert.equal(first, {
    bench: 'walk',
    case: 'uphill',
    subject: 'us',
    metric: 'time',
    unit: 'ms',
    value: 10,
    ratios: { them: 2.5 },
  });
});

test('the table is aligned', () => {
  const [heading = '', line = '', ...more] = formatTables(benchmark, summarize(benchmark, samples)).split(
    '\n',
  );
  assert.is(more.length, 0);
  assert.match(heading, /^ {2}time, ms +us +them +÷ them$/);
  assert.match(line, /^ {2}uphill +10\.0 +±15% +4\.00 +±12463% +2\.50$/);
  assert.is(heading.length, line.length);
});

test('with references, the table has a line for each subject', () => {
  const withReference: Benchmark = { ...benchmark, references: ['them'] };
  const lines = formatTables(withReference, summarize(withReference, samples)).split('\n');
  assert.match(lines[0] ?? '', /^ {2}time, ms +÷ them$/);
  assert.match(lines[1] ?? '', /^ {2}uphill +us +10\.0 +±15% +2\.50$/);
  assert.match(lines[2] ?? '', /^ {10,}them +4\.00 +±12463% *$/);
  assert.is(lines.length, 3);
});

test('options have defaults, and are refused when they make no sense', () => {
  assert.equal(readOptions([]).effort, { processes: 5, handshakes: 100 });
  assert.is(readOptions([]).mib, undefined);
  assert.is(readOptions(['--mib', '8']).mib, 8);
  assert.equal(readOptions(['bulk', '--mib', '1']).names, ['bulk']);
  assert.throws(() => readOptions(['--processes', '0']), /--processes is a number from 1, not 0/);
  assert.throws(() => readOptions(['--mib', '1.5']), /--mib/);
});

test('a filter is a glob over the whole name', () => {
  const { matches } = readOptions(['--filter', 'TLS_*.up']);
  assert.ok(matches('TLS_A.up'));
  assert.not(matches('TLS_A.upper'));
  assert.not(matches('TLS_Aup'));
});

test.run();
