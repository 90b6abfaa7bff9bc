import { der } from '@halfclose/testing/ca';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Certificate } from '../certificate/certificate.ts';
import { parseCertificate } from '../certificate/parseCertificate.ts';
import { CertificateError, type CertificateErrorCode } from '../errors.ts';
import { parseReference } from '../names/reference.ts';
import type { Path } from '../path/path.ts';
import {
  certificateDer,
  ecSpkiDer,
  extensionsDer,
  nameDer,
  subjectAltNameDer,
} from '../testing/certificateDer.ts';
import {
  type ConstraintsDer,
  distinguishedNameDer,
  general,
  nameConstraintsDer,
  nameConstraintsValueDer,
} from '../testing/constraintsDer.ts';
import { anchorOfCertificate, anchorOfData } from '../trust/trustAnchor.ts';
import { createComparisonBudget } from './budget.ts';
import { checkNameConstraints } from './checkNameConstraints.ts';

interface Link {
  readonly constraints?: ConstraintsDer;
  readonly names?: readonly Uint8Array[];
  /** Left out: a name of its own, `CN=` and its place. */
  readonly subject?: Uint8Array;
  readonly issuer?: Uint8Array;
}

function certificateOf({ constraints, names, subject, issuer }: Link, index: number): Certificate {
  const extensions = [
    ...(names ? [subjectAltNameDer(...names)] : []),
    ...(constraints ? [nameConstraintsDer(constraints)] : []),
  ];
  return parseCertificate(
    certificateDer({
      subject: subject ?? nameDer(`${index}`),
      issuer: issuer ?? nameDer(`${index + 1}`),
      rest: extensions.length > 0 ? extensionsDer(...extensions) : der.concat([]),
    }),
  );
}

function pathOf(...links: readonly Link[]): Path {
  const certificates = links.map(certificateOf);
  const anchor = certificates.pop();
  assert.ok(anchor);
  return { certificates, anchor: anchorOfCertificate(anchor) };
}

/** What is wrong with a path from the server's certificate to the anchor's, or `good`. */
function verdict(
  [server, ...authorities]: readonly [Link, ...Link[]],
  reference?: string,
): CertificateErrorCode | 'good' {
  const path = pathOf(server, ...authorities);
  try {
    checkNameConstraints(
      path,
      reference === undefined ? undefined : parseReference(reference),
      createComparisonBudget(250_000),
    );
    return 'good';
  } catch (error) {
    if (error instanceof CertificateError) return error.code;
    throw error;
  }
}

/** For one name under an authority with one kind of constraints. */
function permitted(name: Uint8Array, ...bases: readonly Uint8Array[]): boolean {
  const result = verdict([{ names: [name] }, { constraints: { permitted: bases } }]);
  assert.ok(result === 'good' || result === 'name_not_permitted', result);
  return result === 'good';
}

function excluded(name: Uint8Array, ...bases: readonly Uint8Array[]): boolean {
  const result = verdict([{ names: [name] }, { constraints: { excluded: bases } }]);
  assert.ok(result === 'good' || result === 'name_excluded', result);
  return result === 'name_excluded';
}

const { dns, ip, email, directory } = general;

test('a domain has itself and all below it, without regard to case', () => {
  for (const [name, base, isIn] of [
    ['example.com', 'example.com', true],
    ['a.example.com', 'example.com', true],
    ['a.b.example.com', 'example.com', true],
    ['A.EXAMPLE.com', 'Example.COM', true],
    ['notexample.com', 'example.com', false],
    ['com', 'example.com', false],
    ['example.com.attacker.example', 'example.com', false],
    ['example.org', 'example.com', false],
    ['a.localhost', 'localhost', true],
    ['anything.example', '', true],
    ['xn--bcher-kva.example', 'xn--bcher-kva.example', true],
    ['XN--BCHER-KVA.example', 'xn--bcher-kva.example', true],
    ['bucher.example', 'xn--bcher-kva.example', false],
  ] as const) {
    assert.is(permitted(dns(name), dns(base)), isIn, `${name} permitted ${base}`);
    assert.is(excluded(dns(name), dns(base)), isIn, `${name} excluded ${base}`);
  }
});

