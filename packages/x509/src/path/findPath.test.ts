import {
  type Authority,
  createAuthority,
  createSelfSigned,
  generateKey,
  tamperSignature,
} from '@halfclose/testing/ca';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { opensslVerdict } from '../opensslVerdict.ts';
import { countingProvider, refusal, verify } from '../testing/verify.ts';

const root = await createAuthority({ name: 'Root' });
const intermediate = await root.issueAuthority({ name: 'Intermediate' });
const leaf = await intermediate.issue({ dnsNames: ['example.com'] });
const otherRoot = await createAuthority({ name: 'Other Root' });
const junk = [
  otherRoot.certificate,
  (await otherRoot.issueAuthority({ name: 'Intermediate' })).certificate,
  (await otherRoot.issue()).certificate,
  Uint8Array.of(1, 2, 3),
  new Uint8Array(0),
];

test('a root alone above the server', async () => {
  const direct = await root.issue();
  const { verifiedChain, publicKey } = await verify({ chain: direct.chain, trusted: [root.certificate] });
  assert.equal(verifiedChain, [direct.certificate, root.certificate]);
  assert.is(publicKey.type, 'EC');
});

test('an intermediate, with the root and without it', async () => {
  const path = [leaf.certificate, intermediate.certificate, root.certificate];
  for (const chain of [path, path.slice(0, 2)]) {
    assert.equal((await verify({ chain, trusted: [root.certificate] })).verifiedChain, path);
  }
});

test('wrong order, duplicates and junk', async () => {
  const second = await intermediate.issueAuthority({ name: 'Second' });
  const deep = await second.issue();
  const [own, ...above] = deep.chain;
  assert.ok(own);
  const chain = [own, ...junk, ...[...above].reverse(), own, ...above, root.certificate, ...junk];
  const { verifiedChain } = await verify({ chain, trusted: [otherRoot.certificate, root.certificate] });
  assert.equal(verifiedChain, [own, second.certificate, intermediate.certificate, root.certificate]);
});

test('cross-certificates lead to whichever root is trusted', async () => {
  const cross = await otherRoot.issueAuthority({ name: 'Intermediate', key: intermediate.key });
  for (const authorities of [
    [intermediate, cross],
    [cross, intermediate],
  ]) {
    const chain = [leaf.certificate, ...authorities.map(({ certificate }) => certificate)];
    const ends = async (trusted: Authority) =>
      (await verify({ chain, trusted: [trusted.certificate] })).verifiedChain.at(-1);
    assert.equal(await ends(root), root.certificate);
    assert.equal(await ends(otherRoot), otherRoot.certificate);
  }
});

test('several trusted authorities of one name', async () => {
  const namesakes = await Promise.all(
    Array.from({ length: 5 }, () => createAuthority({ name: 'Root', subjectKeyIdentifier: false })),
  );
  const trusted = [...namesakes.map(({ certificate }) => certificate), root.certificate];
  await verify({ chain: leaf.chain, trusted });
  await verify({ chain: leaf.chain, trusted: trusted.reverse() });
});

test('key identifiers say whom to try first, and nothing more', async () => {
  const namesakes = await Promise.all(Array.from({ length: 30 }, () => createAuthority({ name: 'Root' })));
  const { crypto, count } = countingProvider();
  const trusted = [...namesakes.map(({ certificate }) => certificate), root.certificate];
  await verify({ chain: leaf.chain, trusted, crypto });
  assert.is(count(), 2);

  const misleading = await intermediate.issue({ authorityKeyIdentifier: Uint8Array.of(1, 2, 3) });
  await verify({ chain: misleading.chain, trusted: [root.certificate] });
});

test('an intermediate that is trusted itself', async () => {
  const { verifiedChain } = await verify({ chain: leaf.chain, trusted: [intermediate.certificate] });
  assert.equal(verifiedChain, [leaf.certificate, intermediate.certificate]);
  await verify({ chain: [leaf.certificate], trusted: [intermediate.certificate] });
});

test('an expired alternative does not stand in the way', async () => {
  const expired = await root.issueAuthority({
    name: 'Intermediate',
    key: intermediate.key,
    notAfter: new Date('2020-01-01'),
    notBefore: new Date('2019-01-01'),
  });
  const forged = await root.issueAuthority({ name: 'Intermediate', alterCertificate: tamperSignature });
  const chain = [leaf.certificate, expired.certificate, forged.certificate, intermediate.certificate];
  await verify({ chain, trusted: [root.certificate] });

  const error = await refusal({ chain: chain.slice(0, 3), trusted: [root.certificate] });
  assert.is(error.code, 'expired', 'more telling than the wrong signature');
  assert.equal(error.certificate?.raw, expired.certificate);
});

