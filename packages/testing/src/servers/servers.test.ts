import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { connect as connectTcp, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ConnectionOptions, connect, type TLSSocket } from 'node:tls';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createAuthority } from '../ca/index.ts';
import { findOpenssl, startOpenssl, startTcpServer, startTlsServer, type TestServer } from './index.ts';

const root = await createAuthority();
const credentials = await (await root.issueAuthority()).issue();

const servers: TestServer[] = [];
test.after.each(async () => {
  for (const server of servers.splice(0)) await server.close();
});

function started<Server extends TestServer>(server: Server): Server {
  servers.push(server);
  return server;
}

async function dial(port: number, options: ConnectionOptions = {}): Promise<TLSSocket> {
  const socket = connect({ port, host: '127.0.0.1', servername: 'localhost', ca: root.pem, ...options });
  await once(socket, 'secureConnect');
  return socket;
}

/** Reads to the end without destroying the socket, as an asynchronous iterator would. */
function readAll(socket: Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    socket.on('data', (chunk) => {
      text += chunk;
    });
    socket.once('end', () => resolve(text));
    socket.once('error', reject);
  });
}

async function isRefused(port: number): Promise<boolean> {
  const socket = connectTcp(port, '127.0.0.1');
  const refused = new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(false));
    socket.once('error', () => resolve(true));
  });
  return refused.finally(() => socket.destroy());
}

test('the TLS server speaks what it was told to', async () => {
  const server = started(
    await startTlsServer({
      credentials,
      ciphers: 'TLS_CHACHA20_POLY1305_SHA256',
      groups: 'P-256',
      alpnProtocols: ['h2'],
    }),
  );
  const socket = await dial(server.port, { ALPNProtocols: ['http/1.1', 'h2'] });
  assert.is(socket.getProtocol(), 'TLSv1.3');
  assert.is(socket.getCipher().name, 'TLS_CHACHA20_POLY1305_SHA256');
  assert.is(socket.alpnProtocol, 'h2');
  socket.destroy();
  await server.close();
  await server.close();
  assert.ok(await isRefused(server.port));
});

test('the TLS server can go on writing after the client has ended', async () => {
  const server = started(
    await startTlsServer({
      credentials,
      allowHalfOpen: true,
      onConnection: async (socket) => {
        const question = await readAll(socket);
        socket.end(`after ${question}`);
      },
    }),
  );
  const socket = await dial(server.port);
  socket.end('the end');
  assert.is(await readAll(socket), 'after the end');
});

test('closing a server ends its connections', async () => {
  const server = started(await startTlsServer({ credentials }));
  const socket = await dial(server.port);
  const closed = new Promise((resolve) => socket.once('close', resolve));
  socket.on('error', () => {});
  await server.close();
  await closed;
});

test('a failed handshake is reported, and kills nothing', async () => {
  const errors: Error[] = [];
  const server = started(await startTlsServer({ credentials, onClientError: (error) => errors.push(error) }));
  const socket = connectTcp(server.port, '127.0.0.1');
  socket.end('GET / HTTP/1.0\r\n\r\n');
  await once(socket.resume(), 'close');
  assert.is(errors.length, 1);
  (await dial(server.port)).destroy();
});

test('the TCP server says what it likes', async () => {
  const server = started(await startTcpServer({ onConnection: (socket) => socket.end('hello') }));
  assert.is(await readAll(connectTcp(server.port, '127.0.0.1')), 'hello');
});

// A place of its own: other tests start servers at the same time.
process.env.TMPDIR = mkdtempSync(join(tmpdir(), 'halfclose-servers-'));
test.after(() => rmSync(tmpdir(), { recursive: true }));
const temporaryFiles = (): string[] => readdirSync(tmpdir());
const testOpenssl = findOpenssl() ? test : test.skip;
if (!findOpenssl()) console.log('skipped: OpenSSL 3 is not installed, startOpenssl');

testOpenssl('s_server talks through its stdin and stdout, and leaves nothing behind', async () => {
  const before = temporaryFiles();
  const server = started(
    await startOpenssl({
      credentials,
      args: ['-tls1_3', '-ciphersuites', 'TLS_AES_128_GCM_SHA256'],
    }),
  );
  assert.is(temporaryFiles().length, before.length + 1);
  const socket = await dial(server.port);
  assert.is(socket.getCipher().name, 'TLS_AES_128_GCM_SHA256');
  socket.write('to the server\n');
  await server.printed(/to the server/);
  server.stdin.write('to the client\n');
  const [data] = await once(socket, 'data');
  assert.is(String(data), 'to the client\n');
  assert.match(server.stdout(), 'CIPHER is TLS_AES_128_GCM_SHA256');

  socket.on('error', () => {});
  const gone = new Promise((resolve) => socket.once('close', resolve));
  await server.close();
  await gone;
  assert.ok(await isRefused(server.port));
  assert.equal(temporaryFiles(), before);
});

testOpenssl('s_server that does not start says why', async () => {
  const before = temporaryFiles();
  const error = await startOpenssl({ credentials, args: ['-no-such-option'] }).then(
    () => undefined,
    (reason: Error) => reason,
  );
  assert.match(error?.message ?? '', /status 1; it had printed: .*no-such-option/);
  assert.equal(temporaryFiles(), before);
});

test.run();
