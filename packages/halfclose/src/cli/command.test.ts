import { execFile } from 'node:child_process';
import { createServer as createHttpServer } from 'node:http';
import { connect as connectTcp, createServer, type Socket as TcpSocket } from 'node:net';
import { fileURLToPath } from 'node:url';
import { createAuthority } from '@halfclose/testing/ca';
import {
  startTcpServer,
  startTlsServer,
  type TestServer,
  type TlsServerOptions,
} from '@halfclose/testing/servers';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Captured, runCaptured, runJson, withFile } from '../testing/runCaptured.ts';
import type { Report } from './probe.ts';

const test = suite('the command');

const root = await createAuthority({ name: 'Root' });
const credentials = await (await root.issueAuthority()).issue({
  ipAddresses: ['127.0.0.1'],
  dnsNames: ['localhost'],
});

const servers: TestServer[] = [];
test.after.each(async () => {
  for (const server of servers.splice(0)) await server.close();
});

/** A port of 127.0.0.1 where TLS is spoken, with the same group by every Node: a newer one has X25519MLKEM768. */
async function serve(options: Partial<TlsServerOptions> = {}): Promise<number> {
  const server = await startTlsServer({ credentials, groups: 'X25519', ...options });
  servers.push(server);
  return server.port;
}

/** A port of 127.0.0.1 where something else happens. */
async function serveTcp(onConnection: (socket: TcpSocket) => void): Promise<number> {
  const server = await startTcpServer({ onConnection, allowHalfOpen: true });
  servers.push(server);
  return server.port;
}

function json(port: number, ...args: readonly string[]): Promise<{ status: number; report: Report }> {
  return withFile(root.pem, (cafile) => runJson([`127.0.0.1:${port}`, '--cafile', cafile, ...args]));
}

function text(port: number, args: readonly string[] = [], isTTY = false, env = {}): Promise<Captured> {
  return withFile(root.pem, (cafile) =>
    runCaptured([`127.0.0.1:${port}`, '--cafile', cafile, ...args], { isTTY, env }),
  );
}

async function assertFails(
  port: number,
  expected: Partial<Report['error']>,
  ...args: string[]
): Promise<void> {
  const { status, report } = await json(port, ...args);
  assert.is(status, 1);
  assert.equal(report, { error: { alert: null, ...expected } });
}

const echo: Partial<TlsServerOptions> = {
  allowHalfOpen: true,
  onConnection: (socket) => socket.pipe(socket),
};

const sendsAfterwards: Partial<TlsServerOptions> = {
  allowHalfOpen: true,
  onConnection: (socket) => socket.resume().once('end', () => socket.end(Buffer.alloc(320_003))),
};

test('--json tells all that was agreed, as one object', async () => {
  const port = await serve({ ...echo, alpnProtocols: ['http/1.1'] });
  const { status, report } = await json(
    port,
    '--send',
    'hällo',
    '--alpn',
    'h2,http/1.1',
    '--min-version',
    'TLSv1.2',
  );
  assert.equal(report, {
    version: 'TLSv1.3',
    cipher: 'TLS_AES_256_GCM_SHA384',
    group: 'x25519',
    signatureScheme: 'ecdsa_secp256r1_sha256',
    alpn: 'http/1.1',
    peerSubject: 'CN=localhost',
    bytesReceived: 6,
    closeNotify: true,
  });
  assert.is(status, 0);
});

test('what is sent after our close_notify arrives', async () => {
  const port = await serve(sendsAfterwards);
  const { status, report } = await json(port);
  assert.is(report.bytesReceived, 320_003);
  assert.is(report.closeNotify, true);
  assert.is(status, 0);
});

