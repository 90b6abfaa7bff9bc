import {
  CERT_NONE,
  CERT_OPTIONAL,
  CERT_REQUIRED,
  createDefaultContext,
  type Files,
  OSError,
  PROTOCOL_TLS_CLIENT,
  SSLContext,
  SSLError,
  TLSVersion,
  ValueError,
  type VerifyMode,
} from '@halfclose/ssl';
import { createAuthority } from '@halfclose/testing/ca';
import { memoryPair } from '@halfclose/transports/memory';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';

const root = await createAuthority();
const other = await createAuthority();

const newContext = (): SSLContext => new SSLContext(createTestPlatform());
const carrier = () => memoryPair()[0];

async function rejection(call: Promise<unknown>): Promise<Error> {
  return call.then(
    () => assert.unreachable('should have failed') as never,
    (error) => error,
  );
}

/** Files that are not there fail as Node's do. */
function filesOf(contents: Record<string, string>): Files {
  const missing = (path: string): Error =>
    Object.assign(new Error(`ENOENT: no such file, open '${path}'`), { code: 'ENOENT', errno: -2 });
  return {
    async read(path) {
      const text = contents[path];
      if (text === undefined) throw missing(path);
      return new TextEncoder().encode(text);
    },
    async list(path) {
      const names = Object.keys(contents).filter((name) => name.startsWith(`${path}/`));
      if (names.length === 0) throw missing(path);
      return names.map((name) => name.slice(path.length + 1));
    },
  };
}

test('a new context verifies certificates and host names', () => {
  const context = newContext();
  assert.is(context.protocol, PROTOCOL_TLS_CLIENT);
  assert.is(context.verifyMode, CERT_REQUIRED);
  assert.is(context.checkHostname, true);
  assert.throws(
    () => new SSLContext(createTestPlatform(), 17),
    (error: unknown) => error instanceof ValueError,
  );
});

test('verifyMode and checkHostname depend on each other as in Python', () => {
  const context = newContext();
  assert.throws(() => {
    context.verifyMode = CERT_NONE;
  }, 'Cannot set verifyMode to CERT_NONE when checkHostname is enabled.');
  assert.is(context.verifyMode, CERT_REQUIRED);
  context.verifyMode = CERT_OPTIONAL;
  context.checkHostname = false;
  context.verifyMode = CERT_NONE;
  assert.is(context.verifyMode, CERT_NONE);
  context.checkHostname = true;
  assert.is(context.verifyMode, CERT_REQUIRED);
  assert.throws(() => {
    context.verifyMode = 17 as VerifyMode;
  }, 'invalid value for verifyMode: 17');
});

test('checkHostname needs a name, which must be one', () => {
  const context = newContext();
  for (const serverHostname of [undefined, null, '']) {
    assert.throws(
      () => context.wrapSocket(carrier(), { serverHostname }),
      'checkHostname requires serverHostname',
    );
  }
  const refused = [
    '.example.com',
    'a..b',
    'has space',
    'bücher.example',
    '[::1]',
    'fe80::1%eth0',
    'a'.repeat(64),
  ];
  for (const serverHostname of refused) {
    assert.throws(
      () => context.wrapSocket(carrier(), { serverHostname }),
      (error: unknown) => error instanceof ValueError,
      serverHostname,
    );
  }
  const names = [
    'example.com',
    'example.com.',
    'xn--bcher-kva.example',
    '_dmarc.example',
    '192.0.2.1',
    '2001:db8::1',
  ];
  for (const serverHostname of names) {
    const socket = context.wrapSocket(carrier(), { serverHostname });
    assert.is(socket.serverHostname, serverHostname.replace(/\.$/, ''));
  }
  context.checkHostname = false;
  assert.is(context.wrapSocket(carrier()).serverHostname, null);
});

test('a name that is refused leaves the socket alone', () => {
  let detached = 0;
  const socket = {
    detach() {
      detached += 1;
      return carrier();
    },
  };
  assert.throws(
    () => newContext().wrapSocket(socket, { serverHostname: '-' }),
    /neither a DNS name nor an IP address/,
  );
  assert.is(detached, 0);
  newContext().wrapSocket(socket, { serverHostname: 'a' });
  assert.is(detached, 1);
});

test('versions: TLS 1.3 must be within the range', () => {
  const context = newContext();
  assert.is(context.minimumVersion, TLSVersion.MINIMUM_SUPPORTED);
  assert.is(context.maximumVersion, TLSVersion.MAXIMUM_SUPPORTED);
  context.minimumVersion = TLSVersion.TLSv1_2;
  assert.is(context.minimumVersion, TLSVersion.TLSv1_2);
  context.minimumVersion = TLSVersion.TLSv1_3;
  context.maximumVersion = TLSVersion.TLSv1_3;
  assert.throws(() => {
    context.maximumVersion = TLSVersion.TLSv1_2;
  }, 'maximumVersion is below TLS 1.3, the only version that is supported');
  assert.is(context.maximumVersion, TLSVersion.TLSv1_3);
  assert.throws(() => {
    context.minimumVersion = 0x11 as TLSVersion;
  }, 'Unsupported TLS/SSL version 17');
});

