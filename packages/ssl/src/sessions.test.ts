/** Sessions, early data and pre-shared keys of the socket, against OpenSSL's server. */
import {
  createSessionStore,
  type OSError,
  type Session,
  SSLContext,
  SSLError,
  type SSLSocket,
  sessionFromBytes,
  sessionToBytes,
  TLSVersion,
} from '@halfclose/ssl';
import { createAuthority } from '@halfclose/testing/ca';
import { findOpenssl, type OpensslServer, startOpenssl } from '@halfclose/testing/servers';
import { Socket } from '@halfclose/transports/node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';

const test = suite('sessions, against openssl s_server');
const hasOpenssl = findOpenssl() !== undefined;
if (!hasOpenssl) console.log('skipped: OpenSSL 3 is not installed, sessions do not meet s_server');
const root = await createAuthority();
const credentials = await root.issue({ dnsNames: ['localhost', 'other.example'] });
const text = (octets: Uint8Array): string => Buffer.from(octets).toString();

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

interface Wrapping {
  readonly serverHostname?: string;
  readonly session?: Session | null;
  readonly earlyData?: boolean;
  readonly doHandshakeOnConnect?: boolean;
}

async function connectTo(port: number, context: SSLContext, more: Wrapping = {}): Promise<SSLSocket> {
  const socket = context.wrapSocket(new Socket(), { serverHostname: 'localhost', ...more });
  await socket.connect(['127.0.0.1', port]);
  return socket;
}

/** What openssl answers to a line with `-rev`: the line, reversed. */
async function converse(socket: SSLSocket, line: string): Promise<string> {
  await socket.sendall(Buffer.from(`${line}\n`));
  let answer = '';
  while (!answer.endsWith('\n')) answer += text(await socket.recv());
  return answer.trimEnd();
}

async function withServer(
  args: readonly string[],
  play: (server: OpensslServer) => Promise<void>,
): Promise<void> {
  const server = await startOpenssl({ credentials, args });
  try {
    await play(server);
  } finally {
    await server.close();
  }
}

function reversing(
  name: string,
  args: readonly string[],
  play: (server: OpensslServer) => Promise<void>,
): void {
  const run = (): Promise<void> => withServer(['-rev', ...args], play);
  if (hasOpenssl) test(name, run);
  else test.skip(name, run);
}

reversing("the session of one connection resumes another, on the caller's word", [], async ({ port }) => {
  const context = await newContext();
  const first = await connectTo(port, context);
  assert.is(first.sessionReused, false);
  assert.is(await converse(first, 'hello'), 'olleh');
  const { session } = first;
  await first.close();
  assert.ok(session);
  const again = await connectTo(port, context, { session: sessionFromBytes(sessionToBytes(session)) });
  assert.is(again.sessionReused, true);
  assert.is(await converse(again, 'again'), 'niaga');
  assert.equal(again.getPeerCert({ binary: true }), credentials.certificate);
  assert.is(again.facts?.signatureScheme, first.facts?.signatureScheme);
  await again.close();
});

reversing('a store resumes by itself, under what both connections have in common', [], async ({ port }) => {
  const context = await newContext();
  const store = createSessionStore();
  context.sessionStore = store;
  const reused = async (more: Wrapping = {}): Promise<boolean | null> => {
    const socket = await connectTo(port, context, more);
    await converse(socket, 'hello');
    await socket.close();
    return socket.sessionReused;
  };
  assert.is(await reused(), false);
  assert.ok(store.size > 0);
  assert.is(await reused(), true);
  assert.is(await reused({ serverHostname: 'other.example' }), false);
  context.setAlpnProtocols(['h2']);
  assert.is(await reused(), false);
  context.setAlpnProtocols([]);
  assert.is(await reused(), true);
  // To the server, who resumes is who began.
  const signer = {
    publicKey: { type: 'Ed25519', key: new Uint8Array(32) },
    signatures: [],
    sign: () => new Uint8Array(64),
  } as const;
  context.addCredential({ type: 'X509', certificates: [credentials.certificate], signer });
  assert.is(await reused(), false);
});