test('a dot at the beginning: what is permitted is below, what is excluded is the domain as well', () => {
  assert.ok(permitted(dns('a.example.com'), dns('.example.com')));
  assert.ok(permitted(dns('a.b.example.com'), dns('.example.com')));
  assert.not(permitted(dns('example.com'), dns('.example.com')));
  assert.not(permitted(dns('notexample.com'), dns('.example.com')));
  assert.ok(excluded(dns('a.example.com'), dns('.example.com')));
  assert.ok(excluded(dns('example.com'), dns('.example.com')));
  assert.not(excluded(dns('notexample.com'), dns('.example.com')));
});

test('a wildcard is permitted only where all its names are', () => {
  assert.ok(permitted(dns('*.example.com'), dns('example.com')));
  assert.ok(permitted(dns('*.example.com'), dns('.example.com')));
  assert.ok(permitted(dns('*.example.com'), dns('com')));
  assert.ok(permitted(dns('*.example.com'), dns('')));
  assert.not(permitted(dns('*.example.com'), dns('accept.example.com')));
  assert.not(permitted(dns('*.example.com'), dns('a.accept.example.com')));
  assert.not(permitted(dns('*.example.com'), dns('example.org')));
  assert.not(permitted(dns('*'), dns('com')));
});

test('a wildcard is excluded where any of its names is', () => {
  assert.ok(excluded(dns('*.example.com'), dns('example.com')));
  assert.ok(excluded(dns('*.example.com'), dns('com')));
  assert.ok(excluded(dns('*.example.com'), dns('secret.example.com')));
  assert.ok(excluded(dns('*.EXAMPLE.com'), dns('Secret.example.com')));
  assert.ok(excluded(dns('*.example.com'), dns('.secret.example.com')));
  assert.ok(excluded(dns('*.example.com'), dns('')));
  assert.not(excluded(dns('*.example.com'), dns('a.secret.example.com')));
  assert.not(excluded(dns('*.example.com'), dns('example.org')));
  assert.ok(excluded(dns('*'), dns('com')));
  assert.not(excluded(dns('*.com'), dns('org')));
  assert.not(excluded(dns('*.example.com'), dns('secret.example.org')));
  // No host has such a name by RFC 9525; that it is excluded costs nothing.
  assert.ok(excluded(dns('s*.example.com'), dns('secret.example.com')));
  assert.ok(excluded(dns('a.*.example.com'), dns('secret.example.com')));
  assert.not(excluded(dns('a.*.example.com'), dns('example.org')));
  assert.ok(excluded(dns('a.*'), dns('com')));
});

test('every name of a wildcard is within or without as the wildcard is', () => {
  const label = fc.constantFrom('a', 'b', 'c');
  const domain = fc.array(label, { minLength: 1, maxLength: 4 }).map((labels) => labels.join('.'));
  fc.assert(
    fc.property(domain, domain, fc.boolean(), (parent, base, hasDot) => {
      const covered = ['a', 'b', 'c', 'd'].map((first) => dns(`${first}.${parent}`));
      const wildcard = dns(`*.${parent}`);
      const subtree = dns(hasDot ? `.${base}` : base);
      assert.is(
        permitted(wildcard, subtree),
        covered.every((name) => permitted(name, subtree)),
      );
      assert.is(
        excluded(wildcard, subtree),
        covered.some((name) => excluded(name, subtree)),
      );
    }),
  );
});

