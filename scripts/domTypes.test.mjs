/** The packages' types fit those of a browser: `crypto.subtle` is taken as it is. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { root, tool } from './lib/workspace.mjs';

const isBuilt = existsSync(join(root, 'packages/crypto/dist/index.d.ts'));
if (!isBuilt) console.log('skipped: the packages are not built, and their types are what counts');

(isBuilt ? test : test.skip)('WebCrypto as lib.dom has it', () => {
  const [command = '', ...first] = tool('typescript', 'tsc');
  const args = [...first, '-p', join(root, 'scripts/domTypes')];
  const { status, stdout } = spawnSync(command, args, { encoding: 'utf8' });
  assert.is(stdout, '');
  assert.is(status, 0);
});

test.run();
