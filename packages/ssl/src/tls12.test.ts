/** TLS 1.2 on the socket, against servers that others made. */
import {
  OPENSSL_DEFAULT_CIPHERS,
  SHUT_WR,
  SSLContext,
  SSLError,
  TLSVersion,
  ValueError,
} from '@halfclose/ssl';
import { createAuthority } from '@halfclose/testing/ca';
import { findOpenssl, startOpenssl, startTlsServer, type TestServer } from '@halfclose/testing/servers';
import { Socket } from '@halfclose/transports/node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';

const test = suite('TLS 1.2 on the socket');
const root = await createAuthority();
const credentials = await root.issue({ keyType: 'RSA-2048', dnsNames: ['localhost'] });
const platform = createTestPlatform({
  setTimer(callback, milliseconds) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
});

const servers: TestServer[] = [];
test.after.each(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function newContext(): Promise<SSLContext> {
  const context = new SSLContext(platform);
  await context.loadVerifyLocations({ cadata: root.pem });
  return context;
}

async function startEcho(): Promise<TestServer> {
  const server = await startTlsServer({
    credentials,
    minVersion: 'TLSv1.2',
    maxVersion: 'TLSv1.2',
    ciphers: 'ALL:@SECLEVEL=0',
    allowHalfOpen: true,
    onConnection: (socket) => {
      const chunks: Buffer[] = [];
      socket.on('data', (chunk: Buffer) => chunks.push(chunk));
      socket.on('end', () => socket.end(Buffer.concat(chunks)));
    },
  });
  servers.push(server);
  return server;
}

test('is spoken with a server that has no more, and half-closes', async () => {
  const { port } = await startEcho();
  const context = await newContext();
  const socket = context.wrapSocket(new Socket(), { serverHostname: 'localhost' });
  await socket.connect(['127.0.0.1', port]);
  assert.is(socket.version(), 'TLSv1.2');
  assert.equal(socket.cipher(), ['ECDHE-RSA-AES256-GCM-SHA384', 'TLSv1.2', 256]);
  await socket.sendall(Uint8Array.of(1, 2, 3));
  await socket.shutdown(SHUT_WR);
  assert.equal(Uint8Array.from(await socket.recv(100)), Uint8Array.of(1, 2, 3));
  assert.is((await socket.recv(100)).length, 0);
  await socket.close();
});

test('is not spoken where the lowest version is above it', async () => {
  const { port } = await startEcho();
  const context = await newContext();
  context.minimumVersion = TLSVersion.TLSv1_3;
  const socket = context.wrapSocket(new Socket(), { serverHostname: 'localhost' });
  const error = await socket.connect(['127.0.0.1', port]).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.instance(error, SSLError);
  await socket.close();
});

test('setCiphers chooses, and what it can not choose is an error', async () => {
  const { port } = await startEcho();
  const context = await newContext();
  context.setCiphers('kRSA+AES128:!AESGCM:!AESCCM');
  context.maximumVersion = TLSVersion.TLSv1_2;
  const socket = context.wrapSocket(new Socket(), { serverHostname: 'localhost' });
  await socket.connect(['127.0.0.1', port]);
  assert.is(socket.cipher()?.[0], 'AES128-SHA256');
  assert.equal(
    socket.sharedCiphers()?.map(([name]) => name),
    ['AES128-SHA256', 'AES128-SHA'],
  );
  await socket.close();
  assert.throws(
    () => context.setCiphers('aNULL'),
    (error: unknown) => error instanceof SSLError && error.reason === 'NO_CIPHER_MATCH',
  );
  assert.throws(
    () => {
      context.maximumVersion = TLSVersion.TLSv1_1;
    },
    (error: unknown) => error instanceof ValueError,
  );
});

test('setCiphersuites chooses those of TLS 1.3', async () => {
  const context = await newContext();
  context.setCiphersuites('TLS_AES_128_GCM_SHA256');
  context.setCiphers('ECDHE-RSA-AES128-GCM-SHA256');
  const { port } = await startEcho();
  const socket = context.wrapSocket(new Socket(), { serverHostname: 'localhost' });
  await socket.connect(['127.0.0.1', port]);
  assert.equal(socket.sharedCiphers(), [
    ['TLS_AES_128_GCM_SHA256', 'TLSv1.3', 128],
    ['ECDHE-RSA-AES128-GCM-SHA256', 'TLSv1.2', 128],
  ]);
  await socket.close();
});

if (findOpenssl() === undefined)
  console.log('skipped: OpenSSL 3 is not installed, TLS 1.2 does not meet s_server');
(findOpenssl() === undefined ? test.skip : test)(
  'offers what a client of OpenSSL does, in its order',
  async () => {
    const server = await startOpenssl({ credentials, args: ['-www', '-cipher', 'ALL:@SECLEVEL=0'] });
    servers.push(server);
    const context = await newContext();
    context.setCiphersuites(
      OPENSSL_DEFAULT_CIPHERS.slice(0, 3)
        .map(([name]) => name)
        .join(':'),
    );
    context.setCiphers('DEFAULT');
    const socket = context.wrapSocket(new Socket(), { serverHostname: 'localhost' });
    await socket.connect(['127.0.0.1', server.port]);
    assert.equal(socket.sharedCiphers(), OPENSSL_DEFAULT_CIPHERS);
    await socket.sendall(Uint8Array.from(Buffer.from('GET / HTTP/1.0\r\n\r\n')));
    let page = '';
    for (let part = await socket.recv(4096); part.length > 0; part = await socket.recv(4096)) {
      page += Buffer.from(part).toString();
    }
    // What it prints of both sides, in the client's order, beside their versions.
    const [, shared = ''] =
      /common between both SSL end points:\n([\s\S]*?)\n(?:Signature|---)/.exec(page) ?? [];
    const names = shared.trim().split(/\s+/);
    assert.equal(
      names,
      OPENSSL_DEFAULT_CIPHERS.map(([name]) => name),
    );
    await socket.close();
  },
);

test.run();