test('addresses within a range, whatever the host bits of its address', () => {
  const ranges = [ip(192, 0, 2, 0, 255, 255, 255, 0), ip(192, 0, 2, 77, 255, 255, 255, 0)];
  for (const range of ranges) {
    assert.ok(permitted(ip(192, 0, 2, 1), range));
    assert.ok(excluded(ip(192, 0, 2, 255), range));
    assert.not(permitted(ip(192, 0, 3, 1), range));
    assert.not(excluded(ip(192, 0, 3, 1), range));
  }
  assert.ok(excluded(ip(10, 1, 2, 3), ip(0, 0, 0, 0, 0, 0, 0, 0)));
  const loopback = [...new Uint8Array(15), 1];
  assert.ok(permitted(ip(...loopback), ip(...loopback, ...new Uint8Array(16).fill(0xff))));
  assert.ok(excluded(ip(...loopback), ip(...loopback, ...new Uint8Array(16).fill(0xff))));
  assert.not(permitted(ip(...new Uint8Array(16)), ip(...loopback, ...new Uint8Array(16).fill(0xff))));
});

test('an IPv4 address and its IPv6 form are two', () => {
  const mapped = ip(...new Uint8Array(10), 0xff, 0xff, 192, 0, 2, 1);
  const all4 = ip(...new Uint8Array(8));
  const all6 = ip(...new Uint8Array(32));
  assert.not(excluded(mapped, all4));
  assert.not(excluded(ip(192, 0, 2, 1), all6));
  // They are one form of name, so that permitting some of one version permits nothing of the other.
  assert.not(permitted(mapped, all4));
  assert.not(permitted(ip(192, 0, 2, 1), all6));
});

test('a mailbox, a host, a domain', () => {
  for (const [name, base, isIn] of [
    ['foo@example.com', 'foo@example.com', true],
    ['foo@EXAMPLE.com', 'foo@example.COM', true],
    ['Foo@example.com', 'foo@example.com', false],
    ['bar@example.com', 'foo@example.com', false],
    ['foo@a.example.com', 'foo@example.com', false],
    ['foo@example.com', 'example.com', true],
    ['foo@Example.Com', 'example.com', true],
    ['foo@a.example.com', 'example.com', false],
    ['foo@a.example.com', '.example.com', true],
    ['foo@a.b.example.com', '.EXAMPLE.com', true],
    ['foo@example.com', '.example.com', false],
    ['foo@notexample.com', '.example.com', false],
    ['foo@example.com', '', true],
    ['*@sub.example.com', '*@example.com', false],
    ['**@example.com', '**@example.com', true],
    ['*@example.com', '**@example.com', false],
    ['user*@example.com', 'user*@example.com', true],
  ] as const) {
    assert.is(permitted(email(name), email(base)), isIn, `${name} permitted ${base}`);
    assert.is(excluded(email(name), email(base)), isIn, `${name} excluded ${base}`);
  }
});

test('several mailboxes with the same local part', () => {
  const bases = [email('foo@a.example'), email('foo@b.example'), email('foo@c.example')];
  for (const host of ['a', 'b', 'c']) {
    assert.ok(permitted(email(`foo@${host}.example`), ...bases));
    assert.ok(excluded(email(`foo@${host}.example`), ...bases));
  }
  assert.not(permitted(email('foo@d.example'), ...bases));
  assert.not(excluded(email('foo@d.example'), ...bases));
});

test('what is no mailbox is refused where mailboxes are constrained in any way', () => {
  for (const address of [
    'invalid@address@example.com',
    'example.com',
    '@example.com',
    'foo@',
    '"foo"@example.com',
    'foo@[192.0.2.1]',
    'foo..bar@example.com',
  ]) {
    const names = [email(address)];
    assert.is(
      verdict([{ names }, { constraints: { permitted: [email('')] } }]),
      'name_not_permitted',
      address,
    );
    const elsewhere = [email('elsewhere.example')];
    assert.is(verdict([{ names }, { constraints: { excluded: elsewhere } }]), 'name_not_permitted', address);
    assert.is(verdict([{ names }, { constraints: { permitted: [dns('')] } }]), 'good', address);
  }
});

test('a mailbox outside of ASCII is one, too', () => {
  const names = [general.other('1.3.6.1.5.5.7.8.9', 'ä@example.com')];
  assert.is(verdict([{ names }, { constraints: { excluded: [email('a.example')] } }]), 'name_not_permitted');
  assert.is(verdict([{ names }, { constraints: { excluded: [dns('a.example')] } }]), 'good');
});

