/** Alerts and endings, RFC 8446 section 6. */
import {
  converse,
  type FlightStep,
  insertAfter,
  type Outcome,
  outcomeOf,
  refusal,
  type ScriptedServer,
  type Tried,
  trials,
} from '@halfclose/testing/peer';
import type { ConnectionEvent } from '@halfclose/tls';
import { alertDescriptions, alertName } from '@halfclose/tls/codec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const attempt = await trials();
const hello = Uint8Array.of(1, 2, 3);

function afterData(act: (server: ScriptedServer) => void): Tried {
  const tried = attempt({
    after: (server) => {
      server.send(hello);
      act(server);
    },
  });
  assert.equal(tried.plaintext, hello);
  return tried;
}

/** The server breaks the handshake off with this. */
function instead(of: FlightStep, act: (server: ScriptedServer) => void): Tried {
  return attempt({ server: { flight: (steps) => [...steps.slice(0, steps.indexOf(of)), act] } });
}

/** The server gave up, and gets no answer. */
function alerted(reason: string): Outcome {
  return { alert: undefined, encrypted: undefined, reason, fault: 'alert' };
}

const received = suite('alerts that the server sends');

const fatal = Object.entries(alertDescriptions).filter(
  ([name]) => name !== 'close_notify' && name !== 'user_canceled',
);

for (const [name, code] of fatal) {
  received(`${name}, by its level`, () => {
    const expected = alerted(`ALERT_${name.toUpperCase()}`);
    const tries = [
      ...(['fatal', 'warning', 255] as const).map((level) =>
        instead('serverHello', (server) => server.sendAlert(code, level)),
      ),
      instead('certificate', (server) => server.sendAlert(code, 'fatal')),
      afterData((server) => server.sendAlert(code, 'fatal')),
    ];
    for (const tried of tries) {
      assert.equal(outcomeOf(tried), expected);
      assert.is(tried.client.error?.alert, name);
      assert.match(tried.client.error?.message ?? '', name);
    }
    // TLS 1.3 has no such warnings, and no third level.
    for (const [level, refused] of [
      ['warning', refusal('decode_error', 'BAD_ALERT')],
      [255, refusal('illegal_parameter', 'UNKNOWN_ALERT_TYPE')],
    ] as const) {
      for (const tried of [
        instead('certificate', (server) => server.sendAlert(code, level)),
        afterData((server) => server.sendAlert(code, level)),
      ]) {
        assert.equal(outcomeOf(tried), refused);
        assert.match(tried.client.error?.message ?? '', name);
      }
    }
  });
}

received('unknown ones are errors, section 6', () => {
  for (const code of [1, 9, 11, 19, 31, 117, 119, 122, 128, 254, 255]) {
    assert.is(alertName(code), undefined);
    const tried = afterData((server) => server.sendAlert(code, 'fatal'));
    assert.equal(outcomeOf(tried), alerted('UNKNOWN_ALERT_TYPE'));
    assert.match(tried.client.error?.message ?? '', String(code));
  }
});

received('what follows a fatal alert is not read', () => {
  const tried = afterData((server) => {
    server.sendAlert('internal_error');
    server.send(hello);
    server.closeNotify();
  });
  assert.equal(outcomeOf(tried), alerted('ALERT_INTERNAL_ERROR'));
  assert.not.ok(tried.client.peerClosed);
});

received('close_notify in the handshake is no success', () => {
  for (const step of ['serverHello', 'encryptedExtensions', 'certificate', 'finished']) {
    const tried = instead(step as FlightStep, (server) => server.closeNotify());
    assert.equal(outcomeOf(tried), alerted('ALERT_CLOSE_NOTIFY'));
    assert.not.ok(tried.client.peerClosed);
  }
});

received('user_canceled and close_notify in the handshake', () => {
  const tried = instead('certificate', (server) => {
    server.sendAlert('user_canceled');
    server.closeNotify();
  });
  assert.equal(outcomeOf(tried), alerted('ALERT_CLOSE_NOTIFY'));
});

