/** What TLS 1.2 has besides data, on the socket, against servers that others made. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { createSessionStore, SSLContext, SSLError, type SSLSocket, TLSVersion } from '@halfclose/ssl';
import { createAuthority, createOcspResponse, type KeyType } from '@halfclose/testing/ca';
import {
  findOpenssl,
  startOpenssl,
  startTlsServer,
  type TestServer,
  type TlsServerOptions,
} from '@halfclose/testing/servers';
import { Socket } from '@halfclose/transports/node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';

const test = suite('what TLS 1.2 has on the socket');
const root = await createAuthority();
const credentials = await root.issue({ dnsNames: ['localhost'] });
const clientRoot = await createAuthority();
const folder = await mkdtemp(join(tmpdir(), 'halfclose-tls12-'));
test.after(() => rm(folder, { recursive: true }));

const platform = createTestPlatform({
  setTimer(callback, milliseconds) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
  files: { read: (path) => readFile(path), list: async () => [] },
});

const servers: TestServer[] = [];
test.after.each(async () => {
  for (const server of servers.splice(0)) await server.close();
});

function started<Server extends TestServer>(server: Server): Server {
  servers.push(server);
  return server;
}

/** A server of TLS 1.2, and its side of the next connection. */
async function serve(
  options: Partial<TlsServerOptions> = {},
): Promise<{ port: number; accepted(): Promise<TLSSocket> }> {
  const arrived: TLSSocket[] = [];
  let arrive = (): void => {};
  const { port } = started(
    await startTlsServer({
      credentials,
      minVersion: 'TLSv1.2',
      maxVersion: 'TLSv1.2',
      onConnection(socket) {
        arrived.push(socket);
        arrive();
      },
      ...options,
    }),
  );
  return {
    port,
    async accepted() {
      while (arrived.length === 0) {
        await new Promise<void>((resolve) => {
          arrive = resolve;
        });
      }
      return arrived.shift() as TLSSocket; // There is one, as was just seen.
    },
  };
}

async function newContext(): Promise<SSLContext> {
  const context = new SSLContext(platform);
  await context.loadVerifyLocations({ cadata: root.pem });
  context.maximumVersion = TLSVersion.TLSv1_2;
  return context;
}

async function connect(context: SSLContext, port: number): Promise<SSLSocket> {
  const socket = context.wrapSocket(new Socket(), { serverHostname: 'localhost' });
  await socket.connect(['127.0.0.1', port]);
  return socket;
}

test('a protocol is agreed on, and a stapled response is asked for and counts', async () => {
  const ocspResponse = createOcspResponse({ issuer: root, certificate: credentials.certificate });
  const { port } = await serve({ alpnProtocols: ['h2'], ocspResponse });
  const context = await newContext();
  context.revocation = 'require';
  context.setAlpnProtocols(['http/1.1', 'h2']);
  const socket = await connect(context, port);
  assert.is(socket.version(), 'TLSv1.2');
  assert.is(socket.selectedAlpnProtocol(), 'h2');
  assert.equal(Buffer.from(socket.facts?.ocspResponse ?? []), Buffer.from(ocspResponse));
  await socket.close();
});

test('exported keying material is that of the server, with a context, an empty one, and none', async () => {
  const server = await serve();
  const socket = await connect(await newContext(), server.port);
  const other = await server.accepted();
  const label = 'EXPERIMENTAL';
  for (const context of [Uint8Array.of(1, 2, 3), new Uint8Array(0)]) {
    assert.equal(
      Buffer.from(socket.exportKeyingMaterial(label, 48, context)),
      other.exportKeyingMaterial(48, label, Buffer.from(context)),
    );
  }
  // RFC 5705 section 4: none is another than an empty one.
  const withNone = Buffer.from(socket.exportKeyingMaterial(label, 48));
  // Node's declaration demands what its function does not.
  const theirs = other.exportKeyingMaterial(48, label, undefined as unknown as Buffer);
  assert.equal(withNone, theirs);
  assert.not.equal(withNone, Buffer.from(socket.exportKeyingMaterial(label, 48, new Uint8Array(0))));
  await socket.close();
});

test('the key log has what decrypts a connection', async () => {
  const server = await serve({ onConnection: (socket) => socket.end() });
  const context = await newContext();
  const lines: string[] = [];
  context.keyLog = (line) => lines.push(line);
  const socket = await connect(context, server.port);
  assert.is(lines.length, 1);
  assert.match(lines[0] ?? '', /^CLIENT_RANDOM [0-9a-f]{64} [0-9a-f]{96}$/);
  await socket.close();
});

test('who looks on is told of each message, and each socket has the observer of its time', async () => {
  const server = await serve({ onConnection: (socket) => socket.end() });
  const context = await newContext();
  const seen: string[][] = [[], []];
  for (const of of seen) {
    context.onMessage = ({ contentType, version, octets }) =>
      of.push(`${version} ${contentType} ${octets[0]}`);
    const socket = await connect(context, server.port);
    context.onMessage = undefined;
    await socket.close();
  }
  const [first = [], second = []] = seen;
  assert.is(first[0], 'undefined handshake 1');
  assert.ok(first.includes('TLSv1.2 handshake 14'));
  assert.is(first.filter((each) => each === 'TLSv1.2 handshake 20').length, 2);
  assert.is(first.at(-1), 'TLSv1.2 alert 1');
  assert.is(second.length, first.length);
});

test('sessions are resumed by the store, and by the socket', async () => {
  const { port } = await serve();
  const context = await newContext();
  context.sessionStore = createSessionStore();
  const first = await connect(context, port);
  assert.is(first.sessionReused, false);
  const { session } = first;
  assert.is(session?.version, 'TLSv1.2');
  await first.close();
  const second = await connect(context, port);
  assert.is(second.sessionReused, true);
  await second.close();
  const byHand = (await newContext()).wrapSocket(new Socket(), { serverHostname: 'localhost', session });
  await byHand.connect(['127.0.0.1', port]);
  assert.is(byHand.sessionReused, true);
  await byHand.close();
});

const testOpenssl = findOpenssl() ? test : test.skip;
if (!findOpenssl()) console.log('skipped: OpenSSL 3 is not installed, no server asks for certificates');

async function startDemanding(): Promise<TestServer> {
  const authorities = join(folder, 'authorities.pem');
  await writeFile(authorities, clientRoot.pem);
  const args = ['-tls1_2', '-rev', '-Verify', '2', '-verify_return_error', '-CAfile', authorities];
  return started(await startOpenssl({ credentials, args }));
}

testOpenssl('a server that demands a certificate gets it', async () => {
  const { port } = await startDemanding();
  for (const keyType of ['P-256', 'P-384', 'RSA-2048', 'Ed25519'] as KeyType[]) {
    const issued = await clientRoot.issue({ keyType, extendedKeyUsage: ['clientAuth'] });
    const path = join(folder, `${keyType}.pem`);
    await writeFile(path, issued.chainPem + issued.privateKeyPem);
    const context = await newContext();
    await context.loadCertChain(path);
    const socket = await connect(context, port);
    await socket.sendall(Uint8Array.from(Buffer.from('abc\n')));
    assert.is(Buffer.from(await socket.recv(10)).toString(), 'cba\n', keyType);
    await socket.close();
  }
});

testOpenssl('a server that demands one and gets none refuses', async () => {
  const { port } = await startDemanding();
  const error = await connect(await newContext(), port).then(
    () => undefined,
    (reason: unknown) => reason,
  );
  assert.instance(error, SSLError);
  assert.is((error as SSLError).alert, 'handshake_failure');
});

test.run();
