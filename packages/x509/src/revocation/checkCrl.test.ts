import {
  type Authority,
  type CrlOptions,
  createAuthority,
  createCrl,
  crlDistributionPoints,
  der,
  distributionPointName,
  generateKey,
} from '@halfclose/testing/ca';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseCertificate } from '../certificate/parseCertificate.ts';
import type { CertificateErrorCode } from '../errors.ts';
import { type Outcome, outcomeOf } from '../testing/outcome.ts';
import { countingProvider, portable } from '../testing/verify.ts';
import { isGoodByCrls } from './checkCrl.ts';
import { createCrlStore } from './crlStore.ts';

const day = 86_400_000;
const ago = (milliseconds: number): Date => new Date(Date.now() - milliseconds);

const root = await createAuthority({ name: 'Root' });
const issuer = await root.issueAuthority({ name: 'Issuer' });
const leaf = await issuer.issue();
const below = await issuer.issueAuthority({ name: 'Below' });

interface Question {
  readonly certificate?: Uint8Array;
  readonly issuer?: Authority;
  readonly now?: number;
}

/** What these CRLs say of a certificate; left out, of `leaf`. */
async function outcome(crls: readonly Uint8Array[], question: Question = {}): Promise<Outcome<boolean>> {
  const by = question.issuer ?? issuer;
  const certificate = parseCertificate(question.certificate ?? leaf.certificate);
  const found = createCrlStore(crls).findByIssuer(certificate.issuer);
  const now = question.now ?? Date.now();
  return outcomeOf(() => isGoodByCrls(found, certificate, parseCertificate(by.certificate), now, portable));
}

type Lies = Partial<CrlOptions>;

const crl = (lies: Lies = {}): Uint8Array => createCrl({ issuer, ...lies });

/** The certificate is known to be good, or nothing is known of it. */
function says(what: string, expected: boolean, lies: Lies, question?: Question): void {
  test(`${expected ? 'good' : 'not about it'}: ${what}`, async () => {
    assert.equal(await outcome([crl(lies)], question), { value: expected });
  });
}

function refuses(
  what: string,
  lies: Lies | (() => Promise<Lies>),
  message: RegExp,
  code: CertificateErrorCode = 'bad_crl',
): void {
  test(`refused: ${what}`, async () => {
    const result = await outcome([crl(typeof lies === 'function' ? await lies() : lies)]);
    assert.ok('code' in result, 'it was accepted');
    assert.match(result.message, message);
    assert.is(result.code, code);
  });
}

const strange = { oid: '1.2.3.4', critical: true, value: der.nullValue() };
const someone = { serialNumber: der.integer(77) };

says('no entries', true, {});
says('other entries', true, { revoked: [someone, { serialNumber: der.integer(-5) }] });
says('without an authority key identifier', true, { authorityKeyIdentifier: false });
says('a number of 20 octets', true, { number: 2n ** 159n });
says('an extension that is not critical', true, { extensions: [{ ...strange, critical: false }] });
says('an entry with a date since when', true, {
  revoked: [
    { ...someone, extensions: [{ oid: '2.5.29.24', value: der.generalizedTime('20260101000000Z') }] },
  ],
});
says(
  'in its last second',
  true,
  { thisUpdate: new Date('2026-03-01'), nextUpdate: new Date('2026-03-02') },
  {
    now: Date.parse('2026-03-02T00:00:00.999Z'),
  },
);
says('an empty list of entries, which some authorities send', true, {
  alterTbs: (tbs) =>
    der.sequence(
      ...der.children(tbs).flatMap((field) => (field[0] === 0xa0 ? [der.sequence(), field] : [field])),
    ),
});
says('another key of the same authority', false, { authorityKeyIdentifier: new Uint8Array(20) });
says('another issuer', false, { issuer: root });

