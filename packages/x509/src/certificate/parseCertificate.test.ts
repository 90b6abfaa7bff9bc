import { der } from '@halfclose/testing/ca';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DerError } from '../der/errors.ts';
import { CertificateError } from '../errors.ts';
import {
  type CertificateDer,
  certificateDer,
  dnsNameDer,
  ecdsaSha256Der,
  extensionsDer,
  nameDer,
  nothing,
  subjectAltNameDer,
} from '../testing/certificateDer.ts';
import { parseCertificate } from './parseCertificate.ts';

test('reads a certificate into its fields', () => {
  const certificate = parseCertificate(certificateDer());
  assert.is(certificate.version, 3);
  assert.equal(certificate.serialNumber, Uint8Array.of(0x12, 0x34));
  assert.equal(certificate.issuer.encoded, nameDer('Test Authority'));
  assert.equal(certificate.subject.encoded, nameDer('example.com'));
  assert.is(certificate.notBefore, Date.UTC(2026, 0, 1));
  assert.is(certificate.notAfter, Date.UTC(2027, 11, 31, 23, 59, 59));
  assert.is(certificate.signatureAlgorithm.oid, '1.2.840.10045.4.3.2');
  assert.equal(certificate.signature, new Uint8Array(70).fill(0x5a));
  assert.equal(certificate.subjectAltName, [{ type: 'dNSName', value: 'example.com' }]);
  assert.is(certificate.basicConstraints, undefined);
  assert.is(certificate.extensions.length, 1);
  assert.is(certificate.extension('2.5.29.17')?.critical, false);
});

test('is frozen, and its octets are slices of one copy', () => {
  const bytes = certificateDer();
  const certificate = parseCertificate(bytes);
  assert.ok(Object.isFrozen(certificate));
  assert.ok(Object.isFrozen(certificate.extensions));
  assert.equal(certificate.raw, bytes);
  for (const slice of [
    certificate.tbs,
    certificate.spki,
    certificate.subject.encoded,
    certificate.signature,
  ]) {
    assert.is(slice.buffer, certificate.raw.buffer);
  }
  bytes.fill(0);
  assert.is(certificate.subject.toString(), 'CN=example.com');
});

test('reads out of the middle of a buffer', () => {
  const bytes = certificateDer();
  const buffer = new Uint8Array(bytes.length + 20).fill(0xff);
  buffer.set(bytes, 7);
  assert.equal(parseCertificate(buffer.subarray(7, 7 + bytes.length)).raw, bytes);
});

test('versions 1 and 2 without extensions', () => {
  const old = { version: nothing, rest: nothing };
  assert.is(parseCertificate(certificateDer(old)).version, 1);
  const uniqueIds = der.concat([
    der.contextPrimitive(1, Uint8Array.of(0, 1, 2)),
    der.contextPrimitive(2, Uint8Array.of(4, 0xf0)),
  ]);
  const second = parseCertificate(
    certificateDer({ version: der.context(0, der.integer(1)), rest: uniqueIds }),
  );
  assert.is(second.version, 2);
  assert.is(second.extensions.length, 0);
});

test('version 3 without extensions', () => {
  assert.is(parseCertificate(certificateDer({ rest: nothing })).extensions.length, 0);
});

/** What must be taken, beside the plain certificate. */
const good: readonly [what: string, parts: Partial<CertificateDer>][] = [
  ['a serial number of zero, which roots in use have', { serialNumber: der.integer(0) }],
  ['a serial number of 20 octets', { serialNumber: der.integer(2n ** 158n) }],
  ['a serial number of 20 octets and one for the sign', { serialNumber: der.integer(2n ** 160n - 1n) }],
  ['an end in 9999', { notAfter: der.generalizedTime('99991231235959Z') }],
  ['a validity of one second', { notAfter: der.utcTime('260101000000Z') }],
  ['an empty subject', { subject: der.sequence() }],
  [
    'a root with GeneralizedTime before 2050, which one in use has',
    { subject: nameDer('Test Authority'), notBefore: der.generalizedTime('20260101000000Z') },
  ],
  [
    'a relative name of two attributes in the order of DER',
    { subject: der.sequence(der.set(attribute('2.5.4.3', 'a'), attribute('2.5.4.10', 'b'))) },
  ],
];

for (const [what, parts] of good) {
  test(`takes ${what}`, () => {
    parseCertificate(certificateDer(parts));
  });
}

const rawExtension = (...parts: readonly Uint8Array[]) => ({ rest: extensionsDer(der.sequence(...parts)) });
const san = der.oid('2.5.29.17');
const sanValue = der.octetString(der.sequence(dnsNameDer('example.com')));

