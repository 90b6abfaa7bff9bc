import { createAuthority, generateKey, type RawExtension } from '@halfclose/testing/ca';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { opensslVerdict } from '../opensslVerdict.ts';
import { type ConstraintsDer, general, nameConstraintsValueDer } from '../testing/constraintsDer.ts';
import { refusal, verify } from '../testing/verify.ts';

/** Name constraints as they come about in the search for a path. */

const constraints = (value: ConstraintsDer, critical = true): RawExtension => ({
  oid: '2.5.29.30',
  critical,
  value: nameConstraintsValueDer(value),
});

test('what one authority excludes may come by way of another', async () => {
  const key = await generateKey('P-256');
  const strict = await createAuthority({
    name: 'Strict',
    extensions: [constraints({ excluded: [general.dns('b.example')] })],
  });
  const open = await createAuthority({ name: 'Open' });
  const intermediate = await strict.issueAuthority({ name: 'Intermediate', key });
  const crossed = await open.issueAuthority({ name: 'Intermediate', key });
  const leaf = await intermediate.issue({ dnsNames: ['b.example'] });
  const trusted = [strict.certificate, open.certificate];
  const chain = [leaf.certificate, intermediate.certificate];
  assert.is((await refusal({ chain, trusted })).code, 'name_excluded');
  const { verifiedChain } = await verify({ chain: [...chain, crossed.certificate], trusted });
  assert.equal(verifiedChain[1], crossed.certificate);
});

test('constraints that are not critical hold as well', async () => {
  const root = await createAuthority({
    extensions: [constraints({ permitted: [general.dns('a.example')] }, false)],
  });
  const good = await root.issue({ dnsNames: ['x.a.example'] });
  const bad = await root.issue({ dnsNames: ['a.example', 'b.example'] });
  const trusted = [root.certificate];
  await verify({ chain: good.chain, trusted, serverName: 'x.a.example' });
  const error = await refusal({ chain: bad.chain, trusted, serverName: 'a.example' });
  assert.is(error.code, 'name_not_permitted');
  assert.is(opensslVerdict(error).verifyCode, 47);
  assert.match(error.message, "'b.example': it is not among those permitted");
});

test('a wildcard for an excluded name is refused for every name', async () => {
  const root = await createAuthority({
    extensions: [constraints({ excluded: [general.dns('secret.example.com')] })],
  });
  const { chain } = await root.issue({ dnsNames: ['*.example.com'] });
  for (const serverName of ['secret.example.com', 'www.example.com']) {
    const error = await refusal({ chain, trusted: [root.certificate], serverName });
    assert.is(error.code, 'name_excluded');
    assert.is(opensslVerdict(error).verifyCode, 48);
  }
});

test('a host name in the common name counts for nothing', async () => {
  const root = await createAuthority({
    extensions: [constraints({ permitted: [general.dns('good.example')] })],
  });
  const trusted = [root.certificate];
  const named = await root.issue({ name: 'bad.example', dnsNames: ['good.example'] });
  await verify({ chain: named.chain, trusted, serverName: 'good.example' });
  const onlyNamed = await root.issue({ name: 'bad.example', subjectAltName: false });
  assert.is(
    (await refusal({ chain: onlyNamed.chain, trusted, serverName: 'bad.example' })).code,
    'name_mismatch',
  );
});

const many = (name: (index: number) => string): Uint8Array[] =>
  Array.from({ length: 2000 }, (_, index) => general.dns(name(index)));

test('thousands of names and constraints are too many, and said to be', async () => {
  const root = await createAuthority({
    extensions: [
      constraints({ permitted: [general.dns('test')], excluded: many((index) => `x${index}.test`) }),
    ],
  });
  const { chain } = await root.issue({
    dnsNames: Array.from({ length: 2000 }, (_, index) => `t${index}.test`),
  });
  const error = await refusal({ chain, trusted: [root.certificate] });
  assert.is(error.code, 'limit_exceeded');
  assert.match(error.message, '250000 comparisons');
});

test('constraints of those who have not signed cost nothing', async () => {
  const root = await createAuthority({ name: 'Root' });
  const dnsNames = Array.from({ length: 2000 }, (_, index) => `t${index}.test`);
  const forged = await root.issueAuthority({
    signingKey: await generateKey('P-256'),
    extensions: [constraints({ excluded: many((index) => `x${index}.test`) })],
  });
  const { chain } = await forged.issue({ dnsNames });
  assert.is((await refusal({ chain, trusted: [root.certificate] })).code, 'bad_signature');
});

test('a message has not more of a name than one can read', async () => {
  const root = await createAuthority({ extensions: [constraints({ excluded: [general.email('')] })] });
  const { chain } = await root.issue({
    dnsNames: ['a.example'],
    emailAddresses: [`${'a'.repeat(50_000)}@a.example`],
  });
  const error = await refusal({ chain, trusted: [root.certificate] });
  assert.is(error.code, 'name_excluded');
  assert.ok(error.message.length < 1000);
});

test.run();
