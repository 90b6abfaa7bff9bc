/**
 * The half-close tables of README.md and docs/half-close.md, from the data that the tests play: `pnpm half-close`.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withTables } from './lib/halfClose.mjs';
import { root } from './lib/workspace.mjs';

for (const file of ['README.md', 'docs/half-close.md']) {
  const path = join(root, file);
  writeFileSync(path, withTables(file, readFileSync(path, 'utf8')));
}
