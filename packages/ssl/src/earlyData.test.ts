/** Early data of the socket, with a scripted server on a carrier in memory: on the caller's word, and never twice. */
import {
  createSessionStore,
  MemoryBIO,
  type Session,
  SHUT_RDWR,
  SHUT_WR,
  SSLContext,
  SSLError,
  type SSLSocket,
  type WrapSocketOptions,
} from '@halfclose/ssl';
import {
  createScriptedServer,
  overTransport,
  type ScriptedServer,
  type ServerOptions,
  type ServerOverTransport,
  type TicketBook,
  trustingVerifier,
} from '@halfclose/testing/peer';
import { createClientConnection, createEarlyDataOffer } from '@halfclose/tls';
import { memoryPair } from '@halfclose/transports/memory';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { SSLObject } from './sslObject.ts';
import { createTestPlatform } from './testing/platform.ts';
import { credentials, root, serverHostname } from './testing/scene.ts';

const test = suite('early data on the socket');
const request = Uint8Array.of(1, 2, 3, 4);

interface Connection {
  readonly socket: SSLSocket;
  readonly server: ScriptedServer;
  readonly peer: ServerOverTransport;
}

async function newContext(): Promise<SSLContext> {
  const context = new SSLContext(createTestPlatform());
  await context.loadVerifyLocations({ cadata: root.certificate });
  return context;
}

/** Over a carrier that is connected: the handshake begins with the first call that needs it. */
function open(
  context: SSLContext,
  options: Partial<ServerOptions>,
  wrapping: Partial<WrapSocketOptions> = {},
): Connection {
  const [ours, theirs] = memoryPair();
  const server = createScriptedServer({
    credentials,
    maxEarlyData: 1000,
    onAlert: () => void peer.closeWrite(),
    ...options,
  });
  const peer = overTransport(server, theirs);
  return { socket: context.wrapSocket(ours, { serverHostname, ...wrapping }), server, peer };
}

/** The session that a first connection leaves behind. */
async function begin(context: SSLContext, tickets: TicketBook): Promise<Session> {
  const { socket, server, peer } = open(context, { tickets, sessionTickets: 1 });
  await socket.doHandshake();
  await peer.until(({ done }) => done);
  server.send(request);
  await socket.recv();
  await socket.close();
  assert.ok(socket.session);
  return socket.session;
}

test('it goes before the server has said a word, and what is sent later follows it', async () => {
  const context = await newContext();
  const tickets: TicketBook = new Map();
  const session = await begin(context, tickets);
  const { socket, server, peer } = open(context, { tickets }, { session, earlyData: true });
  assert.is(await socket.sendEarly(request), request.length);
  await socket.sendall(Uint8Array.of(5));
  await peer.until(({ receivedLength }) => receivedLength > 0);
  assert.equal(server.earlyData, request);
  assert.equal(server.received, Uint8Array.of(5));
  assert.is(socket.earlyDataStatus, 'accepted');
  assert.is(socket.sessionReused, true);
  assert.is(socket.takeRejectedEarlyData().length, 0);
  await socket.close();
});

test('what a server rejects is given back once, and it never sees it', async () => {
  const context = await newContext();
  for (const rejecting of [
    { rejectEarlyData: true },
    { group: 'secp256r1' },
    { tickets: new Map() },
  ] as const) {
    const tickets: TicketBook = new Map();
    const session = await begin(context, tickets);
    const { socket, server, peer } = open(context, { tickets, ...rejecting }, { session, earlyData: true });
    assert.is(await socket.sendEarly(request), request.length);
    await socket.doHandshake();
    await peer.until(({ done }) => done);
    assert.is(socket.earlyDataStatus, 'rejected');
    assert.is(server.earlyData.length + server.receivedLength, 0);
    assert.equal(socket.takeRejectedEarlyData(), request);
    assert.is(socket.takeRejectedEarlyData().length, 0);
    await socket.close();
    assert.is(server.receivedLength, 0);
  }
});

