import {
  createAuthority,
  createOcspResponse,
  der,
  generateKey,
  type Issued,
  type OcspOptions,
  serialNumberOf,
} from '@halfclose/testing/ca';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseCertificate } from '../certificate/parseCertificate.ts';
import type { CertificateErrorCode } from '../errors.ts';
import { type Outcome, outcomeOf } from '../testing/outcome.ts';
import { portable } from '../testing/verify.ts';
import { isGoodByOcsp } from './checkOcsp.ts';

const minute = 60_000;
const day = 86_400_000;
const ago = (milliseconds: number): Date => new Date(Date.now() - milliseconds);

const root = await createAuthority({ name: 'Root' });
const issuer = await root.issueAuthority({ name: 'Issuer' });
const namesake = await root.issueAuthority({ name: 'Issuer' });
const leaf = await issuer.issue();
const sibling = await issuer.issue();
const responder = await issuer.issue({ name: 'Responder', extendedKeyUsage: ['ocspSigning'] });

type Lies = Partial<OcspOptions>;

/** What a response about `leaf` by `issuer` comes to. */
function outcome(lies: Lies | Uint8Array, now: number = Date.now()): Promise<Outcome<boolean>> {
  const response =
    lies instanceof Uint8Array
      ? lies
      : createOcspResponse({ issuer, certificate: leaf.certificate, ...lies });
  const certificate = parseCertificate(leaf.certificate);
  return outcomeOf(() =>
    isGoodByOcsp(response, certificate, parseCertificate(issuer.certificate), now, portable),
  );
}

function accepts(what: string, lies: Lies | (() => Promise<Lies>), now?: number): void {
  test(`a response is taken: ${what}`, async () => {
    assert.equal(await outcome(typeof lies === 'function' ? await lies() : lies, now), { value: true });
  });
}

function refuses(
  what: string,
  lies: Lies | Uint8Array | (() => Promise<Lies>),
  message: RegExp,
  code: CertificateErrorCode = 'bad_ocsp_response',
): void {
  test(`a response is refused: ${what}`, async () => {
    const result = await outcome(typeof lies === 'function' ? await lies() : lies);
    assert.ok('code' in result, 'it was taken');
    assert.match(result.message, message);
    assert.is(result.code, code);
  });
}

const delegated = (options: Parameters<typeof issuer.issue>[0]) => async (): Promise<Lies> => ({
  responder: await issuer.issue({ name: 'Responder', extendedKeyUsage: ['ocspSigning'], ...options }),
});

accepts('by the issuer, whom it names by the key', {});
accepts('by the issuer, whom it names by the name', { responderId: 'byName' });
accepts('with SHA-256 in the CertID', { hash: 'SHA-256' });
accepts('by a responder of the issuer', { responder });
accepts('by a responder of the issuer, by name', { responder, responderId: 'byName' });
accepts('by a responder without keyUsage', delegated({ keyUsage: false }));
accepts('by a responder with an RSA key', delegated({ keyType: 'RSA-2048' }));
accepts('by a responder with a P-384 key', delegated({ keyType: 'P-384' }));
accepts('by a responder with an Ed25519 key', delegated({ keyType: 'Ed25519' }));
accepts('among certificates that are of no use', {
  responder,
  certs: [der.sequence(), sibling.certificate, responder.certificate],
});
accepts('among answers about others', {
  answers: [
    { certificate: sibling.certificate, status: 'unknown' },
    {},
    { issuer: namesake, status: 'unknown' },
  ],
});
accepts('with an extension that is not critical', {
  extensions: [{ oid: '1.3.6.1.4.1.11129.2.4.5', value: der.octetString(new Uint8Array(3)) }],
  responseExtensions: [{ oid: '1.3.6.1.5.5.7.48.1.2', value: der.octetString(new Uint8Array(8)) }],
});
accepts('from a clock that is a little ahead', { thisUpdate: ago(-4 * minute) });
accepts(
  'in its last second',
  { thisUpdate: new Date('2026-03-01'), nextUpdate: new Date('2026-03-02') },
  Date.parse('2026-03-02T00:00:00.999Z'),
);

for (const [status, name] of [
  [1, 'malformedRequest'],
  [2, 'internalError'],
  [3, 'tryLater'],
  [5, 'sigRequired'],
  [6, 'unauthorized'],
] as const) {
  test(`a response without an answer (${name}) is worth nothing, and no error`, async () => {
    assert.equal(await outcome({ responseStatus: status }), { value: false });
  });
}