reversing('a store may be slow, and may fail', [], async ({ port }) => {
  const context = await newContext();
  const store = createSessionStore();
  context.sessionStore = {
    take: async (key) => store.take(key),
    put: async (key, session) => store.put(key, session),
  };
  for (const expected of [false, true]) {
    const socket = await connectTo(port, context);
    await converse(socket, 'hello');
    assert.is(socket.sessionReused, expected);
    await socket.close();
  }
  const broken = async (): Promise<never> => {
    throw new Error('the disk is gone');
  };
  context.sessionStore = { take: broken, put: broken };
  const socket = await connectTo(port, context);
  assert.is(await converse(socket, 'hello'), 'olleh');
  await socket.close();
});

reversing('without trust in what it rests on, a session is left aside', [], async ({ port }) => {
  const first = await connectTo(port, await newContext());
  await converse(first, 'hello');
  const { session } = first;
  await first.close();
  const context = new SSLContext(platform);
  const error: OSError = await connectTo(port, context, { session }).then(
    () => assert.unreachable('nothing is trusted') as never,
    (cause) => cause,
  );
  assert.is(error.name, 'SSLCertVerificationError');
});

test('what is no session, or of another server, is refused', async () => {
  const context = await newContext();
  const wrap = (session: unknown): void =>
    void context.wrapSocket(new Socket(), { serverHostname: 'localhost', session: session as Session });
  for (const none of [{}, 'session', 5]) {
    assert.throws(
      () => wrap(none),
      (error: unknown) => error instanceof TypeError,
    );
  }
  assert.throws(
    () => wrap({ ticket: new Uint8Array(1), serverName: 'example.com' }),
    (error: Error) => error.name === 'ValueError' && error.message.includes('example.com'),
  );
  wrap(null);
  wrap(undefined);
});

/** A session that permits early data. */
async function earlySession(server: OpensslServer, context: SSLContext): Promise<Session> {
  const socket = await connectTo(server.port, context);
  await socket.sendall(Buffer.from('a first word\n'));
  await server.printed(/a first word/);
  // Its tickets came before that; whoever closes waits for nothing.
  while (socket.session === null) await new Promise((resolve) => setTimeout(resolve, 5));
  await socket.close();
  assert.ok(socket.session.version === 'TLSv1.3' && socket.session.maxEarlyData > 0);
  return socket.session;
}

function withEarlyData(
  name: string,
  args: readonly string[],
  play: (server: OpensslServer) => Promise<void>,
): void {
  const run = (): Promise<void> => withServer(['-early_data', ...args], play);
  if (hasOpenssl) test(name, run);
  else test.skip(name, run);
}

withEarlyData('early data is read before the handshake is done', [], async (server) => {
  const context = await newContext();
  const session = await earlySession(server, context);
  const socket = await connectTo(server.port, context, {
    session,
    earlyData: true,
    doHandshakeOnConnect: false,
  });
  const request = Buffer.from('early bird\n');
  assert.is(await socket.sendEarly(request), request.length);
  assert.is(socket.earlyDataStatus, 'offered');
  await socket.doHandshake();
  assert.is(socket.earlyDataStatus, 'accepted');
  assert.is(socket.facts?.earlyDataAccepted, true);
  assert.is(socket.takeRejectedEarlyData().length, 0);
  await server.printed(/early bird/);
  await server.printed(/End of early data/);
  await socket.sendall(Buffer.from('later\n'));
  await server.printed(/later/);
  await socket.close();
});

withEarlyData(
  'a session that is shown again is a replay: OpenSSL rejects its early data',
  [],
  async (server) => {
    const context = await newContext();
    const session = await earlySession(server, context);
    const open = { session, earlyData: true, doHandshakeOnConnect: false };
    const request = Buffer.from('only once\n');
    for (const expected of ['accepted', 'rejected'] as const) {
      const socket = await connectTo(server.port, context, open);
      assert.is(await socket.sendEarly(request), request.length);
      await socket.doHandshake();
      assert.is(socket.earlyDataStatus, expected);
      const given = socket.takeRejectedEarlyData();
      assert.is(text(given), expected === 'rejected' ? text(request) : '');
      if (expected === 'rejected') {
        await socket.sendall(given);
        await server.printed(/only once[\s\S]*only once/);
      }
      await socket.close();
    }
  },
);

