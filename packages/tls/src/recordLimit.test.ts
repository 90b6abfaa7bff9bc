/**
 * RFC 8446 section 5.5: no key protects more records than it may; before that the client changes keys on its own.
 * The real limits take days to reach, so that the test lowers them in the table of suites.
 */
import { converse, type ScriptedServer, trials, writeAll } from '@halfclose/testing/peer';
import { type CipherSuiteName, type ConnectionEvent, cipherSuites } from '@halfclose/tls';
import { contentTypes, decodeKeyUpdate, handshakeTypes } from '@halfclose/tls/codec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const attempt = await trials();
const test = suite('record limit');

function withLimit(name: CipherSuiteName, recordLimit: number, act: () => void): void {
  const entry = cipherSuites[name];
  const before = entry.recordLimit;
  const set = (value: number): unknown => Object.defineProperty(entry, 'recordLimit', { value });
  set(recordLimit);
  try {
    act();
  } finally {
    set(before);
  }
}

/** How many records each of the client's keys protected, from the first one of the application on. */
function recordsByKey({ records }: ScriptedServer): number[] {
  const counts = [0];
  let finished = false;
  for (const { encrypted, content, contentType } of records) {
    assert.ok(content, 'the server can open every record');
    if (!encrypted) continue;
    if (!finished) {
      finished = content[0] === handshakeTypes.finished;
      continue;
    }
    counts.push((counts.pop() ?? 0) + 1);
    if (contentType === contentTypes.handshake && content[0] === handshakeTypes.keyUpdate) {
      assert.not.ok(decodeKeyUpdate(content.subarray(4)), 'the server need not change its keys for it');
      counts.push(0);
    }
  }
  return counts;
}

for (const name of ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384'] as const) {
  for (const limit of [3, 5, 6, 10, 100]) {
    test(`${name}: no key protects more than ${limit} records`, () => {
      withLimit(name, limit, () => {
        const { client, server } = attempt({ server: { suite: name } });
        for (let i = 0; i < 250; i++) writeAll(client, server, Uint8Array.of(i));
        const large = new Uint8Array(300_000).fill(7);
        writeAll(client, server, large);
        client.closeWrite();
        converse(client, server);
        assert.is(client.error, undefined);
        assert.is(server.error, undefined);
        assert.is(server.receivedLength, 250 + large.length);
        assert.ok(server.clientClosed);
        const counts = recordsByKey(server);
        assert.ok(counts.length > 250 / limit, `keys were used for ${counts} records`);
        assert.ok(Math.max(...counts) <= limit, `keys were used for ${counts} records`);
      });
    });
  }
}

test('each change is an event', () => {
  withLimit('TLS_AES_128_GCM_SHA256', 10, () => {
    const events: ConnectionEvent[] = [];
    const { client, server } = attempt({
      server: { suite: 'TLS_AES_128_GCM_SHA256' },
      client: { onEvent: (event) => void events.push(event) },
    });
    for (let i = 0; i < 50; i++) writeAll(client, server, Uint8Array.of(i));
    const changes = recordsByKey(server).length - 1;
    assert.ok(changes >= 5);
    assert.equal(
      events.slice(1),
      Array.from({ length: changes }, () => ({ type: 'keyUpdated', direction: 'write' })),
    );
  });
});

test('the server’s own KeyUpdates and ours do not get in each other’s way', () => {
  withLimit('TLS_AES_128_GCM_SHA256', 6, () => {
    const { client, server } = attempt({ server: { suite: 'TLS_AES_128_GCM_SHA256' } });
    for (let i = 0; i < 100; i++) {
      if (i % 3 === 0) server.sendKeyUpdate(i % 2 === 0);
      server.send(Uint8Array.of(i));
      assert.equal(converse(client, server), Uint8Array.of(i));
      writeAll(client, server, Uint8Array.of(i));
    }
    assert.equal(
      server.received,
      Uint8Array.from({ length: 100 }, (_, i) => i),
    );
    assert.ok(Math.max(...recordsByKey(server)) <= 6);
  });
});

test('the limits are those of the RFC, and none for ChaCha20-Poly1305', () => {
  // 2^24.5 full-size records for AES-GCM; the sequence number ends after 2^64.
  for (const name of ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384'] as const) {
    assert.ok(cipherSuites[name].recordLimit <= 2 ** 24.5);
    assert.ok(cipherSuites[name].recordLimit > 2 ** 24);
  }
  assert.ok(cipherSuites.TLS_CHACHA20_POLY1305_SHA256.recordLimit > 2 ** 50);
  const { client, server } = attempt({ server: { suite: 'TLS_CHACHA20_POLY1305_SHA256' } });
  for (let i = 0; i < 200; i++) writeAll(client, server, Uint8Array.of(i));
  assert.is(recordsByKey(server).length, 1);
});

test.run();
