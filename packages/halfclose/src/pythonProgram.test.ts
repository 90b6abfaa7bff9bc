/**
 * The Python program that this project began with, line by line, with the wire listened to:
 *
 *     sslCt = ssl.SSLContext(); sslCt.verify_mode = ssl.CERT_REQUIRED
 *     sslCt.load_verify_locations(cafile=..., capath=None, cadata=None)
 *     cskt = socket.socket(); scskt = sslCt.wrap_socket(cskt)
 *     cskt.close()
 *     scskt.connect(("example.com", 443))
 *     print("Used cipher:", scskt.cipher())
 *     print("Shared ciphers:", scskt.shared_ciphers())
 *     print("Compression used:", scskt.compression())
 *     scskt.shutdown(socket.SHUT_RDWR); scskt.close()
 *
 * In Python the `shutdown` sends FIN with no close_notify before it.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { createAuthority } from '@halfclose/testing/ca';
import {
  clientRecords,
  findOpenssl,
  startOpenssl,
  startTlsServer,
  startWireTap,
  type TestServer,
} from '@halfclose/testing/servers';
import { CERT_REQUIRED, SHUT_RDWR, Socket, SSLContext, TLSVersion } from 'halfclose';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('the Python program');
const root = await createAuthority();
const credentials = await root.issue({ dnsNames: ['localhost'] });
const directory = mkdtempSync(join(tmpdir(), 'halfclose-python-'));
const cafile = join(directory, 'ca.pem');
writeFileSync(cafile, root.pem);
test.after(() => rmSync(directory, { recursive: true }));

interface Run {
  readonly cipher: unknown;
  readonly offered: number;
  readonly compression: unknown;
  /** What went over the wire, record by record, then the end. */
  readonly wire: readonly string[];
}

async function runProgram(server: TestServer, version?: TLSVersion): Promise<Run> {
  const tap = await startWireTap(server.port);
  const keyLog: string[] = [];
  try {
    const context = new SSLContext();
    context.keyLog = (line) => keyLog.push(line);
    if (version !== undefined) {
      context.minimumVersion = version;
      context.maximumVersion = version;
    }

    context.verifyMode = CERT_REQUIRED;
    await context.loadVerifyLocations({ cafile, capath: null, cadata: null });
    const original = new Socket();
    const socket = context.wrapSocket(original, { serverHostname: 'localhost' });
    await original.close();
    await socket.connect(['127.0.0.1', tap.port]);
    const cipher = socket.cipher();
    const offered = socket.sharedCiphers()?.length ?? 0;
    const compression = socket.compression();
    await socket.shutdown(SHUT_RDWR);
    await socket.close();

    await tap.ended();
    return {
      cipher,
      offered,
      compression,
      wire: [...clientRecords(tap.fromClient(), keyLog), tap.clientEnd],
    };
  } finally {
    await tap.close();
    await server.close();
  }
}

const wire13 = [
  'clear handshake',
  'clear change_cipher_spec',
  'encrypted handshake',
  'alert close_notify',
  'FIN',
];

test('against node:tls: the last record before the FIN is an encrypted close_notify', async () => {
  let serverSaw = (_how: string): void => {};
  const seen = new Promise<string>((resolve) => {
    serverSaw = resolve;
  });
  const onConnection = (socket: TLSSocket): void => {
    socket.on('error', ({ message }) => serverSaw(message));
    socket.resume().on('end', () => serverSaw('an orderly end'));
  };
  const run = await runProgram(await startTlsServer({ credentials, onConnection }));
  assert.equal(run.cipher, ['TLS_AES_256_GCM_SHA384', 'TLSv1.3', 256]);
  assert.ok(run.offered >= 3);
  assert.is(run.compression, null);
  assert.equal(run.wire, wire13);
  assert.is(await seen, 'an orderly end');
});

test('over TLS 1.2 too', async () => {
  const server = await startTlsServer({ credentials, minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
  const run = await runProgram(server, TLSVersion.TLSv1_2);
  assert.equal(run.wire, [
    'clear handshake',
    'clear handshake',
    'clear change_cipher_spec',
    'encrypted handshake',
    'encrypted alert',
    'FIN',
  ]);
});

if (findOpenssl() === undefined) {
  console.log('skipped: OpenSSL 3 is not installed');
  test.skip('against openssl s_server', () => {});
} else {
  test('against openssl s_server', async () => {
    const server = await startOpenssl({
      credentials,
      args: ['-tls1_3', '-ciphersuites', 'TLS_AES_256_GCM_SHA384'],
    });
    const run = await runProgram(server);
    assert.equal(run.wire, wire13);
  });
}

test.run();
