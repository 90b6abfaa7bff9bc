/** The functions of Python's ssl module. */
import { spawnSync } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createAuthority } from '@halfclose/testing/ca';
import { startTcpServer, startTlsServer } from '@halfclose/testing/servers';
import * as fc from 'fast-check';
import {
  certTimeToSeconds,
  DERCertToPEMCert,
  getDefaultVerifyPaths,
  getServerCertificate,
  OSError,
  PEMCertToDERCert,
  RAND_bytes,
  RAND_status,
  SHUT_WR,
  Socket,
  SSLCertVerificationError,
  SSLContext,
  TimeoutError,
  ValueError,
} from 'halfclose';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import * as elsewhere from './index.ts';

const test = suite("the module's functions");
const root = await createAuthority();
const credentials = await root.issue({ dnsNames: ['localhost'], ipAddresses: ['127.0.0.1'] });

const isValueError = (error: unknown): boolean => error instanceof ValueError;

/** What Python makes of each text, or null where it raises ValueError. */
function pythonSeconds(texts: readonly string[]): (number | null)[] | undefined {
  const program = `
import json, ssl, sys
def seconds(text):
    try:
        return ssl.cert_time_to_seconds(text)
    except ValueError:
        return None
print(json.dumps([seconds(text) for text in json.load(sys.stdin)]))
`;
  const { status, stdout } = spawnSync('python3', ['-c', program], {
    input: JSON.stringify(texts),
    encoding: 'utf8',
  });
  return status === 0 ? JSON.parse(stdout) : undefined;
}

test('certTimeToSeconds reads the times of certificates, and nothing else', () => {
  assert.is(certTimeToSeconds('Jan  5 09:34:43 2018 GMT'), 1515144883);
  assert.is(certTimeToSeconds('Jan  1 00:00:00 1970 GMT'), 0);
  assert.is(certTimeToSeconds('Dec 31 23:59:59 9999 GMT'), 253402300799);
  for (const wrong of ['', 'Jan  5 09:34:43 2018', 'Foo  5 09:34:43 2018 GMT', 'Jan 32 09:34:43 2018 GMT']) {
    assert.throws(() => certTimeToSeconds(wrong), isValueError, wrong);
  }
});

test('certTimeToSeconds agrees with Python', () => {
  const months = ['Jan', 'feb', 'MAR', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec', 'Foo'];
  const part = (most: number) => fc.integer({ min: 0, max: most }).map(String);
  const text = fc
    .tuple(
      fc.constantFrom(...months),
      part(33),
      part(25),
      part(61),
      part(63),
      fc.integer({ min: 1, max: 9999 }),
    )
    .map(([month, day, hours, minutes, seconds, year]) =>
      [month, day.padStart(2), `${hours.padStart(2, '0')}:${minutes.padStart(2, '0')}:${seconds}`]
        .concat(String(year).padStart(4, '0'), 'GMT')
        .join(' '),
    );
  const texts = fc.sample(text, { numRuns: 1000, seed: 7 });
  const theirs = pythonSeconds(texts);
  if (theirs === undefined) {
    console.log('skipped: Python is not installed, its cert_time_to_seconds is not compared');
    return;
  }
  for (const [i, each] of texts.entries()) {
    let ours: number | null = null;
    try {
      ours = certTimeToSeconds(each);
    } catch (error) {
      if (!(error instanceof ValueError)) throw error;
    }
    assert.is(ours, theirs[i] ?? null, each);
  }
});

test('PEM and DER, there and back', () => {
  const der = Uint8Array.from({ length: 90 }, (_, i) => 'abc'.charCodeAt(i % 3));
  const pem = DERCertToPEMCert(der);
  assert.is(
    pem,
    `-----BEGIN CERTIFICATE-----\n${'YWJj'.repeat(16)}\n${'YWJj'.repeat(14)}\n-----END CERTIFICATE-----\n`,
  );
  assert.equal(PEMCertToDERCert(pem), der);
  assert.equal(PEMCertToDERCert(root.pem), root.certificate);
  for (const wrong of ['', 'foo', '-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n']) {
    assert.throws(() => PEMCertToDERCert(wrong), isValueError);
  }
});

test('RAND_bytes', () => {
  assert.is(RAND_bytes(0).length, 0);
  const [one, other] = [RAND_bytes(100_000), RAND_bytes(100_000)];
  assert.is(one.length, 100_000);
  assert.not.equal(one, other);
  assert.ok(one.subarray(-1000).some((octet) => octet !== 0));
  assert.is(RAND_status(), true);
  for (const wrong of [-1, 1.5]) assert.throws(() => RAND_bytes(wrong), isValueError);
});

test('getDefaultVerifyPaths says what loadDefaultCerts reads', async () => {
  const environment = { ...process.env };
  try {
    process.env.SSL_CERT_FILE = '/a.pem';
    process.env.SSL_CERT_DIR = '/b:/c';
    const env = { opensslCafileEnv: 'SSL_CERT_FILE', opensslCapathEnv: 'SSL_CERT_DIR' };
    assert.equal(await getDefaultVerifyPaths(), { cafile: '/a.pem', capath: '/b:/c', ...env });
    assert.equal(await elsewhere.getDefaultVerifyPaths(), { cafile: null, capath: null, ...env });
  } finally {
    process.env = environment;
  }
});

test('getServerCertificate tells the certificate, verified if it is said by whom', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-'));
  const caCerts = join(directory, 'ca.pem');
  const others = join(directory, 'other.pem');
  writeFileSync(caCerts, root.pem);
  writeFileSync(others, (await createAuthority()).pem);
  const server = await startTlsServer({
    credentials,
    onConnection: (socket) => socket.on('error', () => {}),
  });
  try {
    const address = ['127.0.0.1', server.port] as const;
    const expected = DERCertToPEMCert(credentials.certificate);
    assert.is(await getServerCertificate(address), expected);
    assert.is(await getServerCertificate(address, { caCerts, timeout: 30 }), expected);
    assert.is(await elsewhere.getServerCertificate(address, { socket: new Socket() }), expected);
    const error = await getServerCertificate(address, { caCerts: others }).catch((caught) => caught);
    assert.instance(error, SSLCertVerificationError);
  } finally {
    await server.close();
    rmSync(directory, { recursive: true });
  }
});