test('a mail address in the subject counts, with and without alternative names', () => {
  const subject = distinguishedNameDer(['1.2.840.113549.1.9.1', der.ia5String('foo@bad.example')]);
  const constraints = { excluded: [email('bad.example')] };
  assert.is(verdict([{ subject }, { constraints }]), 'name_excluded');
  assert.is(verdict([{ subject, names: [dns('a.example')] }, { constraints }]), 'name_excluded');
  assert.is(verdict([{ subject }, { constraints: { permitted: [email('bad.example')] } }]), 'good');
  const strange = distinguishedNameDer(['1.2.840.113549.1.9.1', der.integer(5)]);
  assert.is(verdict([{ subject: strange }, { constraints }]), 'name_not_permitted');
});

const organization = '2.5.4.10';
const country = '2.5.4.6';

test('directory names, as subject and as alternative name', () => {
  const base = distinguishedNameDer([country, 'DE'], [organization, 'Foo Bar']);
  const under = (...rest: readonly [string, string | Uint8Array][]) =>
    distinguishedNameDer([country, 'DE'], ...rest);
  for (const [name, isIn] of [
    [base, true],
    [under([organization, 'Foo Bar'], ['2.5.4.3', 'a']), true],
    [under([organization, der.printableString('FOO  bar ')]), true],
    [under([organization, '\u00a0fo\u00ado \u200bb\u{ff21}r']), true],
    [
      under([organization, der.element(0x1e, Uint8Array.from(Buffer.from('foo bar', 'utf16le').swap16()))]),
      true,
    ],
    [under([organization, 'FooBar']), false],
    [under(['2.5.4.11', 'Foo Bar']), false],
    [under(['2.5.4.3', 'a'], [organization, 'Foo Bar']), false],
    [under(), false],
  ] as const) {
    for (const link of [{ subject: name }, { names: [directory(name)], subject: der.sequence() }]) {
      const what = Buffer.from(name).toString('hex');
      const whenExcluded = verdict([link, { constraints: { excluded: [directory(base)] } }]);
      assert.is(whenExcluded, isIn ? 'name_excluded' : 'good', what);
      const whenPermitted = verdict([link, { constraints: { permitted: [directory(base)] } }]);
      assert.is(whenPermitted, isIn ? 'good' : 'name_not_permitted', what);
    }
  }
});

test('an empty subject is no directory name, and the empty directory name is above all', () => {
  const constraints = { permitted: [directory(nameDer('foo'))] };
  assert.is(verdict([{ subject: der.sequence(), names: [dns('a.example')] }, { constraints }]), 'good');
  assert.is(verdict([{}, { constraints: { excluded: [directory(der.sequence())] } }]), 'name_excluded');
});

test('the subject counts where an alternative name is permitted', () => {
  const link = { subject: nameDer('foo'), names: [directory(nameDer('bar')), dns('a.example')] };
  assert.is(verdict([link, { constraints: { excluded: [directory(nameDer('foo'))] } }]), 'name_excluded');
  assert.is(
    verdict([link, { constraints: { permitted: [directory(nameDer('bar'))] } }]),
    'name_not_permitted',
  );
});

test('forms that are not supported: no name of that form, or no path', () => {
  const forms = [
    general.other('1.2.3', 'a'),
    general.x400(),
    general.party(),
    general.uri('https://a.example/'),
    general.registered('1.2.3'),
  ];
  for (const [index, form] of forms.entries()) {
    for (const constraints of [{ permitted: [form] }, { excluded: [form] }]) {
      assert.is(verdict([{ names: [form] }, { constraints }]), 'unsupported_name_constraints', `${index}`);
      for (const other of forms.filter((each) => each !== form)) {
        assert.is(verdict([{ names: [other, dns('a.example')] }, { constraints }]), 'good', `${index}`);
      }
    }
  }
  // Another kind of otherName is the same form.
  const constraints = { excluded: [general.other('1.2.3', 'a')] };
  const names = [general.other('1.2.4', 'a')];
  assert.is(verdict([{ names }, { constraints }]), 'unsupported_name_constraints');
});