/** A second connection, whose early data has gone out. */
async function sentEarly(options: Partial<ServerOptions>): Promise<Connection> {
  const context = await newContext();
  const tickets: TicketBook = new Map();
  const session = await begin(context, tickets);
  const connection = open(context, { tickets, ...options }, { session, earlyData: true });
  assert.is(await connection.socket.sendEarly(request), request.length);
  return connection;
}

const rejecting = { rejectEarlyData: true };

test('after a rejection nothing goes on until it is taken back: neither send nor recv, shutdown nor unwrap', async () => {
  const { socket, server, peer } = await sentEarly({ ...rejecting, onAlert: () => {} });
  // Also those that wait already.
  const waiting = [socket.send(Uint8Array.of(5)), socket.recv()].map(reasonOf);
  assert.equal(await Promise.all(waiting), ['EARLY_DATA_REJECTED', 'EARLY_DATA_REJECTED']);
  const later = [socket.sendall(Uint8Array.of(5)), socket.recvInto(new Uint8Array(9)), socket.unwrap()];
  assert.equal(await Promise.all(later.map(reasonOf)), Array(3).fill('EARLY_DATA_REJECTED'));
  assert.is(await reasonOf(socket.shutdown(SHUT_WR)), 'EARLY_DATA_REJECTED');
  await peer.until(({ done }) => done);
  assert.is(server.receivedLength, 0);

  await socket.sendall(socket.takeRejectedEarlyData());
  await socket.sendall(Uint8Array.of(5));
  await socket.shutdown(SHUT_WR);
  await peer.until(({ alerts }) => alerts.length > 0);
  assert.equal(server.received, Uint8Array.of(...request, 5));
  server.send(Uint8Array.of(6));
  assert.equal(await socket.recv(), Uint8Array.of(6));
  await peer.closeWrite();
  await socket.close();
});

test('shutdown(SHUT_WR) right after it lets the handshake go on, and the server has it', async () => {
  for (const how of [SHUT_WR, SHUT_RDWR] as const) {
    const { socket, server, peer } = await sentEarly({});
    const end = socket.shutdown(how);
    assert.is(await socket.send(request).catch((error) => error.code), 'EPIPE');
    await end;
    await peer.until(({ alerts }) => alerts.length > 0);
    assert.equal(server.earlyData, request);
    assert.is(server.receivedLength, 0);
    assert.is(socket.earlyDataStatus, 'accepted');
    await socket.close();
  }
});

test('close waits for the server to decide, and what it rejected is still given back', async () => {
  for (const status of ['accepted', 'rejected'] as const) {
    const { socket, server, peer } = await sentEarly(status === 'rejected' ? rejecting : {});
    const closing = socket.close();
    await peer.until(() => peer.clientEnded);
    await peer.closeWrite();
    await closing;
    assert.is(socket.earlyDataStatus, status);
    assert.equal(socket.takeRejectedEarlyData(), status === 'rejected' ? request : new Uint8Array(0));
    assert.equal(server.earlyData, status === 'rejected' ? new Uint8Array(0) : request);
    // A server that has not got it must not take what it got for all that there was.
    assert.is(server.alerts.length, status === 'accepted' ? 1 : 0);
    await peer.close();
  }
});

test('where nothing was sent early, a shutdown still gives the handshake up', async () => {
  const context = await newContext();
  const tickets: TicketBook = new Map();
  const session = await begin(context, tickets);
  const { socket, peer } = open(context, { tickets }, { session, earlyData: true });
  assert.is(await socket.sendEarly(new Uint8Array(0)), 0);
  await socket.shutdown(SHUT_WR);
  assert.is(await reasonOf(socket.doHandshake()), 'CONNECTION_CANCELED');
  await peer.close();
  await socket.close();
});