/** Refused when the certificate is parsed: what is wrong, the certificate, and words of the error. */
const malformed: readonly [what: string, certificate: Uint8Array, message: RegExp][] = [
  ['a length that is not minimal, outside', withLongLength(certificateDer()), /too many/],
  [
    'a length that is not minimal, inside',
    certificateDer({ serialNumber: withLongLength(der.integer(5)) }),
    /too many/,
  ],
  ['an indefinite length, outside', indefinite(certificateDer()), /indefinite/],
  ['an indefinite length, inside', certificateDer({ subject: indefinite(nameDer('a')) }), /indefinite/],
  ['octets after it', der.concat([certificateDer(), Uint8Array.of(0)]), /1 octets are left over/],
  ['a second certificate after it', der.concat([certificateDer(), certificateDer()]), /left over/],
  ['a further field in Certificate', certificateDer({ end: der.nullValue() }), /left over/],
  [
    'a further field in TBSCertificate',
    certificateDer({ rest: der.context(4, der.nullValue()) }),
    /left over/,
  ],
  [
    'a further field in AlgorithmIdentifier',
    withAlgorithm(der.sequence(der.oid('1.2'), der.nullValue(), der.nullValue())),
    /left over/,
  ],
  ['nothing at all', nothing, /missing/],
  ['an empty SEQUENCE', der.sequence(), /'tbsCertificate' is missing/],
  [
    'no signature',
    der.sequence(...der.children(certificateDer()).slice(0, 2)),
    /'signatureValue' is missing/,
  ],
  [
    'more octets than are read',
    certificateDer({ signatureValue: der.bitString(new Uint8Array(102_400)) }),
    /102400/,
  ],

  [
    'version 1 encoded',
    certificateDer({ version: der.context(0, der.integer(0)), rest: nothing }),
    /version 1 is the default/,
  ],
  ['version 4', certificateDer({ version: der.context(0, der.integer(3)) }), /version number 3/],
  ['a negative version', certificateDer({ version: der.context(0, der.integer(-1)) }), /negative/],
  ['extensions in version 1', certificateDer({ version: nothing }), /left over/],
  ['extensions in version 2', certificateDer({ version: der.context(0, der.integer(1)) }), /left over/],
  [
    'unique identifiers in version 1',
    certificateDer({ version: nothing, rest: der.contextPrimitive(1, Uint8Array.of(0, 1)) }),
    /left over/,
  ],

  ['a negative serial number', certificateDer({ serialNumber: der.integer(-5) }), /negative/],
  ['an empty serial number', certificateDer({ serialNumber: der.element(2) }), /one octet at least/],
  [
    'a padded serial number',
    certificateDer({ serialNumber: der.element(2, Uint8Array.of(0, 1)) }),
    /needless/,
  ],
  [
    'a serial number of 21 octets',
    certificateDer({ serialNumber: der.integer(2n ** 160n) }),
    /longer than 20/,
  ],
  [
    'a serial number of 22 octets',
    certificateDer({ serialNumber: der.integer(2n ** 168n - 1n) }),
    /longer than 20/,
  ],

  [
    'another algorithm outside',
    certificateDer({ signatureAlgorithm: der.sequence(der.oid('1.2.840.10045.4.3.3')) }),
    /signatureAlgorithm is/,
  ],
  [
    'other parameters outside',
    certificateDer({ signatureAlgorithm: der.sequence(der.oid('1.2.840.10045.4.3.2'), der.nullValue()) }),
    /signatureAlgorithm is/,
  ],
  [
    'unused bits in the signature',
    certificateDer({ signatureValue: der.bitString(Uint8Array.of(0x80), 7) }),
    /no unused bits/,
  ],
  [
    'nine unused bits in the signature',
    certificateDer({ signatureValue: der.bitString(Uint8Array.of(0), 9) }),
    /unused bits/,
  ],
  [
    'a constructed BIT STRING',
    certificateDer({ signatureValue: der.element(0x23, der.bitString(Uint8Array.of(1))) }),
    /tag 0x03, here is 0x23/,
  ],
  [
    'unused bits in the public key',
    certificateDer({ spki: der.sequence(ecdsaSha256Der, der.bitString(Uint8Array.of(0x80), 1)) }),
    /no unused bits/,
  ],

  ['an empty issuer', certificateDer({ issuer: der.sequence() }), /issuer has an empty name/],
  ['an empty relative name', certificateDer({ subject: der.sequence(der.set()) }), /empty/],
  [
    'relative names out of order',
    certificateDer({ subject: der.sequence(der.set(attribute('2.5.4.10', 'b'), attribute('2.5.4.3', 'a'))) }),
    /order of DER/,
  ],
  [
    'an attribute without a value',
    certificateDer({ subject: der.sequence(der.set(der.sequence(der.oid('2.5.4.3')))) }),
    /'value' is missing/,
  ],
  [
    'an attribute with two values',
    certificateDer({
      subject: der.sequence(
        der.set(der.sequence(der.oid('2.5.4.3'), der.utf8String('a'), der.utf8String('b'))),
      ),
    }),
    /left over/,
  ],
  [
    'invalid UTF-8',
    certificateDer({ subject: nameWith(der.element(0x0c, Uint8Array.of(0xc3, 0x28))) }),
    /not text/,
  ],
  [
    'a PrintableString with an asterisk',
    certificateDer({ subject: nameWith(der.printableString('*.example.com')) }),
    /not text/,
  ],
  [
    'an IA5String outside of ASCII',
    certificateDer({ subject: nameWith(der.element(0x16, Uint8Array.of(0xe4))) }),
    /not text/,
  ],
  [
    'a BMPString of three octets',
    certificateDer({ subject: nameWith(der.element(0x1e, Uint8Array.of(0, 0x41, 0))) }),
    /not text/,
  ],
  [
    'an OBJECT IDENTIFIER with a padded arc',
    certificateDer({
      subject: der.sequence(
        der.set(der.sequence(der.element(6, Uint8Array.of(0x80, 0x01)), der.utf8String('a'))),
      ),
    }),
    /needless/,
  ],
  ['an empty OBJECT IDENTIFIER', withAlgorithm(der.sequence(der.element(6))), /one octet at least/],

  ['a time without seconds', certificateDer({ notBefore: der.utcTime('2601010000Z') }), /YYMMDDHHMMSSZ/],
  ['a time with an offset', certificateDer({ notBefore: der.utcTime('260101000000+0100') }), /YYMMDDHHMMSSZ/],
  ['month 13', certificateDer({ notAfter: der.utcTime('271301000000Z') }), /calendar/],
  ['30 February', certificateDer({ notAfter: der.utcTime('270230000000Z') }), /calendar/],
  [
    'a time with a fraction',
    certificateDer({ notAfter: der.generalizedTime('20500101000000.5Z') }),
    /YYYYMMDDHHMMSSZ/,
  ],
  [
    'GeneralizedTime before 2050',
    certificateDer({ notAfter: der.generalizedTime('20271231235959Z') }),
    /GeneralizedTime/,
  ],
  [
    'an end before the beginning',
    certificateDer({ notAfter: der.utcTime('251231235959Z') }),
    /before notBefore/,
  ],
  ['no end', certificateDer({ notAfter: nothing }), /'notAfter' is missing/],

  ['no extension in extensions', certificateDer({ rest: extensionsDer() }), /empty/],
  [
    'two lists of extensions',
    certificateDer({ rest: der.context(3, der.sequence(der.sequence(san, sanValue)), der.sequence()) }),
    /left over/,
  ],
  [
    'a doubled extension',
    certificateDer({
      rest: extensionsDer(
        subjectAltNameDer(dnsNameDer('a.example')),
        subjectAltNameDer(dnsNameDer('b.example')),
      ),
    }),
    /there twice/,
  ],
  [
    'critical FALSE encoded',
    certificateDer(rawExtension(san, der.boolean(false), sanValue)),
    /FALSE by default/,
  ],
  ['critical 01', certificateDer(rawExtension(san, der.element(1, Uint8Array.of(1)), sanValue)), /BOOLEAN/],
  [
    'critical of two octets',
    certificateDer(rawExtension(san, der.element(1, Uint8Array.of(255, 255)), sanValue)),
    /BOOLEAN/,
  ],
  [
    'a further field in an extension',
    certificateDer(rawExtension(san, sanValue, der.nullValue())),
    /left over/,
  ],
  ['critical after the value', certificateDer(rawExtension(san, sanValue, der.boolean(true))), /left over/],
  [
    'a constructed OCTET STRING',
    certificateDer(rawExtension(san, der.element(0x24, sanValue))),
    /tag 0x04, here is 0x24/,
  ],
];

