/** The two halves of a connection: closeWrite, closeRead and both. */
import {
  carryToServer,
  converse,
  type FlightStep,
  flipBit,
  type ScriptedServer,
  trials,
  upTo,
  writeAll,
} from '@halfclose/testing/peer';
import { type ClientConnection, type Session, TLSError } from '@halfclose/tls';
import { handshakeTypes } from '@halfclose/tls/codec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const attempt = await trials();
const hello = Uint8Array.of(1, 2, 3);

function counting(length: number): Uint8Array {
  return new Uint8Array(length).map((_, i) => i * 31);
}

function alertsOf({ alerts }: ScriptedServer): string[] {
  return alerts.map(({ name, encrypted }) => `${name}${encrypted ? '' : ' in clear'}`);
}

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

// closeWrite.

const writing = suite('closeWrite');

writing('sends everything written before it, then close_notify, and reading goes on', () => {
  const { client, server } = attempt();
  const upload = counting(50_000);
  writeAll(client, server, upload);
  assert.not.ok(client.writeClosed);
  client.closeWrite();
  assert.ok(client.writeClosed);
  converse(client, server);
  assert.equal(server.received, upload);
  assert.equal(alertsOf(server), ['close_notify']);
  assert.ok(server.clientClosed);
  assert.is(server.records.at(-1)?.contentType, 21);

  const answer = counting(320_003);
  server.send(answer);
  server.closeNotify();
  assert.equal(converse(client, server), answer);
  assert.ok(client.peerClosed);
  assert.is(client.error, undefined);
});

writing('goes out also where the output was full', () => {
  const { client, server } = attempt();
  const taken = client.write(counting(1_000_000));
  assert.is(client.write(hello), 0, 'the output is full');
  client.closeWrite();
  carryToServer(client, server);
  assert.is(server.receivedLength, taken);
  assert.ok(server.clientClosed);
});

writing('a second one does nothing', () => {
  const { client, server } = attempt();
  client.closeWrite();
  client.closeWrite();
  converse(client, server);
  client.closeWrite();
  assert.is(client.output().length, 0);
  assert.equal(alertsOf(server), ['close_notify']);
});

writing('a write after it fails and harms nothing', () => {
  const { client, server } = attempt();
  client.closeWrite();
  const error = thrownBy(() => client.write(hello));
  assert.instance(error, TLSError);
  assert.is((error as TLSError).reason, 'PROTOCOL_IS_SHUTDOWN');
  assert.is((error as TLSError).fault, 'local');
  assert.is((error as TLSError).alert, undefined);
  assert.is(client.error, undefined);
  server.send(hello);
  assert.equal(converse(client, server), hello);
  assert.equal(server.received, new Uint8Array(0));
});

writing('after the server’s close_notify', () => {
  const { client, server } = attempt({ after: (scripted) => scripted.closeNotify() });
  writeAll(client, server, hello);
  client.closeWrite();
  converse(client, server);
  assert.equal(server.received, hello);
  assert.equal(alertsOf(server), ['close_notify']);
  assert.is(client.error, undefined);
});

writing('after an error does nothing', () => {
  const { client, server } = attempt({ after: (scripted) => scripted.sendAlert('internal_error') });
  client.closeWrite();
  assert.is(client.output().length, 0);
  assert.not.ok(client.writeClosed);
  assert.equal(alertsOf(server), []);
});

/** Until when the handshake is to come, and whether the client has keys then. */
const stages: readonly (readonly [
  title: string,
  encrypted: boolean,
  steps: (all: readonly FlightStep[]) => readonly FlightStep[],
])[] = [
  ['the ServerHello', false, () => []],
  ['EncryptedExtensions', true, (all) => upTo(all, 'handshakeKeys')],
  ['the Certificate', true, (all) => upTo(all, 'encryptedExtensions')],
  ['Finished', true, (all) => upTo(all, 'certificateVerify')],
];

for (const [title, encrypted, flight] of stages) {
  writing(`before ${title} gives the handshake up, RFC 8446 section 6.1`, () => {
    const { client, server } = attempt({ server: { flight } });
    client.closeWrite();
    assert.ok(client.writeClosed);
    assert.is(client.error?.reason, 'CONNECTION_CANCELED');
    assert.is(client.error?.fault, 'local');
    carryToServer(client, server);
    assert.equal(
      server.alerts.map((alert) => [alert.name, alert.level, alert.encrypted]),
      [
        ['user_canceled', 'warning', encrypted],
        ['close_notify', 'warning', encrypted],
      ],
    );
    for (const act of [() => client.write(hello), () => client.read(new Uint8Array(1))]) {
      assert.is(thrownBy(act), client.error);
    }
    client.closeWrite();
    server.sendAlert('user_canceled');
    converse(client, server);
    assert.is(client.output().length, 0);
    assert.is(client.facts, undefined);
  });
}

