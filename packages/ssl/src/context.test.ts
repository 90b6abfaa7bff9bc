import {
  CERT_NONE,
  CERT_OPTIONAL,
  CERT_REQUIRED,
  createDefaultContext,
  type Files,
  OSError,
  PROTOCOL_TLS_CLIENT,
  SSLCertVerificationError,
  SSLContext,
  SSLError,
  TLSVersion,
  ValueError,
  type VerifyLocations,
  type VerifyMode,
} from '@halfclose/ssl';
import { createAuthority } from '@halfclose/testing/ca';
import { createScriptedServer, overTransport } from '@halfclose/testing/peer';
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

test('checkHostname is turned off by false, and by nothing that only looks like it', () => {
  const context = newContext();
  for (const value of [undefined, null, 0, '', 1, 'no']) {
    assert.throws(
      () => {
        context.checkHostname = value as unknown as boolean;
      },
      (error: unknown) => error instanceof TypeError,
      String(value),
    );
    assert.is(context.checkHostname, true);
  }
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
    '999.999.999.999',
    '192.0.2.01',
    '1.2.3',
    '127.1',
    '2130706433',
    '0x7f000001',
    '1:2',
    '::::',
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

test('a socket that was detached is closed when there is nothing to offer', () => {
  const platform = createTestPlatform();
  const context = new SSLContext({ ...platform, crypto: { ...platform.crypto, aeads: [] } });
  let closed = 0;
  const transport = {
    ...carrier(),
    async close() {
      closed += 1;
      throw new Error('and that fails, too');
    },
  };
  const options = { serverHostname: 'example.com' };
  assert.throws(() => context.wrapSocket({ detach: () => transport }, options), /no cipher suite/);
  assert.is(closed, 1);
  // A transport that is given itself is still its owner's.
  assert.throws(() => context.wrapSocket(transport, options), /no cipher suite/);
  assert.is(closed, 1);
});

test('what is set after wrapSocket is for other sockets, and what is trusted is for all', async () => {
  const credentials = await root.issue({ dnsNames: ['example.com'] });
  const context = newContext();
  context.setAlpnProtocols(['h2']);
  const [ours, theirs] = memoryPair();
  const server = createScriptedServer({ credentials, alpn: 'h2' });
  overTransport(server, theirs);
  const connector = { connect: async () => ours, close() {} };
  const socket = context.wrapSocket({ detach: () => connector }, { serverHostname: 'other.example' });
  await context.loadVerifyLocations({ cadata: root.pem });
  context.setAlpnProtocols([]);
  context.checkHostname = false;
  context.verifyMode = CERT_NONE;
  const error = await rejection(socket.connect(['example.com', 443]));
  assert.instance(error, SSLCertVerificationError);
  assert.is((error as SSLCertVerificationError).verifyCode, 62);
  const closing = socket.close();
  theirs.break();
  await closing;
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

test('ALPN protocols are printable ASCII of 1 to 255 characters, and not too many', () => {
  const context = newContext();
  assert.throws(
    () => context.setAlpnProtocols(['h2', '']),
    (error: unknown) => error instanceof SSLError,
  );
  assert.throws(() => context.setAlpnProtocols('h2'), /a list of names, not one name/);
  assert.throws(() => context.setAlpnProtocols(['x'.repeat(256)]), /1 to 255 in length, not 256/);
  assert.throws(
    () => context.setAlpnProtocols(['ü']),
    (error: unknown) => error instanceof ValueError,
  );
  assert.throws(
    () => context.setAlpnProtocols(['h2', '\x01']),
    (error: unknown) => error instanceof ValueError,
  );
  assert.throws(
    () => context.setAlpnProtocols([undefined as unknown as string]),
    (error: unknown) => error instanceof TypeError,
  );
  const most = new Array<string>(64).fill('x'.repeat(255));
  context.setAlpnProtocols(most);
  context.wrapSocket(carrier(), { serverHostname: 'example.com' });
  assert.throws(
    () => context.setAlpnProtocols([...most, 'h2']),
    /ALPN protocols are 16387 octets with their lengths, and 16384 can be sent/,
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

test('a malformed certificate among good ones is an error where it was named, and left out of the defaults', async () => {
  const malformed = Uint8Array.of(0x30, 0);
  const pem = `${root.pem}-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n`;
  const files = filesOf({ 'ca.pem': pem, 'certs/0a1b2c3d.0': pem });
  const context = new SSLContext(createTestPlatform({ files }));
  for (const locations of [
    { cadata: Buffer.concat([root.certificate, malformed]) },
    { cadata: pem },
    { cafile: 'ca.pem' },
  ]) {
    const error = await rejection(context.loadVerifyLocations(locations));
    assert.instance(error, SSLError);
    assert.match(error.message, /^\[X509: MALFORMED\] (cadata|"ca.pem"): certificate 2 of 2: /);
  }
  await context.loadVerifyLocations({ capath: 'certs' });
  const defaults = createTestPlatform({ files, defaultLocations: () => ({ cafile: 'ca.pem' }) });
  await new SSLContext(defaults).loadDefaultCerts();
});

test("OpenSSL's own form of certificates is named as what is wrong", async () => {
  const trusted = root.pem.replaceAll(' CERTIFICATE', ' TRUSTED CERTIFICATE');
  const files = filesOf({
    'trusted/0a1b2c3d.0': trusted,
    'both/0a1b2c3d.0': trusted,
    'both/0a1b2c3d.1': root.pem,
  });
  const context = new SSLContext(createTestPlatform({ files }));
  for (const locations of [{ cadata: trusted }, { cadata: root.pem + trusted }, { capath: 'trusted' }]) {
    const error = await rejection(context.loadVerifyLocations(locations));
    assert.instance(error, SSLError);
    assert.match(error.message, /has a TRUSTED CERTIFICATE, which only OpenSSL reads/);
  }
  await context.loadVerifyLocations({ capath: 'both' });
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

test('a directory with a link that leads nowhere', async () => {
  const files = filesOf({ 'certs/0a1b2c3d.0': root.pem });
  const list = async (): Promise<readonly string[]> => ['ffffffff.0', '0a1b2c3d.0'];
  await new SSLContext(createTestPlatform({ files: { ...files, list } })).loadVerifyLocations({
    capath: 'certs',
  });
  const read = async (): Promise<Uint8Array> => {
    throw Object.assign(new Error('not for you'), { code: 'EACCES' });
  };
  const context = new SSLContext(createTestPlatform({ files: { list, read } }));
  assert.is(
    (await rejection(context.loadVerifyLocations({ capath: 'certs' }))).message,
    '[Errno 13] Permission denied: "certs/ffffffff.0"',
  );
});

test('of several default locations those without certificates are passed over, if another has some', async () => {
  const files = filesOf({ 'certs/0a1b2c3d.0': root.pem, 'empty/README': '' });
  const contextWith = (...capaths: string[]): SSLContext =>
    new SSLContext(
      createTestPlatform({ files, defaultLocations: () => capaths.map((capath) => ({ capath })) }),
    );
  await contextWith('nowhere', 'empty', 'certs').loadDefaultCerts();
  assert.is(
    (await rejection(contextWith('nowhere', 'empty').loadDefaultCerts())).message,
    '[Errno 2] No such file or directory: "nowhere"',
  );
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
  await createDefaultContext(platform, { cafile: null, capath: undefined });
  assert.is(asked, 2);
});

test('what is given and empty, misspelt or of the wrong type is not the same as nothing', async () => {
  const platform = createTestPlatform({
    files: filesOf({}),
    defaultLocations: () => assert.unreachable('the default was not asked for') as never,
  });
  const cases: [unknown, string][] = [
    [{ cafile: '' }, '[Errno 2] No such file or directory: ""'],
    [{ capath: '' }, '[Errno 2] No such file or directory: ""'],
    [{ cadata: '' }, 'Empty certificate data'],
    [{ cadata: new Uint8Array(0) }, 'Empty certificate data'],
    [{ caFile: 'ca.pem' }, 'unknown location "caFile": cafile, capath and cadata are known'],
    [{ cafile: 5 }, 'cafile must be a string, not a number'],
    [{ capath: true }, 'capath must be a string, not a boolean'],
    [{ cadata: [root.pem] }, 'cadata must be a string or a Uint8Array, not an object'],
    ['ca.pem', 'locations must be an object with cafile, capath or cadata'],
    [['ca.pem'], 'locations must be an object with cafile, capath or cadata'],
    [null, 'locations must be an object with cafile, capath or cadata'],
  ];
  for (const [locations, message] of cases) {
    const error = await rejection(createDefaultContext(platform, locations as VerifyLocations));
    assert.is(error.message, message);
    const same = await rejection(new SSLContext(platform).loadVerifyLocations(locations as VerifyLocations));
    assert.is(same.message, message);
  }
});

test.run();
