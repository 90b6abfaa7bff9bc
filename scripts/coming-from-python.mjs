/** The tables of docs/coming-from-python.md, from the data that the tests check: `pnpm coming-from-python`. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { withTables } from '../packages/halfclose/src/testing/python/tables.ts';
import { root } from './lib/workspace.mjs';

const path = join(root, 'docs/coming-from-python.md');
writeFileSync(path, withTables(readFileSync(path, 'utf8')));