writing('before anything was sent', () => {
  const { client, server } = attempt({ server: { flight: () => [] } });
  assert.is(server.hellos.length, 1);
  client.closeWrite();
  carryToServer(client, server);
  assert.is(alertsOf(server).length, 2);
});

writing('an error of the server’s after it is an error, and sends nothing more', () => {
  const { client, server } = attempt();
  client.closeWrite();
  converse(client, server);
  server.send(hello);
  server.sendHandshake(handshakeTypes.certificate, hello);
  assert.equal(converse(client, server), hello);
  assert.is(client.error?.reason, 'UNEXPECTED_MESSAGE');
  assert.equal(alertsOf(server), ['close_notify']);
});

writing.run();

const aborting = suite('abort');

aborting('sends what was written, then the alert, and the connection is dead', () => {
  const { client, server } = attempt();
  writeAll(client, server, hello);
  client.abort('decompression_failure');
  const error = client.error;
  assert.is(error?.reason, 'CONNECTION_ABORTED');
  assert.is(
    thrownBy(() => client.write(hello)),
    error,
  );
  client.abort('internal_error');
  assert.is(client.error, error);
  converse(client, server);
  assert.equal(server.received, hello);
  assert.equal(alertsOf(server), ['decompression_failure']);
});

aborting('says nothing after close_notify', () => {
  const { client, server } = attempt();
  client.closeWrite();
  client.abort('decompression_failure');
  converse(client, server);
  assert.equal(alertsOf(server), ['close_notify']);
});

aborting('is never taken for a good end', () => {
  const { client, server } = attempt();
  for (const alert of ['close_notify', 'user_canceled', 'nonsense', 'toString', undefined]) {
    // What a caller without types may come up with.
    assert.throws(
      () => client.abort(alert as 'internal_error'),
      (error: unknown) => error instanceof TypeError,
    );
  }
  assert.is(client.error, undefined);
  converse(client, server);
  assert.equal(alertsOf(server), []);
});

aborting.run();

// closeRead.

const reading = suite('closeRead');

reading('drops what is readable and all that comes, and counts it', () => {
  const { client, server } = attempt();
  server.send(counting(100));
  converse(client, server, { read: false });
  assert.is(client.readable, 100);
  client.read(new Uint8Array(10));
  client.closeRead();
  assert.ok(client.readClosed);
  assert.is(client.readable, 0);
  assert.is(client.discarded, 90);
  assert.is(client.read(new Uint8Array(10)), 0);

  server.send(counting(50_000));
  converse(client, server, { read: false });
  assert.is(client.readable, 0);
  assert.is(client.discarded, 50_090);
  assert.is(client.read(new Uint8Array(10)), 0);
  assert.is(client.error, undefined);
  client.closeRead();
  assert.is(client.discarded, 50_090);
});

reading('never blocks the server: all is taken, however much', () => {
  const { client, server } = attempt();
  client.closeRead();
  const round = counting(2 ** 18);
  for (let i = 0; i < 16; i++) {
    server.send(round);
    const waiting = server.output().slice();
    assert.is(client.receive(waiting), waiting.length);
    server.outputTaken(waiting.length);
  }
  assert.is(client.discarded, 2 ** 22);
  assert.is(client.output().length, 0);
});

reading('writing goes on', () => {
  const { client, server } = attempt();
  client.closeRead();
  const upload = counting(100_000);
  writeAll(client, server, upload);
  server.send(hello);
  client.closeWrite();
  converse(client, server);
  assert.equal(server.received, upload);
  assert.ok(server.clientClosed);
});

reading('KeyUpdate is answered, and its keys are used', () => {
  const { client, server } = attempt();
  client.closeRead();
  for (let round = 0; round < 3; round++) {
    server.sendKeyUpdate(true);
    server.send(hello);
    converse(client, server);
    writeAll(client, server, Uint8Array.of(round));
  }
  assert.is(client.error, undefined);
  assert.is(server.error, undefined);
  assert.is(client.discarded, 9);
  assert.equal(server.received, Uint8Array.of(0, 1, 2));
  assert.is(server.messages.filter(({ type }) => type === handshakeTypes.keyUpdate).length, 3);
});

