/** What leaves a connection for others: channel bindings, exported keying material and the key log, against Node's own TLS. */
import { createHash } from 'node:crypto';
import { appendFileSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import {
  createSessionStore,
  OSError,
  SSLContext,
  type SSLSocket,
  TLSVersion,
  ValueError,
} from '@halfclose/ssl';
import { createAuthority, type Issued } from '@halfclose/testing/ca';
import { startTlsServer } from '@halfclose/testing/servers';
import { Socket } from '@halfclose/transports/node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';

const test = suite('keying material');
const root = await createAuthority();
const credentials = await root.issue({ dnsNames: ['localhost'] });

async function newContext(platform = createTestPlatform({})): Promise<SSLContext> {
  const context = new SSLContext(platform);
  await context.loadVerifyLocations({ cadata: root.pem });
  return context;
}

async function connected(
  context: SSLContext,
  issued: Issued,
  play: (client: SSLSocket, server: TLSSocket) => void | Promise<void>,
): Promise<void> {
  let accept: (socket: TLSSocket) => void;
  const accepted = new Promise<TLSSocket>((resolve) => {
    accept = resolve;
  });
  const server = await startTlsServer({ credentials: issued, onConnection: (socket) => accept(socket) });
  const client = context.wrapSocket(new Socket(), { serverHostname: 'localhost' });
  try {
    await client.connect(['127.0.0.1', server.port]);
    await play(client, await accepted);
  } finally {
    await client.close();
    await server.close();
  }
}

test('is the same at both ends', async () => {
  await connected(await newContext(), credentials, (client, server) => {
    const context = Uint8Array.of(1, 2, 3);
    const theirs = server.exportKeyingMaterial(48, 'EXPERIMENTAL', Buffer.from(context));
    assert.equal(Buffer.from(client.exportKeyingMaterial('EXPERIMENTAL', 48, context)), theirs);
    const binding = server.exportKeyingMaterial(32, 'EXPORTER-Channel-Binding', Buffer.alloc(0));
    assert.equal(Buffer.from(client.getChannelBinding('tls-exporter') ?? []), binding);
  });
});

for (const [hash, type] of [
  ['sha256', 'P-256'],
  ['sha384', 'P-384'],
] as const) {
  test(`tls-server-end-point takes ${hash} where the certificate is signed with it`, async () => {
    const authority = await createAuthority({ keyType: type });
    const issued = await authority.issue({ dnsNames: ['localhost'] });
    const context = new SSLContext(createTestPlatform({}));
    await context.loadVerifyLocations({ cadata: authority.pem });
    await connected(context, issued, (client) => {
      const certificate = client.getPeerCert({ binary: true }) ?? new Uint8Array(0);
      const expected = createHash(hash).update(certificate).digest();
      assert.equal(Buffer.from(client.getChannelBinding('tls-server-end-point') ?? []), expected);
    });
  });
}

test('there is no tls-unique in TLS 1.3, and no binding of another name', async () => {
  await connected(await newContext(), credentials, (client) => {
    assert.is(client.getChannelBinding(), null);
    assert.throws(
      () => client.getChannelBinding('tls-other' as 'tls-unique'),
      (error: unknown) => error instanceof ValueError && /not implemented/.test(error.message),
    );
  });
});

test('tls-unique in TLS 1.2 is the first Finished, RFC 5929 section 3', async () => {
  const context = await newContext();
  context.maximumVersion = TLSVersion.TLSv1_2;
  context.sessionStore = createSessionStore();
  let accept: (socket: TLSSocket) => void = () => {};
  const server = await startTlsServer({
    credentials,
    minVersion: 'TLSv1.2',
    onConnection: (socket) => accept(socket),
  });
  try {
    for (const resumed of [false, true]) {
      const accepted = new Promise<TLSSocket>((resolve) => {
        accept = resolve;
      });
      const client = context.wrapSocket(new Socket(), { serverHostname: 'localhost' });
      await client.connect(['127.0.0.1', server.port]);
      assert.is(client.sessionReused, resumed);
      const other = await accepted;
      const first = resumed ? other.getFinished() : other.getPeerFinished();
      assert.equal(Buffer.from(client.getChannelBinding() ?? []), first);
      await client.close();
    }
  } finally {
    await server.close();
  }
});

test('keys are logged to a callback and to a file, as Node logs them', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'halfclose-'));
  const path = join(directory, 'keys.log');
  try {
    const base = createTestPlatform({});
    const files = {
      read: async () => new Uint8Array(0),
      list: async () => [],
      append: (file: string, text: string) => appendFileSync(file, text),
    };
    const context = await newContext({ ...base, files });
    const lines: string[] = [];
    context.keyLog = (line) => {
      lines.push(line);
      throw new Error('is dropped');
    };
    context.keylogFilename = path;
    await connected(context, credentials, () => {});
    assert.is(lines.length, 5);
    assert.is(await readFile(path, 'utf8'), lines.map((line) => `${line}\n`).join(''));
    assert.throws(
      () => {
        context.keylogFilename = join(directory, 'missing', 'keys.log');
      },
      (error: unknown) => error instanceof OSError && error.code === 'ENOENT',
    );
    assert.is(context.keylogFilename, path);
  } finally {
    await rm(directory, { recursive: true });
  }
});

test('where nothing can be appended to, a file for keys is refused', async () => {
  const { files: _files, ...without } = createTestPlatform({});
  const context = await newContext(without);
  assert.throws(
    () => {
      context.keylogFilename = 'keys.log';
    },
    (error: unknown) => error instanceof OSError && error.code === 'ENOSYS',
  );
  context.keylogFilename = null;
});

test.run();
