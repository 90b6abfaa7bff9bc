import { parseArgs } from 'node:util';
import type { Effort } from './harness/benchmark.ts';

export interface Options {
  /** Which benchmarks to run, in this order. Empty: all. */
  readonly names: readonly string[];
  readonly effort: Omit<Effort, 'mib'>;
  /** Undefined where each benchmark has its own. */
  readonly mib: number | undefined;
  /** Which cases to run. */
  readonly matches: (name: string) => boolean;
  readonly json: string | undefined;
  readonly help: boolean;
}

export const usage: string = `pnpm bench [NAME…] [options]

  --processes N    fresh processes for each measurement (5)
  --mib N          size of a transfer in MiB (64; 1024 for memory)
  --handshakes N   handshakes that one process measures (100)
  --filter GLOB    only the cases that match, * for any text: --filter '*CHACHA20*'
  --json FILE      write the figures to a file as well
  --help           show this`;

/** @throws Error with a sentence for the user */
export function readOptions(args: readonly string[]): Options {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      processes: { type: 'string', default: '5' },
      mib: { type: 'string' },
      handshakes: { type: 'string', default: '100' },
      filter: { type: 'string', default: '*' },
      json: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  });
  return {
    names: positionals,
    effort: {
      processes: readCount('processes', values.processes),
      handshakes: readCount('handshakes', values.handshakes),
    },
    mib: values.mib === undefined ? undefined : readCount('mib', values.mib),
    matches: globMatcher(values.filter),
    json: values.json,
    help: values.help,
  };
}

function readCount(name: string, text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new Error(`--${name} is a number from 1, not ${text}`);
  return value;
}

function globMatcher(glob: string): (name: string) => boolean {
  const pattern = glob.split('*').map((part) => part.replace(/\W/g, '\\$&'));
  const expression = new RegExp(`^${pattern.join('.*')}$`, 'i');
  return (name) => expression.test(name);
}
