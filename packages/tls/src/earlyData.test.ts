/** Early data (0-RTT), RFC 8446 sections 2.3 and 4.2.10: with a server that does it right, and one that does not. */
import { createAuthority } from '@halfclose/testing/ca';
import {
  body,
  carryToServer,
  converse,
  createScriptedServer,
  drop,
  extension,
  flipBit,
  helloFields,
  insertAfter,
  offeredKeys,
  outcomeOf,
  refusal,
  type ScriptedServer,
  type ServerOptions,
  type TicketBook,
  testConfig,
  testProvider,
  withoutExtension,
} from '@halfclose/testing/peer';
import {
  type ClientConfig,
  type ClientConnection,
  createClientConnection,
  type Session,
  TLSError,
} from '@halfclose/tls';
import {
  cipherSuites,
  contentTypes,
  extensionTypes,
  findExtension,
  handshakeTypes,
} from '@halfclose/tls/codec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const credentials = await (await createAuthority()).issue({ keyType: 'Ed25519' });
const request = new TextEncoder().encode('GET / HTTP/1.1\r\n\r\n');

interface Server extends Partial<ServerOptions> {
  readonly tickets: TicketBook;
}

interface Connected {
  readonly client: ClientConnection;
  readonly server: ScriptedServer;
  readonly plaintext: Uint8Array;
}

function connect(
  options: Server,
  changes: Partial<ClientConfig>,
  before: (client: ClientConnection, server: ScriptedServer) => void = () => {},
): Connected {
  const server = createScriptedServer({ credentials, crypto: testProvider('server'), ...options });
  const client = createClientConnection(testConfig(changes));
  before(client, server);
  return { client, server, plaintext: converse(client, server) };
}

interface Early {
  /** Of both connections. */
  readonly server?: Partial<ServerOptions>;
  readonly client?: Partial<ClientConfig>;
  /** Of the second one only. */
  readonly laterServer?: Partial<ServerOptions>;
  readonly laterClient?: Partial<ClientConfig>;
  readonly alter?: (session: Session) => Session;
  readonly before?: (client: ClientConnection, server: ScriptedServer) => void;
}

/** The second of two connections, which writes early data. */
function early(test: Early = {}): Connected {
  const {
    server = {},
    client = {},
    laterServer = {},
    laterClient = {},
    alter = (session: Session) => session,
    before = (connection: ClientConnection) => {
      assert.is(connection.writeEarlyData(request), request.length);
    },
  } = test;
  const tickets: TicketBook = new Map();
  const kept: Session[] = [];
  const sessions = { put: (session: Session) => void kept.push(session), take: () => undefined };
  const both = { tickets, maxEarlyData: 1000, ...server };
  connect({ ...both, sessionTickets: 1 }, { sessions, ...client });
  const [session] = kept;
  assert.ok(session);
  const config = { session: alter(session), earlyData: true, ...client, ...laterClient };
  return connect({ ...both, ...laterServer }, config, before);
}

function offersEarlyData({ server }: Connected): readonly boolean[] {
  return server.hellos.map(
    ({ extensions }) => findExtension(extensions, extensionTypes.earlyData) !== undefined,
  );
}

/** What the client's records were, in the clear and inside. */
function recordTypes({ server }: Connected): readonly (number | undefined)[] {
  return server.records.map(({ contentType }) => contentType);
}

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
  ['unless the caller wants it', { laterClient: { earlyData: false } }],
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

const wrong = suite('early data: a server that does it wrong');

const acceptEarlyData = extension(extensionTypes.earlyData);

wrong('accepts what was not offered', () => {
  const { client, server } = early({
    laterClient: { earlyData: false },
    laterServer: { tamper: { encryptedExtensions: acceptEarlyData } },
    before: () => {},
  });
  assert.equal(
    outcomeOf({ client, server, plaintext: new Uint8Array(0) }),
    refusal('unsupported_extension', 'UNEXPECTED_EXTENSION'),
  );
});

wrong('accepts it in the second hello, which offers none', () => {
  const tried = early({
    laterServer: { group: 'secp256r1', tamper: { encryptedExtensions: acceptEarlyData } },
  });
  assert.equal(outcomeOf(tried), refusal('unsupported_extension', 'UNEXPECTED_EXTENSION'));
});

