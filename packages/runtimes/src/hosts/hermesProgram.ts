import { createRequire } from 'node:module';
import { join } from 'node:path';
import { bundle } from '../bundle.ts';
import { install } from '../install.ts';

/** What is used of `@babel/core`. */
interface Babel {
  transformAsync(code: string, options: object): Promise<{ readonly code?: string | null } | null>;
}

/**
 * What Hermes 0.12 doesn't know of ES2022, by the names of Babel's plugins: React Native's own preset takes the same
 * out. Beside it there are no `import()` and what `entries/hermesGaps.ts` adds.
 */
const missing = [
  'transform-async-generator-functions',
  'transform-async-to-generator',
  'transform-block-scoping',
  'transform-class-properties',
  'transform-class-static-block',
  'transform-classes',
  'transform-private-methods',
  'transform-private-property-in-object',
  'transform-unicode-property-regex',
];

/** The program for an engine, in the language that Hermes has. */
export async function bundleForHermes(): Promise<string> {
  const parts = ['hermesGaps', 'replayedHost', 'engine'].map((entry) =>
    bundle(entry, 'browser', { format: 'iife', external: ['@peculiar/x509'], dynamicImport: false }),
  );
  const program = (await Promise.all(parts)).join('\n');
  const require = createRequire(join(await install('@babel/core', '8'), 'package.json'));
  const preset = await install('@babel/preset-env', '8');
  const babel: Babel = require('@babel/core');
  const transformed = await babel.transformAsync(program, {
    babelrc: false,
    configFile: false,
    compact: false,
    sourceType: 'script',
    // A target that lacks nothing else.
    presets: [[preset, { targets: { safari: '14.1' }, modules: false, include: missing }]],
  });
  if (!transformed?.code) throw new Error('Babel made nothing of the program');
  return transformed.code;
}