refuses(
  'revoked',
  { revoked: [someone, { certificate: leaf.certificate, date: new Date('2026-01-02T03:04:05Z') }] },
  /revoked since 2026-01-02 03:04:05 UTC$/,
  'revoked',
);
refuses(
  'revoked for a reason',
  { revoked: [{ certificate: leaf.certificate, reason: 'keyCompromise' }, someone] },
  /\(keyCompromise\)/,
  'revoked',
);
refuses(
  'on hold',
  { revoked: [{ certificate: leaf.certificate, reason: 'certificateHold' }] },
  /\(certificateHold\)/,
  'revoked',
);
refuses(
  'revoked in the far future',
  { revoked: [{ certificate: leaf.certificate, date: new Date('2060-01-01') }] },
  /since 2060/,
  'revoked',
);
refuses(
  'older than its nextUpdate',
  { thisUpdate: ago(2 * day), nextUpdate: ago(day) },
  /was good until/,
  'expired_crl',
);
refuses('without nextUpdate', { nextUpdate: false }, /doesn't say until when/);
refuses('from the future', { thisUpdate: ago(-3_600_000) }, /it is from/);
refuses(
  'by another key',
  async () => ({ signingKey: await generateKey('P-256') }),
  /not by the key of CN=Issuer/,
);
refuses('over SHA-1', { hash: 'SHA-1' }, /can be forged/);
refuses('without a number', { number: false }, /it has no number/);
refuses('version 1', { version1: true }, /version 1/);
refuses(
  'a delta CRL',
  { extensions: [{ oid: '2.5.29.27', critical: true, value: der.integer(1) }] },
  /a delta CRL/,
);
refuses(
  'a delta CRL that is not critical',
  { extensions: [{ oid: '2.5.29.27', value: der.integer(1) }] },
  /a delta CRL/,
);
refuses(
  'an indirect CRL',
  { issuingDistributionPoint: [der.contextPrimitive(4, Uint8Array.of(0xff))] },
  /an indirect CRL/,
);
refuses(
  'some reasons only',
  { issuingDistributionPoint: [der.contextPrimitive(3, Uint8Array.of(1, 0x60))] },
  /some reasons/,
);
refuses('a critical extension that is not known', { extensions: [strange] }, /1\.2\.3\.4 is critical/);
refuses(
  'an entry with a critical extension that is not known',
  { revoked: [{ ...someone, extensions: [strange] }] },
  /an entry has the critical extension 1\.2\.3\.4/,
);
refuses(
  'an entry of another issuer',
  {
    revoked: [
      {
        ...someone,
        extensions: [{ oid: '2.5.29.29', critical: true, value: der.sequence(der.context(4, root.subject)) }],
      },
    ],
  },
  /other issuers/,
);
refuses(
  'an entry that takes back a revocation',
  { revoked: [{ certificate: leaf.certificate, reason: 'removeFromCRL' }] },
  /takes back a revocation/,
);
refuses(
  'an entry of somebody else that takes back a revocation',
  { revoked: [{ ...someone, reason: 'removeFromCRL' }] },
  /takes back a revocation/,
);

test('a CRL is refused where the issuer may not sign CRLs', async () => {
  const other = await root.issueAuthority({ keyUsage: ['keyCertSign'] });
  const { certificate } = await other.issue();
  const result = await outcome([crl({ issuer: other })], { certificate, issuer: other });
  assert.ok('code' in result && result.code === 'bad_crl');
  assert.match(result.message, /for keyCertSign, not for signing CRLs/);
});

test('a CRL is good where the issuer has no keyUsage', async () => {
  const other = await root.issueAuthority({ keyUsage: false });
  const { certificate } = await other.issue();
  assert.equal(await outcome([crl({ issuer: other })], { certificate, issuer: other }), { value: true });
});

test('a CRL is refused where the clock gives no number', async () => {
  const result = await outcome([crl()], { now: Number.NaN });
  assert.ok('code' in result && result.code === 'bad_crl');
});

test('one good CRL is enough beside others that are not, and one that revokes is enough, too', async () => {
  const expired = crl({ thisUpdate: ago(2 * day), nextUpdate: ago(day) });
  const revoking = crl({ revoked: [{ certificate: leaf.certificate }] });
  assert.equal(await outcome([expired, crl()]), { value: true });
  assert.equal(await outcome([crl(), expired]), { value: true });
  for (const crls of [
    [expired, crl(), revoking],
    [revoking, crl(), expired],
  ]) {
    const result = await outcome(crls);
    assert.ok('code' in result && result.code === 'revoked');
  }
});

test('a serial number counts for its issuer alone', async () => {
  const other = await root.issueAuthority();
  const [, serialNumber] = der.children(der.children(leaf.certificate)[0] ?? leaf.certificate);
  assert.ok(serialNumber);
  assert.equal(await outcome([crl({ issuer: other, revoked: [{ serialNumber }] }), crl()]), { value: true });
});

/* Scope: RFC 5280 section 6.3.3 (b) (2). */
const here = 'http://crl.example/1.crl';
const there = 'http://crl.example/2.crl';
const point = (...uris: string[]): Lies => ({ issuingDistributionPoint: [distributionPointName(...uris)] });
const pointsTo = async (...uris: string[]): Promise<Question> => ({
  certificate: (await issuer.issue({ extensions: [crlDistributionPoints(...uris)] })).certificate,
});

const pointsExtension = (...points: readonly Uint8Array[]): { oid: string; value: Uint8Array } => ({
  oid: '2.5.29.31',
  value: der.sequence(...points),
});

test('a CRL with a distribution point is about certificates that name it, at whatever place (RUSTSEC-2026-0049)', async () => {
  for (const uris of [[here], [here, there], [there, here], [there, `${there}x`, here]]) {
    const question = await pointsTo(...uris);
    assert.equal(await outcome([crl(point(here))], question), { value: true }, uris.join());
    const { certificate = leaf.certificate } = question;
    const result = await outcome([crl({ ...point(here), revoked: [{ certificate }] })], question);
    assert.ok('code' in result && result.code === 'revoked', uris.join());
  }
  assert.equal(await outcome([crl(point(there, here))], await pointsTo(here)), { value: true });
  assert.equal(await outcome([crl(point(here))], await pointsTo(there)), { value: false });
  assert.equal(await outcome([crl(point(here))]), { value: false });
  assert.equal(await outcome([crl()], await pointsTo(there)), { value: true }, 'without one it is about all');
});

test('a distribution point of another issuer is not that of a CRL of this one', async () => {
  const ofAnother = der.sequence(distributionPointName(here), der.context(2, der.context(4, root.subject)));
  const { certificate } = await issuer.issue({ extensions: [pointsExtension(ofAnother)] });
  assert.equal(await outcome([crl(point(here))], { certificate }), { value: false });
});

test('the CRL of a distribution point with reasons can say that a certificate is revoked, not that it is good', async () => {
  const someReasons = der.sequence(
    distributionPointName(here),
    der.contextPrimitive(1, Uint8Array.of(1, 0x60)),
  );
  const { certificate } = await issuer.issue({ extensions: [pointsExtension(someReasons)] });
  assert.equal(await outcome([crl(point(here))], { certificate }), { value: false });
  const revoking = crl({ ...point(here), revoked: [{ certificate }] });
  for (const crls of [[revoking], [crl(), revoking], [revoking, crl()]]) {
    const result = await outcome(crls, { certificate });
    assert.ok('code' in result && result.code === 'revoked');
  }
  const allReasons = der.sequence(distributionPointName(here));
  const both = await issuer.issue({ extensions: [pointsExtension(someReasons, allReasons)] });
  assert.equal(await outcome([crl(point(here))], { certificate: both.certificate }), { value: true });
});

test('distribution points may be named by a directory name, or relative to the issuer', async () => {
  const relative = der.context(0, der.context(1, der.sequence(der.oid('2.5.4.3'), der.utf8String('CRL1'))));
  const directory = der.context(0, der.context(0, der.context(4, root.subject)));
  for (const [name, other] of [
    [relative, directory],
    [directory, relative],
  ]) {
    assert.ok(name && other);
    const extensions = [{ oid: '2.5.29.31', value: der.sequence(der.sequence(name)) }];
    const { certificate } = await issuer.issue({ extensions });
    assert.equal(await outcome([crl({ issuingDistributionPoint: [name] })], { certificate }), {
      value: true,
    });
    assert.equal(await outcome([crl({ issuingDistributionPoint: [other] })], { certificate }), {
      value: false,
    });
  }
  const itself = der.context(0, der.context(0, der.context(4, issuer.subject)));
  assert.equal(
    await outcome([crl({ issuingDistributionPoint: [itself] })]),
    { value: true },
    "the issuer's own name",
  );
});

const only = (kind: 1 | 2 | 5): Lies => ({
  issuingDistributionPoint: [der.contextPrimitive(kind, Uint8Array.of(0xff))],
});
says('users only, a server', true, only(1));
says('users only, an authority', false, only(1), { certificate: below.certificate });
says('authorities only, a server', false, only(2));
says('authorities only, an authority', true, only(2), { certificate: below.certificate });
says('attribute certificates only', false, only(5));

test('a signature that was found right is not checked again', async () => {
  const store = createCrlStore([crl(), crl()]);
  const certificate = parseCertificate(leaf.certificate);
  const { crypto, count } = countingProvider();
  const ask = (): Promise<Outcome<boolean>> =>
    outcomeOf(() =>
      isGoodByCrls(
        store.findByIssuer(certificate.issuer),
        certificate,
        parseCertificate(issuer.certificate),
        Date.now(),
        crypto,
      ),
    );
  assert.equal(await ask(), { value: true });
  const first = count();
  assert.equal(await ask(), { value: true });
  assert.is(count(), first);
});

test('no flipped bit of a CRL that revokes makes a certificate good', async () => {
  const revoking = crl({ revoked: [someone, { certificate: leaf.certificate, reason: 'keyCompromise' }] });
  await fc.assert(
    fc.asyncProperty(fc.nat(revoking.length * 8 - 1), async (bit) => {
      const altered = revoking.slice();
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      const result = await outcome([altered]).catch((error: unknown) => ({ error }));
      assert.not.equal(result, { value: true });
    }),
    { numRuns: 400 },
  );
});

test.run();