test('without --json it prints what the Python program prints', async () => {
  const { status, stdout, stderr } = await text(await serve(echo), ['--send', "it's\n"]);
  assert.is(stderr, '');
  assert.is(status, 0);
  for (const line of [
    "  Used cipher:       ('TLS_AES_256_GCM_SHA384', 'TLSv1.3', 256)",
    "  Shared ciphers:    [('TLS_",
    '  Compression used:  None',
    '  Received:          5 octets, then close_notify',
    "  It begins with:    b'it\\'s\\n'",
    '> await socket.shutdown(SHUT_RDWR)',
  ]) {
    assert.match(stdout, line);
  }
  assert.not.match(stdout, '\x1b');
});

test('colour only where a person looks, and has not asked for none', async () => {
  const port = await serve();
  assert.match((await text(port, [], true)).stdout, '\x1b[32mx25519\x1b[39m');
  assert.not.match((await text(port, [], true, { NO_COLOR: '1' })).stdout, '\x1b');
});

test('a refused connection', async () => {
  const port = await unusedPort();
  await assertFails(port, {
    name: 'OSError',
    code: 'ECONNREFUSED',
    message: `[Errno 111] Connection refused: 127.0.0.1:${port}`,
  });
});

test('a certificate for another name', async () => {
  const { status, report } = await json(await serve(), '--servername', 'other.example');
  assert.is(status, 1);
  assert.is(report.error?.name, 'SSLCertVerificationError');
  assert.is(report.error?.code, 'ERR_TLS_CERTIFICATE_VERIFY_FAILED');
  assert.is(report.error?.alert, 'bad_certificate');
  assert.match(report.error?.message ?? '', /^\[SSL: CERTIFICATE_VERIFY_FAILED\] .*'other\.example'/);
});

test('an authority that is not trusted', async () => {
  const stranger = await createAuthority({ name: 'Stranger' });
  const port = await serve({ credentials: await stranger.issue({ ipAddresses: ['127.0.0.1'] }) });
  const { status, report } = await json(port);
  assert.is(status, 1);
  assert.is(report.error?.name, 'SSLCertVerificationError');
  assert.is(report.error?.alert, 'unknown_ca');
  assert.match(report.error?.message ?? '', 'Stranger');
});

test('a certificate that has expired', async () => {
  const expired = await root.issue({ ipAddresses: ['127.0.0.1'], notAfter: new Date('2001-01-01') });
  const { status, report } = await json(await serve({ credentials: expired }));
  assert.is(status, 1);
  assert.is(report.error?.name, 'SSLCertVerificationError');
  assert.is(report.error?.alert, 'certificate_expired');
  assert.match(report.error?.message ?? '', '2001-01-01');
});

test('a server that speaks TLS 1.2 only', async () => {
  const port = await serve({ minVersion: 'TLSv1.2', maxVersion: 'TLSv1.2' });
  const spoken = await json(port);
  assert.is(spoken.status, 0);
  assert.is(spoken.report.version, 'TLSv1.2');
  assert.is(spoken.report.cipher, 'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256');
  const { status, report } = await json(port, '--min-version', 'TLSv1.3');
  assert.is(status, 1);
  assert.is(report.error?.name, 'SSLError');
  assert.is(report.error?.code, 'ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION');
  assert.is(report.error?.alert, 'protocol_version');
});

test('a server that speaks HTTP', async () => {
  const server = createHttpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  try {
    const { status, report } = await json(portOf(server));
    assert.is(status, 1);
    assert.is(report.error?.name, 'SSLError');
    assert.is(report.error?.code, 'ERR_TLS_WRONG_VERSION_NUMBER');
    assert.match(report.error?.message ?? '', 'does not speak TLS');
  } finally {
    await new Promise((resolve) => server.close(resolve));
  }
});

test('a server that hangs up in the handshake', async () => {
  const { status, report } = await json(await serveTcp((socket) => socket.end()));
  assert.is(status, 1);
  assert.is(report.error?.name, 'SSLEOFError');
});