test('an expired trusted authority does not stand in the way of its renewal', async () => {
  const old = await createAuthority({
    name: 'Root',
    key: root.key,
    notBefore: new Date('2019-01-01'),
    notAfter: new Date('2020-01-01'),
  });
  await verify({ chain: leaf.chain, trusted: [old.certificate, root.certificate] });
  const error = await refusal({ chain: leaf.chain, trusted: [old.certificate] });
  assert.is(error.code, 'expired');
  assert.equal(error.certificate?.raw, old.certificate);
});

test('authorities that certify each other', async () => {
  const key = await generateKey('P-256');
  const a = await createAuthority({ name: 'A' });
  const b = await createAuthority({ name: 'B' });
  const aByB = await b.issueAuthority({ name: 'A', key: a.key });
  const bByA = await a.issueAuthority({ name: 'B', key: b.key });
  const below = await a.issue({ key });
  const chain = [below.certificate, aByB.certificate, bByA.certificate];
  assert.is((await refusal({ chain, trusted: [root.certificate] })).code, 'unknown_issuer');
  const bByRoot = await root.issueAuthority({ name: 'B', key: b.key });
  const { verifiedChain } = await verify({
    chain: [...chain, bByRoot.certificate],
    trusted: [root.certificate],
  });
  assert.equal(
    verifiedChain,
    [below, aByB, bByRoot, root].map(({ certificate }) => certificate),
  );
});

test('no issuer, and an authority of the same name', async () => {
  const missing = await refusal({ chain: [leaf.certificate], trusted: [root.certificate] });
  assert.is(missing.code, 'unknown_issuer');
  assert.is(opensslVerdict(missing).verifyCode, 20);
  assert.is(missing.alert, 'unknown_ca');
  assert.equal(missing.certificate?.raw, leaf.certificate);
  assert.match(missing.message, 'CN=Intermediate, is not trusted');

  const noStore = await refusal({ chain: leaf.chain, trusted: [] });
  assert.is(noStore.code, 'unknown_issuer');
  assert.equal(noStore.certificate?.raw, intermediate.certificate);

  const namesake = await createAuthority({ name: 'Root' });
  const otherKey = await refusal({ chain: leaf.chain, trusted: [namesake.certificate] });
  assert.is(otherKey.code, 'unknown_issuer', 'the key identifiers say that it is another authority');
  assert.equal(otherKey.certificate?.raw, intermediate.certificate);

  const anonymous = await createAuthority({ name: 'Root', subjectKeyIdentifier: false });
  const wrongKey = await refusal({ chain: leaf.chain, trusted: [anonymous.certificate] });
  assert.is(wrongKey.code, 'bad_signature', 'nothing says that it is another authority');
  assert.is(opensslVerdict(wrongKey).verifyCode, 7);
  assert.is(wrongKey.alert, 'bad_certificate');
  assert.equal(wrongKey.certificate?.raw, intermediate.certificate);
});

test('a root that is sent but not trusted', async () => {
  const error = await refusal({
    chain: [...leaf.chain, root.certificate],
    trusted: [otherRoot.certificate],
  });
  assert.is(error.code, 'self_signed_in_chain');
  assert.is(opensslVerdict(error).verifyCode, 19);
  assert.is(error.alert, 'unknown_ca');
  assert.equal(error.certificate?.raw, root.certificate);
});

test('an unreadable intermediate is named where it is missing', async () => {
  const broken = intermediate.certificate.slice(0, -1);
  const error = await refusal({ chain: [leaf.certificate, broken], trusted: [root.certificate] });
  assert.is(error.code, 'unknown_issuer');
  assert.match(error.message, 'a certificate of the chain was left out');
  assert.ok(error.cause instanceof Error);
});

