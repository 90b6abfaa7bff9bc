/** The four ports, what goes through them, and the end of everything. */
import {
  carryToServer,
  concat,
  converse,
  outcomeOf,
  readAll,
  refusal,
  type Tried,
  trials,
} from '@halfclose/testing/peer';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const attempt = await trials();
const hello = Uint8Array.of(1, 2, 3);

function counting(length: number): Uint8Array {
  return new Uint8Array(length).map((_, i) => i * 31);
}

function thrownBy(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  return undefined;
}

// destroy.

const destruction = suite('destroy');

function isDestroyed({ client }: Tried): void {
  assert.is(client.output().length, 0);
  assert.is(client.readable, 0);
  assert.is(client.waiting, undefined);
  assert.ok(client.error);
  assert.is(
    thrownBy(() => client.write(hello)),
    client.error,
  );
  assert.is(
    thrownBy(() => client.read(new Uint8Array(1))),
    client.error,
  );
  assert.is(client.receive(hello), hello.length);
  client.receiveEnd();
  client.closeWrite();
  client.closeRead();
  assert.is(
    thrownBy(() => client.read(new Uint8Array(1))),
    client.error,
  );
  client.destroy();
  assert.is(client.output().length, 0);
}

destruction('forgets what was to be read and to be sent', () => {
  const tried = attempt();
  tried.client.write(hello);
  tried.server.send(hello);
  const record = tried.server.output().slice();
  tried.client.receive(record);
  assert.is(tried.client.readable, 3);
  tried.client.destroy();
  assert.is(tried.client.error?.reason, 'CONNECTION_DESTROYED');
  isDestroyed(tried);
});

destruction('also where reading was closed: it gives no end of file any more', () => {
  const tried = attempt();
  tried.client.closeRead();
  assert.is(tried.client.read(new Uint8Array(1)), 0);
  tried.client.destroy();
  isDestroyed(tried);
});

destruction('in the handshake, after an error, after both ends', () => {
  const early = attempt({ server: { flight: () => [] } });
  early.client.destroy();
  isDestroyed(early);

  const failed = attempt({ after: (server) => server.sendAlert('access_denied') });
  failed.client.destroy();
  assert.is(failed.client.error?.reason, 'ALERT_ACCESS_DENIED', 'the first cause stays');
  isDestroyed(failed);

  const over = attempt({ after: (server) => server.closeNotify() });
  over.client.closeWrite();
  converse(over.client, over.server);
  over.client.destroy();
  assert.ok(over.client.peerClosed);
  isDestroyed(over);
});

destruction.run();

// The ports.

const ports = suite('ports');

ports('plaintext that nobody reads holds the server back, in bounded memory', () => {
  for (const recordSize of [1, 100, 16_384]) {
    const { client, server } = attempt({ server: { recordSize } });
    const data = counting(Math.min(200_000, recordSize * 2000));
    server.send(data);
    const octets = server.output().slice();
    server.outputTaken(octets.length);
    let at = 0;
    const parts: Uint8Array[] = [];
    while (at < octets.length) {
      const taken = client.receive(octets, at);
      at += taken;
      assert.ok(client.readable <= 16_385, `${client.readable} octets are kept`);
      if (at < octets.length) {
        assert.is(client.receive(octets, at), 0, 'it stays as it is until something is read');
        assert.ok(client.readable > 0);
      }
      parts.push(readAll(client));
    }
    assert.equal(concat(parts), data);
  }
});

ports('what is written is cut to records of 2^14 octets, and no more than a few wait', () => {
  const { client, server } = attempt();
  const data = counting(500_000);
  const taken = client.write(data);
  assert.ok(taken > 0 && taken % 2 ** 14 === 0 && taken < 300_000, `${taken} octets were taken`);
  assert.is(client.write(data, taken), 0);
  const length = client.output().length;
  client.outputTaken(0);
  assert.is(client.output().length, length);
  const records = server.records.length;
  carryToServer(client, server);
  assert.equal(server.received, data.subarray(0, taken));
  for (const { length: fragment } of server.records.slice(records)) assert.is(fragment, 2 ** 14 + 17);
  assert.ok(client.write(data, taken) > 0);
});