reading('tickets are kept', () => {
  const sessions: Session[] = [];
  const { client, server } = attempt({
    client: { sessions: { put: (session) => void sessions.push(session), take: () => undefined } },
  });
  client.closeRead();
  server.sendTicket();
  server.send(hello);
  server.sendTicket();
  converse(client, server);
  assert.is(sessions.length, 2);
});

reading('a fatal alert is heard', () => {
  const { client, server } = attempt();
  client.closeRead();
  server.send(hello);
  server.sendAlert('internal_error');
  converse(client, server);
  assert.is(client.error?.reason, 'ALERT_INTERNAL_ERROR');
  assert.is(
    thrownBy(() => client.write(hello)),
    client.error,
  );
});

reading('the server’s close_notify is heard', () => {
  const { client, server } = attempt();
  client.closeRead();
  server.send(hello);
  server.closeNotify();
  converse(client, server);
  assert.ok(client.peerClosed);
  assert.is(client.error, undefined);
  writeAll(client, server, hello);
  assert.equal(server.received, hello);
});

reading('what is dropped was authentic: a forgery is an error', () => {
  let armed = false;
  const { client, server } = attempt({
    server: { alterRecord: (record) => (armed ? flipBit(-1)(record) : record) },
  });
  client.closeRead();
  armed = true;
  server.send(hello);
  converse(client, server);
  assert.is(client.error?.reason, 'DECRYPTION_FAILED_OR_BAD_RECORD_MAC');
  assert.equal(alertsOf(server), ['bad_record_mac']);
  assert.is(client.discarded, 0);
});

reading('floods of nothing, KeyUpdate and tickets have the same limits', () => {
  const floods: readonly (readonly [reason: string, act: (server: ScriptedServer) => void])[] = [
    ['TOO_MANY_EMPTY_FRAGMENTS', (server) => server.sendRecord(23, new Uint8Array(0))],
    ['TOO_MANY_KEY_UPDATES', (server) => server.sendKeyUpdate(true)],
    ['TOO_MANY_TICKETS', (server) => void server.sendTicket()],
  ];
  for (const [reason, act] of floods) {
    const { client, server } = attempt();
    client.closeRead();
    for (let i = 0; i < 33; i++) act(server);
    converse(client, server);
    assert.is(client.error?.reason, reason);
    assert.equal(alertsOf(server), ['unexpected_message']);
  }
});

reading('before the handshake is done lets it go on', () => {
  const { client, server } = attempt({
    server: { flight: (steps) => upTo(steps, 'encryptedExtensions') },
    after(scripted, connection) {
      connection.closeRead();
      scripted.play('certificate', 'certificateVerify', 'finished', 'applicationKeys');
      scripted.send(hello);
    },
  });
  assert.is(client.error, undefined);
  assert.ok(server.done);
  assert.ok(client.readClosed);
  assert.is(client.discarded, 3);
});

reading('the carrier may end: nobody misses what was cut off', () => {
  const { client } = attempt();
  client.closeRead();
  client.receiveEnd();
  assert.is(client.error, undefined);
  assert.is(client.write(hello), 3);
});

reading('but not before the handshake is done', () => {
  const { client } = attempt({ server: { flight: () => [] } });
  client.closeRead();
  client.receiveEnd();
  assert.is(client.error?.reason, 'UNEXPECTED_EOF_WHILE_READING');
});

reading.run();

// Both.

const both = suite('closeRead and closeWrite');

both('in either order', () => {
  for (const order of [
    (client: ClientConnection) => {
      client.closeRead();
      client.closeWrite();
    },
    (client: ClientConnection) => {
      client.closeWrite();
      client.closeRead();
    },
  ]) {
    const { client, server } = attempt();
    writeAll(client, server, hello);
    order(client);
    server.send(counting(1000));
    server.sendKeyUpdate(true);
    server.send(hello);
    server.closeNotify();
    converse(client, server);
    assert.equal(server.received, hello);
    assert.equal(alertsOf(server), ['close_notify']);
    assert.is(client.discarded, 1003);
    assert.ok(client.peerClosed && client.readClosed && client.writeClosed);
    assert.is(client.error, undefined);
  }
});

both.run();
