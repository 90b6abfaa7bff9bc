import { execFileSync } from 'node:child_process';
import { findOpenssl } from '@halfclose/testing/servers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { OPENSSL_DEFAULT_CIPHERS, parseCiphers, suiteNames12 } from './cipherStrings.ts';
import { describeCipher, opensslName, parseCiphersuites } from './ciphers.ts';
import { SSLError } from './errors.ts';

const strings = suite('cipher strings');
const select = (text: string): readonly string[] => parseCiphers(text).map(opensslName);

strings('OPENSSL_DEFAULT_CIPHERS are thirty, with the versions in which they first appeared', () => {
  const lines = OPENSSL_DEFAULT_CIPHERS.map((cipher) => cipher.join(' '));
  assert.equal(lines, [
    'TLS_AES_256_GCM_SHA384 TLSv1.3 256',
    'TLS_CHACHA20_POLY1305_SHA256 TLSv1.3 256',
    'TLS_AES_128_GCM_SHA256 TLSv1.3 128',
    'ECDHE-ECDSA-AES256-GCM-SHA384 TLSv1.2 256',
    'ECDHE-RSA-AES256-GCM-SHA384 TLSv1.2 256',
    'DHE-RSA-AES256-GCM-SHA384 TLSv1.2 256',
    'ECDHE-ECDSA-CHACHA20-POLY1305 TLSv1.2 256',
    'ECDHE-RSA-CHACHA20-POLY1305 TLSv1.2 256',
    'DHE-RSA-CHACHA20-POLY1305 TLSv1.2 256',
    'ECDHE-ECDSA-AES128-GCM-SHA256 TLSv1.2 128',
    'ECDHE-RSA-AES128-GCM-SHA256 TLSv1.2 128',
    'DHE-RSA-AES128-GCM-SHA256 TLSv1.2 128',
    'ECDHE-ECDSA-AES256-SHA384 TLSv1.2 256',
    'ECDHE-RSA-AES256-SHA384 TLSv1.2 256',
    'DHE-RSA-AES256-SHA256 TLSv1.2 256',
    'ECDHE-ECDSA-AES128-SHA256 TLSv1.2 128',
    'ECDHE-RSA-AES128-SHA256 TLSv1.2 128',
    'DHE-RSA-AES128-SHA256 TLSv1.2 128',
    'ECDHE-ECDSA-AES256-SHA TLSv1.0 256',
    'ECDHE-RSA-AES256-SHA TLSv1.0 256',
    'DHE-RSA-AES256-SHA SSLv3 256',
    'ECDHE-ECDSA-AES128-SHA TLSv1.0 128',
    'ECDHE-RSA-AES128-SHA TLSv1.0 128',
    'DHE-RSA-AES128-SHA SSLv3 128',
    'AES256-GCM-SHA384 TLSv1.2 256',
    'AES128-GCM-SHA256 TLSv1.2 128',
    'AES256-SHA256 TLSv1.2 256',
    'AES128-SHA256 TLSv1.2 128',
    'AES256-SHA SSLv3 256',
    'AES128-SHA SSLv3 128',
  ]);
});

strings('names select one suite each, in their order, by OpenSSL or by IANA', () => {
  assert.equal(select('AES128-SHA:TLS_RSA_WITH_AES_256_CBC_SHA,ECDHE-RSA-AES128-SHA AES128-SHA'), [
    'AES128-SHA',
    'AES256-SHA',
    'ECDHE-RSA-AES128-SHA',
  ]);
});

strings('- takes out, ! for good, + puts last', () => {
  assert.equal(select('kRSA+AESGCM:-AES128:AES128-GCM-SHA256'), ['AES256-GCM-SHA384', 'AES128-GCM-SHA256']);
  assert.equal(select('kRSA+AESGCM:!AES128:AES128-GCM-SHA256'), ['AES256-GCM-SHA384']);
  assert.equal(select('kRSA+AESGCM:+AES256'), ['AES128-GCM-SHA256', 'AES256-GCM-SHA384']);
});

strings('@STRENGTH sorts by bits, @SECLEVEL leaves out', () => {
  assert.equal(select('AES128-GCM-SHA256:AES256-GCM-SHA384:@STRENGTH'), [
    'AES256-GCM-SHA384',
    'AES128-GCM-SHA256',
  ]);
  const level = (n: number): readonly string[] => select(`DEFAULT:!PSK:@SECLEVEL=${n}`);
  assert.is(level(2).length, 27);
  assert.not.ok(level(3).some((name) => name.startsWith('AES')));
  assert.not.ok(level(4).some((name) => name.endsWith('-SHA') || name.includes('128')));
});

for (const text of ['', 'nonsense', 'aNULL', 'DEFAULT:!ALL', 'constructor', 'ECDHE+nonsense']) {
  strings(`"${text}" selects nothing, and that is an error`, () => {
    assert.throws(
      () => parseCiphers(text),
      (error: unknown) => error instanceof SSLError && error.reason === 'NO_CIPHER_MATCH',
    );
  });
}

strings('suites of TLS 1.3 are listed by name, and each has to be known', () => {
  const two = 'TLS_CHACHA20_POLY1305_SHA256:TLS_AES_128_GCM_SHA256';
  assert.equal(parseCiphersuites(two), two.split(':'));
  for (const text of ['', 'TLS_AES_128_CCM_SHA256', `${two}:AES128-SHA`]) {
    assert.throws(
      () => parseCiphersuites(text),
      (error: unknown) => error instanceof SSLError,
    );
  }
});

const openssl = findOpenssl();
if (openssl === undefined) console.log('skipped: OpenSSL 3 is not installed, its cipher strings');
function selectedByOpenssl(text: string): readonly string[] {
  return execFileSync(openssl ?? '', ['ciphers', text], { encoding: 'utf8' })
    .trim()
    .split(':');
}

// Its list has suites that nobody speaks here; ours some that it does not know (RFC 8442).
const ours = new Set(suiteNames12().map(opensslName));
const theirOwn = new Set(openssl === undefined ? [] : selectedByOpenssl('ALL:PSK:@SECLEVEL=0'));
for (const text of [
  'DEFAULT',
  'HIGH',
  'ECDHE+AESGCM',
  'ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:!aNULL:!MD5:!DSS',
  'ALL:!PSK:!AESCCM:@SECLEVEL=0',
  'HIGH:!aNULL:!kRSA:-SHA1:+AES128',
  'kRSA:ECDSA:@STRENGTH',
  'AESGCM:SHA256:SHA384',
  'EECDH+AES256:EDH+AES128:RSA+SHA1',
]) {
  (openssl ? strings : strings.skip)(`OpenSSL selects the same suites for "${text}"`, () => {
    const theirs = selectedByOpenssl(text).filter((name) => ours.has(name));
    const mine = select(text).filter((name) => theirOwn.has(name));
    assert.equal([...mine].sort(), [...theirs].sort());
  });
}

strings('every suite has a description', () => {
  for (const name of suiteNames12()) assert.is(describeCipher(name).length, 3);
});

strings.run();
