/** The half-close table over TCP, against servers that others made, with the wire listened to. */
import type { TLSSocket } from 'node:tls';
import {
  OSError,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SSLContext,
  SSLEOFError,
  type SSLSocket,
  TLSVersion,
} from '@halfclose/ssl';
import { createAuthority } from '@halfclose/testing/ca';
import {
  clientRecords,
  findOpenssl,
  startOpenssl,
  startTlsServer,
  startWireTap,
  type TestServer,
} from '@halfclose/testing/servers';
import { Socket } from '@halfclose/transports/node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';

const test = suite('half-close over TCP');
const root = await createAuthority();
const credentials = await root.issue({ dnsNames: ['localhost'] });
const platform = createTestPlatform({
  setTimer(callback, milliseconds) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
});
const text = (words: string): Uint8Array => new TextEncoder().encode(words);

/** When a server closes: once we have, with an answer or without a word; or at the first data; or with FIN alone; or never. */
type Closes = 'after an answer' | 'without a word' | 'at once' | 'with FIN alone' | 'never';

interface Conversation {
  readonly socket: SSLSocket;
  /** What we have sent after the handshake, and our end of the carrier, once that has come. */
  wire(): Promise<string[]>;
  /** The carrier breaks. */
  reset(): void;
}

interface Kind {
  readonly name: string;
  start(version: TLSVersion, closes: Closes): Promise<TestServer>;
}

function nodeName(version: TLSVersion): 'TLSv1.2' | 'TLSv1.3' {
  return version === TLSVersion.TLSv1_2 ? 'TLSv1.2' : 'TLSv1.3';
}

const nodeTls: Kind = {
  name: 'node:tls',
  start: (version, closes) =>
    startTlsServer({
      credentials,
      minVersion: nodeName(version),
      maxVersion: nodeName(version),
      allowHalfOpen: true,
      onConnection(socket: TLSSocket) {
        // A turn later: as part of the handshake's last turn Node would end the connection without close_notify.
        if (closes === 'at once') socket.once('data', () => socket.end('answer'));
        socket.resume().on('end', () => {
          if (closes === 'after an answer') socket.end('answer');
          else if (closes === 'without a word') socket.end();
          else if (closes === 'with FIN alone') socket.destroy();
        });
      },
    }),
};

/** `-www` would speak HTTP; `-rev` sends each line back, reversed, and closes with the client. */
const openssl: Kind = {
  name: 'openssl s_server',
  start: (version) =>
    startOpenssl({
      credentials,
      args:
        version === TLSVersion.TLSv1_2
          ? ['-tls1_2', '-rev']
          : ['-tls1_3', '-rev', '-ciphersuites', 'TLS_AES_256_GCM_SHA384'],
    }),
};

async function converse(
  kind: Kind,
  version: TLSVersion,
  closes: Closes,
  play: (conversation: Conversation) => Promise<void>,
): Promise<void> {
  const server = await kind.start(version, closes);
  const tap = await startWireTap(server.port);
  const keyLog: string[] = [];
  const context = new SSLContext(platform);
  await context.loadVerifyLocations({ cadata: root.pem });
  context.minimumVersion = version;
  context.maximumVersion = version;
  context.keyLog = (line) => keyLog.push(line);
  const socket = context.wrapSocket(new Socket(), { serverHostname: 'localhost' });
  try {
    await socket.connect(['127.0.0.1', tap.port]);
    await play({
      socket,
      reset: () => tap.reset(),
      async wire() {
        await tap.ended();
        const records = clientRecords(tap.fromClient(), keyLog);
        const finished = records.indexOf('encrypted handshake');
        return [...records.slice(finished + 1).map(inBothVersions), tap.clientEnd];
      },
    });
  } finally {
    await socket.close();
    await tap.close();
    await server.close();
  }
}

/** Of TLS 1.2 the header alone is known: these scenes send one kind of alert, and five octets of data. */
function inBothVersions(record: string): string {
  if (record === 'encrypted alert') return 'alert close_notify';
  return record === 'encrypted data' ? 'data of 5' : record;
}

async function received(socket: SSLSocket): Promise<string> {
  let all = '';
  for (let part = await socket.recv(); part.length > 0; part = await socket.recv())
    all += new TextDecoder().decode(part);
  return all;
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'no error',
    (error) => (error instanceof OSError ? (error.code ?? error.name) : String(error)),
  );
}

