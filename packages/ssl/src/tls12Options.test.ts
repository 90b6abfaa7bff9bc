/** What a context can be told of TLS 1.2, against servers that others made. */
import { connect as connectTcp } from 'node:net';
import { SSLContext, SSLError, type SSLSocket, TLSVersion } from '@halfclose/ssl';
import { createAuthority } from '@halfclose/testing/ca';
import {
  findOpenssl,
  startOpenssl,
  startTcpServer,
  startTlsServer,
  type TestServer,
  type TlsServerOptions,
} from '@halfclose/testing/servers';
import { Socket } from '@halfclose/transports/node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';

const test = suite('TLS 1.2 as a context wants it');
const root = await createAuthority();
const credentials = await root.issue({ keyType: 'P-256', dnsNames: ['localhost'] });
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

function started<Server extends TestServer>(server: Server): Server {
  servers.push(server);
  return server;
}

async function serve(options: Partial<TlsServerOptions> = {}): Promise<number> {
  const only12 = { minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' } as const;
  return started(await startTlsServer({ credentials, ...only12, ...options })).port;
}

async function newContext(): Promise<SSLContext> {
  const context = new SSLContext(platform);
  await context.loadVerifyLocations({ cadata: root.pem });
  return context;
}

async function connect(context: SSLContext, port: number): Promise<SSLSocket> {
  const socket = context.wrapSocket(new Socket(), { serverHostname: 'localhost' });
  try {
    await socket.connect(['127.0.0.1', port]);
  } catch (error) {
    await socket.close();
    throw error;
  }
  return socket;
}

async function failure(context: SSLContext, port: number): Promise<SSLError> {
  const error = await connect(context, port).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.instance(error, SSLError);
  return error as SSLError;
}

test('the extended master secret can be required', async () => {
  const port = await serve({ withoutExtendedMasterSecret: true });
  const context = await newContext();
  const socket = await connect(context, port);
  assert.is(socket.facts?.extendedMasterSecret, false);
  await socket.close();
  context.requireExtendedMasterSecret = true;
  assert.match((await failure(context, port)).message, /master secret/i);
});

test('a fallback is refused by a server that has more', async () => {
  const port = await serve({ maxVersion: 'TLSv1.3' });
  const context = await newContext();
  context.maximumVersion = TLSVersion.TLSv1_2;
  const socket = await connect(context, port);
  assert.is(socket.version(), 'TLSv1.2');
  await socket.close();
  context.fallback = true;
  assert.is((await failure(context, port)).alert, 'inappropriate_fallback');
});

/** Hands on everything but what the server says after the client's second flight. */
async function holdingBack(port: number): Promise<{ port: number; release(): void }> {
  let release = (): void => {};
  const proxy = started(
    await startTcpServer({
      onConnection(near) {
        const far = connectTcp(port, '127.0.0.1');
        let flights = 0;
        let isHeld = true;
        const held: Buffer[] = [];
        near.on('data', (chunk) => {
          flights += 1;
          far.write(chunk);
        });
        far.on('data', (chunk) => {
          if (flights > 1 && isHeld) held.push(chunk);
          else near.write(chunk);
        });
        for (const socket of [near, far]) socket.on('error', () => {});
        near.on('close', () => far.destroy());
        release = () => {
          isHeld = false;
          for (const chunk of held.splice(0)) near.write(chunk);
        };
      },
    }),
  );
  return { port: proxy.port, release: () => release() };
}

test('with False Start data goes before the server has finished', async () => {
  const port = await serve({ alpnProtocols: ['echo'], onConnection: (socket) => socket.pipe(socket) });
  const held = await holdingBack(port);
  const context = await newContext();
  context.setAlpnProtocols(['echo']);
  context.falseStart = true;
  const socket = await connect(context, held.port);
  await socket.sendall(Uint8Array.of(1, 2, 3));
  held.release();
  assert.equal(Uint8Array.from(await socket.recv(10)), Uint8Array.of(1, 2, 3));
  await socket.close();
});

test('without it nothing does', async () => {
  const port = await serve({ alpnProtocols: ['echo'], onConnection: (socket) => socket.pipe(socket) });
  const held = await holdingBack(port);
  const context = await newContext();
  context.setAlpnProtocols(['echo']);
  let isConnected = false;
  const connecting = connect(context, held.port).then((socket) => {
    isConnected = true;
    return socket;
  });
  // Until the server's last flight has been held back for a while.
  await new Promise((resolve) => setTimeout(resolve, 200));
  assert.is(isConnected, false);
  held.release();
  await (await connecting).close();
});

const withOpenssl = findOpenssl() === undefined ? test.skip : test;
if (withOpenssl === test.skip)
  console.log('skipped: OpenSSL 3 is not installed, a server with a hint for pre-shared keys');
withOpenssl('the callback for pre-shared keys is told the hint of the server', async () => {
  const key = Uint8Array.from({ length: 16 }, (_, i) => i);
  const args = ['-tls1_2', '-rev', '-psk_hint', 'wer da?', '-cipher', 'PSK:@SECLEVEL=0'];
  const psk = ['-psk', Buffer.from(key).toString('hex'), '-psk_identity', 'ich'];
  const { port } = started(await startOpenssl({ credentials, args: [...args, ...psk] }));
  const context = await newContext();
  context.maximumVersion = TLSVersion.TLSv1_2;
  context.setCiphers('ECDHE-PSK-CHACHA20-POLY1305:PSK-AES128-GCM-SHA256');
  const hints: (string | null)[] = [];
  context.setPskClientCallback((hint) => {
    hints.push(hint);
    return ['ich', key];
  });
  const socket = await connect(context, port);
  assert.is(socket.cipher()?.[0], 'ECDHE-PSK-CHACHA20-POLY1305');
  assert.is(hints.at(-1), 'wer da?');
  await socket.sendall(Uint8Array.from(Buffer.from('abc\n')));
  assert.is(Buffer.from(await socket.recv(10)).toString(), 'cba\n');
  await socket.close();
  // Without a key for them such suites are not offered, and then there is nothing to offer.
  context.setPskClientCallback(null);
  assert.is((await failure(context, port)).reason, 'NO_CIPHERS_AVAILABLE');
});

test('suites for a pre-shared key that nobody has leave TLS 1.3', async () => {
  const port = await serve({ maxVersion: 'TLSv1.3' });
  const context = await newContext();
  context.setCiphers('PSK');
  const socket = await connect(context, port);
  assert.is(socket.version(), 'TLSv1.3');
  assert.ok(socket.sharedCiphers()?.every(([, version]) => version === 'TLSv1.3'));
  await socket.close();
});

test.run();
