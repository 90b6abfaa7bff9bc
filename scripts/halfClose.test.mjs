/** The half-close tables that people read are those that the tests play. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { withTables } from './lib/halfClose.mjs';
import { root } from './lib/workspace.mjs';

for (const file of ['README.md', 'docs/half-close.md']) {
  test(`${file} agrees with the data; if not, "pnpm half-close" writes it anew`, () => {
    const page = readFileSync(join(root, file), 'utf8');
    assert.fixture(page, withTables(file, page));
  });
}

test('a page that differs does not', () => {
  const page = readFileSync(join(root, 'README.md'), 'utf8').replace('`EPIPE`', '`EBADF`');
  assert.is.not(withTables('README.md', page), page);
});

test.run();