test('a self-signed certificate of a server: trusted itself, or not at all', async () => {
  const selfSigned = await createSelfSigned({ dnsNames: ['example.com'] });
  const request = { chain: selfSigned.chain, serverName: 'example.com' };
  const { verifiedChain } = await verify({ ...request, trusted: [selfSigned.certificate] });
  assert.equal(verifiedChain, [selfSigned.certificate]);

  const untrusted = await refusal({ ...request, trusted: [root.certificate] });
  assert.is(untrusted.code, 'self_signed');
  assert.is(opensslVerdict(untrusted).verifyCode, 18);
  assert.is(untrusted.alert, 'unknown_ca');

  const renewed = await createSelfSigned({ dnsNames: ['example.com'], key: selfSigned.key });
  const other = await refusal({ ...request, chain: renewed.chain, trusted: [selfSigned.certificate] });
  assert.is(other.code, 'self_signed', 'the same name and key are not the same certificate');
});

test('a trusted certificate of a server may be an authority that signs nothing, as openssl req makes it', async () => {
  const options = {
    basicConstraints: { ca: true },
    keyUsage: ['digitalSignature', 'keyEncipherment'],
  } as const;
  const { certificate } = await createSelfSigned({ dnsNames: ['example.com'], ...options });
  const request = { chain: [certificate], serverName: 'example.com' };
  assert.equal((await verify({ ...request, trusted: [certificate] })).verifiedChain, [certificate]);

  const issued = await root.issue({ dnsNames: ['example.com'], ...options });
  const refused = await refusal({ ...request, chain: issued.chain, trusted: [root.certificate] });
  assert.is(refused.code, 'invalid_extension', 'from somebody else it is a sign of disorder');
});

test('a trusted certificate of a server is held to all checks of a server', async () => {
  const code = async (options: Parameters<typeof createSelfSigned>[0], serverName = 'localhost') => {
    const { certificate } = await createSelfSigned(options);
    return (await refusal({ chain: [certificate], trusted: [certificate], serverName })).code;
  };
  assert.is(await code({ notAfter: new Date('2020-01-01'), notBefore: new Date('2019-01-01') }), 'expired');
  assert.is(await code({}, 'example.com'), 'name_mismatch');
  assert.is(await code({ extendedKeyUsage: ['clientAuth'] }), 'invalid_purpose');
  assert.is(await code({ keyUsage: ['keyEncipherment'] }), 'invalid_purpose');
  assert.is(await code({ keyType: 'RSA-1024' }), 'weak_server_key');
});

test('a self-signed certificate as openssl makes it, an authority without keyUsage', async () => {
  const { certificate } = await createSelfSigned({
    basicConstraints: { ca: true },
    keyUsage: false,
    extendedKeyUsage: false,
  });
  await verify({ chain: [certificate], trusted: [certificate], serverName: 'localhost' });
});

test('an issued certificate of a server that is itself trusted', async () => {
  const { verifiedChain } = await verify({ chain: [leaf.certificate], trusted: [leaf.certificate] });
  assert.equal(verifiedChain, [leaf.certificate]);
});

test('a trusted certificate of a server vouches for nobody else', async () => {
  for (const basicConstraints of [false, { ca: false }] as const) {
    const server = await createAuthority({ name: 'server', basicConstraints, keyUsage: false });
    const victim = await server.issue({ dnsNames: ['victim.example'] });
    const error = await refusal({ chain: victim.chain, trusted: [server.certificate] });
    assert.is(error.code, 'invalid_authority');
    assert.is(opensslVerdict(error).verifyCode, 79);
  }
});

test('a date is more telling than a wrong signature, whichever comes first', async () => {
  const old = await createAuthority({
    name: 'Root',
    key: root.key,
    notBefore: new Date('2019-01-01'),
    notAfter: new Date('2020-01-01'),
  });
  const namesake = await createAuthority({ name: 'Root' });
  // By the key identifiers the old one is tried first.
  const error = await refusal({ chain: leaf.chain, trusted: [namesake.certificate, old.certificate] });
  assert.is(error.code, 'expired');
});

test('what the server has wrong is said before anything above it is', async () => {
  const past = { notBefore: new Date('2019-01-01'), notAfter: new Date('2020-01-01') };
  const oldAuthority = await root.issueAuthority(past);
  const old = await oldAuthority.issue(past);
  const { crypto, count } = countingProvider();
  const error = await refusal({ chain: old.chain, trusted: [root.certificate], crypto });
  assert.is(error.code, 'expired');
  assert.equal(error.certificate?.raw, old.certificate);
  assert.is(count(), 0, 'and before any signature is checked');
});

test.run();