ports('output may be taken in any pieces while more is written', () => {
  const { client, server } = attempt();
  const data = counting(300_000);
  let written = 0;
  for (let i = 0; written < data.length || client.output().length > 0; i++) {
    if (written < data.length) written += client.write(data.subarray(0, written + 1 + (i % 977)), written);
    const piece = client.output().slice(0, 1 + ((i * 7919) % 5000));
    client.outputTaken(piece.length);
    server.receive(piece);
  }
  assert.equal(server.received, data);
  assert.is(server.error, undefined);
});

ports('nothing is taken before the handshake is done, and nothing of nothing', () => {
  const { client } = attempt({ server: { flight: () => [] } });
  assert.is(client.write(hello), 0);
  assert.is(client.read(new Uint8Array(1)), 0);
  assert.is(attempt().client.write(new Uint8Array(0)), 0);
  assert.is(attempt().client.output().length, 0);
});

ports('does not change what it is given to write', () => {
  const { client, server } = attempt();
  const data = counting(40_000);
  const before = data.slice();
  client.write(data);
  assert.equal(data, before);
  data.fill(0);
  carryToServer(client, server);
  assert.equal(server.received, before.subarray(0, server.receivedLength));
  assert.is(server.receivedLength, 40_000);
});

ports('ranges that are none', () => {
  const { client } = attempt();
  const bytes = new Uint8Array(4);
  for (const [offset, length] of [
    [-1, 1],
    [5, 0],
    [0, 5],
    [2, 3],
    [0.5, 1],
    [Number.NaN, 1],
    [0, -1],
    [0, Number.NaN],
  ] as const) {
    assert.instance(
      thrownBy(() => client.read(bytes, offset, length)),
      RangeError,
    );
  }
  for (const offset of [-1, 5, 0.5, Number.NaN]) {
    assert.instance(
      thrownBy(() => client.receive(bytes, offset)),
      RangeError,
    );
    assert.instance(
      thrownBy(() => client.write(bytes, offset)),
      RangeError,
    );
  }
  for (const length of [-1, 1, 0.5, Number.NaN]) {
    assert.instance(
      thrownBy(() => client.outputTaken(length)),
      RangeError,
    );
  }
  assert.is(client.error, undefined);
});

ports('an error is the error of everything later, but what was read before it stays', () => {
  const tried = attempt();
  tried.server.send(hello);
  tried.server.sendHandshake(1, hello);
  converse(tried.client, tried.server, { read: false });
  assert.is(
    thrownBy(() => tried.client.write(hello)),
    tried.client.error,
  );
  assert.is(tried.client.readable, 3);
  assert.equal(readAll(tried.client), hello);
  assert.equal(outcomeOf(tried), refusal('unexpected_message', 'UNEXPECTED_MESSAGE'));
});

ports('buffers are given back where they hold nothing, and nothing else is', () => {
  const { client, server } = attempt();
  const data = counting(40_000);
  // Something everywhere: unread plaintext, half a record, unsent output.
  server.send(data);
  const octets = server.output().slice();
  server.outputTaken(octets.length);
  let at = client.receive(octets.subarray(0, 20_000));
  client.write(data);
  client.releaseBuffers();
  const parts = [readAll(client)];
  for (; at < octets.length; client.releaseBuffers()) {
    at += client.receive(octets.subarray(at, at + 1000));
    parts.push(readAll(client));
  }
  assert.equal(concat(parts), data);
  carryToServer(client, server);

  // Nothing anywhere; and it goes on.
  client.releaseBuffers();
  client.write(hello);
  carryToServer(client, server);
  assert.equal(server.received, concat([data, hello]));
  server.send(hello);
  client.receive(server.output());
  assert.equal(readAll(client), hello);
});

ports.run();