received('user_canceled is ignored until what has to follow it does', () => {
  const tried = attempt({
    after: (server) => {
      server.send(hello);
      server.sendAlert('user_canceled');
      server.send(hello);
      server.sendAlert('user_canceled', 'fatal');
      server.closeNotify();
    },
  });
  assert.is(tried.client.error, undefined);
  assert.ok(tried.client.peerClosed);
  assert.equal(tried.plaintext, Uint8Array.of(...hello, ...hello));
});

received('user_canceled again and again', () => {
  const tried = afterData((server) => {
    for (let i = 0; i < 5; i++) server.sendAlert('user_canceled');
  });
  assert.equal(outcomeOf(tried), refusal('unexpected_message', 'TOO_MANY_WARNING_ALERTS'));
});

received.run();

const malformed = suite('alerts that are none');

malformed('a part of one', () => {
  for (const content of [[1], [2]]) {
    const act = (server: ScriptedServer): void => server.sendRecord(21, Uint8Array.from(content));
    assert.equal(outcomeOf(afterData(act)), refusal('decode_error', 'BAD_ALERT'));
    assert.equal(outcomeOf(instead('certificate', act)), refusal('decode_error', 'BAD_ALERT'));
    assert.equal(outcomeOf(instead('serverHello', act)), refusal('decode_error', 'BAD_ALERT', false));
  }
});

malformed('an empty one is unexpected_message, section 5.4', () => {
  const act = (server: ScriptedServer): void => server.sendRecord(21, new Uint8Array(0));
  assert.equal(outcomeOf(afterData(act)), refusal('unexpected_message', 'UNEXPECTED_RECORD'));
  assert.equal(outcomeOf(instead('certificate', act)), refusal('unexpected_message', 'UNEXPECTED_RECORD'));
  assert.is(outcomeOf(instead('serverHello', act)).alert, 'unexpected_message');
});

malformed('fragmented over two records, section 5.1', () => {
  const tried = afterData((server) => {
    server.sendRecord(21, Uint8Array.of(1));
    server.sendRecord(21, Uint8Array.of(0));
  });
  assert.equal(outcomeOf(tried), refusal('decode_error', 'BAD_ALERT'));
  assert.not.ok(tried.client.peerClosed);
});

malformed('two in a record, or one and something', () => {
  for (const content of [
    [1, 90, 1, 0],
    [1, 0, 1, 0],
    [1, 0, 0],
    [2, 40, 2, 40],
  ]) {
    const tried = afterData((server) => server.sendRecord(21, Uint8Array.from(content)));
    assert.equal(outcomeOf(tried), refusal('decode_error', 'BAD_ALERT'));
    assert.not.ok(tried.client.peerClosed);
  }
});

malformed.run();

const closing = suite('close_notify from the server');

closing('ends reading, and nothing else', () => {
  const events: ConnectionEvent[] = [];
  const { client, server, plaintext } = attempt({
    client: { onEvent: (event) => void events.push(event) },
    after: (scripted) => {
      scripted.send(hello);
      scripted.closeNotify();
    },
  });
  assert.equal(plaintext, hello);
  assert.is(client.error, undefined);
  assert.ok(client.peerClosed);
  assert.is(client.read(new Uint8Array(1)), 0);
  assert.equal(
    events.map(({ type }) => type),
    ['handshakeDone', 'peerClosed'],
  );
  client.receiveEnd();
  assert.is(client.error, undefined, 'the end of the carrier is no truncation any more');

  assert.is(client.write(hello), 3);
  client.closeWrite();
  converse(client, server);
  assert.equal(server.received, hello);
  assert.ok(server.clientClosed);
});

closing('as a warning or as an error', () => {
  for (const level of ['warning', 'fatal'] as const) {
    const { client } = afterData((server) => server.sendAlert('close_notify', level));
    assert.is(client.error, undefined);
    assert.ok(client.peerClosed);
  }
});