test('ALPN protocols are ASCII of 1 to 255 characters', () => {
  const context = newContext();
  assert.throws(
    () => context.setAlpnProtocols(['h2', '']),
    (error: unknown) => error instanceof SSLError,
  );
  assert.throws(() => context.setAlpnProtocols(['x'.repeat(256)]), /1 to 255 in length, not 256/);
  assert.throws(
    () => context.setAlpnProtocols(['ü']),
    (error: unknown) => error instanceof ValueError,
  );
  context.setAlpnProtocols(['h2', 'http/1.1']);
  context.setAlpnProtocols([]);
});

test('certificates from memory: PEM with anything around it, DER one after the other', async () => {
  const context = newContext();
  await context.loadVerifyLocations({ cadata: `# two roots\n${root.pem}\nBegründung\n${other.pem}` });
  await context.loadVerifyLocations({ cadata: Buffer.concat([root.certificate, other.certificate]) });

  const failures: [string | Uint8Array, string][] = [
    ['', 'Empty certificate data'],
    [new Uint8Array(0), 'Empty certificate data'],
    ['hello', '[X509: NO_CERTIFICATE_OR_CRL_FOUND] there is no certificate in cadata'],
    [
      root.certificate.subarray(0, 100),
      '[ASN1: NOT_ENOUGH_DATA] cadata has no whole DER certificate at octet 0',
    ],
    [Uint8Array.of(0x30, 0x80), '[ASN1: NOT_ENOUGH_DATA] cadata has no whole DER certificate at octet 0'],
  ];
  for (const [cadata, message] of failures) {
    assert.is((await rejection(context.loadVerifyLocations({ cadata }))).message, message);
  }
  const noCertificate = await rejection(context.loadVerifyLocations({ cadata: Uint8Array.of(0x30, 0) }));
  assert.instance(noCertificate, SSLError);
  assert.match(noCertificate.message, /^\[X509: MALFORMED\] cadata: /);
  const badPem = root.pem.replace('\nMII', '\n?II');
  assert.match(
    (await rejection(context.loadVerifyLocations({ cadata: badPem }))).message,
    /^\[PEM: BAD_BASE64_DECODE\]/,
  );
});

test('a malformed certificate among good ones is left out', async () => {
  const context = newContext();
  await context.loadVerifyLocations({ cadata: Buffer.concat([Uint8Array.of(0x30, 0), root.certificate]) });
});

test('certificates from files and directories', async () => {
  const files = filesOf({
    'ca.pem': root.pem,
    'empty.pem': 'nothing here',
    'certs/0a1b2c3d.0': root.pem,
    'certs/0a1b2c3d.1': other.pem,
    'certs/README': 'not a certificate',
    'certs/0a1b2c3d.r0': 'a revocation list',
    'unhashed/root.pem': root.pem,
  });
  const context = new SSLContext(createTestPlatform({ files }));
  await context.loadVerifyLocations({ cafile: 'ca.pem', capath: null, cadata: null });
  await context.loadVerifyLocations({ capath: 'certs' });

  const missing = await rejection(context.loadVerifyLocations({ cafile: 'nowhere.pem' }));
  assert.instance(missing, OSError);
  assert.is(missing.message, '[Errno 2] No such file or directory: "nowhere.pem"');
  assert.is((missing as OSError).code, 'ENOENT');
  assert.is((missing as OSError).errno, 2);
  assert.match((await rejection(context.loadVerifyLocations({ capath: 'nowhere' }))).message, /^\[Errno 2\]/);
  for (const locations of [{ cafile: 'empty.pem' }, { capath: 'unhashed' }]) {
    assert.match(
      (await rejection(context.loadVerifyLocations(locations))).message,
      /NO_CERTIFICATE_OR_CRL_FOUND/,
    );
  }
  const omitted = await rejection(context.loadVerifyLocations({}));
  assert.instance(omitted, TypeError);
  assert.is(omitted.message, 'cafile, capath and cadata cannot be all omitted');
});

test('a platform without files or certificates says so', async () => {
  const context = newContext();
  for (const call of [
    context.loadVerifyLocations({ cafile: 'ca.pem' }),
    context.loadVerifyLocations({ capath: 'certs' }),
    context.loadDefaultCerts(),
    createDefaultContext(createTestPlatform()),
  ]) {
    assert.is(((await rejection(call)) as OSError).code, 'ENOSYS');
  }
});

test('createDefaultContext trusts what it is given, or else what the platform trusts', async () => {
  let asked = 0;
  const platform = createTestPlatform({
    defaultLocations() {
      asked += 1;
      return { cadata: root.pem };
    },
  });
  const given = await createDefaultContext(platform, { cadata: other.pem });
  assert.is(given.verifyMode, CERT_REQUIRED);
  assert.is(given.checkHostname, true);
  assert.is(asked, 0);
  await createDefaultContext(platform);
  assert.is(asked, 1);
});

test.run();
