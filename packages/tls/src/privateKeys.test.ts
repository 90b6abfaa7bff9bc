/** No private key outlives the handshake that it was made for, whatever its end. */
import type { KeyExchange, MaybePromise, RandomSource } from '@halfclose/crypto';
import { createAuthority } from '@halfclose/testing/ca';
import {
  converse,
  converseWaiting,
  createScriptedServer,
  type ScriptedServer,
  testConfig,
  testProvider,
} from '@halfclose/testing/peer';
import { type ClientConfig, type ClientConnection, createClientConnection } from '@halfclose/tls';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const credentials = await (await createAuthority()).issue({ keyType: 'Ed25519' });
const nothing = new Uint8Array(0);

const privateKeys = suite('private keys');

/** A client with two key shares that tells how many of its private keys are left. */
function watched(agree: (right: () => MaybePromise<Uint8Array>) => MaybePromise<Uint8Array>): {
  readonly config: ClientConfig;
  readonly left: () => number;
} {
  const provider = testProvider('client');
  const left = new Set<KeyExchange>();
  const groups = provider.groups.map((group) => ({
    ...group,
    async generate(random: RandomSource) {
      const exchange = await group.generate(random);
      const own: KeyExchange = {
        publicKey: exchange.publicKey,
        agree: (share) => agree(() => exchange.agree(share)),
        destroy: () => void left.delete(own),
      };
      left.add(own);
      return own;
    },
  }));
  const config = testConfig({ keyShares: ['x25519', 'secp256r1'], crypto: { ...provider, groups } });
  return { config, left: () => left.size };
}

const endings: Readonly<Record<string, (client: ClientConnection, server: ScriptedServer) => void>> = {
  destroy: (client) => client.destroy(),
  closeWrite: (client) => client.closeWrite(),
  'the end of the carrier': (client) => client.receiveEnd(),
  'a fatal alert': (client, server) => {
    server.sendAlert('internal_error');
    converse(client, server);
  },
  'something illegal': (client, server) => {
    server.sendHandshake(99, nothing);
    converse(client, server);
  },
};

privateKeys('are gone when the handshake is done', async () => {
  const { config, left } = watched((right) => right());
  const server = createScriptedServer({ credentials, crypto: testProvider('server') });
  const client = createClientConnection(config);
  await converseWaiting(client, server);
  assert.ok(server.done);
  assert.is(left(), 0);
});

for (const [title, end] of Object.entries(endings)) {
  privateKeys(`are gone when it is broken off by ${title}`, async () => {
    const { config, left } = watched((right) => right());
    const server = createScriptedServer({ credentials, crypto: testProvider('server'), flight: () => [] });
    const client = createClientConnection(config);
    await converseWaiting(client, server);
    assert.is(left(), 2);
    end(client, server);
    assert.ok(client.error);
    assert.is(left(), 0);
  });
}

for (const title of ['destroy', 'closeWrite', 'the end of the carrier']) {
  privateKeys(`are gone when it is broken off by ${title} while it waits`, async () => {
    const { config, left } = watched(() => new Promise(() => {}));
    const server = createScriptedServer({ credentials, crypto: testProvider('server') });
    const client = createClientConnection(config);
    for (let turns = 0; turns < 30; turns++) {
      converse(client, server);
      await Promise.resolve();
    }
    assert.ok(client.waiting);
    assert.is(left(), 2);
    endings[title]?.(client, server);
    assert.is(left(), 0);
  });
}

privateKeys('that come after the handshake was given up are destroyed when they come', async () => {
  const provider = testProvider('client');
  let destroyed = 0;
  let deliver = (): void => {};
  const groups = provider.groups.map((group) => ({
    ...group,
    generate: (random: RandomSource) =>
      new Promise<KeyExchange>((resolve) => {
        deliver = async () => {
          const exchange = await group.generate(random);
          resolve({ ...exchange, destroy: () => void destroyed++ });
        };
      }),
  }));
  const client = createClientConnection(testConfig({ crypto: { ...provider, groups } }));
  assert.ok(client.waiting);
  client.destroy();
  deliver();
  for (let turn = 0; turn < 10; turn++) await null;
  assert.is(destroyed, 1);
});

privateKeys.run();
