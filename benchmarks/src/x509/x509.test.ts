import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { chainTypes, createFixtures } from './fixtures.ts';
import { halfclose, halfcloseOnNode } from './halfclose.ts';
import { node } from './node.ts';
import { peculiar } from './peculiar.ts';
import { pkijs } from './pkijs.ts';

const directory = mkdtempSync(join(tmpdir(), 'halfclose-bench-'));
const { chains, anchors } = await createFixtures(directory);
rmSync(directory, { recursive: true });
const octets = (text: string | undefined): Uint8Array => new Uint8Array(Buffer.from(text ?? '', 'base64'));

for (const { name, load } of [halfclose, halfcloseOnNode, node, peculiar, pkijs]) {
  test(`${name} verifies what is good, and refuses another root`, async () => {
    const { trust, parse, read, loadPem } = await load();
    for (const [index, type] of chainTypes.entries()) {
      const [leaf, intermediate, root] = chains[type].map(octets);
      const another = octets(chains[chainTypes[(index + 1) % chainTypes.length] ?? type][2]);
      assert.ok(leaf && intermediate && root);
      parse(leaf);
      read(leaf);
      await trust(root).verify([leaf, intermediate]);
      const again = trust(root).remember([leaf, intermediate]);
      await again();
      await again();
      const [refused] = await Promise.allSettled([
        (async () => trust(another).verify([leaf, intermediate]))(),
      ]);
      assert.is(refused.status, 'rejected');
    }
    await loadPem(anchors.join(''), anchors);
  });
}

test.run();
