import type { Counted, CountedBenchmark } from './harness/benchmark.ts';
import type { Result } from './harness/results.ts';
import { align } from './harness/table.ts';
import { bundlers, type Weight, weigh } from './size/bundle.ts';
import { additions, type Program, peers, programs } from './size/programs.ts';

const kibibyte = 1024;

/** By one bundler. */
interface Sizes {
  readonly atOnce: Weight;
  readonly whenUsed: Weight;
}

type Figures = ReadonlyMap<Program, ReadonlyMap<string, Sizes>>;

/** What programs weigh that were made with us, what parts of us add to them, and what others weigh. */
export const size: CountedBenchmark = {
  name: 'size',
  describe:
    'programs for browsers, minified and then gzipped, each file by itself, in KiB; those with engine or socket have the ' +
    `compact provider and verification. Goals are for what ${[...bundlers.keys()][0]} gives`,
  cases: [...programs, ...additions, ...peers].map(({ name }) => name),
  count,
};

async function count(cases: readonly string[], progress: (text: string) => void): Promise<Counted> {
  const isChosen = ({ name }: Program): boolean => cases.includes(name);
  const wanted = new Set([programs, peers].flat().filter(isChosen));
  for (const addition of additions.filter(isChosen)) wanted.add(addition);
  for (const { base } of wanted) if (base !== undefined) wanted.add(base);
  const figures = new Map<Program, Map<string, Sizes>>();
  for (const program of wanted) {
    const sizes = new Map<string, Sizes>();
    for (const [bundler, bundle] of bundlers) {
      progress(`size: ${program.name}, ${bundler}`);
      const { atOnce, whenUsed } = await bundle(program.source);
      sizes.set(bundler, { atOnce: weigh(atOnce), whenUsed: weigh(whenUsed) });
    }
    figures.set(program, sizes);
  }
  progress('');
  return { text: formatTables(figures, isChosen), results: [...figures].flatMap(resultsOf) };
}

function resultsOf([{ name }, sizes]: readonly [Program, ReadonlyMap<string, Sizes>]): Result[] {
  return [...sizes].flatMap(([subject, { atOnce, whenUsed }]) =>
    Object.entries({
      minified: atOnce.minified,
      gzipped: atOnce.gzipped,
      'gzipped, when used': whenUsed.gzipped,
    }).map(([metric, octets]) => ({
      bench: 'size',
      case: name,
      subject,
      metric,
      unit: 'octets',
      value: octets,
      spread: 0,
      ratios: {},
    })),
  );
}

function formatTables(figures: Figures, isChosen: (program: Program) => boolean): string {
  const names = [...bundlers.keys()];
  const whole = [
    ['loaded at once', ...names.flatMap((name) => [name, 'gzipped', 'when used']), 'goal'],
    ...[...programs, ...peers].filter(isChosen).map((program) => {
      const sizes = sizesOf(program, figures);
      const cells = sizes.flatMap(({ atOnce, whenUsed }) => [
        atOnce.minified,
        atOnce.gzipped,
        whenUsed.gzipped,
      ]);
      return [program.name, ...cells.map(inKibibytes), verdict(program, sizes[0]?.atOnce.gzipped)];
    }),
  ];
  const added = [
    ['added, gzipped', ...names, 'goal'],
    ...[...programs, ...additions].filter(isChosen).flatMap((program) => {
      if (program.base === undefined) return [];
      const base = sizesOf(program.base, figures);
      const more = sizesOf(program, figures).map(
        ({ atOnce }, index) => atOnce.gzipped - (base[index]?.atOnce.gzipped ?? 0),
      );
      const goal = additions.includes(program) ? verdict(program, more[0]) : '';
      return [[program.name, ...more.map(inKibibytes), goal]];
    }),
  ];
  return [whole, added].map((rows) => align(rows)).join('\n\n');
}

function sizesOf(program: Program, figures: Figures): readonly Sizes[] {
  return [...(figures.get(program)?.values() ?? [])];
}

function inKibibytes(octets: number): string {
  return (octets / kibibyte).toFixed(1);
}

function verdict({ goal }: Program, octets: number | undefined): string {
  if (goal === undefined || octets === undefined) return '';
  const excess = octets - goal * kibibyte;
  return excess <= 0 ? `${goal}, met` : `${goal}, missed by ${inKibibytes(excess)}`;
}