wrong('accepts it without the session', () => {
  const tried = early({
    laterServer: { tickets: new Map(), tamper: { encryptedExtensions: acceptEarlyData } },
  });
  assert.equal(outcomeOf(tried), refusal('unsupported_extension', 'UNEXPECTED_EXTENSION'));
});

wrong('accepts it with something in the extension', () => {
  const tamper = { encryptedExtensions: extension(extensionTypes.earlyData, [0]) };
  const { client } = early({ laterServer: { tamper } });
  assert.is(client.error?.reason, 'DECODE_ERROR');
  assert.is(client.error?.alert, 'decode_error');
});

wrong('accepts it with another suite', () => {
  const { client } = early({
    server: { suite: 'TLS_AES_128_GCM_SHA256' },
    laterServer: {
      tamper: { serverHello: helloFields({ cipherSuite: cipherSuites.TLS_CHACHA20_POLY1305_SHA256.code }) },
      suite: 'TLS_CHACHA20_POLY1305_SHA256',
    },
  });
  assert.is(client.error?.reason, 'CIPHER_MISMATCH_ON_EARLY_DATA');
  assert.is(client.error?.alert, 'illegal_parameter');
});

wrong('accepts it with another protocol, or with none, or with one where there was none', () => {
  for (const [before, after] of [
    ['h2', 'http/1.1'],
    ['h2', undefined],
    [undefined, 'h2'],
  ]) {
    const { client } = early({
      server: before === undefined ? {} : { alpn: before },
      client: { alpnProtocols: ['h2', 'http/1.1'] },
      laterServer: {
        ...(after !== undefined && { alpn: after }),
        ...(after === undefined && {
          tamper: {
            encryptedExtensions: withoutExtension(extensionTypes.applicationLayerProtocolNegotiation),
          },
        }),
      },
    });
    assert.is(client.error?.reason, 'ALPN_MISMATCH_ON_EARLY_DATA');
    assert.is(client.error?.alert, 'illegal_parameter');
  }
});

wrong('says after it that it speaks TLS 1.2', () => {
  const { client } = early({
    laterServer: { tamper: { serverHello: withoutExtension(extensionTypes.supportedVersions) } },
  });
  assert.is(client.error?.reason, 'WRONG_VERSION_ON_EARLY_DATA');
  assert.is(client.error?.alert, 'protocol_version');
});

wrong('has a wrong Finished: no EndOfEarlyData follows', () => {
  const { client, server } = early({ laterServer: { tamper: { finished: body(flipBit(0)) } } });
  assert.is(client.error?.reason, 'DIGEST_CHECK_FAILED');
  assert.not.ok(server.messages.some(({ type }) => type === handshakeTypes.endOfEarlyData));
});

wrong('sends a certificate although it took the session', () => {
  const { client } = early({
    laterServer: {
      flight: (steps) => insertAfter(steps, 'encryptedExtensions', 'certificate'),
    },
  });
  assert.is(client.error?.reason, 'UNEXPECTED_MESSAGE');
});

wrong('never answers: what was written is not given back', () => {
  const { client } = early({ laterServer: { tamper: { serverHello: drop }, flight: () => [] } });
  client.receiveEnd();
  assert.is(client.error?.fault, 'truncation');
  assert.is(client.takeRejectedEarlyData().length, 0);
});

wrong.run();

const several = suite('early data and several keys');

several('it goes with the first key: a server that takes another rejects it', () => {
  const externalPsks = [{ identity: Uint8Array.of(9), key: new Uint8Array(32).fill(9) }];
  const tried = early({ laterClient: { externalPsks }, laterServer: { tickets: new Map(), externalPsks } });
  assert.is(tried.server.error, undefined);
  assert.is(tried.client.error, undefined);
  assert.equal(tried.client.facts?.externalPsk, Uint8Array.of(9));
  assert.is(tried.client.earlyDataStatus, 'rejected');
  assert.equal(
    tried.server.hellos.map((hello) => offeredKeys(hello).length),
    [2],
  );
});

several('one that accepts it all the same is refused', () => {
  const externalPsks = [{ identity: Uint8Array.of(9), key: new Uint8Array(32).fill(9) }];
  const tried = early({
    laterClient: { externalPsks },
    laterServer: { tickets: new Map(), externalPsks, tamper: { encryptedExtensions: acceptEarlyData } },
  });
  assert.equal(outcomeOf(tried), refusal('illegal_parameter', 'UNEXPECTED_EXTENSION'));
});

several.run();
