import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { readOptions } from '../options.ts';
import type { Benchmark } from './benchmark.ts';
import { formatJson, summarize } from './results.ts';
import type { Samples } from './run.ts';
import { median, spread } from './statistics.ts';
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

test('options have defaults, and are refused when they make no sense', () => {
  assert.equal(readOptions([]).effort, { processes: 5, mib: 64, handshakes: 100 });
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
