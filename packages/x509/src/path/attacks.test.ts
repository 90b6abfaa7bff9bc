/** Known attacks on the validation of certificates, each by its number or class, against a whole verification. */
import { type Authority, createAuthority, der, generateKey, tamperSignature } from '@halfclose/testing/ca';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseCertificate } from '../certificate/parseCertificate.ts';
import { CertificateError } from '../errors.ts';
import { countingProvider, portable, refusal, verify } from '../testing/verify.ts';
import { createTrustStore } from '../trust/trustStore.ts';
import { findPath } from './findPath.ts';
import { defaultLimits } from './limits.ts';
import type { Path } from './path.ts';
import { tlsServer } from './purpose.ts';
import { run, settle } from './steps.ts';

const root = await createAuthority({ name: 'Root' });
const trusted = [root.certificate];

/** Authorities that have all certified each other, with right signatures. */
async function mesh(size: number): Promise<{ members: readonly Authority[]; certificates: Uint8Array[] }> {
  const members = await Promise.all(
    Array.from({ length: size }, (_, index) => createAuthority({ name: `Member ${index}` })),
  );
  const certificates: Uint8Array[] = [];
  for (const member of members) {
    for (const other of members) {
      if (other === member) continue;
      const { certificate } = await member.issueAuthority({
        subject: other.subject,
        key: other.key,
        subjectKeyIdentifier: false,
        authorityKeyIdentifier: false,
      });
      certificates.push(certificate);
    }
  }
  return { members, certificates };
}

/** The error of a verification, and how many signatures it took. */
async function costOf(chain: readonly Uint8Array[]): Promise<readonly [CertificateError, number]> {
  const { crypto, count } = countingProvider();
  const error = await refusal({ chain, trusted, crypto });
  return [error, count()];
}

test('CVE-2018-16875, RUSTSEC-2023-0052: paths through a mesh of cross-certificates are as many as one likes', async () => {
  const { members, certificates } = await mesh(7);
  const [first, second] = members;
  assert.ok(first && second);
  const leaf = await first.issue();
  const [error, signatures] = await costOf([leaf.certificate, ...certificates]);
  assert.is(error.code, 'limit_exceeded');
  assert.match(error.message, '2000 steps');
  assert.is(signatures, 0, 'no path has come to an anchor');

  // The same where each path comes to an anchor, and fails there.
  const forged = await root.issueAuthority({
    subject: second.subject,
    key: second.key,
    alterCertificate: tamperSignature,
  });
  const [, some] = await costOf([leaf.certificate, forged.certificate, ...certificates]);
  assert.is(some, 1, 'the one wrong signature, once');

  // And the way out of it is found nevertheless.
  const real = await root.issueAuthority({ subject: second.subject, key: second.key });
  await verify({ chain: [leaf.certificate, real.certificate, ...certificates], trusted });
});

test('CVE-2026-32280: many intermediates that may all have issued the certificate', async () => {
  const namesakes = await Promise.all(
    Array.from({ length: 62 }, () => root.issueAuthority({ name: 'Same', subjectKeyIdentifier: false })),
  );
  const last = namesakes.at(-1);
  assert.ok(last);
  const leaf = await last.issue();
  const above = namesakes.map(({ certificate }) => certificate);
  const [error, signatures] = await costOf([leaf.certificate, ...above]);
  assert.is(error.code, 'limit_exceeded');
  assert.ok(signatures <= 24);
  await verify({ chain: [leaf.certificate, ...above.reverse()], trusted });
});

test('CVE-2024-28835: a chain of sixty', async () => {
  let authority = root;
  for (let depth = 0; depth < 60; depth++)
    authority = await authority.issueAuthority({ name: `Level ${depth}` });
  const [error, signatures] = await costOf((await authority.issue()).chain);
  assert.is(error.code, 'limit_exceeded');
  assert.match(error.message, '8 intermediate certificates');
  assert.is(signatures, 0);
});

test('CVE-2024-0567: a cycle of cross-certificates between two trusted authorities', async () => {
  const a = await createAuthority({ name: 'A' });
  const b = await createAuthority({ name: 'B' });
  const aByB = await b.issueAuthority({ subject: a.subject, key: a.key });
  const bByA = await a.issueAuthority({ subject: b.subject, key: b.key });
  const leaf = await a.issue();
  const chain = [leaf.certificate, aByB.certificate, bByA.certificate];
  const { verifiedChain } = await verify({ chain, trusted: [a.certificate, b.certificate] });
  assert.equal(verifiedChain, [leaf.certificate, a.certificate]);
  assert.is((await refusal({ chain, trusted })).code, 'unknown_issuer');
});

