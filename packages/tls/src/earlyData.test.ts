/** Early data (0-RTT), RFC 8446 sections 2.3 and 4.2.10: accepted, rejected, or not offered at all. */
import { carryToServer, converse } from '@halfclose/testing/peer';
import { TLSError } from '@halfclose/tls';
import { contentTypes, handshakeTypes } from '@halfclose/tls/codec';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { type Early, early, offersEarlyData, recordTypes, request } from './testing/earlyTrials.ts';

const { handshake, applicationData, changeCipherSpec } = contentTypes;

const accepted = suite('early data: accepted');

for (const name of [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
] as const) {
  accepted(`with ${name}: read before the server has answered`, () => {
    const tried = early({ server: { suite: name }, client: { cipherSuites: [name] } });
    const { client, server } = tried;
    assert.is(server.error, undefined);
    assert.is(client.error, undefined);
    assert.ok(server.done);
    assert.equal(server.earlyData, request);
    assert.is(server.receivedLength, 0);
    assert.is(client.earlyDataStatus, 'accepted');
    assert.is(client.facts?.earlyDataAccepted, true);
    assert.is(client.facts?.resumed, true);
    assert.is(client.takeRejectedEarlyData().length, 0);
    assert.equal(
      server.messages.map(({ type }) => type),
      [handshakeTypes.clientHello, handshakeTypes.endOfEarlyData, handshakeTypes.finished],
    );
    assert.is(client.write(request), request.length);
    converse(client, server);
    assert.equal(server.received, request);
  });
}

accepted('change_cipher_spec stands right after the hello, once (appendix D.4)', () => {
  assert.equal(recordTypes(early()), [handshake, changeCipherSpec, applicationData, handshake, handshake]);
  const without = early({ client: { middleboxCompatibility: false } });
  assert.equal(recordTypes(without), [handshake, applicationData, handshake, handshake]);
});

accepted('none need be written', () => {
  const tried = early({ before: () => {} });
  assert.is(tried.client.earlyDataStatus, 'accepted');
  assert.is(tried.server.earlyData.length, 0);
  assert.ok(tried.server.done);
});

accepted('in pieces, and not more than the server permits', () => {
  const data = Uint8Array.from({ length: 1500 }, (_, i) => i);
  const { client, server } = early({
    before(connection) {
      assert.is(connection.writeEarlyData(data.subarray(0, 400)), 400);
      assert.is(connection.writeEarlyData(data, 400), 600);
      assert.is(connection.writeEarlyData(data, 1000), 0);
      assert.is(connection.write(data, 1000), 0);
    },
  });
  assert.equal(server.earlyData, data.subarray(0, 1000));
  assert.is(client.write(data, 1000), 500);
  converse(client, server);
  assert.equal(server.received, data.subarray(1000));
});

accepted('at most 2^17 octets, whatever the server permits', () => {
  const data = new Uint8Array(2 ** 17 + 1).fill(7);
  let taken = 0;
  const tried = early({
    server: { maxEarlyData: 2 ** 32 - 1 },
    before(connection) {
      taken = connection.writeEarlyData(data);
    },
  });
  assert.ok(taken > 0 && taken <= 2 ** 17);
  assert.is(tried.server.earlyData.length, taken);
});

accepted('none is written any more once the handshake is done', () => {
  const { client } = early();
  assert.is(client.writeEarlyData(request), 0);
});

accepted('the early exporter is known at once, and stays the same', () => {
  let atOnce: Uint8Array | undefined;
  const { client } = early({
    before(connection) {
      connection.writeEarlyData(request);
      atOnce = connection.exportEarlyKeyingMaterial('label', Uint8Array.of(1), 32);
      assert.throws(
        () => connection.exportKeyingMaterial('label', Uint8Array.of(1), 32),
        (error: unknown) => error instanceof TLSError && error.reason === 'INVALID_STATE',
      );
    },
  });
  assert.is(atOnce?.length, 32);
  assert.equal(client.exportEarlyKeyingMaterial('label', Uint8Array.of(1), 32), atOnce);
  assert.not.equal(client.exportEarlyKeyingMaterial('label', Uint8Array.of(2), 32), atOnce);
  assert.not.equal(client.exportKeyingMaterial('label', Uint8Array.of(1), 32), atOnce);
  assert.throws(
    () => client.exportEarlyKeyingMaterial('label', Uint8Array.of(1), 1e6),
    (error: unknown) => error instanceof RangeError,
  );
});

