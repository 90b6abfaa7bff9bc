import { createAuthority } from '@halfclose/testing/ca';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { opensslVerdict } from '../opensslVerdict.ts';
import { refusal, verify } from '../testing/verify.ts';

test('path length: the authorities below, without those that issued their own certificate', async () => {
  const top = await createAuthority({ name: 'Root', pathLength: 1 });
  const one = await top.issueAuthority({ name: 'One' });
  const two = await one.issueAuthority({ name: 'Two' });
  const trusted = [top.certificate];
  await verify({ chain: (await one.issue()).chain, trusted });
  const error = await refusal({ chain: (await two.issue()).chain, trusted });
  assert.is(error.code, 'path_too_long');
  assert.is(opensslVerdict(error).verifyCode, 25);
  assert.equal(error.certificate?.raw, two.certificate);

  const renewed = await one.issueAuthority({ name: 'One' });
  await verify({ chain: (await renewed.issue()).chain, trusted });
  const below = await renewed.issueAuthority({ name: 'Two' });
  assert.is((await refusal({ chain: (await below.issue()).chain, trusted })).code, 'path_too_long');
});

test('path length 0 allows servers, and no authority', async () => {
  const top = await createAuthority({ name: 'Root' });
  const zero = await top.issueAuthority({ name: 'Zero', pathLength: 0 });
  const below = await zero.issueAuthority({ name: 'Below' });
  await verify({ chain: (await zero.issue()).chain, trusted: [top.certificate] });
  assert.is(
    (await refusal({ chain: (await below.issue()).chain, trusted: [top.certificate] })).code,
    'path_too_long',
  );
  await verify({ chain: (await below.issue()).chain, trusted: [below.certificate] });
});

test('a wider path length below does not widen that above', async () => {
  const top = await createAuthority({ name: 'Root', pathLength: 1 });
  const wide = await top.issueAuthority({ name: 'Wide', pathLength: 5 });
  const below = await wide.issueAuthority({ name: 'Below' });
  assert.is(
    (await refusal({ chain: (await below.issue()).chain, trusted: [top.certificate] })).code,
    'path_too_long',
  );
});

test.run();
