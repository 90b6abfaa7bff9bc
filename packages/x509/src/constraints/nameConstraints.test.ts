import { der } from '@halfclose/testing/ca';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseCertificate } from '../certificate/parseCertificate.ts';
import { DerError } from '../der/errors.ts';
import { CertificateError } from '../errors.ts';
import { certificateDer, extensionDer, extensionsDer, nameDer } from '../testing/certificateDer.ts';
import { general, nameConstraintsDer, nameConstraintsValueDer } from '../testing/constraintsDer.ts';
import type { NameConstraints } from './nameConstraints.ts';

function decode(value: Uint8Array): NameConstraints | undefined {
  const rest = extensionsDer(extensionDer('2.5.29.30', value, true));
  return parseCertificate(certificateDer({ rest })).nameConstraints;
}

test('subtrees by the form of name', () => {
  const permitted = [
    general.dns('Example.COM'),
    general.ip(192, 0, 2, 77, 255, 255, 255, 0),
    general.email('Root@Mail.Example'),
    general.email('.Mail.Example'),
    general.directory(nameDer('a')),
    general.dns('b.example'),
  ];
  const excluded = [
    general.dns(''),
    general.email(''),
    general.dns('.b.example'),
    general.registered('1.2.3'),
  ];
  const constraints = decode(nameConstraintsValueDer({ permitted, excluded }));
  assert.ok(constraints);
  assert.equal(constraints.permitted.dNSName, ['example.com', 'b.example']);
  assert.equal(constraints.permitted.rfc822Name, ['Root@mail.example', '.mail.example']);
  assert.equal(constraints.permitted.iPAddress, [
    { address: Uint8Array.of(192, 0, 2, 0), mask: Uint8Array.of(255, 255, 255, 0) },
  ]);
  assert.equal(constraints.permitted.directoryName.map(String), ['CN=a']);
  assert.equal(constraints.permitted.others, new Set());
  assert.equal(constraints.excluded.dNSName, ['', '.b.example']);
  assert.equal(constraints.excluded.rfc822Name, ['']);
  assert.equal(constraints.excluded.others, new Set(['registeredID']));
});

test('a certificate without constraints', () => {
  assert.is(parseCertificate(certificateDer()).nameConstraints, undefined);
});

test('masks of every length, for both versions', () => {
  for (const length of [4, 16]) {
    for (let ones = 0; ones <= length * 8; ones++) {
      const mask = Array.from({ length }, (_, at) =>
        Number.parseInt('1'.repeat(Math.min(8, Math.max(0, ones - 8 * at))).padEnd(8, '0'), 2),
      );
      const address = general.ip(...new Uint8Array(length).fill(0xff), ...mask);
      const constraints = decode(nameConstraintsValueDer({ excluded: [address] }));
      assert.equal(constraints?.excluded.iPAddress, [
        { address: Uint8Array.from(mask), mask: Uint8Array.from(mask) },
      ]);
    }
  }
});

const permitting = (...permitted: readonly Uint8Array[]) => nameConstraintsValueDer({ permitted });
const subtree = (...fields: readonly Uint8Array[]) => der.sequence(der.context(0, der.sequence(...fields)));