accepted('its secrets are in the key log', () => {
  const lines: string[] = [];
  early({ laterClient: { keyLog: (line) => void lines.push(line) } });
  assert.equal(
    lines.slice(0, 2).map((line) => line.replace(/ .*/, '')),
    ['CLIENT_EARLY_TRAFFIC_SECRET', 'EARLY_EXPORTER_SECRET'],
  );
});

accepted('where the protocol is the same', () => {
  const { client, server } = early({ server: { alpn: 'h2' }, client: { alpnProtocols: ['h2', 'http/1.1'] } });
  assert.is(client.earlyDataStatus, 'accepted');
  assert.ok(server.done);
});

accepted('it may be written until the server has finished, and what came early is in its place', () => {
  const { client, server } = early({
    before(connection, peer) {
      carryToServer(connection, peer);
      // ServerHello, change_cipher_spec, EncryptedExtensions, one record after the other; Finished is still to come.
      for (const status of ['offered', 'offered', 'accepted']) {
        const record = peer.output().slice(0, 5 + (peer.output()[3] ?? 0) * 256 + (peer.output()[4] ?? 0));
        assert.is(connection.receive(record), record.length);
        peer.outputTaken(record.length);
        assert.is(connection.earlyDataStatus, status);
        assert.is(connection.writeEarlyData(Uint8Array.of(1)), 1);
      }
    },
  });
  assert.is(client.error, undefined);
  assert.ok(server.done);
  assert.equal(server.earlyData, Uint8Array.of(1, 1, 1));
});

accepted.run();

const offers = suite('early data: offered, or not');

const withoutOffer: readonly [string, Early][] = [
  ['unless the caller wants it', { offer: false }],
  ['with a session that permits none', { alter: (session) => ({ ...session, maxEarlyData: 0 }) }],
  [
    'with a session of a protocol that is not on offer now',
    {
      server: { alpn: 'h2' },
      client: { alpnProtocols: ['h2'] },
      laterClient: { alpnProtocols: ['http/1.1'] },
      laterServer: { alpn: 'http/1.1' },
    },
  ],
  ['with a session that has expired', { alter: (session) => ({ ...session, expiresAt: 0 }) }],
];

for (const [when, test] of withoutOffer) {
  offers(`none ${when}`, () => {
    const tried = early({
      ...test,
      before(client) {
        assert.is(client.earlyDataStatus, 'notOffered');
        assert.is(client.writeEarlyData(request), 0);
        assert.throws(
          () => client.exportEarlyKeyingMaterial('label', request, 1),
          (error: unknown) => error instanceof TLSError && error.reason === 'INVALID_STATE',
        );
      },
    });
    assert.equal(offersEarlyData(tried), [false]);
    assert.is(tried.client.error, undefined);
    assert.is(tried.client.facts?.earlyDataAccepted, false);
    assert.ok(tried.server.done);
  });
}

offers('to be taken by one who knows neither its end nor the array it is in', () => {
  early({
    before(client) {
      for (const offset of [-1, 0.5, request.length + 1]) {
        assert.throws(
          () => client.writeEarlyData(request, offset),
          (error: unknown) => error instanceof RangeError,
        );
      }
      client.closeWrite();
      assert.throws(
        () => client.writeEarlyData(request),
        (error: unknown) => error instanceof TLSError,
      );
    },
  });
});

offers.run();

const rejected = suite('early data: rejected');

