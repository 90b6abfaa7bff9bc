/** The socket over TCP, against Node's own TLS. */
import type { Socket as TCPSocket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import {
  CERT_NONE,
  type OSError,
  SHUT_RD,
  SHUT_RDWR,
  SHUT_WR,
  SSLCertVerificationError,
  SSLContext,
  SSLEOFError,
  SSLError,
  type SSLSocket,
} from '@halfclose/ssl';
import { createAuthority } from '@halfclose/testing/ca';
import {
  type Credentials,
  startTcpServer,
  startTlsServer,
  type TestServer,
  type TlsServerOptions,
} from '@halfclose/testing/servers';
import { Socket } from '@halfclose/transports/node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';

const test = suite('over TCP');
const root = await createAuthority();
const credentials = await root.issue({ dnsNames: ['localhost'] });

/** Here the timers are real: a peer that does nothing must not hold a test up, and none does. */
const platform = createTestPlatform({
  setTimer(callback, milliseconds) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
});

async function newContext(): Promise<SSLContext> {
  const context = new SSLContext(platform);
  await context.loadVerifyLocations({ cadata: root.pem });
  return context;
}

async function connectTo(
  port: number,
  context?: SSLContext,
  serverHostname = 'localhost',
): Promise<SSLSocket> {
  const socket = (context ?? (await newContext())).wrapSocket(new Socket(), { serverHostname });
  await socket.connect(['127.0.0.1', port]);
  return socket;
}

async function withTlsServer(
  options: Omit<TlsServerOptions, 'credentials'> & { credentials?: Credentials },
  play: (server: TestServer) => Promise<void>,
): Promise<void> {
  const server = await startTlsServer({ credentials, ...options });
  try {
    await play(server);
  } finally {
    await server.close();
  }
}

async function withTcpServer(
  onConnection: (socket: TCPSocket) => void,
  play: (server: TestServer) => Promise<void>,
): Promise<void> {
  const server = await startTcpServer({ onConnection, allowHalfOpen: true });
  try {
    await play(server);
  } finally {
    await server.close();
  }
}

async function rejection(call: Promise<unknown>): Promise<OSError> {
  return call.then(
    () => assert.unreachable('should have failed') as never,
    (error) => error,
  );
}

async function receiveAll(socket: SSLSocket): Promise<Buffer> {
  const parts: Uint8Array[] = [];
  for (let part = await socket.recv(65_536); part.length > 0; part = await socket.recv(65_536))
    parts.push(part);
  return Buffer.concat(parts);
}

/** At once, as part of the handshake's last turn, Node would end the connection without close_notify. */
function answerBye(socket: TLSSocket): void {
  socket.once('data', () => socket.end('bye'));
}

test('the socket is made unconnected, wrapped, and connected through the wrapper', async () => {
  await withTlsServer({ onConnection: answerBye }, async ({ port }) => {
    const original = new Socket();
    const socket = (await newContext()).wrapSocket(original, { serverHostname: 'localhost' });
    assert.is((await rejection(original.shutdown(SHUT_RDWR))).message, '[Errno 9] Bad file descriptor');
    await original.close();
    await socket.connect(['127.0.0.1', port]);
    assert.equal(socket.cipher(), ['TLS_AES_256_GCM_SHA384', 'TLSv1.3', 256]);
    await socket.sendall(Buffer.from('hello'));
    assert.is((await receiveAll(socket)).toString(), 'bye');
    await socket.shutdown(SHUT_RDWR);
    await socket.close();
  });
});

test('a socket that is connected already is wrapped as it is', async () => {
  await withTlsServer({ onConnection: answerBye }, async ({ port }) => {
    const original = new Socket();
    await original.connect(['127.0.0.1', port]);
    const socket = (await newContext()).wrapSocket(original, { serverHostname: 'localhost' });
    await socket.sendall(Buffer.from('hello'));
    assert.is((await receiveAll(socket)).toString(), 'bye');
    await socket.close();
  });
});

test('all that a server sends after it saw our close_notify arrives', async () => {
  const answer = Buffer.from(Array.from({ length: 320_003 }, (_, i) => (i * 7) & 0xff));
  let received = 0;
  const onConnection = (socket: TLSSocket): void => {
    socket.on('data', (data) => {
      received += data.length;
    });
    socket.on('end', () => socket.end(answer));
  };
  await withTlsServer({ allowHalfOpen: true, onConnection }, async ({ port }) => {
    const socket = await connectTo(port);
    await socket.sendall(new Uint8Array(1_000_000));
    await socket.shutdown(SHUT_WR);
    assert.is((await rejection(socket.send(Uint8Array.of(1)))).code, 'EPIPE');
    const all = await receiveAll(socket);
    assert.is(all.length, 320_003);
    assert.is(Buffer.compare(all, answer), 0);
    assert.is(received, 1_000_000);
    await socket.close();
  });
});

test('after shutdown(SHUT_RD) a server that sends 64 MiB is never blocked, and what we send arrives', async () => {
  const size = 64 * 1024 * 1024;
  let received = '';
  let wholeUpload = (): void => {};
  const uploaded = new Promise<void>((resolve) => {
    wholeUpload = resolve;
  });
  let allWritten = (): void => {};
  const written = new Promise<void>((resolve) => {
    allWritten = resolve;
  });
  const onConnection = (socket: TLSSocket): void => {
    const chunk = Buffer.alloc(1024 * 1024);
    let sent = 0;
    const send = (): void => {
      sent += chunk.length;
      socket.write(chunk, sent === size ? allWritten : send);
    };
    send();
    socket.on('data', (data) => {
      received += data;
      if (received.length === 10_000) wholeUpload();
    });
  };
  await withTlsServer({ onConnection }, async ({ port }) => {
    const socket = await connectTo(port);
    await socket.shutdown(SHUT_RD);
    assert.is((await socket.recv()).length, 0);
    for (let i = 0; i < 1000; i++) await socket.sendall(Buffer.from('0123456789'));
    await uploaded;
    await written;
    assert.is(received, '0123456789'.repeat(1000));
    await socket.close();
  });
});

test('a fatal alert reaches a server that floods us, before the connection is torn down', async () => {
  const seen: Buffer[] = [];
  let ended = (_error?: Error): void => {};
  const end = new Promise<Error | undefined>((resolve) => {
    ended = resolve;
  });
  const onConnection = (socket: TCPSocket): void => {
    socket.write('HTTP/1.1 400 Bad Request\r\n\r\n');
    socket.write(Buffer.alloc(400_000, 'x'));
    socket.on('data', (data) => seen.push(data));
    socket.on('error', ended);
    socket.on('end', () => {
      ended();
      socket.end();
    });
  };
  await withTcpServer(onConnection, async ({ port }) => {
    const error = await rejection(connectTo(port));
    assert.instance(error, SSLError);
    assert.is((error as SSLError).reason, 'WRONG_VERSION_NUMBER');
    assert.is(await end, undefined);
    // A plaintext record of type alert, level fatal.
    assert.equal([...Buffer.concat(seen).subarray(-7, -1)], [21, 3, 3, 0, 2, 2]);
  });
});

test('certificates: wrong name, unknown authority, expired, and none required', async () => {
  const expired = await root.issue({
    dnsNames: ['localhost'],
    notBefore: new Date('2001-01-01'),
    notAfter: new Date('2002-01-01'),
  });
  const unknown = await (await createAuthority()).issue({ dnsNames: ['localhost'] });
  const cases: [Credentials, string, number, string][] = [
    [credentials, 'wrong.example', 62, 'bad_certificate'],
    [unknown, 'localhost', 20, 'unknown_ca'],
    [expired, 'localhost', 10, 'certificate_expired'],
  ];
  for (const [shown, name, verifyCode, alert] of cases) {
    await withTlsServer({ credentials: shown }, async ({ port }) => {
      const error = await rejection(connectTo(port, undefined, name));
      assert.instance(error, SSLCertVerificationError);
      assert.is((error as SSLCertVerificationError).verifyCode, verifyCode, name);
      assert.is((error as SSLCertVerificationError).alert, alert);
    });
  }
  const trusting = new SSLContext(platform);
  trusting.checkHostname = false;
  trusting.verifyMode = CERT_NONE;
  await withTlsServer({ credentials: unknown }, async ({ port }) => {
    const socket = await connectTo(port, trusting);
    assert.equal(socket.getPeerCert(), {});
    assert.equal(socket.getPeerCert({ binary: true }), unknown.certificate);
    assert.equal(socket.facts?.verifiedChain, []);
    await socket.close();
  });
});

test('a refused connection', async () => {
  const server = await startTcpServer({ onConnection: () => {} });
  await server.close();
  const error = await rejection(connectTo(server.port));
  assert.is(error.message, '[Errno 111] Connection refused');
  assert.is(error.code, 'ECONNREFUSED');
  assert.is(error.errno, 111);
});

test('a server that ends without close_notify', async () => {
  const onConnection = (socket: TLSSocket): void => {
    socket.write('half a sent', () => socket.destroy());
  };
  await withTlsServer({ onConnection }, async ({ port }) => {
    const socket = await connectTo(port);
    assert.instance(await rejection(receiveAll(socket)), SSLEOFError);
    await socket.close();
  });
});

test('a server that resets', async () => {
  await withTcpServer(
    (socket) => socket.resetAndDestroy(),
    async ({ port }) => {
      const error = await rejection(connectTo(port));
      assert.is(error.message, '[Errno 104] Connection reset by peer');
    },
  );
});

test('ALPN, and a protocol that the server does not have', async () => {
  const context = await newContext();
  context.setAlpnProtocols(['h2', 'http/1.1']);
  await withTlsServer({ alpnProtocols: ['http/1.1'] }, async ({ port }) => {
    const socket = await connectTo(port, context);
    assert.is(socket.selectedAlpnProtocol(), 'http/1.1');
    await socket.close();
    context.setAlpnProtocols(['imap']);
    const error = await rejection(connectTo(port, context));
    assert.is((error as SSLError).alert, 'no_application_protocol');
  });
});

test('TLS 1.1 only is said to be too little', async () => {
  const options = { minVersion: 'TLSv1.1', maxVersion: 'TLSv1.1', ciphers: 'ALL:@SECLEVEL=0' } as const;
  await withTlsServer(options, async ({ port }) => {
    const error = await rejection(connectTo(port));
    assert.instance(error, SSLError);
    assert.is((error as SSLError).alert, 'protocol_version');
  });
});

test('close leaves nothing behind: the server sees an orderly end, tickets unread or not', async () => {
  let ended = (_error?: Error): void => {};
  const end = new Promise<Error | undefined>((resolve) => {
    ended = resolve;
  });
  const onConnection = (socket: TLSSocket): void => {
    let text = '';
    socket.on('data', (data) => {
      text += data;
    });
    socket.on('error', ended);
    socket.on('end', () => {
      assert.is(text, 'all of it');
      ended();
    });
  };
  await withTlsServer({ onConnection }, async ({ port }) => {
    const socket = await connectTo(port);
    await socket.sendall(Buffer.from('all of it'));
    await socket.close();
    assert.is(await end, undefined);
  });
});

test.run();