for (const version of [TLSVersion.TLSv1_3, TLSVersion.TLSv1_2]) {
  const kinds = findOpenssl() === undefined ? [nodeTls] : [nodeTls, openssl];
  for (const kind of kinds) {
    const title = `${nodeName(version)}, ${kind.name}`;

    test(`SHUT_WR: what was sent, close_notify, FIN; and the answer comes after it (${title})`, async () => {
      await converse(kind, version, 'after an answer', async ({ socket, wire }) => {
        await socket.sendall(text('olle\n'));
        await socket.shutdown(SHUT_WR);
        await socket.shutdown(SHUT_WR);
        assert.is(await codeOf(socket.send(text('more'))), 'EPIPE');
        assert.is(await received(socket), kind === openssl ? 'ello\n' : 'answer');
        assert.equal(await wire(), ['data of 5', 'alert close_notify', 'FIN']);
      });
    });

    test(`SHUT_RD: nothing goes out, sending goes on (${title})`, async () => {
      await converse(kind, version, 'after an answer', async ({ socket, wire }) => {
        const waiting = socket.recv();
        await socket.shutdown(SHUT_RD);
        assert.is((await waiting).length, 0);
        await socket.sendall(text('hello'));
        assert.is((await socket.recv()).length, 0);
        await socket.close();
        assert.equal(await wire(), ['data of 5', 'alert close_notify', 'FIN']);
      });
    });

    test(`SHUT_RDWR, then close (${title})`, async () => {
      await converse(kind, version, 'after an answer', async ({ socket, wire }) => {
        await socket.sendall(text('hello'));
        await socket.shutdown(SHUT_RDWR);
        assert.is((await socket.recv()).length, 0);
        await socket.close();
        assert.is(await codeOf(socket.shutdown(SHUT_WR)), 'EBADF');
        assert.equal(await wire(), ['data of 5', 'alert close_notify', 'FIN']);
      });
    });

    test(`unwrap: close_notify without FIN, and the carrier is given back (${title})`, async () => {
      await converse(kind, version, 'without a word', async ({ socket, wire }) => {
        const carrier = await socket.unwrap();
        await carrier.close();
        assert.is(await codeOf(socket.recv()), 'EBADF');
        const [alert, end, ...rest] = await wire();
        assert.equal([alert, rest], ['alert close_notify', []]);
        assert.ok(end === 'FIN' || end === 'reset');
      });
    });
  }

  test(`a server that closes first (${nodeName(version)})`, async () => {
    await converse(nodeTls, version, 'at once', async ({ socket, wire }) => {
      await socket.sendall(text('hello'));
      assert.is(await received(socket), 'answer');
      const isTls12 = version === TLSVersion.TLSv1_2;
      assert.is(await codeOf(socket.sendall(text('hello'))), isTls12 ? 'EPIPE' : 'no error');
      await socket.close();
      const data = isTls12 ? ['data of 5'] : ['data of 5', 'data of 5'];
      assert.equal(await wire(), [...data, 'alert close_notify', 'FIN']);
    });
  });

  test(`a server that answers close_notify with FIN alone has truncated (${nodeName(version)})`, async () => {
    await converse(nodeTls, version, 'with FIN alone', async ({ socket }) => {
      await socket.shutdown(SHUT_WR);
      const error = await socket.recv().catch((caught) => caught);
      assert.instance(error, SSLEOFError);
      await socket.shutdown(SHUT_WR);
    });
  });

  test(`a server that answers close_notify with a reset (${nodeName(version)})`, async () => {
    await converse(nodeTls, version, 'never', async ({ socket, wire, reset }) => {
      await socket.sendall(text('hello'));
      await socket.shutdown(SHUT_WR);
      assert.equal(await wire(), ['data of 5', 'alert close_notify', 'FIN']);
      reset();
      assert.is(await codeOf(socket.recv()), 'ECONNRESET');
      await socket.shutdown(SHUT_WR);
      assert.is(await codeOf(socket.unwrap()), 'ECONNRESET');
    });
  });
}

if (findOpenssl() === undefined) console.log('skipped: OpenSSL 3 is not installed');

test.run();