const rejections: readonly [string, Early, resumed: boolean, retry: boolean][] = [
  ['without early_data', { laterServer: { rejectEarlyData: true } }, true, false],
  ['with the session', { laterServer: { tickets: new Map() } }, false, false],
  ['by a HelloRetryRequest', { laterServer: { group: 'secp256r1' } }, true, true],
  ['by a HelloRetryRequest for a cookie', { laterServer: { cookie: Uint8Array.of(1, 2) } }, true, true],
  [
    'by a HelloRetryRequest, with the session',
    { laterServer: { group: 'secp256r1', tickets: new Map() } },
    false,
    true,
  ],
  [
    'with another suite of the same hash',
    {
      server: { suite: 'TLS_AES_128_GCM_SHA256' },
      laterServer: { suite: 'TLS_CHACHA20_POLY1305_SHA256', rejectEarlyData: true },
    },
    true,
    false,
  ],
  [
    'with another protocol',
    {
      server: { alpn: 'h2' },
      client: { alpnProtocols: ['h2', 'http/1.1'] },
      laterServer: { alpn: 'http/1.1', rejectEarlyData: true },
    },
    true,
    false,
  ],
];

const isRejected = (error: unknown): boolean =>
  error instanceof TLSError && error.reason === 'EARLY_DATA_REJECTED';

for (const [how, test, resumed, retry] of rejections) {
  rejected(`${how}: given back once, and never sent again by itself`, () => {
    const tried = early(test);
    const { client, server } = tried;
    assert.is(server.error, undefined);
    assert.is(client.error, undefined);
    assert.ok(server.done);
    assert.is(client.facts?.resumed, resumed);
    assert.is(client.facts?.earlyDataAccepted, false);
    assert.is(client.earlyDataStatus, 'rejected');
    assert.equal(offersEarlyData(tried), retry ? [true, false] : [true]);
    assert.is(server.earlyData.length, 0);
    assert.is(server.receivedLength, 0);
    assert.is(server.messages.filter(({ type }) => type === handshakeTypes.endOfEarlyData).length, 0);
    assert.is(client.writeEarlyData(request), 0);
    assert.is(recordTypes(tried).filter((type) => type === changeCipherSpec).length, 1);

    assert.is(client.rejectedEarlyData, request.length);
    assert.throws(() => client.write(Uint8Array.of(1)), isRejected);
    assert.is(client.error, undefined);
    const given = client.takeRejectedEarlyData();
    assert.equal(given, request);
    assert.is(client.takeRejectedEarlyData().length, 0);
    assert.is(client.write(given), given.length);
    converse(client, server);
    assert.equal(server.received, request);
  });
}

rejected('all of it is given back, from many writes', () => {
  const data = Uint8Array.from({ length: 1000 }, (_, i) => i);
  const { client } = early({
    laterServer: { rejectEarlyData: true },
    before(connection) {
      for (let at = 0; at < data.length; at += 7) connection.writeEarlyData(data.subarray(at, at + 7));
    },
  });
  assert.equal(client.takeRejectedEarlyData(), data);
});

rejected('it is given back also after the end, and what was accepted is not', () => {
  for (const rejectEarlyData of [true, false]) {
    const { client } = early({ laterServer: { rejectEarlyData } });
    client.destroy();
    assert.is(client.rejectedEarlyData, rejectEarlyData ? request.length : 0);
    assert.equal(client.takeRejectedEarlyData(), rejectEarlyData ? request : new Uint8Array(0));
  }
});

rejected('nothing is given back before the server has said so', () => {
  early({
    before(client) {
      client.writeEarlyData(request);
      assert.is(client.takeRejectedEarlyData().length, 0);
      assert.is(client.earlyDataStatus, 'offered');
    },
  });
});

rejected.run();

const chunked = suite('early data: whatever the chunks');

chunked('the outcome is the same', () => {
  const outcomes: readonly [Early, string][] = [
    [{}, 'accepted'],
    [{ laterServer: { rejectEarlyData: true } }, 'rejected'],
    [{ laterServer: { group: 'secp256r1' } }, 'rejected'],
  ];
  fc.assert(
    fc.property(
      fc.constantFrom(...outcomes),
      fc.infiniteStream(fc.integer({ min: 1, max: 300 })),
      ([test, status], sizes) => {
        const tried = early({ ...test, converse: { chunk: () => sizes.next().value } });
        assert.is(tried.client.error, undefined);
        assert.is(tried.server.error, undefined);
        assert.ok(tried.server.done);
        assert.is(tried.client.earlyDataStatus, status);
        assert.equal(tried.server.earlyData, status === 'accepted' ? request : new Uint8Array(0));
      },
    ),
    { numRuns: 60 },
  );
});

chunked.run();