refuses('a status that there is not', { responseStatus: 4 }, /no status that a response can have/);
refuses('a status out of range', { responseStatus: 7 }, /no status that a response can have/);
refuses('successful, and nothing more', der.sequence(Uint8Array.of(0x0a, 1, 0)), /has nothing to say/);
refuses(
  'an error with something to say',
  der.sequence(
    Uint8Array.of(0x0a, 1, 3),
    der.context(0, der.sequence(der.oid('1.3.6.1.5.5.7.48.1.1'), der.octetString(new Uint8Array(0)))),
  ),
  /malformed/,
);
refuses('another type than basic', { responseType: '1.3.6.1.5.5.7.48.1.4' }, /responses of the type/);
refuses('nothing', new Uint8Array(0), /malformed/);
refuses(
  'one octet too many',
  der.concat([createOcspResponse({ issuer, certificate: leaf.certificate }), Uint8Array.of(0)]),
  /1 octets are left over/,
);
refuses('more than 64 KiB', new Uint8Array(65_537), /65537 octets are more than the 65536/);
refuses('with no answers', { answers: [] }, /not about this certificate/);

refuses(
  'revoked',
  { status: { revoked: new Date('2026-01-02T03:04:05Z'), reason: 'keyCompromise' } },
  /is revoked since 2026-01-02 03:04:05 UTC \(keyCompromise\)/,
  'revoked',
);
refuses(
  'revoked without a reason',
  { status: { revoked: ago(day) } },
  /is revoked since [^(]*UTC$/,
  'revoked',
);
refuses(
  'revoked, and good a second time',
  { answers: [{}, { status: { revoked: ago(day) }, hash: 'SHA-256' }] },
  /is revoked/,
  'revoked',
);
refuses('unknown', { status: 'unknown' }, /does not know/, 'revocation_unknown');
refuses(
  'unknown, and good a second time',
  { answers: [{}, { status: 'unknown' }] },
  /does not know/,
  'revocation_unknown',
);

refuses('about another certificate', { certificate: sibling.certificate }, /not about this certificate/);
refuses(
  'about the same number of another issuer',
  { answers: [{ issuer: namesake }] },
  /not about this certificate/,
);
refuses(
  'about another name with the same key',
  { answers: [{ issuer: { subject: root.subject, key: issuer.key } }] },
  /not about this certificate/,
);
refuses('with a hash that nobody uses', { hash: 'SHA-512' }, /not about this certificate/);
refuses(
  'with a number that begins like it',
  {
    serialNumber: der.element(0x02, der.contents(serialNumberOf(leaf.certificate)).subarray(0, -1)),
  },
  /not about this certificate/,
);

refuses(
  'older than its nextUpdate',
  { thisUpdate: ago(3 * day), nextUpdate: ago(2 * minute) },
  /was good until/,
);
refuses('without nextUpdate', { nextUpdate: false }, /doesn't say until when/);
refuses('from the future', { thisUpdate: ago(-6 * minute) }, /it is from .*, and it is/);
refuses(
  'older than ten days',
  { thisUpdate: ago(11 * day), nextUpdate: ago(-day) },
  /more than ten days ago/,
);
refuses(
  'that ends before it begins',
  { thisUpdate: ago(day), nextUpdate: ago(2 * day) },
  /nextUpdate, .*, is before thisUpdate/,
);
refuses(
  'good now, and a second time good no longer',
  { answers: [{}, { nextUpdate: ago(minute) }] },
  /was good until/,
);
test('a response is refused where the clock gives no number', async () => {
  const result = await outcome({}, Number.NaN);
  assert.ok('code' in result && result.code === 'bad_ocsp_response');
});

const strange = { oid: '1.2.3.4', critical: true, value: der.nullValue() };
refuses(
  'a critical extension of the response',
  { responseExtensions: [strange] },
  /extension 1\.2\.3\.4 is critical/,
);
refuses('a critical extension of the answer', { extensions: [strange] }, /extension 1\.2\.3\.4 is critical/);
refuses('an extension twice', { extensions: [strange, strange] }, /is there twice/);

refuses(
  "by a key that is not the issuer's",
  async () => ({ signingKey: await generateKey('P-256') }),
  /not by the key of CN=Issuer/,
);
refuses(
  'by a namesake of the issuer',
  { issuer: namesake, responderId: 'byName', answers: [{ issuer }] },
  /not by the key of CN=Issuer/,
);
refuses('over SHA-1', async () => ({ signatureHash: 'SHA-1' }), /SHA-1 with ECDSA, which can be forged/);
refuses(
  "over SHA-1, with the issuer's own certificate beside it",
  async () => ({ signatureHash: 'SHA-1', certs: [issuer.certificate] }),
  /SHA-1 with ECDSA, which can be forged/,
);
refuses(
  'by who is not named',
  { responderId: 'byName', responder: { ...responder, subject: sibling.subject } },
  /responder is not the issuer/,
);
refuses(
  'by a responder whose certificate is not there',
  { responder, certs: [] },
  /responder is not the issuer/,
);
refuses("by the issuer's issuer", { responder: root }, /has its certificate from CN=Root/);
refuses(
  "by a responder of the issuer's issuer",
  async () => ({ responder: await root.issue({ extendedKeyUsage: ['ocspSigning'] }) }),
  /has its certificate from CN=Root/,
);
refuses(
  'by a responder of a namesake',
  async () => ({ responder: await namesake.issue({ extendedKeyUsage: ['ocspSigning'] }) }),
  /is not from the issuer/,
);
refuses(
  'by a responder whose certificate is forged',
  async () => ({
    responder: await issuer.issue({
      extendedKeyUsage: ['ocspSigning'],
      signingKey: await generateKey('P-256'),
    }),
  }),
  /is not from the issuer/,
);
refuses('by a server that the issuer has certified', { responder: sibling }, /not issued for signing OCSP/);
refuses('by the server itself', { responder: leaf }, /not issued for signing OCSP/);
refuses(
  'by who may do anything',
  delegated({ extendedKeyUsage: ['2.5.29.37.0'] }),
  /not issued for signing OCSP/,
);
refuses('by who has no purpose', delegated({ extendedKeyUsage: false }), /not issued for signing OCSP/);
refuses(
  'by an authority below the issuer without the purpose',
  async () => ({ responder: await issuer.issueAuthority() }),
  /not issued for signing OCSP/,
);
refuses(
  'by a responder that may not sign',
  delegated({ keyUsage: ['keyEncipherment'] }),
  /not for digitalSignature/,
);
refuses(
  'by a responder that has expired',
  delegated({ notBefore: ago(9 * day), notAfter: ago(day) }),
  /has a certificate from .* to /,
);
refuses(
  'by a responder that is not valid yet',
  delegated({ notBefore: ago(-day) }),
  /has a certificate from .* to /,
);
refuses('by a responder with a weak key', delegated({ keyType: 'RSA-1024' }), /has a key that is refused/);
refuses(
  'by a responder with a critical extension',
  delegated({ extensions: [strange] }),
  /not usable: .*1\.2\.3\.4/,
);
refuses(
  "by another key than the responder's",
  async () => ({ responder, signingKey: await generateKey('P-256') }),
  /not by the key of CN=Responder/,
);

test('no more than four certificates of one response are tried', async () => {
  const many: Issued[] = [];
  for (let count = 0; count < 5; count++)
    many.push(await issuer.issue({ name: 'Responder', extendedKeyUsage: ['ocspSigning'] }));
  const last = many.at(-1);
  assert.ok(last);
  const certs = many.map(({ certificate }) => certificate);
  assert.ok('code' in (await outcome({ responder: last, responderId: 'byName', certs })));
  assert.equal(await outcome({ responder: last, responderId: 'byName', certs: certs.slice(1) }), {
    value: true,
  });
});

refuses(
  'a version',
  { alterData: (data) => withFirst(data, der.context(0, der.integer(0))) },
  /the version is 1/,
);
refuses(
  'a UTCTime',
  {
    alterData: (data) =>
      der.sequence(
        ...der.children(data).map((field) => (field[0] === 0x18 ? der.utcTime('260101000000Z') : field)),
      ),
  },
  /'producedAt' is a UTCTime/,
);

function withFirst(constructed: Uint8Array, field: Uint8Array): Uint8Array {
  return der.sequence(field, ...der.children(constructed));
}

test('no flipped bit leaves a response good', async () => {
  const response = createOcspResponse({ issuer, certificate: leaf.certificate, responder });
  const [, bytes = response] = der.children(response);
  const basicOf = (whole: Uint8Array): Uint8Array =>
    der.contents(der.children(der.contents(whole))[1] ?? whole);
  const certs = der.children(basicOf(bytes))[3];
  assert.ok(certs);
  const protectedEnd = response.length - certs.length;
  await fc.assert(
    fc.asyncProperty(fc.nat(protectedEnd * 8 - 1), async (bit) => {
      const altered = response.slice();
      altered[bit >> 3] = (altered[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      assert.not.equal(await outcome(altered), { value: true });
    }),
    { numRuns: 400 },
  );
});

test('whatever octets come, the answer is a CertificateError', async () => {
  const response = createOcspResponse({ issuer, certificate: leaf.certificate, responder });
  await fc.assert(
    fc.asyncProperty(
      fc.oneof(
        fc.uint8Array({ maxLength: 64 }),
        fc.nat(response.length).map((length) => response.slice(0, length)),
        fc
          .tuple(fc.nat(response.length - 1), fc.uint8Array({ minLength: 1, maxLength: 4 }))
          .map(([at, octets]) => {
            const altered = response.slice();
            altered.set(octets.subarray(0, altered.length - at), at);
            return altered;
          }),
      ),
      async (octets) => {
        await outcome(octets);
      },
    ),
  );
});

test.run();
