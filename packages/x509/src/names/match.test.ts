import { der } from '@halfclose/testing/ca';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { Certificate } from '../certificate/certificate.ts';
import { parseCertificate } from '../certificate/parseCertificate.ts';
import { CertificateError } from '../errors.ts';
import { opensslVerdict } from '../opensslVerdict.ts';
import {
  ascii,
  certificateDer,
  dnsNameDer,
  extensionsDer,
  nameDer,
  nothing,
  subjectAltNameDer,
} from '../testing/certificateDer.ts';
import { checkServerName, matchesDnsName } from './match.ts';
import { parseReference } from './reference.ts';

test('names are compared label by label, without regard to case', () => {
  assert.ok(matchesDnsName('example.com', 'example.com'));
  assert.ok(matchesDnsName('EXAMPLE.Com', 'example.com'));
  assert.ok(matchesDnsName('localhost', 'localhost'));
  assert.ok(matchesDnsName('xn--nxasmq6b.example', 'xn--nxasmq6b.example'));
  assert.not(matchesDnsName('example.com', 'www.example.com'));
  assert.not(matchesDnsName('www.example.com', 'example.com'));
  assert.not(matchesDnsName('example.com', 'example.com.attacker.example'));
  assert.not(matchesDnsName('example.com', 'notexample.com'));
});

test('an asterisk is the whole first label, for one label', () => {
  assert.ok(matchesDnsName('*.example.com', 'www.example.com'));
  assert.ok(matchesDnsName('*.EXAMPLE.com', 'www.example.com'));
  assert.ok(matchesDnsName('*.example.com', 'xn--nxasmq6b.example.com'));
  assert.ok(matchesDnsName('*.b.example.com', 'a.b.example.com'));
  for (const [presented, reference] of [
    ['*.example.com', 'example.com'],
    ['*.example.com', 'a.b.example.com'],
    ['*.example.com', '.example.com'],
    ['w*.example.com', 'www.example.com'],
    ['*w.example.com', 'www.example.com'],
    ['w*w.example.com', 'www.example.com'],
    ['**.example.com', 'www.example.com'],
    ['www.*.com', 'www.example.com'],
    ['*.*.example.com', 'a.b.example.com'],
    ['xn--*.example.com', 'xn--nxasmq6b.example.com'],
    ['*', 'localhost'],
    ['*', 'com'],
    ['*.com', 'example.com'],
    ['*.localhost', 'a.localhost'],
    ['*.', 'a.'],
  ] as const) {
    assert.not(matchesDnsName(presented, reference), `${presented} ${reference}`);
  }
});

function certificateFor(...names: readonly Uint8Array[]): Certificate {
  const rest = names.length === 0 ? nothing : extensionsDer(subjectAltNameDer(...names));
  return parseCertificate(certificateDer({ subject: nameDer('example.com'), rest }));
}

const ipAddressDer = (...octets: readonly number[]) => der.contextPrimitive(7, Uint8Array.from(octets));

function refusal(certificate: Certificate, serverName: string): CertificateError {
  try {
    checkServerName(certificate, parseReference(serverName));
  } catch (error) {
    if (error instanceof CertificateError) return error;
    throw error;
  }
  throw new Error(`accepted for ${serverName}`);
}

test('one name among several, and one dot at the end of what is asked for', () => {
  const certificate = certificateFor(
    dnsNameDer('a.example'),
    dnsNameDer('*.b.example'),
    ipAddressDer(192, 0, 2, 1),
  );
  for (const name of ['a.example', 'A.Example', 'a.example.', 'x.b.example', '192.0.2.1']) {
    checkServerName(certificate, parseReference(name));
  }
});

test('the common name never counts', () => {
  const without = refusal(certificateFor(), 'example.com');
  assert.is(without.code, 'name_mismatch');
  assert.match(without.message, 'no name or address at all');
  assert.is(refusal(certificateFor(ipAddressDer(192, 0, 2, 1)), 'example.com').code, 'name_mismatch');
});

test('addresses are compared octet by octet with addresses only', () => {
  const mapped = ipAddressDer(...new Uint8Array(10), 0xff, 0xff, 192, 0, 2, 1);
  const certificate = certificateFor(
    dnsNameDer('192.0.2.7'),
    dnsNameDer('*.0.2.7'),
    mapped,
    ipAddressDer(192, 0, 2, 9),
  );
  checkServerName(certificate, parseReference('::ffff:192.0.2.1'));
  checkServerName(certificate, parseReference('192.0.2.9'));
  for (const address of ['192.0.2.7', '192.0.2.1', '::192.0.2.9', '::ffff:192.0.2.9']) {
    assert.is(refusal(certificate, address).code, 'address_mismatch', address);
  }
});

test('a wildcard does not match an address', () => {
  assert.is(refusal(certificateFor(dnsNameDer('*.0.2.1')), '192.0.2.1').code, 'address_mismatch');
});

test('names of other kinds do not count', () => {
  const email = der.contextPrimitive(1, ascii('example.com'));
  const directory = der.context(4, nameDer('example.com'));
  const party = der.context(5, Uint8Array.of(192, 0, 2, 1));
  const certificate = certificateFor(email, directory, party);
  assert.is(refusal(certificate, 'example.com').code, 'name_mismatch');
  assert.is(refusal(certificate, '192.0.2.1').code, 'address_mismatch');
});

test('says it as OpenSSL and Python do, too', () => {
  const byName = refusal(certificateFor(dnsNameDer('a.example')), 'b.example');
  assert.is(opensslVerdict(byName).verifyCode, 62);
  assert.is(
    opensslVerdict(byName).verifyMessage,
    "Hostname mismatch, certificate is not valid for 'b.example'.",
  );
  assert.is(byName.alert, 'bad_certificate');
  assert.is(byName.message, "The certificate is not valid for 'b.example', it is valid for 'a.example'");
  const byAddress = refusal(certificateFor(dnsNameDer('a.example')), '::1');
  assert.is(opensslVerdict(byAddress).verifyCode, 64);
  assert.is(
    opensslVerdict(byAddress).verifyMessage,
    "IP address mismatch, certificate is not valid for '::1'.",
  );
});

test('a message tells an address from a host name that looks like one', () => {
  const { message } = refusal(
    certificateFor(dnsNameDer('192.0.2.7'), ipAddressDer(192, 0, 2, 9)),
    '192.0.2.7',
  );
  assert.is(
    message,
    "The certificate is not valid for the address '192.0.2.7', it is valid for the host name '192.0.2.7', the address '192.0.2.9'",
  );
});

test('a message has few names, however many there are', () => {
  const names = Array.from({ length: 900 }, (_, index) =>
    dnsNameDer(`${'x'.repeat(60)}.host${index}.example`),
  );
  const { message } = refusal(certificateFor(...names), 'b.example');
  assert.ok(message.length < 600, message);
  assert.match(message, 'and 895 others');
});

test.run();
