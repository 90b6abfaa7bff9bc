import { type Authority, createAuthority, generateKey, tamperSignature } from '@halfclose/testing/ca';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { CertificateError } from '../errors.ts';
import { opensslVerdict } from '../opensslVerdict.ts';
import { countingProvider, refusal, verify } from '../testing/verify.ts';

const root = await createAuthority({ name: 'Root' });

/** Holds for each case here: it ends, says that a limit was met, and checked few signatures. */
async function refusedByLimit(
  chain: readonly Uint8Array[],
  trusted: readonly Uint8Array[],
): Promise<CertificateError> {
  const { crypto, count } = countingProvider();
  const error = await refusal({ chain, trusted, crypto });
  assert.is(error.code, 'limit_exceeded', error.message);
  assert.is(opensslVerdict(error).verifyCode, 22);
  assert.ok(count() <= 24, `${count()} signatures`);
  return error;
}

async function authoritiesBelow(top: Authority, length: number): Promise<Authority[]> {
  const line = [top];
  for (let depth = 1; depth <= length; depth++) {
    const above = line.at(-1);
    if (above) line.push(await above.issueAuthority({ name: `Level ${depth}` }));
  }
  return line;
}

test('eight intermediates, and no more', async () => {
  const line = await authoritiesBelow(root, 9);
  const eight = await line[8]?.issue();
  const nine = await line[9]?.issue();
  assert.ok(eight && nine);
  await verify({ chain: eight.chain, trusted: [root.certificate] });
  const error = await refusedByLimit(nine.chain, [root.certificate]);
  assert.match(error.message, '8 intermediate certificates');
});

test('64 certificates, and no more', async () => {
  const leaf = await root.issue();
  const others = await Promise.all(
    Array.from({ length: 64 }, (_, index) => root.issueAuthority({ name: `Other ${index}` })),
  );
  const chain = [leaf, ...others].map(({ certificate }) => certificate);
  await verify({ chain: chain.slice(0, 64), trusted: [root.certificate] });
  assert.match((await refusedByLimit(chain, [root.certificate])).message, '65 certificates');
});

test('a quarter of a mebibyte, and no more', async () => {
  const leaf = await root.issue();
  const filler = (octets: number): Uint8Array => new Uint8Array(octets);
  const left = 262_144 - leaf.certificate.length;
  await verify({ chain: [leaf.certificate, filler(left)], trusted: [root.certificate] });
  await refusedByLimit([leaf.certificate, filler(left + 1)], [root.certificate]);
});

test('a hundred intermediates of one name', async () => {
  const key = await generateKey('P-256');
  const namesakes = await Promise.all(
    Array.from({ length: 100 }, () => root.issueAuthority({ name: 'Same', issuer: 'CN=Same' })),
  );
  const [first] = namesakes;
  assert.ok(first);
  const leaf = await first.issue({ key });
  const chain = [leaf, ...namesakes].map(({ certificate }) => certificate);
  await refusedByLimit(chain, [root.certificate]);
  const error = await refusedByLimit(chain.slice(0, 60), [root.certificate]);
  assert.match(error.message, '2000 steps');
});

test('a hundred intermediates of one name and key are one', async () => {
  const authority = await root.issueAuthority({ name: 'Same' });
  const copies = await Promise.all(
    Array.from({ length: 60 }, () =>
      root.issueAuthority({ name: 'Same', issuer: 'CN=Same', key: authority.key }),
    ),
  );
  const leaf = await authority.issue();
  const chain = [leaf, ...copies].map(({ certificate }) => certificate);
  const untrusted = await createAuthority({ name: 'Untrusted' });
  assert.is((await refusal({ chain, trusted: [untrusted.certificate] })).code, 'self_signed_in_chain');
  await verify({ chain: [...chain, authority.certificate], trusted: [root.certificate] });
});

test('levels of cross-certificates, of which no path is right', async () => {
  // Four levels of four keys each: 256 paths, each of which reaches the root, and fails at its signature.
  let above: readonly Authority[] = [root];
  const chain: Uint8Array[] = [];
  for (let level = 0; level < 4; level++) {
    const name = `Level ${level}`;
    const keys = await Promise.all(Array.from({ length: 4 }, () => generateKey('P-256')));
    const made = await Promise.all(
      keys.map((key) =>
        (above[0] ?? root).issueAuthority({
          name,
          key,
          subjectKeyIdentifier: false,
          ...(level === 0 && { alterCertificate: tamperSignature }),
        }),
      ),
    );
    chain.push(...made.map(({ certificate }) => certificate));
    above = made;
  }
  const leaf = await (above[0] ?? root).issue();
  const { crypto, count } = countingProvider();
  const error = await refusal({ chain: [leaf.certificate, ...chain], trusted: [root.certificate], crypto });
  assert.is(error.code, 'bad_signature');
  assert.is(count(), 4, 'each of the four wrong signatures once');
});

test('many trusted authorities of one name', async () => {
  const namesakes = await Promise.all(
    Array.from({ length: 30 }, () => createAuthority({ name: 'Root', subjectKeyIdentifier: false })),
  );
  const leaf = await root.issue();
  const trusted = namesakes.map(({ certificate }) => certificate);
  assert.match((await refusedByLimit(leaf.chain, trusted)).message, '24 signatures');

  const expired = await createAuthority({
    name: 'Root',
    notBefore: new Date('2019-01-01'),
    notAfter: new Date('2020-01-01'),
    key: root.key,
  });
  await refusedByLimit(leaf.chain, [expired.certificate, ...trusted]);
});

test.run();
