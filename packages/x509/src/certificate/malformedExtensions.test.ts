import { der } from '@halfclose/testing/ca';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { DerError } from '../der/errors.ts';
import { CertificateError } from '../errors.ts';
import {
  ascii,
  type CertificateDer,
  certificateDer,
  dnsNameDer,
  extensionDer,
  extensionsDer,
  nothing,
  subjectAltNameDer,
} from '../testing/certificateDer.ts';
import type { Certificate } from './certificate.ts';
import { parseCertificate } from './parseCertificate.ts';

const sanOf = (...names: readonly Uint8Array[]) => ({ rest: extensionsDer(subjectAltNameDer(...names)) });
const extensionOf = (oid: string, ...value: readonly Uint8Array[]) => ({
  rest: extensionsDer(extensionDer(oid, der.concat(value))),
});
const basicConstraints = '2.5.29.19';

/** Refused when the extension is asked for. */
const malformedExtensions: readonly [what: string, parts: Partial<CertificateDer>, message: RegExp][] = [
  ['a NUL in a dNSName', sanOf(dnsNameDer('example.com\0.attacker.example')), /not a host name/],
  ['a dNSName outside of ASCII', sanOf(der.contextPrimitive(2, Uint8Array.of(0xe4, 0x2e, 0x61))), /ASCII/],
  ['an empty dNSName', sanOf(dnsNameDer('')), /not a host name/],
  ['a blank as dNSName', sanOf(dnsNameDer(' ')), /not a host name/],
  ['a dNSName with a blank', sanOf(dnsNameDer('exam ple.com')), /not a host name/],
  ['a dNSName that begins with a dot', sanOf(dnsNameDer('.example.com')), /not a host name/],
  ['a dNSName that ends in a dot', sanOf(dnsNameDer('example.com.')), /not a host name/],
  ['a dNSName with an empty label', sanOf(dnsNameDer('example..com')), /not a host name/],
  ['a dNSName with a hyphen at a beginning', sanOf(dnsNameDer('-a.example')), /not a host name/],
  ['a dNSName with a hyphen at an end', sanOf(dnsNameDer('a-.example')), /not a host name/],
  ['a dNSName with a port', sanOf(dnsNameDer('example.com:443')), /not a host name/],
  ['a dNSName with a label of 64', sanOf(dnsNameDer(`${'a'.repeat(64)}.example`)), /not a host name/],
  ['a dNSName of 254', sanOf(dnsNameDer(`${'a.'.repeat(126)}aa`)), /not a host name/],
  ['an iPAddress of 5 octets', sanOf(der.contextPrimitive(7, new Uint8Array(5))), /4 or 16 octets/],
  ['an iPAddress with a mask', sanOf(der.contextPrimitive(7, new Uint8Array(8))), /4 or 16 octets/],
  ['an empty rfc822Name', sanOf(der.contextPrimitive(1, nothing)), /is empty/],
  ['a URI with a line feed', sanOf(der.contextPrimitive(6, ascii('http://a\nb'))), /control/],
  ['a GeneralName of a kind that does not exist', sanOf(der.contextPrimitive(9, nothing)), /no GeneralName/],
  ['a constructed dNSName', sanOf(der.context(2, der.ia5String('a.example'))), /no GeneralName/],
  ['an empty subjectAltName', sanOf(), /empty/],
  [
    'octets after subjectAltName',
    extensionOf('2.5.29.17', der.sequence(dnsNameDer('a.example')), Uint8Array.of(0)),
    /left over/,
  ],
  ['an empty value of subjectAltName', extensionOf('2.5.29.17'), /missing/],

  ['cA FALSE encoded', extensionOf(basicConstraints, der.sequence(der.boolean(false))), /FALSE by default/],
  [
    'a path length of -1',
    extensionOf(basicConstraints, der.sequence(der.boolean(true), der.integer(-1))),
    /negative/,
  ],
  [
    'a path length of 2^71',
    extensionOf(basicConstraints, der.sequence(der.boolean(true), der.integer(2n ** 71n))),
    /above/,
  ],
  ['a path length without cA', extensionOf(basicConstraints, der.sequence(der.integer(1))), /no meaning/],
  [
    'a further field in basicConstraints',
    extensionOf(basicConstraints, der.sequence(der.boolean(true), der.integer(1), der.nullValue())),
    /left over/,
  ],

  [
    'a certificate policy twice',
    extensionOf(
      '2.5.29.32',
      der.sequence(
        der.sequence(der.oid('1.2.3')),
        der.sequence(der.oid('1.2.4')),
        der.sequence(der.oid('1.2.3')),
      ),
    ),
    /there twice/,
  ],
  ['policyConstraints of nothing', extensionOf('2.5.29.36', der.sequence()), /neither/],
  [
    'policyConstraints below zero',
    extensionOf('2.5.29.36', der.sequence(der.contextPrimitive(0, Uint8Array.of(0xff)))),
    /negative/,
  ],
  ['inhibitAnyPolicy below zero', extensionOf('2.5.29.54', der.integer(-1)), /negative/],
  ['inhibitAnyPolicy of 2^31', extensionOf('2.5.29.54', der.integer(2n ** 31n)), /above/],
  ['keyUsage without a bit', extensionOf('2.5.29.15', der.bitString(Uint8Array.of(0), 0)), /no bit/],
  ['an empty keyUsage', extensionOf('2.5.29.15', der.bitString(nothing)), /no bit/],
  [
    'keyUsage with unused bits that are set',
    extensionOf('2.5.29.15', der.bitString(Uint8Array.of(0xff), 1)),
    /unused bits/,
  ],
  ['an empty extendedKeyUsage', extensionOf('2.5.29.37', der.sequence()), /empty/],

  [
    'half an authorityCertIssuer',
    extensionOf('2.5.29.35', der.sequence(der.contextPrimitive(2, Uint8Array.of(5)))),
    /go together/,
  ],
  ['an empty authorityInfoAccess', extensionOf('1.3.6.1.5.5.7.1.1', der.sequence()), /empty/],
  [
    'a distribution point without a name',
    extensionOf('2.5.29.31', der.sequence(der.sequence())),
    /DistributionPoint has/,
  ],
  ['an empty policy', extensionOf('2.5.29.32', der.sequence(der.sequence())), /missing/],
  ['an empty policyMappings', extensionOf('2.5.29.33', der.sequence()), /empty/],
  ['subjectKeyIdentifier as a SEQUENCE', extensionOf('2.5.29.14', der.sequence()), /tag 0x04/],
];

for (const [what, parts, message] of malformedExtensions) {
  test(`refuses ${what} when the extension is asked for`, () => {
    const certificate = parseCertificate(certificateDer(parts));
    for (const time of ['first', 'second']) {
      assert.throws(
        () => allExtensions(certificate),
        (error: unknown) =>
          error instanceof CertificateError &&
          error.code === 'invalid_extension' &&
          error.certificate === certificate &&
          error.cause instanceof DerError &&
          message.test(error.message),
        time,
      );
    }
  });
}

function allExtensions(certificate: Certificate): unknown[] {
  return [
    certificate.basicConstraints,
    certificate.keyUsage,
    certificate.extendedKeyUsage,
    certificate.subjectAltName,
    certificate.subjectKeyIdentifier,
    certificate.authorityKeyIdentifier,
    certificate.authorityInfoAccess,
    certificate.crlDistributionPoints,
    certificate.certificatePolicies,
    certificate.policyMappings,
    certificate.policyConstraints,
    certificate.inhibitAnyPolicy,
    certificate.nameConstraints,
  ];
}

test.run();
