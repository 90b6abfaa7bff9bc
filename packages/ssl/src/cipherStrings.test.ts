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

for (const text of [
  ...['', ':', 'nonsense', 'aNULL', 'DEFAULT:!ALL', 'constructor', 'ECDHE+nonsense'],
  ...['ALL:@SECLEVEL=6', 'ALL:@SECLEVEL=', '@FOO:ALL', 'ALL:@', 'ALL:!', 'ALL+', 'ALL%PSK', 'ALL:!\u00e9'],
]) {
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
function selectedByOpenssl(text: string): readonly string[] {
  return execFileSync(openssl ?? '', ['ciphers', '-s', '-psk', '-tls1_2', text], { encoding: 'utf8' })
    .trim()
    .split(':');
}

/** Mozilla's recommendation, as its generator gives it to servers. */
const intermediate =
  'ECDHE-ECDSA-AES128-GCM-SHA256:ECDHE-RSA-AES128-GCM-SHA256:ECDHE-ECDSA-AES256-GCM-SHA384:ECDHE-RSA-AES256-GCM-SHA384:' +
  'ECDHE-ECDSA-CHACHA20-POLY1305:ECDHE-RSA-CHACHA20-POLY1305:DHE-RSA-AES128-GCM-SHA256:DHE-RSA-AES256-GCM-SHA384:DHE-RSA-CHACHA20-POLY1305';
const old = `${intermediate}:ECDHE-ECDSA-AES128-SHA256:ECDHE-RSA-AES128-SHA256:ECDHE-ECDSA-AES128-SHA:ECDHE-RSA-AES128-SHA:DHE-RSA-AES256-SHA256:AES128-GCM-SHA256:AES256-SHA:DES-CBC3-SHA`;
/** What people write in programs and configurations. */
const written = `
DEFAULT
ALL
HIGH
HIGH:!aNULL
HIGH:!aNULL:!MD5
HIGH:MEDIUM:!MD5:!RC4
HIGH:!aNULL:!eNULL:!EXPORT:!DES:!RC4:!MD5:!PSK:!SRP:!CAMELLIA
DEFAULT:!aNULL:!eNULL
DEFAULT:!DH:!kRSA
DEFAULT:+kRSA
DEFAULT@SECLEVEL=1
DEFAULT:@SECLEVEL=2
DEFAULT:@SECLEVEL=3
HIGH:@SECLEVEL=4
HIGH:@SECLEVEL=5
ALL:@SECLEVEL=0
ALL:!COMPLEMENTOFDEFAULT:!eNULL
COMPLEMENTOFDEFAULT:AES128-SHA
ECDHE+AESGCM
ECDHE+AESGCM:ECDHE+CHACHA20
ECDHE+AESGCM:ECDHE+CHACHA20:DHE+AESGCM:DHE+CHACHA20:!aNULL:!MD5:!DSS
@SECLEVEL=2:ECDH+AESGCM:ECDH+CHACHA20:ECDH+AES:DHE+AES:!aNULL:!eNULL:!aDSS:!SHA1:!AESCCM
${intermediate}
${old}
TLS_AES_128_GCM_SHA256:TLS_AES_256_GCM_SHA384:ECDHE-RSA-AES128-GCM-SHA256
EECDH+AESGCM:EDH+AESGCM:AES256+EECDH:AES256+EDH
AES256+EECDH:AES256+EDH:!aNULL
EECDH+ECDSA+AESGCM:EECDH+aRSA+AESGCM:EECDH+ECDSA+SHA384:EECDH+ECDSA+SHA256:EECDH+aRSA+SHA384:EECDH:EDH+aRSA:!LOW:!3DES:!EXP:!PSK:!DSS
kEECDH+AES128:kEECDH:kEDH:-3DES:kRSA+AES128:kEDH+3DES:DES-CBC3-SHA:!RC4:!aNULL:!SEED:!IDEA:!PSK:!SRP:!SSLv2
ALL:!aNULL:!ADH:!eNULL:!LOW:!EXP:RC4+RSA:+HIGH:+MEDIUM
HIGH:!kRSA:!aNULL:-SHA1:+AES128
HIGH:+AES128:+SHA1
HIGH:!DSS:!aNULL@STRENGTH
ALL:@STRENGTH:!PSK
kRSA:ECDSA:@STRENGTH
TLSv1.2+ECDHE:!AESCCM
TLSv1.2:!aNULL:!eNULL
TLSv1:SSLv3
FIPS:!aNULL
PSK:-SHA1
kPSK:kDHEPSK:kECDHEPSK
AESGCM:SHA256:SHA384
AESCCM:!AESCCM8
EECDH+AES256:EDH+AES128:RSA+SHA1
AES128-SHA:AES256-SHA:-AES128-SHA:ECDHE-RSA-AES128-SHA:kRSA
!AES128-SHA:AES128-SHA:AES256-SHA
ECDHE-RSA-AES256-GCM-SHA384 ECDHE-RSA-AES128-GCM-SHA256
ECDHE-RSA-AES256-GCM-SHA384,ECDHE-RSA-AES128-GCM-SHA256
CBC:!PSK
ALL@SECLEVEL=0:!PSK
ALL!PSK
ALL:!CBC
COMPLEMENTOFDEFAULT
 :HIGH, ;
MEDIUM:LOW:AES128-SHA`
  .trim()
  .split('\n');

// Its list has suites that nobody speaks here; ours some that it does not know (RFC 8442).
const ours = new Set(suiteNames12().map(opensslName));
const theirOwn = new Set(openssl === undefined ? [] : selectedByOpenssl('ALL:@SECLEVEL=0'));
for (const text of written) {
  const title = `OpenSSL selects the same suites, in the same order, for "${text}"`;
  (openssl ? strings : strings.skip)(title, () => {
    assert.equal(
      select(text).filter((name) => theirOwn.has(name)),
      selectedByOpenssl(text).filter((name) => ours.has(name)),
    );
  });
}
if (openssl === undefined)
  console.log('skipped: OpenSSL 3 is not installed, cipher strings are not compared');

strings('every suite has a description', () => {
  for (const name of suiteNames12()) assert.is(describeCipher(name).length, 3);
});

strings.run();