test('the trusted root among what was sent, and the intermediate among what is trusted', async () => {
  const intermediate = await root.issueAuthority({ name: 'Intermediate' });
  const leaf = await intermediate.issue();
  const { verifiedChain } = await verify({
    chain: [leaf.certificate, root.certificate],
    trusted: [intermediate.certificate],
  });
  assert.equal(verifiedChain, [leaf.certificate, intermediate.certificate]);
});

/** A subtree of domains, as permittedSubtrees (0) or excludedSubtrees (1). */
function nameConstraints(list: 0 | 1, ...domains: readonly string[]) {
  const subtrees = domains.map((domain) => der.sequence(der.contextPrimitive(2, Buffer.from(domain))));
  return { oid: '2.5.29.30', critical: true, value: der.sequence(der.context(list, ...subtrees)) };
}

test('what an intermediate has wrong does not mask another certificate of it that has nothing wrong', async () => {
  const past = { notBefore: new Date('2019-01-01'), notAfter: new Date('2020-01-01') };
  const otherRoot = await createAuthority({ name: 'Other Root', ...past });
  const good = await root.issueAuthority({ name: 'Intermediate' });
  const wrong = [
    past,
    { basicConstraints: { ca: false } },
    { keyUsage: ['cRLSign'] },
    { extendedKeyUsage: ['codeSigning'] },
    { extensions: [{ oid: '1.2.3', critical: true, value: der.nullValue() }] },
    { extensions: [nameConstraints(1, 'localhost')] },
    { alterCertificate: tamperSignature },
  ] as const;
  const leaf = await good.issue();
  for (const options of wrong) {
    const bad = await root.issueAuthority({ subject: good.subject, key: good.key, ...options });
    const chain = [leaf.certificate, bad.certificate];
    await refusal({ chain, trusted });
    await verify({ chain: [...chain, good.certificate], trusted });
  }
  const below = await otherRoot.issueAuthority({ subject: good.subject, key: good.key });
  const chain = [leaf.certificate, below.certificate, good.certificate];
  const { verifiedChain } = await verify({ chain, trusted: [otherRoot.certificate, root.certificate] });
  assert.equal(verifiedChain.at(-1), root.certificate);
});

/** A search for a path with two ways, by the first or the second certificate of one authority. */
async function search(check: (path: Path) => void) {
  const one = await root.issueAuthority({ name: 'Intermediate', serialNumber: '01' });
  const two = await root.issueAuthority({ subject: one.subject, key: one.key, serialNumber: '02' });
  const [leaf, ...others] = [(await one.issue()).certificate, one.certificate, two.certificate].map((bytes) =>
    parseCertificate(bytes),
  );
  assert.ok(leaf);
  return run(
    findPath({
      chain: { leaf, others, unreadable: [] },
      trustStore: createTrustStore(trusted),
      crypto: portable,
      now: Date.now(),
      limits: defaultLimits,
      purpose: tlsServer,
      *accept(path) {
        yield* settle(check(path));
      },
    }),
  );
}

test('who has the last word on a path may refuse one, and the search goes on; a limit ends it', async () => {
  const seen: number[] = [];
  const { certificates } = await search((path) => {
    const serial = path.certificates[1]?.serialNumber[0] ?? 0;
    seen.push(serial);
    if (seen.length === 1) throw new CertificateError('revoked', 'This one is revoked');
  });
  assert.is(seen.length, 2);
  assert.is(certificates[1]?.serialNumber[0], seen[1]);

  for (const code of ['revoked', 'limit_exceeded'] as const) {
    let asked = 0;
    const error = await search(() => {
      asked++;
      throw new CertificateError(code, 'No');
    }).catch((reason: unknown) => reason);
    assert.ok(error instanceof CertificateError && error.code === code);
    assert.is(asked, code === 'revoked' ? 2 : 1);
  }
  const broken = new Error('The service is gone');
  const error = await search(() => {
    throw broken;
  }).catch((reason: unknown) => reason);
  assert.is(error, broken, 'what is no verdict on a certificate comes through');
});

test('CVE-2025-58187: names times constraints', async () => {
  const names = (count: number) => Array.from({ length: count }, (_, index) => `n${index}.example.com`);
  const constrained = await root.issueAuthority({ extensions: [nameConstraints(1, ...names(2000))] });
  const leaf = await constrained.issue({ dnsNames: names(2000).map((name) => `x.${name}.test`) });
  const [error] = await costOf(leaf.chain);
  assert.is(error.code, 'limit_exceeded');
  assert.match(error.message, 'comparisons of names');
  const forged = await constrained.issue({ dnsNames: names(2000), alterCertificate: tamperSignature });
  assert.is((await costOf(forged.chain))[0].code, 'bad_signature', 'only an authority can make it costly');
});

