/** Both sides write, close, change keys and read in any order, over a carrier that cuts and delays: nothing is lost. */
import { createAuthority } from '@halfclose/testing/ca';
import {
  concat,
  converse,
  createScriptedServer,
  readAll,
  type ScriptedServer,
  testConfig,
  testProvider,
} from '@halfclose/testing/peer';
import { type ClientConnection, createClientConnection } from '@halfclose/tls';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const credentials = await (await createAuthority()).issue({ keyType: 'Ed25519' });

/** A connection with the handshake behind it, and what has to come out in the end. */
interface Run {
  readonly client: ClientConnection;
  readonly server: ScriptedServer;
  /** What the client took for sending, what the server sent, and what the client gave out. */
  readonly written: Uint8Array[];
  readonly sent: Uint8Array[];
  readonly read: Uint8Array[];
  serverClosed: boolean;
  /** A counter: each octet that is sent is the next one. */
  next: number;
}

function begin(): Run {
  const server = createScriptedServer({ credentials, crypto: testProvider('server') });
  const client = createClientConnection(testConfig());
  converse(client, server);
  return { client, server, written: [], sent: [], read: [], serverClosed: false, next: 0 };
}

function octets(run: Run, length: number): Uint8Array {
  return new Uint8Array(length).map(() => run.next++);
}

function send(run: Run, data: Uint8Array): void {
  if (run.serverClosed) return;
  run.server.send(data);
  run.sent.push(data);
}

/** Everything that can happen. A number says how much of it. */
const actions: Readonly<Record<string, (run: Run, amount: number) => void>> = {
  write(run, amount) {
    if (run.client.writeClosed) return;
    const data = octets(run, amount);
    run.written.push(data.subarray(0, run.client.write(data)));
  },
  send: (run, amount) => send(run, octets(run, amount)),
  updateKeys(run, amount) {
    if (run.serverClosed) return;
    run.server.sendKeyUpdate(amount % 2 === 0);
    // As many as anybody likes, as long as there is data between them.
    send(run, octets(run, 1));
  },
  ticket(run) {
    if (run.serverClosed) return;
    run.server.sendTicket();
    send(run, octets(run, 1));
  },
  nothing(run, amount) {
    if (!run.serverClosed) run.server.sendRecord(23, new Uint8Array(0), { padding: amount % 100 });
  },
  carryToServer({ client, server }, amount) {
    const piece = client.output().slice(0, amount);
    client.outputTaken(piece.length);
    server.receive(piece);
  },
  carryToClient({ client, server }, amount) {
    const piece = server.output().slice(0, amount);
    server.outputTaken(client.receive(piece));
  },
  read({ client, read }, amount) {
    const target = new Uint8Array(Math.min(amount, client.readable));
    if (target.length > 0) read.push(target.subarray(0, client.read(target)));
  },
  closeWrite: ({ client }) => client.closeWrite(),
  closeRead: ({ client }) => client.closeRead(),
  closeServer(run) {
    if (!run.serverClosed) run.server.closeNotify();
    run.serverClosed = true;
  },
};

/** Lets everything arrive that is on its way. */
function settle({ client, server, read }: Run): void {
  read.push(converse(client, server), readAll(client));
}

function check(run: Run): void {
  const { client, server } = run;
  assert.is(client.error, undefined);
  assert.is(server.error, undefined);
  assert.equal(server.received, concat(run.written));
  assert.is(server.clientClosed, client.writeClosed);
  assert.is(client.peerClosed, run.serverClosed);
  const sent = concat(run.sent);
  const read = concat(run.read);
  assert.equal(read, sent.subarray(0, read.length));
  assert.is(read.length + client.discarded, sent.length);
  if (!client.readClosed) assert.is(client.discarded, 0);
  assert.equal(
    server.alerts.filter(({ level }) => level === 'fatal'),
    [],
  );
}

const amount = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 1, max: 40_000 }));
/** What ends something comes now and then, or there would be little to see. */
const names = fc.oneof(
  { weight: 40, arbitrary: fc.constantFrom('write', 'send', 'carryToServer', 'carryToClient', 'read') },
  { weight: 8, arbitrary: fc.constantFrom('updateKeys', 'ticket', 'nothing') },
  { weight: 2, arbitrary: fc.constantFrom('closeWrite', 'closeRead', 'closeServer') },
);

const test = suite('any interleaving');

test('all that was written arrives, in its order, whoever closes what and when', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(names, amount), { maxLength: 80 }), (script) => {
      const run = begin();
      for (const [name, much] of script) actions[name]?.(run, much);
      settle(run);
      check(run);
    }),
    { numRuns: 150, seed: 8446 },
  );
});

test.run();
