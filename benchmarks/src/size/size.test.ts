/** Nothing slips into a program that didn't ask for it. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { byEsbuild, weigh } from './bundle.ts';
import { limits } from './limits.ts';
import { additions, modulesOf, type Part, programs } from './programs.ts';

for (const { name, source, without } of [...programs, ...additions]) {
  test(`${name}: no heavier than it may be, and without what it may not have`, async () => {
    const { atOnce } = await byEsbuild(source);
    const found = without.flatMap((part) => modulesIn(atOnce, part));
    assert.equal(found, []);
    const { gzipped } = weigh(atOnce);
    const limit = limits[name] ?? 0;
    assert.ok(gzipped <= limit, `${gzipped} octets gzipped, and ${limit} are permitted`);
  });
}

test('what a program may not have is found where it is', async () => {
  const has: Readonly<Record<Part, string>> = {
    'TLS 1.2': "export { createTls12 } from '@halfclose/tls'",
    'Encrypted Client Hello': "export { createGreaseEch } from '@halfclose/tls'",
    revocation: "export { createCrlStore } from '@halfclose/x509'",
    'private keys': "export { parsePrivateKey } from '@halfclose/x509'",
    'ML-KEM': "export { x25519MlKem768 } from '@halfclose/crypto'",
    'ML-DSA': "export { mlDsa65 } from '@halfclose/crypto'",
    'Edwards curves': "export { ed25519 } from '@halfclose/crypto'",
    'SIMD core': "export { simdAeads } from '@halfclose/crypto'",
    'constant-time AES': "export { constantTimeAes128Gcm } from '@halfclose/crypto'",
    roots: "export { mozillaRoots } from '@halfclose/roots'",
    SSLObject: "export { SSLObject } from '@halfclose/ssl'",
  };
  for (const [part, source] of Object.entries(has) as [Part, string][]) {
    const { atOnce } = await byEsbuild(source);
    assert.ok(modulesIn(atOnce, part).length > 0, `${part} is in ${source}`);
  }
});

test('there is a limit for each program, and for no other', () => {
  assert.equal(
    Object.keys(limits),
    [...programs, ...additions].map(({ name }) => name),
  );
});

test.run();

function modulesIn(chunks: readonly { readonly modules: readonly string[] }[], part: Part): string[] {
  return chunks.flatMap(({ modules }) => modules.filter((module) => modulesOf[part].test(module)));
}
