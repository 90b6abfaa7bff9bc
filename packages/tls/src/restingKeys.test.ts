/** A connection that is idle keeps no keys, and goes on as if it had. */
import type { AeadAlgorithm, CryptoProvider } from '@halfclose/crypto';
import {
  carryToServer,
  concat,
  converse,
  outcomeOf,
  readAll,
  refusal,
  testProvider,
  trials,
  writeAll,
} from '@halfclose/testing/peer';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const attempt = await trials();
const hello = Uint8Array.of(1, 2, 3);
const suiteNames = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
] as const;

/** A provider that counts the keys of records that are made, and those that are not destroyed yet. */
function countingProvider(): { crypto: CryptoProvider; made: () => number; alive: () => number } {
  const provider = testProvider('client');
  let made = 0;
  let alive = 0;
  const counting = (algorithm: AeadAlgorithm): AeadAlgorithm => ({
    ...algorithm,
    create(octets) {
      const key = algorithm.create(octets);
      made++;
      alive++;
      let isAlive = true;
      return {
        seal: (...args) => key.seal(...args),
        open: (...args) => key.open(...args),
        destroy() {
          key.destroy();
          if (isAlive) alive--;
          isAlive = false;
        },
      };
    },
  });
  const crypto = { ...provider, aeads: provider.aeads.map(counting) };
  return { crypto, made: () => made, alive: () => alive };
}

const resting = suite('keys that rest');

resting('none is kept, and each comes back with the record that needs it', () => {
  for (const suiteName of suiteNames) {
    const { crypto, made, alive } = countingProvider();
    const { client, server } = attempt({ client: { crypto }, server: { suite: suiteName } });
    const before = made();
    assert.is(alive(), 2);
    for (const _ of [1, 2]) {
      client.releaseBuffers();
      assert.is(alive(), 0);
    }
    server.send(hello);
    assert.equal(converse(client, server), hello);
    assert.is(alive(), 1);
    writeAll(client, server, hello);
    assert.is(alive(), 2);
    writeAll(client, server, hello);
    assert.is(made(), before + 2);
    assert.equal(server.received, concat([hello, hello]));
  }
});

resting('between changes of keys in both directions', () => {
  for (const suiteName of suiteNames) {
    const { crypto, alive } = countingProvider();
    const { client, server } = attempt({ client: { crypto }, server: { suite: suiteName } });
    for (let round = 0; round < 6; round++) {
      client.releaseBuffers();
      server.send(hello);
      server.sendKeyUpdate(round % 2 === 0);
      assert.equal(converse(client, server), hello);
      client.releaseBuffers();
      assert.is(alive(), 0);
      if (round % 3 === 0) client.updateKeys();
      writeAll(client, server, Uint8Array.of(round));
    }
    assert.is(client.error, undefined);
    assert.equal(server.received, Uint8Array.of(0, 1, 2, 3, 4, 5));
  }
});

resting('tickets and keying material are the same as without', () => {
  const exported = [false, true].map((rests) => {
    const { client, server } = attempt({ client: { sessions: { put() {}, take: () => undefined } } });
    if (rests) client.releaseBuffers();
    server.sendTicket();
    server.send(hello);
    assert.equal(converse(client, server), hello);
    return client.exportKeyingMaterial('EXPERIMENTAL', hello, 32);
  });
  assert.equal(exported[0], exported[1]);
});

resting('what is not authentic is refused, and the alert goes out', () => {
  const tried = attempt();
  const { client, server } = tried;
  client.releaseBuffers();
  server.send(hello);
  const octets = server.output().slice();
  octets[octets.length - 1] = (octets[octets.length - 1] ?? 0) ^ 1;
  client.receive(octets);
  carryToServer(client, server);
  assert.equal(outcomeOf(tried), refusal('bad_record_mac', 'DECRYPTION_FAILED_OR_BAD_RECORD_MAC'));
});

resting('half a connection goes on, and no key is made for the other', () => {
  const { crypto, alive } = countingProvider();
  const { client, server } = attempt({ client: { crypto } });
  client.closeWrite();
  client.releaseBuffers();
  assert.is(alive(), 0);
  server.send(hello);
  carryToServer(client, server);
  client.receive(server.output());
  assert.equal(readAll(client), hello);
  assert.is(alive(), 1);
  assert.throws(() => client.write(hello));
  assert.is(alive(), 1);
});

resting('after the end there is none to come back', () => {
  const { crypto, made, alive } = countingProvider();
  const { client, server } = attempt({ client: { crypto } });
  client.releaseBuffers();
  const before = made();
  client.destroy();
  client.releaseBuffers();
  server.send(hello);
  client.receive(server.output());
  assert.throws(() => client.write(hello));
  assert.is(made(), before);
  assert.is(alive(), 0);
  assert.is(client.error?.reason, 'CONNECTION_DESTROYED');
});

resting.run();