withEarlyData('no more is sent early than the server permits', ['-max_early_data', '5'], async (server) => {
  const context = await newContext();
  const session = await earlySession(server, context);
  const socket = await connectTo(server.port, context, {
    session,
    earlyData: true,
    doHandshakeOnConnect: false,
  });
  const request = Buffer.from('12345 and more\n');
  const sent = await socket.sendEarly(request);
  assert.is(sent, 5);
  await socket.sendall(request.subarray(sent));
  await server.printed(/ and more/);
  assert.is(socket.earlyDataStatus, 'accepted');
  await socket.close();
});

reversing('without a session that permits it, nothing is sent early', [], async ({ port }) => {
  const socket = await connectTo(port, await newContext(), { earlyData: true, doHandshakeOnConnect: false });
  assert.is(await socket.sendEarly(Buffer.from('early\n')), 0);
  assert.is(socket.earlyDataStatus, 'notOffered');
  assert.is(await converse(socket, 'late'), 'etal');
  await socket.close();
});

const pskHex = '00112233445566778899aabbccddeeff';

reversing(
  'a pre-shared key stands for a certificate',
  ['-psk', pskHex, '-psk_identity', 'client', '-nocert'],
  async ({ port }) => {
    const context = new SSLContext(platform);
    context.setPskClientCallback((hint) => {
      assert.is(hint, null);
      return ['client', Buffer.from(pskHex, 'hex')];
    });
    const socket = await connectTo(port, context);
    assert.is(await converse(socket, 'psk'), 'ksp');
    assert.is(socket.getPeerCert({ binary: true }), null);
    assert.equal(socket.getPeerCert(), {});
    assert.is(text(socket.facts?.externalPsk ?? Buffer.of()), 'client');
    await socket.close();
  },
);

reversing(
  'a server that has another key shows its certificate',
  ['-psk', pskHex, '-psk_identity', 'nobody'],
  async ({ port }) => {
    const context = await newContext();
    context.setPskClientCallback(() => ['client', Buffer.from(pskHex, 'hex')]);
    const socket = await connectTo(port, context);
    assert.is(await converse(socket, 'certificate'), 'etacifitrec');
    assert.equal(socket.getPeerCert({ binary: true }), credentials.certificate);
    await socket.close();
  },
);

test('a callback gives a key and its name, or none', async () => {
  const context = await newContext();
  const wrap = (answer: unknown): SSLSocket => {
    context.setPskClientCallback(() => answer as readonly [string, Uint8Array]);
    const carrier = { read: () => new Promise<null>(() => {}), write: async () => {}, close: () => {} };
    return context.wrapSocket(carrier, { serverHostname: 'localhost' });
  };
  assert.throws(
    () => context.setPskClientCallback(5 as unknown as null),
    (error: unknown) => error instanceof TypeError,
  );
  for (const identity of [null, '', 'x'.repeat(257), 'ü'.repeat(129)]) {
    assert.throws(
      () => wrap([identity, Uint8Array.of(1)]),
      (error: unknown) => error instanceof SSLError && error.reason === 'BAD_LENGTH',
    );
  }
  assert.throws(
    () => wrap(['client', 'a password']),
    (error: unknown) => error instanceof TypeError,
  );
  await wrap(['client', new Uint8Array(0)]).close();
  await wrap(['ü'.repeat(128), new Uint8Array(16).fill(1)]).close();
  // What Python's documentation shows is for TLS 1.2 alone.
  assert.throws(
    () => wrap(['client', Uint8Array.of(0xc0, 0xff, 0xee)]),
    (error: unknown) => error instanceof SSLError && /3 octets: fewer than 16/.test(error.message),
  );
  context.maximumVersion = TLSVersion.TLSv1_2;
  await wrap(['client', Uint8Array.of(0xc0, 0xff, 0xee)]).close();
});

test('a carrier that knows its port has sessions of its own', async () => {
  const context = await newContext();
  const asked = new Set<string>();
  context.sessionStore = { take: (key) => void asked.add(key), put: () => {} };
  const carrier = { read: () => new Promise<null>(() => {}), write: async () => {}, close: () => {} };
  for (const port of [443, 8443, 443, undefined]) {
    const remote = port === undefined ? {} : { remoteAddress: ['192.0.2.1', port] as const };
    await context.wrapSocket({ ...carrier, ...remote }, { serverHostname: 'localhost' }).close();
  }
  assert.is(asked.size, 3);
});

test.run();
