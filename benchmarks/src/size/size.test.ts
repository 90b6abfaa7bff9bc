/** Nothing slips into a program that didn't ask for it. */
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { type Bundle, byEsbuild, weigh } from './bundle.ts';
import { limits } from './limits.ts';
import { additions, parts, programs } from './programs.ts';

for (const { name, source, without } of [...programs, ...additions]) {
  test(`${name}: no heavier than it may be, and without what it may not have`, async () => {
    const { atOnce } = await byEsbuild(source);
    const found = without.flatMap((part) => find(part, atOnce));
    assert.equal(found, []);
    const { gzipped } = weigh(atOnce);
    const limit = limits[name] ?? 0;
    assert.ok(gzipped <= limit, `${gzipped} octets gzipped, and ${limit} are permitted`);
  });
}

test('what a program may not have is found where it is', async () => {
  const has: Readonly<Record<string, string>> = {
    'TLS 1.2': "export { createTls12 } from '@halfclose/tls'",
    'suites of TLS 1.2 beyond ECDHE with an AEAD': "export { cbc12 } from '@halfclose/tls'",
    'client authentication': "export { createClientAuthentication } from '@halfclose/tls'",
    'raw public keys': "export { createServerCertificateTypes } from '@halfclose/tls'",
    'delegated credentials': "export { createDelegatedCredentials } from '@halfclose/tls'",
    'compressed certificates': "export { createCertificateCompression } from '@halfclose/tls'",
    'early data': "export { createEarlyDataOffer } from '@halfclose/tls'",
    'external pre-shared keys': "export { createExternalPsks } from '@halfclose/tls'",
    'record limits': "export { createRecordLimits } from '@halfclose/tls'",
    GREASE: "export { greaseHello } from '@halfclose/tls'",
    'those who look on': "export { observeMessages } from '@halfclose/tls'",
    'Encrypted Client Hello': "export { createGreaseEch } from '@halfclose/tls'",
    revocation: "export { createCrlStore } from '@halfclose/x509'",
    'certificate policies': "export { checkPolicies } from '@halfclose/x509'",
    'private keys': "export { parsePrivateKey } from '@halfclose/x509'",
    'files of certificates': "export { decodePem } from '@halfclose/x509'",
    descriptions: "export { descriptions } from '@halfclose/ssl'",
    SSLObject: "export { SSLObject } from '@halfclose/ssl'",
    'ML-KEM': "export { x25519MlKem768 } from '@halfclose/crypto'",
    'ML-DSA': "export { mlDsa65 } from '@halfclose/crypto'",
    'P-521': "export { ecdsaSha512 } from '@halfclose/crypto'",
    'Edwards curves': "export { ed25519 } from '@halfclose/crypto'",
    "noble's curves": "export { secp256r1 } from '@halfclose/crypto'",
    'SIMD core': "export { simdAeads } from '@halfclose/crypto'",
    'AES in constant time': "export { constantTimeAes128Gcm } from '@halfclose/crypto'",
    roots: "export { mozillaRoots } from '@halfclose/roots'",
  };
  assert.equal(Object.keys(has), Object.keys(parts));
  for (const [part, source] of Object.entries(has)) {
    const { atOnce } = await byEsbuild(source);
    assert.ok(find(part, atOnce).length > 0, `${part} is in ${source}`);
  }
});

test('there is a limit for each program, and for no other', () => {
  assert.equal(
    Object.keys(limits),
    [...programs, ...additions].map(({ name }) => name),
  );
});

test.run();

/** The modules, or the texts, by which a part is known. */
function find(part: string, chunks: Bundle['atOnce']): string[] {
  return chunks.flatMap(({ modules, text }) => {
    const found = modules.filter((module) => parts[part]?.test(module));
    return [...found, ...(parts[part]?.exec(text) ?? [])];
  });
}