for (const [what, certificate, message] of malformed) {
  test(`refuses ${what}`, () => {
    assert.throws(
      () => parseCertificate(certificate),
      (error: unknown) =>
        error instanceof CertificateError &&
        error.code === 'malformed' &&
        error.alert === 'bad_certificate' &&
        error.cause instanceof DerError &&
        message.test(error.message),
    );
  });
}

function attribute(oid: string, text: string): Uint8Array {
  return der.sequence(der.oid(oid), der.utf8String(text));
}

function nameWith(value: Uint8Array): Uint8Array {
  return der.sequence(der.set(der.sequence(der.oid('2.5.4.3'), value)));
}

function withAlgorithm(algorithm: Uint8Array): Uint8Array {
  return certificateDer({ signature: algorithm, signatureAlgorithm: algorithm });
}

/** The length of an element in one octet more than it needs. */
function withLongLength(element: Uint8Array): Uint8Array {
  const contents = der.contents(element);
  const length = Uint8Array.of(0x84, 0, 0, contents.length >> 8, contents.length & 0xff);
  return der.concat([element.subarray(0, 1), length, contents]);
}

function indefinite(element: Uint8Array): Uint8Array {
  return der.concat([
    element.subarray(0, 1),
    Uint8Array.of(0x80),
    der.contents(element),
    Uint8Array.of(0, 0),
  ]);
}

test.run();
