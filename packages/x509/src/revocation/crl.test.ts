import {
  type CrlOptions,
  createAuthority,
  createCrl,
  der,
  distributionPointName,
} from '@halfclose/testing/ca';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CertificateError } from '../errors.ts';
import { parseCrl } from './crl.ts';

const day = 86_400_000;
const ago = (milliseconds: number): Date => new Date(Date.now() - milliseconds);

const issuer = await createAuthority({ name: 'Issuer' });

type Lies = Partial<CrlOptions>;

const crl = (lies: Lies = {}): Uint8Array => createCrl({ issuer, ...lies });
const strange = { oid: '1.2.3.4', critical: true, value: der.nullValue() };
const someone = { serialNumber: der.integer(77) };

test('a CRL is decoded as far as everybody needs it, from a copy', () => {
  const octets = crl({
    thisUpdate: new Date('2026-01-02'),
    nextUpdate: new Date('2050-01-02'),
    revoked: [someone],
  });
  const parsed = parseCrl(octets);
  octets.fill(0);
  assert.is(`${parsed.issuer}`, 'CN=Issuer');
  assert.is(parsed.thisUpdate, Date.UTC(2026, 0, 2));
  assert.is(parsed.nextUpdate, Date.UTC(2050, 0, 2));
  assert.is(parsed.entries.count, 1);
  assert.is(parsed.problem, undefined);
  assert.is(parsed.keyIdentifier?.length, 20);
});

function malformed(what: string, lies: Lies | Uint8Array, message: RegExp): void {
  test(`malformed: ${what}`, () => {
    const octets = lies instanceof Uint8Array ? lies : crl(lies);
    assert.throws(
      () => parseCrl(octets),
      (error: unknown) =>
        error instanceof CertificateError &&
        error.code === 'bad_crl' &&
        error.message.startsWith('The CRL is malformed: ') &&
        message.test(error.message),
    );
  });
}

malformed('nothing', new Uint8Array(0), /missing/);
malformed('more than 64 MiB', new Uint8Array(2 ** 26 + 1), /67108865 octets are more than/);
malformed('a certificate', issuer.certificate, /./);
malformed('one octet too many', der.concat([crl(), Uint8Array.of(0)]), /left over/);
malformed('version 3', { alterTbs: (tbs) => replaceAt(tbs, 0, der.integer(2)) }, /version number 2/);
malformed(
  'two signature algorithms',
  { alterTbs: (tbs) => replaceAt(tbs, 1, der.sequence(der.oid('1.3.101.112'))) },
  /signatureAlgorithm is/,
);
malformed('without an issuer', { alterTbs: (tbs) => replaceAt(tbs, 2, der.sequence()) }, /empty name/);
malformed(
  'a date through 2049 as GeneralizedTime',
  { alterTbs: (tbs) => replaceAt(tbs, 3, der.generalizedTime('20260101000000Z')) },
  /GeneralizedTime/,
);
malformed(
  'an end before the beginning',
  { nextUpdate: ago(2 * day), thisUpdate: ago(day) },
  /is before thisUpdate/,
);
malformed('an extension twice', { extensions: [strange, strange] }, /is there twice/);
malformed('a number of 21 octets', { number: 2n ** 160n }, /longer than 20/);
malformed('a negative number', { number: -1 }, /negative/);
malformed('an empty issuingDistributionPoint', { issuingDistributionPoint: [] }, /not an empty sequence/);
malformed(
  'reasons without an octet (RUSTSEC-2026-0104)',
  { issuingDistributionPoint: [der.contextPrimitive(3, new Uint8Array(0))] },
  /BIT STRING has one octet at least/,
);
malformed(
  'a default that is encoded',
  { issuingDistributionPoint: [der.contextPrimitive(1, Uint8Array.of(0))] },
  /FALSE is the default/,
);
malformed(
  'two kinds of certificates at once',
  {
    issuingDistributionPoint: [
      der.contextPrimitive(1, Uint8Array.of(0xff)),
      der.contextPrimitive(2, Uint8Array.of(0xff)),
    ],
  },
  /userCerts only and cACerts only/,
);
malformed('an entry without a date', entries(der.sequence(der.integer(1))), /revocationDate/);
malformed(
  'an entry with a needless octet in its number',
  entries(der.sequence(der.element(2, Uint8Array.of(0, 1)), der.utcTime('260101000000Z'))),
  /needless leading octet/,
);
malformed(
  'an entry with an empty number',
  entries(der.sequence(der.element(2), der.utcTime('260101000000Z'))),
  /INTEGER has one octet at least/,
);
malformed(
  'an entry with a date of twelve digits and no Z',
  entries(der.sequence(der.integer(1), der.utcTime('2601010000000'))),
  /UTCTime/,
);
malformed(
  'an entry with a reason that there is not',
  {
    revoked: [{ ...someone, extensions: [{ oid: '2.5.29.21', value: der.element(0x0a, Uint8Array.of(7)) }] }],
  },
  /none of the reasons/,
);
malformed(
  'an entry that goes on',
  entries(der.sequence(der.integer(1), der.utcTime('260101000000Z'), der.nullValue())),
  /./,
);
malformed('something else than an entry', entries(der.nullValue()), /revokedCertificate/);

function entries(...items: Uint8Array[]): Lies {
  return { alterTbs: (tbs) => insertBefore(tbs, 0xa0, der.sequence(...items)) };
}

function insertBefore(tbs: Uint8Array, tag: number, field: Uint8Array): Uint8Array {
  return der.sequence(...der.children(tbs).flatMap((each) => (each[0] === tag ? [field, each] : [each])));
}

function replaceAt(tbs: Uint8Array, index: number, field: Uint8Array): Uint8Array {
  return der.sequence(...der.children(tbs).map((each, at) => (at === index ? field : each)));
}

test('whatever octets come, they are a CRL or a CertificateError', () => {
  const right = crl({
    issuingDistributionPoint: [distributionPointName('http://crl.example')],
    revoked: [someone, { ...someone, reason: 'keyCompromise' }],
  });
  const changed = fc
    .tuple(fc.nat(right.length - 1), fc.uint8Array({ minLength: 1, maxLength: 4 }))
    .map(([at, octets]) => {
      const altered = right.slice();
      altered.set(octets.subarray(0, altered.length - at), at);
      return altered;
    });
  const cut = fc.nat(right.length).map((length) => right.slice(0, length));
  fc.assert(
    fc.property(fc.oneof(fc.uint8Array({ maxLength: 64 }), cut, changed), (octets) => {
      try {
        parseCrl(octets);
      } catch (error) {
        assert.instance(error, CertificateError);
      }
    }),
    { numRuns: 500 },
  );
});

test.run();