test('a stream that is cut off', async () => {
  const whole = await serve(sendsAfterwards);
  const port = await serveTcp((near) => {
    const far = connectTcp(whole, '127.0.0.1');
    let passedOn = 0;
    near.pipe(far);
    far.on('data', (chunk) => {
      near.write(chunk);
      passedOn += chunk.length;
      if (passedOn < 100_000) return;
      near.end();
      far.destroy();
    });
  });
  const { status, report } = await json(port);
  assert.is(status, 1);
  assert.is(report.version, 'TLSv1.3');
  assert.ok((report.bytesReceived ?? 0) > 0);
  assert.is(report.closeNotify, false);
  assert.is(report.error?.name, 'SSLEOFError');
  assert.is(report.error?.code, 'ERR_TLS_UNEXPECTED_EOF_WHILE_READING');
});

test('a file of certificates that is not there', async () => {
  const { status, report } = await runJson(['127.0.0.1:1', '--cafile', '/nonexistent/ca.pem']);
  assert.is(status, 1);
  assert.is(report.error?.code, 'ENOENT');
  assert.match(report.error?.message ?? '', '/nonexistent/ca.pem');
});

test('versions that leave none', async () => {
  await assertFails(
    await serve(),
    {
      name: 'SSLError',
      code: 'ERR_SSL_NO_PROTOCOLS_AVAILABLE',
      message:
        '[SSL: NO_PROTOCOLS_AVAILABLE] no protocols available: minimumVersion is TLS 1.3, and maximumVersion TLS 1.2',
    },
    '--min-version',
    'TLSv1.3',
    '--max-version',
    'TLSv1.2',
  );
});

test('without --json a failure is a sentence on stderr', async () => {
  const port = await unusedPort();
  const { status, stdout, stderr } = await text(port);
  assert.is(status, 1);
  assert.match(stdout, `> await socket.connect(['127.0.0.1', ${port}])\n`);
  assert.is(stderr, `OSError: [Errno 111] Connection refused: 127.0.0.1:${port}\n`);
});

test('names in a certificate cannot command the terminal', async () => {
  const hostile = await root.issue({ name: '\x1b[2J\u202e', ipAddresses: ['127.0.0.1'] });
  const { stdout } = await text(await serve({ credentials: hostile }));
  assert.match(stdout, 'Certificate:       CN=\\u{1b}[2J\\u{202e}\n');
});

test('as a process it ends with its status', async () => {
  const port = await serve(echo);
  const run = (args: readonly string[]): Promise<number | string | null | undefined> =>
    new Promise((resolve) => {
      const main = fileURLToPath(new URL('./main.ts', import.meta.url));
      const child = execFile(process.execPath, [...process.execArgv, main, ...args], () =>
        resolve(child.exitCode),
      );
    });
  const target = `127.0.0.1:${port}`;
  assert.is(await withFile(root.pem, (cafile) => run([target, '--cafile', cafile])), 0);
  assert.is(await run([target]), 1);
  assert.is(await run([]), 2);
});

test('names in a certificate cannot pass for several', async () => {
  const hostile = await root.issue({ name: 'srv, O=Big Bank', ipAddresses: ['127.0.0.1'] });
  const { report } = await json(await serve({ credentials: hostile }));
  assert.is(report.peerSubject, 'CN=srv\\, O=Big Bank');
});

test('who reads no further ends the process, and hears nothing of it', async () => {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const child = execFile(process.execPath, [...process.execArgv, main, '--help']);
  let complaints = '';
  child.stderr?.on('data', (text) => {
    complaints += text;
  });
  child.stdout?.destroy();
  const status = await new Promise((resolve) => child.once('close', resolve));
  assert.is(complaints, '');
  assert.is(status, 141);
});

async function unusedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = portOf(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}

function portOf(server: { address(): unknown }): number {
  const address = server.address();
  const isOpen = typeof address === 'object' && address !== null && 'port' in address;
  if (!isOpen || typeof address.port !== 'number') throw new TypeError('the server does not listen');
  return address.port;
}

test.run();
