import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createCompactProvider } from './compact.ts';
import { createPortableProvider } from './portable.ts';
import type { CryptoProvider } from './provider.ts';

const random = (output: Uint8Array) => output.fill(0x42);
const compact = createCompactProvider(random);
const portable = createPortableProvider(random);

const namesOf = ({ hashes, aeads, groups, signatures }: CryptoProvider) => ({
  hashes: hashes.map(({ name }) => name),
  aeads: aeads.map(({ name }) => name),
  groups: groups.map(({ name }) => name),
  signatures: signatures.map(({ name }) => name),
});

test('has what RFC 8446 section 9.1 demands, but for secp256r1', () => {
  const { hashes, aeads, groups, signatures } = namesOf(compact);
  assert.ok(['SHA-256', 'SHA-384'].every((name) => hashes.some((hash) => hash === name)));
  const demandedAeads = ['AES-128-GCM', 'AES-256-GCM', 'CHACHA20-POLY1305'];
  assert.ok(demandedAeads.every((name) => aeads.some((aead) => aead === name)));
  const demandedSignatures = ['rsa_pkcs1_sha256', 'rsa_pss_sha256', 'ecdsa_sha256'];
  assert.ok(demandedSignatures.every((name) => signatures.some((signature) => signature === name)));
  assert.equal(groups, ['x25519']);
});

test('is a part of the portable provider, in its order', () => {
  const all = namesOf(portable);
  const some = namesOf(compact);
  for (const list of ['hashes', 'aeads', 'groups', 'signatures'] as const) {
    const names: readonly string[] = some[list];
    assert.equal(
      all[list].filter((name) => names.includes(name)),
      names,
    );
  }
});

test('agrees on secrets with the portable provider', async () => {
  for (const group of compact.groups) {
    const other = portable.groups.find(({ name }) => name === group.name);
    const ours = await group.generate(random);
    const theirs = await other?.generate((output) => output.fill(0x24));
    if (theirs === undefined) throw new Error(`There is no other ${group.name}`);
    assert.equal(await ours.agree(theirs.publicKey), await theirs.agree(ours.publicKey));
  }
});

test('refuses ECDSA on P-521, which is not in it', () => {
  const key = { type: 'EC', curve: 'P-521', point: Uint8Array.of(4, ...new Uint8Array(132)) } as const;
  const ecdsa = compact.signatures.find(({ name }) => name === 'ecdsa_sha256');
  assert.throws(
    () => ecdsa?.verify(key, new Uint8Array(1), new Uint8Array(70)),
    /ecdsa_sha256 is not supported on the curve P-521/,
  );
});

test.run();
