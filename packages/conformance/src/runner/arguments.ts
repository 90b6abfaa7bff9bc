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
  const { option, path } = suite.source;
  const other = option === 'dir' ? 'file' : 'dir';
  if (values[other] !== undefined) throw new Error(`${name} is found by --${option}, not by --${other}`);
  return { suite, path: values[option] ?? path, matches: globMatcher(values.filter), json: values.json };
}