test('a form without constraints is free, and each of several names counts', () => {
  const constraints = { permitted: [ip(192, 0, 2, 0, 255, 255, 255, 0)] };
  assert.is(verdict([{ names: [dns('a.example')] }, { constraints }]), 'good');
  assert.is(verdict([{ names: [dns('a.example'), ip(192, 0, 2, 1)] }, { constraints }]), 'good');
  assert.is(verdict([{ names: [ip(192, 0, 2, 1), ip(10, 0, 0, 1)] }, { constraints }]), 'name_not_permitted');
  assert.is(verdict([{}, { constraints }]), 'good');
});

test('what is excluded is so although it is permitted', () => {
  const constraints = { permitted: [dns('example.com')], excluded: [dns('example.com')] };
  assert.is(verdict([{ names: [dns('example.com')] }, { constraints }]), 'name_excluded');
});

test('the common name is no DNS name', () => {
  const link = { subject: nameDer('bad.example'), names: [dns('good.example')] };
  assert.is(verdict([link, { constraints: { excluded: [dns('bad.example')] } }]), 'good');
  assert.is(verdict([{ subject: nameDer('bad.example') }, { constraints: { excluded: [dns('')] } }]), 'good');
});

test('each authority narrows what those above it permit, and none widens it', () => {
  const top = { constraints: { permitted: [dns('a.example'), dns('b.example')] } };
  const narrow = { constraints: { permitted: [dns('b.example')] } };
  const wide = { constraints: { permitted: [dns('')] } };
  const names = (name: string) => ({ names: [dns(name)] });
  assert.is(verdict([names('a.example'), narrow, top]), 'name_not_permitted');
  assert.is(verdict([names('b.example'), narrow, top]), 'good');
  assert.is(verdict([names('a.example'), top, narrow]), 'name_not_permitted');
  assert.is(verdict([names('c.example'), wide, top]), 'name_not_permitted');
  const excluding = { constraints: { excluded: [dns('x.a.example')] } };
  assert.is(verdict([names('x.a.example'), top, excluding]), 'name_excluded');
  assert.is(verdict([names('y.a.example'), top, excluding]), 'good');
});

test('names of authorities in between count, those of the one who constrains do not', () => {
  const constraints = { permitted: [dns('good.example')] };
  const server = { names: [dns('good.example')] };
  const bad = { names: [dns('bad.example')] };
  assert.is(verdict([server, bad, { constraints }]), 'name_not_permitted');
  assert.is(verdict([server, bad, { constraints }, {}]), 'name_not_permitted');
  assert.is(verdict([server, { ...bad, constraints }, {}]), 'good');
  assert.is(verdict([server, { ...bad, constraints }]), 'good');
  const directories = { permitted: [directory(nameDer('good'))] };
  assert.is(verdict([{ subject: nameDer('good') }, {}, { constraints: directories }]), 'name_not_permitted');
});

test('an authority that has issued its own certificate is free, a server that has is not', () => {
  const constraints = { permitted: [dns('good.example')] };
  const own = nameDer('Authority');
  const selfIssued = { subject: own, issuer: own, names: [dns('bad.example')] };
  assert.is(verdict([{ names: [dns('good.example')] }, selfIssued, { subject: own, constraints }]), 'good');
  assert.is(verdict([selfIssued, { subject: own, constraints }]), 'name_not_permitted');
  // Its own constraints are for all below.
  const excluding = { ...selfIssued, constraints: { excluded: [dns('good.example')] } };
  assert.is(verdict([{ names: [dns('good.example')] }, excluding, { subject: own }]), 'name_excluded');
});

