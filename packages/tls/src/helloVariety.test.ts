/** What a ClientHello has in it for the sake of others: GREASE, a random order, padding. */
import type { CryptoProvider } from '@halfclose/crypto';
import {
  extension,
  outcomeOf,
  seededRandom,
  testConfig,
  testProvider,
  trials,
} from '@halfclose/testing/peer';
import {
  type ClientConfig,
  type ClientHello,
  createClientConnection,
  greaseHello,
  randomOrder,
} from '@halfclose/tls';
import {
  decodeClientHello,
  extensionTypes,
  findExtension,
  readClientKeyShares,
  readSignatureAlgorithms,
  readSupportedGroups,
  readSupportedVersions,
} from '@halfclose/tls/codec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const attempt = await trials();

/** Another draw of everything. */
function seeded(seed: string): CryptoProvider {
  return { ...testProvider('client'), random: seededRandom(seed) };
}

function encodedHello(changes: Partial<ClientConfig>): Uint8Array {
  return createClientConnection(testConfig(changes)).output().slice(5);
}

function helloOf(changes: Partial<ClientConfig>): ClientHello {
  return decodeClientHello(encodedHello(changes).subarray(4));
}

const typesOf = (hello: ClientHello | undefined): number[] => hello?.extensions.map(({ type }) => type) ?? [];

const isGrease = (value: number): boolean => (value & 0x0f0f) === 0x0a0a && value >> 8 === (value & 0xff);

function listsOf(hello: ClientHello): Readonly<Record<string, readonly number[]>> {
  const data = (type: number): Uint8Array => findExtension(hello.extensions, type)?.data ?? new Uint8Array(0);
  return {
    suites: hello.cipherSuites,
    groups: readSupportedGroups(data(extensionTypes.supportedGroups)),
    shares: readClientKeyShares(data(extensionTypes.keyShare)).map(({ group }) => group),
    schemes: readSignatureAlgorithms(data(extensionTypes.signatureAlgorithms)),
    versions: readSupportedVersions(data(extensionTypes.supportedVersions)),
    extensions: typesOf(hello).filter((type) => type !== extensionTypes.padding),
  };
}

const grease = suite('GREASE');

grease('one value in each list and two extensions, beside what stands there without', () => {
  const drawn = new Set<number>();
  for (let seed = 0; seed < 64; seed++) {
    const crypto = seeded(`grease ${seed}`);
    const hello = helloOf({ grease: greaseHello, crypto });
    const plain = listsOf(helloOf({ crypto }));
    for (const [name, values] of Object.entries(listsOf(hello))) {
      const meaningless = values.filter(isGrease);
      assert.is(meaningless.length, name === 'extensions' ? 2 : 1, name);
      assert.is(new Set(meaningless).size, meaningless.length, name);
      assert.equal(
        values.filter((value) => !isGrease(value)),
        plain[name],
        name,
      );
      for (const value of meaningless) drawn.add(value);
    }
    const { groups, shares } = listsOf(hello);
    assert.is(groups?.[0], shares?.[0], 'RFC 8701 section 3.1: a share of a group that is offered');
  }
  assert.is(drawn.size, 16, 'all of them are used');
});

grease(
  'a handshake with it is as any other, after a HelloRetryRequest too, whose shares have none of it',
  () => {
    for (const group of ['x25519', 'secp256r1'] as const) {
      const { client, server } = attempt({
        client: { grease: greaseHello, extensionOrder: randomOrder },
        server: { group },
      });
      assert.is(client.error, undefined);
      assert.ok(server.done);
      const [first, second] = server.hellos;
      if (group === 'x25519' || first === undefined || second === undefined) continue;
      const common = (hello: ClientHello): number[] =>
        typesOf(hello).filter((type) => type !== extensionTypes.padding);
      assert.equal(common(second), common(first));
      assert.equal(second.cipherSuites, first.cipherSuites);
      assert.equal(listsOf(second).shares, [0x17]);
    }
  },
);

grease('a server that chooses it chooses what was not offered', () => {
  const values = (hello: ClientHello | undefined): readonly number[] =>
    hello?.extensions.map(({ type }) => type) ?? [];
  const tried = attempt({
    client: { grease: greaseHello },
    server: {
      tamper: {
        encryptedExtensions: (message, server) =>
          extension(values(server.hellos[0]).find(isGrease) ?? 0, [])(message, server),
      },
    },
  });
  assert.is(outcomeOf(tried).alert, 'illegal_parameter');
  const suiteChosen = attempt({
    client: { grease: greaseHello },
    server: {
      tamper: {
        serverHello: (message, server) => {
          const body = message.body.slice();
          new DataView(body.buffer).setUint16(35 + 32, server.hellos[0]?.cipherSuites[0] ?? 0);
          return { ...message, body, encoded: Uint8Array.of(...message.encoded.subarray(0, 4), ...body) };
        },
      },
    },
  });
  assert.equal(
    [outcomeOf(suiteChosen).alert, outcomeOf(suiteChosen).reason],
    ['illegal_parameter', 'WRONG_CIPHER_RETURNED'],
  );
});

grease.run();

const order = suite('the order of extensions');

order('another one for each connection, with the same extensions, and pre_shared_key last', () => {
  const orders = new Set<string>();
  const plain = typesOf(helloOf({}));
  for (let seed = 0; seed < 20; seed++) {
    const types = typesOf(helloOf({ extensionOrder: randomOrder, crypto: seeded(`order ${seed}`) }));
    const withoutPadding = types.filter((type) => type !== extensionTypes.padding);
    assert.equal([...types].sort(), [...plain].sort());
    orders.add(withoutPadding.join());
  }
  assert.is(orders.size, 20);
});

order('the same in both hellos of a connection', () => {
  const { server } = attempt({
    client: { extensionOrder: randomOrder },
    server: { group: 'secp256r1', cookie: Uint8Array.of(1) },
  });
  assert.ok(server.done);
  const [first, second] = server.hellos.map(typesOf);
  const common = (types: readonly number[] = []): number[] =>
    types.filter((type) => type !== extensionTypes.cookie && type !== extensionTypes.padding);
  assert.equal(common(second), common(first));
});

order.run();

const padding = suite('padding');

padding('RFC 7685: no hello has 256 to 511 octets', () => {
  const lengths = new Set<number>();
  for (let length = 1; length < 250; length += 3) {
    const encoded = encodedHello({ alpnProtocols: ['x'.repeat(length)] });
    lengths.add(encoded.length);
    const padded = findExtension(decodeClientHello(encoded.subarray(4)).extensions, extensionTypes.padding);
    if (padded !== undefined) {
      assert.ok(padded.data.length > 0);
      assert.ok(padded.data.every((octet) => octet === 0));
      assert.ok(encoded.length >= 512);
    }
  }
  assert.equal(
    [...lengths].filter((length) => length > 255 && length < 512),
    [],
  );
  assert.ok(lengths.has(512));
});

padding.run();