test('getServerCertificate gives up in time', async () => {
  const server = await startTcpServer({ onConnection: (socket) => socket.on('error', () => {}) });
  try {
    const error = await getServerCertificate(['127.0.0.1', server.port], { timeout: 0.05 }).catch(
      (caught) => caught,
    );
    assert.instance(error, TimeoutError);
  } finally {
    await server.close();
  }
});

test('getpeername and getsockname are those of TCP', async () => {
  const server = await startTlsServer({ credentials, onConnection: (socket) => socket.end('bye') });
  try {
    const context = new SSLContext();
    await context.loadVerifyLocations({ cadata: root.pem });
    const socket = context.wrapSocket(new Socket(), { serverHostname: 'localhost' });
    await socket.connect(['127.0.0.1', server.port]);
    assert.equal(socket.getpeername(), ['127.0.0.1', server.port]);
    assert.is(socket.getsockname()[0], '127.0.0.1');
    await socket.close();
    assert.throws(
      () => socket.getpeername(),
      (error: unknown) => error instanceof OSError && error.code === 'EBADF',
    );
    const refused = context.wrapSocket(new Socket(), { serverHostname: 'localhost' });
    await server.close();
    assert.is(await refused.connectEx(['127.0.0.1', server.port]), 111);
    await refused.close();
  } finally {
    await server.close();
  }
});

test("sendfile takes Node's files and streams", async () => {
  const directory = mkdtempSync(join(tmpdir(), 'halfclose-'));
  const path = join(directory, 'file');
  const contents = RAND_bytes(300_000);
  writeFileSync(path, contents);
  for (const kind of ['file', 'stream']) {
    const received: Uint8Array[] = [];
    const server = await startTlsServer({
      credentials,
      allowHalfOpen: true,
      onConnection: (socket) =>
        socket.on('data', (data) => received.push(data)).on('end', () => socket.end()),
    });
    const file = await open(path);
    try {
      const context = new SSLContext();
      await context.loadVerifyLocations({ cadata: root.pem });
      const socket = context.wrapSocket(new Socket(), { serverHostname: 'localhost' });
      await socket.connect(['127.0.0.1', server.port]);
      const options = { offset: 1000, count: 250_000 };
      const sent = await socket.sendfile(kind === 'file' ? file : createReadStream(path), options);
      assert.is(sent, 250_000);
      await socket.shutdown(SHUT_WR);
      assert.is((await socket.recv()).length, 0);
      await socket.close();
      assert.equal(new Uint8Array(Buffer.concat(received)), contents.subarray(1000, 251_000));
    } finally {
      await file.close();
      await server.close();
    }
  }
  rmSync(directory, { recursive: true });
});

test.run();