test('a name that was asked for, and that the certificate does not have, is not of its making', () => {
  const constraints = { permitted: [dns('example.com')] };
  assert.is(verdict([{ names: [dns('*.example.com')] }, { constraints }], 'a.example.com'), 'good');
  assert.is(verdict([{ names: [dns('*.example.com')] }, { constraints }], 'a.example.org'), 'good');
});

test('the name that was asked for counts, too', () => {
  // What a wildcard has is checked with the wildcard itself, so that this never comes alone: one comparison more.
  const path = pathOf(
    { names: [dns('*.example.com')] },
    { constraints: { permitted: [dns('example.com')] } },
  );
  const spend = (reference: string | undefined): number => {
    let spent = 0;
    checkNameConstraints(path, reference === undefined ? undefined : parseReference(reference), {
      spend(comparisons) {
        spent += comparisons;
      },
    });
    return spent;
  };
  assert.is(spend('a.example.com') - spend(undefined), 2);
  assert.is(spend('a.example.org'), spend(undefined));
});

function manyNames(count: number): readonly Uint8Array[] {
  return Array.from({ length: count }, (_, index) => dns(`t${index}.test`));
}

test('a thousand names and a thousand constraints are too many, and a hundred are not', () => {
  const link = (count: number): [Link, Link] => [
    { names: manyNames(count) },
    {
      constraints: {
        permitted: [dns('test')],
        excluded: manyNames(count).map((_, index) => dns(`x${index}.test`)),
      },
    },
  ];
  assert.is(verdict(link(100)), 'good');
  assert.is(verdict(link(1000)), 'limit_exceeded');
});

test('names of every form count', () => {
  const many = (form: (index: number) => Uint8Array) =>
    Array.from({ length: 600 }, (_, index) => form(index));
  const address = (index: number) => [10, 0, index >> 8, index & 255];
  for (const [names, bases] of [
    [many((index) => directory(nameDer(`${index}`))), many((index) => directory(nameDer(`x${index}`)))],
    [many((index) => email(`a${index}@a.example`)), many((index) => email(`b${index}@a.example`))],
    [many((index) => ip(...address(index))), many((index) => ip(11, 0, 0, index & 255, 255, 255, 255, 255))],
    [many((index) => dns(`*.${index}.example`)), many((index) => dns(`a.x${index}.example`))],
  ] as const) {
    assert.is(verdict([{ names }, { constraints: { excluded: bases } }]), 'limit_exceeded');
  }
});

test('the budget is one for many paths', () => {
  const path = pathOf({ names: [dns('a.test')] }, { constraints: { permitted: [dns('test')] } });
  const budget = createComparisonBudget(20);
  assert.throws(
    () => {
      for (let round = 0; round < 20; round++) checkNameConstraints(path, undefined, budget);
    },
    (error: unknown) => error instanceof CertificateError && error.code === 'limit_exceeded',
  );
});

test('a path without constraints costs nothing', () => {
  const path = pathOf({ names: [dns('a.test')] }, {});
  checkNameConstraints(path, parseReference('a.test'), createComparisonBudget(0));
});

test('an anchor that is no certificate constrains as well', () => {
  const constraints = { permitted: [dns('.tr')] };
  const anchor = anchorOfData({
    subject: nameDer('1'),
    spki: ecSpkiDer(),
    nameConstraints: nameConstraintsValueDer(constraints),
  });
  const path = (name: string): Path => ({ certificates: [certificateOf({ names: [dns(name)] }, 0)], anchor });
  checkNameConstraints(path('example.tr'), undefined, createComparisonBudget(100));
  assert.throws(
    () => checkNameConstraints(path('example.com'), undefined, createComparisonBudget(100)),
    (error: unknown) => error instanceof CertificateError && error.code === 'name_not_permitted',
  );
});

test('a server that is itself the anchor is constrained by nobody', () => {
  const alone = pathOf({ names: [dns('a.test')], constraints: { excluded: [dns('')] } });
  checkNameConstraints(alone, parseReference('a.test'), createComparisonBudget(0));
});

test.run();