test('without I/O: a shutdown asks for more input, and after a rejection nothing goes on either', async () => {
  for (const rejectEarlyData of [false, true]) {
    const context = await newContext();
    const tickets: TicketBook = new Map();
    const session = await begin(context, tickets);
    const server = createScriptedServer({ credentials, maxEarlyData: 1000, tickets, rejectEarlyData });
    const [incoming, outgoing] = [new MemoryBIO(), new MemoryBIO()];
    const { crypto, clock } = createTestPlatform();
    const config = { crypto, clock, verifier: trustingVerifier, serverName: serverHostname, session };
    const object = new SSLObject({
      context,
      serverHostname,
      crypto,
      offeredCiphers: [],
      createConnection: (onEvent) =>
        createClientConnection({ ...config, earlyData: createEarlyDataOffer(), onEvent }),
      incoming,
      outgoing,
      suppressRaggedEofs: false,
    });
    await object.waiting;
    assert.is(object.writeEarly(request), request.length);
    const shut = (): string => reasonThrown(() => object.shutdown(SHUT_WR));
    assert.is(shut(), 'WANT_READ');
    server.receive(outgoing.read());
    incoming.write(server.output());
    if (rejectEarlyData) {
      const calls = [shut, () => object.write(request), () => object.read(), () => object.unwrap()];
      assert.equal(calls.map(reasonThrown), ['done', ...Array(3).fill('EARLY_DATA_REJECTED')]);
      assert.is(shut(), 'EARLY_DATA_REJECTED');
      object.write(object.takeRejectedEarlyData());
    }
    assert.is(shut(), 'done');
    server.receive(outgoing.read());
    assert.equal(rejectEarlyData ? server.received : server.earlyData, request);
    assert.is(server.alerts.length, 1);
  }
});

function reasonThrown(call: () => unknown): string {
  try {
    call();
    return 'done';
  } catch (error) {
    return error instanceof SSLError ? error.reason : String(error);
  }
}

async function reasonOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'done',
    (error) => (error instanceof SSLError ? error.reason : String(error)),
  );
}

test('no more goes than the session permits, and none unless it was asked for', async () => {
  const context = await newContext();
  const tickets: TicketBook = new Map();
  const session = await begin(context, tickets);
  const large = open(context, { tickets }, { session, earlyData: true });
  assert.is(await large.socket.sendEarly(new Uint8Array(1500)), 1000);
  assert.is(await large.socket.sendEarly(request), 0);
  await large.socket.close();
  const unasked = open(context, { tickets }, { session: await begin(context, tickets) });
  assert.is(await unasked.socket.sendEarly(request), 0);
  assert.is(unasked.socket.earlyDataStatus, 'notOffered');
  await unasked.socket.doHandshake();
  assert.is(unasked.socket.sessionReused, true);
  await unasked.socket.close();
});

test('it waits for a store that is slow', async () => {
  const context = await newContext();
  const store = createSessionStore();
  context.sessionStore = {
    take: async (key) => store.take(key),
    put: (key, session) => store.put(key, session),
  };
  const tickets: TicketBook = new Map();
  await begin(context, tickets);
  const { socket, server, peer } = open(context, { tickets }, { earlyData: true });
  assert.is(await socket.sendEarly(request), request.length);
  await socket.doHandshake();
  await peer.until(({ done }) => done);
  assert.equal(server.earlyData, request);
  await socket.close();
});

test('after the handshake, and on a connection that died, it is too late', async () => {
  const context = await newContext();
  const tickets: TicketBook = new Map();
  const done = open(context, { tickets }, { session: await begin(context, tickets), earlyData: true });
  await done.socket.doHandshake();
  assert.is(await done.socket.sendEarly(request), 0);
  await done.socket.close();
  const dead = open(
    context,
    { tickets, flight: () => [(server) => server.sendAlert('handshake_failure')] },
    { session: await begin(context, tickets), earlyData: true },
  );
  await dead.socket.doHandshake().catch(() => {});
  await dead.peer.close();
  const error = await dead.socket.sendEarly(request).catch((cause) => cause);
  assert.instance(error, SSLError);
  await dead.socket.close();
});

test.run();