closing('what comes after it is not read, and not taken from the carrier', () => {
  for (const act of [
    (server: ScriptedServer) => server.send(hello),
    (server: ScriptedServer) => server.sendAlert('internal_error'),
    (server: ScriptedServer) => server.sendHandshake(1, hello),
    (server: ScriptedServer) => server.sendKeyUpdate(true),
    (server: ScriptedServer) => server.sendRaw(Uint8Array.of(71, 69, 84)),
  ]) {
    const { client, server } = afterData((scripted) => {
      scripted.closeNotify();
      act(scripted);
    });
    assert.is(client.error, undefined);
    assert.ok(client.peerClosed);
    assert.ok(server.output().length > 0);
    const left = server.output();
    assert.is(client.receive(left), 0);
    assert.is(client.receive(left.subarray(0, 1)), 0);
    assert.is(client.read(new Uint8Array(1)), 0);
    assert.is(client.output().length, 0);
    assert.equal(server.alerts, []);
  }
});

closing('a second close_notify changes nothing', () => {
  const { client } = afterData((server) => {
    server.closeNotify();
    server.closeNotify();
  });
  assert.is(client.error, undefined);
});

closing.run();

const ends = suite('the end of the carrier');

ends('is a truncation without close_notify, and what came before it can be read', () => {
  const { client, server } = attempt();
  server.send(hello);
  converse(client, server, { read: false });
  client.receiveEnd();
  assert.is(client.error?.fault, 'truncation');
  assert.is(client.error?.reason, 'UNEXPECTED_EOF_WHILE_READING');
  assert.is(client.error?.alert, undefined);
  const target = new Uint8Array(10);
  assert.is(client.readable, 3);
  assert.is(client.read(target, 0, 2), 2);
  assert.is(client.read(target, 2), 1);
  assert.equal(target.subarray(0, 3), hello);
  assert.throws(
    () => client.read(target),
    (error: unknown) => error === client.error,
  );
  assert.throws(
    () => client.write(hello),
    (error: unknown) => error === client.error,
  );
});

ends('inside a record is a truncation, too', () => {
  const { client, server } = attempt();
  server.send(hello);
  const record = server.output().slice();
  client.receive(record.subarray(0, -1));
  client.receiveEnd();
  assert.is(client.error?.reason, 'UNEXPECTED_EOF_WHILE_READING');
  assert.is(client.readable, 0);
});

ends('during the handshake says so', () => {
  const { client } = attempt({ server: { flight: (steps) => steps.slice(0, 4) } });
  client.receiveEnd();
  assert.is(client.error?.fault, 'truncation');
  assert.match(client.error?.message ?? '', 'handshake');
});

ends('sends no alert: nobody would read it', () => {
  const { client } = attempt();
  client.receiveEnd();
  assert.is(client.output().length, 0);
});

ends('has no say after an error', () => {
  const { client } = afterData((server) => server.sendAlert('access_denied'));
  client.receiveEnd();
  assert.is(client.error?.reason, 'ALERT_ACCESS_DENIED');
});

ends.run();

const sending = suite('alerts that we send');

sending('an alert is one record of two octets, its level fatal', () => {
  const { server } = attempt({
    server: { flight: (steps) => insertAfter(steps, 'certificate', 'certificate') },
  });
  const [alert] = server.records.slice(-1);
  assert.equal(alert?.content, Uint8Array.of(2, alertDescriptions.unexpected_message));
  assert.is(alert?.encrypted, true);
  assert.equal(server.alerts, [{ name: 'unexpected_message', code: 10, level: 'fatal', encrypted: true }]);
});

sending('none follows our own close_notify, section 6.1', () => {
  const { client, server } = attempt();
  client.closeWrite();
  converse(client, server);
  server.sendHandshake(1, hello);
  converse(client, server);
  assert.is(client.error?.reason, 'UNEXPECTED_MESSAGE');
  assert.equal(
    server.alerts.map(({ name }) => name),
    ['close_notify'],
  );
});

sending.run();