test('CVE-2025-61729: messages stay short, whatever a certificate holds', async () => {
  const dnsNames = Array.from({ length: 1000 }, (_, index) => `${'n'.repeat(60)}.${index}.example`);
  const names = await root.issue({ dnsNames });
  const mismatch = await refusal({ chain: names.chain, trusted, serverName: 'example.com' });
  assert.is(mismatch.code, 'name_mismatch');
  const longName = await root.issueAuthority({ subject: `CN=${'long '.repeat(10_000)}` });
  const below = await longName.issueAuthority({ name: 'Below', pathLength: 0 });
  const deep = await (await below.issueAuthority({ subject: `CN=${'longer '.repeat(7000)}` })).issue();
  const errors = [
    mismatch,
    await refusal({ chain: [deep.certificate], trusted }),
    await refusal({ chain: deep.chain, trusted }),
    await refusal({ chain: (await longName.issue()).chain.slice(0, 1), trusted }),
  ];
  for (const { message } of errors) assert.ok(message.length < 1000, `${message.length} characters`);
});

test('CVE-2026-33896, DMTF-2026-0004: who does not say that it is an authority is none', async () => {
  const asVersion2 = (tbs: Uint8Array): Uint8Array => {
    const fields = der.children(tbs).filter((field) => field[0] !== 0xa3);
    return der.sequence(der.context(0, der.integer(1)), ...fields.slice(1));
  };
  const impostors = [
    { basicConstraints: false, keyUsage: false },
    { basicConstraints: false },
    { basicConstraints: { ca: false } },
    { alterTbs: asVersion2 },
  ] as const;
  for (const options of impostors) {
    const impostor = await root.issueAuthority({ dnsNames: ['attacker.example'], ...options });
    const victim = await impostor.issue({ dnsNames: ['victim.example'] });
    const error = await refusal({ chain: victim.chain, trusted, serverName: 'victim.example' });
    assert.is(error.code, 'invalid_authority');
    assert.equal(error.certificate?.raw, impostor.certificate);
  }
});

test('CVE-2026-33896: a path length of nonsense is no path without a limit', async () => {
  const basicConstraints = (...fields: readonly Uint8Array[]) => ({
    extensions: [{ oid: '2.5.29.19', critical: true, value: der.sequence(...fields) }],
  });
  for (const pathLength of [-1, -128, 2 ** 31, 2n ** 64n]) {
    const authority = await root.issueAuthority(basicConstraints(der.boolean(true), der.integer(pathLength)));
    assert.is((await refusal({ chain: (await authority.issue()).chain, trusted })).code, 'invalid_extension');
  }
  const server = await root.issue(basicConstraints(der.integer(0)));
  assert.is((await refusal({ chain: server.chain, trusted })).code, 'invalid_extension');
});

test('CVE-2020-0601: a key is its curve and its point, and no curve is spelled out', async () => {
  const generator = Buffer.from(
    '046b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c2964fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
    'hex',
  );
  const field = der.sequence(der.oid('1.2.840.10045.1.1'), der.integer(2n ** 256n - 189n));
  const curve = der.sequence(der.octetString(new Uint8Array(32)), der.octetString(new Uint8Array(32)));
  const explicit = der.sequence(der.integer(1), field, curve, der.octetString(generator), der.integer(7));
  const alterTbs = (tbs: Uint8Array): Uint8Array => {
    const fields = der.children(tbs);
    const key = der.sequence(der.sequence(der.oid('1.2.840.10045.2.1'), explicit), der.bitString(generator));
    return der.sequence(...fields.map((each, index) => (index === 6 ? key : each)));
  };
  const authority = await root.issueAuthority({ alterTbs });
  const error = await refusal({ chain: (await authority.issue()).chain, trusted });
  assert.is(error.code, 'unsupported_key');
});

test('a self-issued certificate does not lift the limits of the one who issued it', async () => {
  const key = await generateKey('P-256');
  const limited = await root.issueAuthority({ name: 'Limited', pathLength: 0 });
  const renewed = await limited.issueAuthority({ name: 'Limited', key });
  await verify({ chain: (await renewed.issue()).chain, trusted });
  const below = await renewed.issueAuthority({ name: 'Below' });
  assert.is((await refusal({ chain: (await below.issue()).chain, trusted })).code, 'path_too_long');
});

test.run();
