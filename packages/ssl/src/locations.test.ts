import {
  createDefaultContext,
  type Files,
  OSError,
  type Platform,
  SSLCertVerificationError,
  SSLContext,
  SSLError,
  type VerifyLocations,
} from '@halfclose/ssl';
import { createAuthority, type Issued, pem } from '@halfclose/testing/ca';
import { createScriptedServer, overTransport } from '@halfclose/testing/peer';
import { memoryPair } from '@halfclose/transports/memory';
import { parseCertificate } from '@halfclose/x509';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';

const root = await createAuthority();
const other = await createAuthority();
const ours = await root.issue({ dnsNames: ['example.com'] });

const newContext = (): SSLContext => new SSLContext(createTestPlatform());

async function rejection(call: Promise<unknown>): Promise<Error> {
  return call.then(
    () => assert.unreachable('should have failed') as never,
    (error) => error,
  );
}

/** What a client that trusts these locations, or the default, says of a server under our authority. */
async function refusal(
  platform: Partial<Platform>,
  locations: VerifyLocations = {},
  credentials: Pick<Issued, 'chain' | 'keyType' | 'key'> = ours,
  serverHostname = 'example.com',
): Promise<SSLCertVerificationError | undefined> {
  const context = await createDefaultContext(createTestPlatform(platform), locations);
  const [near, far] = memoryPair();
  overTransport(createScriptedServer({ credentials }), far);
  const socket = context.wrapSocket(near, { serverHostname });
  const error = await socket.doHandshake().then(
    () => undefined,
    (caught) => caught,
  );
  const closing = socket.close();
  far.break();
  await closing;
  if (error !== undefined) assert.instance(error, SSLCertVerificationError, String(error));
  return error;
}