const malformed: readonly [what: string, value: Uint8Array, message: RegExp][] = [
  ['no subtrees', der.sequence(), /neither permitted nor excluded/],
  ['empty permitted subtrees', nameConstraintsValueDer({ permitted: [] }), /empty/],
  ['empty excluded subtrees', nameConstraintsValueDer({ excluded: [] }), /empty/],
  [
    'empty subtrees beside full ones',
    nameConstraintsValueDer({ permitted: [general.dns('a')], excluded: [] }),
    /empty/,
  ],
  ['NULL in the place of subtrees', der.sequence(der.nullValue(), der.nullValue()), /neither/],
  [
    'subtrees in the wrong order',
    der.sequence(
      der.context(1, der.sequence(general.dns('a'))),
      der.context(0, der.sequence(general.dns('a'))),
    ),
    /left over/,
  ],
  [
    'a third kind of subtrees',
    der.sequence(der.context(0, der.sequence(general.dns('a'))), der.context(2, general.dns('a'))),
    /left over/,
  ],
  ['an empty subtree', subtree(), /GeneralName is missing/],
  [
    'a minimum of 0, encoded',
    subtree(general.dns('a'), der.contextPrimitive(0, Uint8Array.of(0))),
    /no minimum/,
  ],
  ['a minimum of 1', subtree(general.dns('a'), der.contextPrimitive(0, Uint8Array.of(1))), /no minimum/],
  [
    'a maximum',
    subtree(general.dns('a'), der.contextPrimitive(1, Uint8Array.of(1))),
    /no minimum and no maximum/,
  ],
  ['two bases', subtree(general.dns('a'), general.dns('b')), /left over/],
  ['octets after it', der.concat([permitting(general.dns('a')), Uint8Array.of(0)]), /left over/],
  ['an address without mask', permitting(general.ip(192, 0, 2, 1)), /8 or 32 octets/],
  ['an IPv6 address without mask', permitting(general.ip(...new Uint8Array(16))), /8 or 32 octets/],
  ['an empty address', permitting(general.ip()), /8 or 32 octets/],
  ['a mask with a hole', permitting(general.ip(192, 0, 2, 0, 255, 0, 255, 0)), /ones and then zeros/],
  [
    'a mask with a hole in an octet',
    permitting(general.ip(192, 0, 2, 0, 255, 255, 255, 0xfd)),
    /ones and then zeros/,
  ],
  [
    'a mask that begins with zeros',
    permitting(general.ip(192, 0, 2, 0, 0, 255, 255, 255)),
    /ones and then zeros/,
  ],
  ['a wildcard', permitting(general.dns('*.example.com')), /no domain/],
  ['a wildcard as whole name', permitting(general.dns('*')), /no domain/],
  ['a dot alone', permitting(general.dns('.')), /no domain/],
  ['two dots at the beginning', permitting(general.dns('..example.com')), /no domain/],
  ['a dot at the end', permitting(general.dns('example.com.')), /no domain/],
  ['an empty label', permitting(general.dns('a..example')), /no domain/],
  ['a blank', permitting(general.dns(' ')), /no domain/],
  ['a NUL', permitting(general.dns('example.com\0')), /no domain/],
  ['a U-label', permitting(der.contextPrimitive(2, new TextEncoder().encode('bücher.example'))), /ASCII/],
  ['a label of 64', permitting(general.dns('a'.repeat(64))), /no domain/],
  ['a domain of 254', permitting(general.dns(`${'a.'.repeat(126)}aa`)), /no domain/],
  ['a mailbox with two @', permitting(general.email('invalid@invalid@example.com')), /no mailbox/],
  ['a mailbox without a host', permitting(general.email('a@')), /no mailbox/],
  ['a mailbox without a local part', permitting(general.email('@example.com')), /no mailbox/],
  ['a mailbox at a domain', permitting(general.email('a@.example.com')), /no mailbox/],
  ['a mailbox at an address', permitting(general.email('a@[192.0.2.1]')), /no mailbox/],
  ['a quoted local part', permitting(general.email('"a b"@example.com')), /no mailbox/],
  ['two dots in a local part', permitting(general.email('a..b@example.com')), /no mailbox/],
  ['a name that is none', permitting(general.directory(der.integer(1))), /should have the tag/],
  ['a form that does not exist', permitting(der.contextPrimitive(9, Uint8Array.of())), /no GeneralName/],
];

for (const [what, value, message] of malformed) {
  test(`refuses ${what}`, () => {
    assert.throws(
      () => decode(value),
      (error: unknown) =>
        error instanceof CertificateError &&
        error.code === 'invalid_extension' &&
        error.cause instanceof DerError &&
        message.test(error.message),
    );
  });
}

test('the extension twice is malformed', () => {
  const constraints = nameConstraintsDer({ permitted: [general.dns('a')] });
  assert.throws(
    () => parseCertificate(certificateDer({ rest: extensionsDer(constraints, constraints) })),
    /twice/,
  );
});

test.run();
