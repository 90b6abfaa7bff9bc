import { parseArgs } from 'node:util';
import { globMatcher } from './glob.ts';
import type { Suite } from './suite.ts';

export const usage: string = `pnpm conformance SUITE [options]

  --dir P, --file P   where the suite is; which of the two depends on the suite
  --filter GLOB       only the cases whose id matches, * for any text: --filter 'aes_gcm/*/simd'
  --json FILE         write the results to a file as well: an array of { id, result, reason? }
  --help              show this

The exit status is 0 if nothing failed, 1 if something did, 2 if there is no such suite or nothing at its path.`;

export interface Arguments {
  readonly suite: Suite;
  /** Empty where the suite has no place. */
  readonly path: string;
  readonly matches: (id: string) => boolean;
  readonly json: string | undefined;
}

/**
 * @returns undefined where help was asked for
 * @throws Error with a sentence for the user
 */
export function readArguments(args: readonly string[], suites: readonly Suite[]): Arguments | undefined {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      dir: { type: 'string' },
      file: { type: 'string' },
      filter: { type: 'string', default: '*' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  if (values.help) return undefined;
  const known = suites.map(({ name }) => name).join(', ');
  const [name, ...more] = positionals;
  if (name === undefined || more.length > 0) throw new Error(`Name one suite of ${known}`);
  const suite = suites.find((one) => one.name === name);
  if (suite === undefined) throw new Error(`There is no suite ${name}, there are ${known}`);
  return { suite, path: pathOf(suite, values), matches: globMatcher(values.filter), json: values.json };
}

function pathOf(
  { name, source }: Suite,
  values: { readonly dir?: string | undefined; readonly file?: string | undefined },
): string {
  for (const other of ['dir', 'file'] as const) {
    if (other === source?.option || values[other] === undefined) continue;
    throw new Error(
      source === undefined
        ? `${name} has no place that --${other} could name`
        : `${name} is found by --${source.option}, not by --${other}`,
    );
  }
  return source === undefined ? '' : (values[source.option] ?? source.path);
}