async function verdict(...args: Parameters<typeof refusal>): Promise<string> {
  return (await refusal(...args))?.verifyMessage ?? 'trusted';
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

test("OpenSSL's own form of certificates, with what each is trusted for", async () => {
  // X509_CERT_AUX with a list of trusted uses that is empty, and none at all.
  const trusted = (...auxiliary: number[]): string =>
    pem('TRUSTED CERTIFICATE', Uint8Array.of(...root.certificate, ...auxiliary));
  const forNothing = trusted(0x30, 2, 0x30, 0);
  const files = filesOf({ 'yes.pem': trusted(), 'no.pem': forNothing, 'certs/0a1b2c3d.0': forNothing });
  assert.is(await verdict({ files }, { cafile: 'yes.pem' }), 'trusted');
  assert.is(await verdict({ files }, { cadata: trusted() }), 'trusted');
  for (const locations of [{ cafile: 'no.pem' }, { capath: 'certs' }, { cadata: forNothing }]) {
    assert.is(await verdict({ files }, locations), 'unable to get local issuer certificate');
  }
  const error = await rejection(newContext().loadVerifyLocations({ cadata: trusted(0x04, 0) }));
  assert.match(error.message, /^\[X509: MALFORMED\] cadata: certificate 1 of 1: /);
});

test('certificates from files and directories', async () => {
  const files = filesOf({
    'ca.pem': root.pem,
    'empty.pem': 'nothing here',
    'hashed/0a1b2c3d.0': root.pem,
    'hashed/0a1b2c3d.1': other.pem,
    'hashed/README': 'not a certificate',
    'hashed/other.pem': 'not looked at',
    'unhashed/README': root.pem,
    'unhashed/key.pem': pem('PRIVATE KEY', Uint8Array.of(0x30, 0)),
    'unhashed/broken.pem': '-----BEGIN CERTIFICATE-----',
    'unhashed/root.CRT': root.pem,
    'without/README': root.pem,
    'without/.root.pem': root.pem,
  });
  for (const locations of [
    { cafile: 'ca.pem', capath: null, cadata: null },
    { capath: 'hashed' },
    { capath: 'unhashed' },
  ]) {
    assert.is(await verdict({ files }, locations), 'trusted');
  }

  const context = new SSLContext(createTestPlatform({ files }));
  const missing = await rejection(context.loadVerifyLocations({ cafile: 'nowhere.pem' }));
  assert.instance(missing, OSError);
  assert.is(missing.message, '[Errno 2] No such file or directory: "nowhere.pem"');
  assert.is((missing as OSError).code, 'ENOENT');
  assert.is((missing as OSError).errno, 2);
  assert.match((await rejection(context.loadVerifyLocations({ capath: 'nowhere' }))).message, /^\[Errno 2\]/);
  for (const locations of [{ cafile: 'empty.pem' }, { capath: 'without' }]) {
    assert.match(
      (await rejection(context.loadVerifyLocations(locations))).message,
      /NO_CERTIFICATE_OR_CRL_FOUND/,
    );
  }
  const omitted = await rejection(context.loadVerifyLocations({}));
  assert.instance(omitted, TypeError);
  assert.is(omitted.message, 'cafile, capath, cadata and anchors cannot be all omitted');
});

test('a directory in which a file may not be read, or is a directory', async () => {
  const files = filesOf({ 'certs/root.pem': root.pem, 'certs/secret.pem': '', 'certs/more.pem': '' });
  const codes: Record<string, string> = { 'certs/secret.pem': 'EACCES', 'certs/more.pem': 'EISDIR' };
  const read = async (path: string): Promise<Uint8Array> => {
    const code = codes[path];
    if (code !== undefined) throw Object.assign(new Error('not for you'), { code });
    return files.read(path);
  };
  assert.is(await verdict({ files: { ...files, read } }, { capath: 'certs' }), 'trusted');
  const list = async (): Promise<readonly string[]> => ['secret.pem', 'more.pem'];
  const context = new SSLContext(createTestPlatform({ files: { list, read } }));
  const error = await rejection(context.loadVerifyLocations({ capath: 'certs' }));
  assert.is(error.message, '[Errno 13] Permission denied: "certs/secret.pem"');
});

test('authorities by name and key, with the limits that are set to them', async () => {
  const { subject, spki } = parseCertificate(root.certificate);
  const anchor = { subject: subject.encoded, spki };
  assert.is(await verdict({}, { anchors: [anchor] }), 'trusted');
  assert.is(await verdict({ defaultLocations: () => ({ anchors: [anchor] }) }), 'trusted');
  // NameConstraints: { permittedSubtrees { dNSName ".tr" } }, as Mozilla sets them.
  const turkey = Uint8Array.of(0x30, 9, 0xa0, 7, 0x30, 5, 0x82, 3, 0x2e, 0x74, 0x72);
  assert.is(
    await verdict({}, { anchors: [{ ...anchor, nameConstraints: turkey }] }),
    'permitted subtree violation',
  );
  const turkish = await root.issue({ dnsNames: ['example.tr'] });
  assert.is(
    await verdict({}, { anchors: [{ ...anchor, nameConstraints: turkey }] }, turkish, 'example.tr'),
    'trusted',
  );
  const issuedLate = await refusal({}, { anchors: [{ ...anchor, distrustAfter: Date.UTC(2020, 1, 29) }] });
  assert.match(
    issuedLate?.message ?? '',
    /was issued on .*, and what CN=.* has issued after 2020-02-29.* is not trusted/,
  );
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
    [{ caFile: 'ca.pem' }, 'unknown location "caFile": cafile, capath, cadata and anchors are known'],
    [{ cafile: 5 }, 'cafile must be a string, not a number'],
    [{ capath: true }, 'capath must be a string, not a boolean'],
    [{ anchors: [] }, 'Empty list of anchors'],
    [{ anchors: {} }, 'anchors must be a list of objects with subject and spki, not an object'],
    [
      { anchors: [root.certificate] },
      'anchors must be a list of objects with subject and spki, not an object',
    ],
    [
      { constructor: 'ca.pem' },
      'unknown location "constructor": cafile, capath, cadata and anchors are known',
    ],
    [{ cadata: [root.pem] }, 'cadata must be a string or a Uint8Array, not an object'],
    ['ca.pem', 'locations must be an object with cafile, capath, cadata or anchors'],
    [['ca.pem'], 'locations must be an object with cafile, capath, cadata or anchors'],
    [null, 'locations must be an object with cafile, capath, cadata or anchors'],
  ];
  for (const [locations, message] of cases) {
    const error = await rejection(createDefaultContext(platform, locations as VerifyLocations));
    assert.is(error.message, message);
    const same = await rejection(new SSLContext(platform).loadVerifyLocations(locations as VerifyLocations));
    assert.is(same.message, message);
  }
});

test.run();
