/** Encrypted Client Hello that a server reads, RFC 9849. */
import {
  createEchKeys,
  type EchKeys,
  encodeEchConfig,
  encodeEchConfigList,
  helloFields,
  offeredKeys,
  outcomeOf,
  receivedEch,
  refusal,
  type ScriptedServer,
  type TicketBook,
  type Trial,
  type Tried,
  trials,
  trustingVerifier,
} from '@halfclose/testing/peer';
import {
  type ClientConfig,
  createEarlyDataOffer,
  createEncryptedClientHello,
  createRecordLimits,
  greaseHello,
  randomOrder,
  type ServerVerifier,
  type Session,
} from '@halfclose/tls';
import {
  type ClientHello,
  decodeClientHello,
  extensionTypes,
  findExtension,
  handshakeTypes,
  readClientKeyShares,
} from '@halfclose/tls/codec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const attempt = await trials();
const ech: EchKeys = createEchKeys({ maximumNameLength: 40 });
const hiding: Partial<ClientConfig> = {
  serverName: 'secret.example',
  encryptedClientHello: createEncryptedClientHello(ech.list),
};

function hidden(
  client: Partial<ClientConfig> = {},
  server: Trial['server'] = {},
  after?: Trial['after'],
): Tried {
  return attempt({ client: { ...hiding, ...client }, server: { ech, ...server }, ...(after && { after }) });
}

/** The hellos that anybody on the way sees. */
function outerHellos({ messages }: ScriptedServer): ClientHello[] {
  return messages
    .filter(({ type }) => type === handshakeTypes.clientHello)
    .map(({ body }) => decodeClientHello(body));
}

function nameIn(hello: ClientHello | undefined): string | undefined {
  const extension = findExtension(hello?.extensions ?? [], extensionTypes.serverName);
  return extension && Buffer.from(extension.data.subarray(5)).toString();
}

const typesOf = (hello: ClientHello | undefined): number[] => hello?.extensions.map(({ type }) => type) ?? [];

function accepted({ client, server }: Tried): void {
  assert.is(client.error, undefined);
  assert.is(server.error, undefined);
  assert.ok(server.done);
  assert.is(client.facts?.echOutcome, 'accepted');
}

const hides = suite('ECH: a server that can read it');

hides('reads the name, and nobody else does', () => {
  const asked: (string | undefined)[] = [];
  const verifier: ServerVerifier = {
    verifyServer(identity) {
      asked.push(identity.serverName);
      return trustingVerifier.verifyServer(identity);
    },
  };
  const tried = hidden({ verifier, alpnProtocols: ['h2'] });
  accepted(tried);
  const [inner] = tried.server.hellos;
  const [outer] = outerHellos(tried.server);
  assert.is(nameIn(inner), 'secret.example');
  assert.is(nameIn(outer), 'public.example');
  assert.equal(asked, ['secret.example']);
  assert.not.equal(inner?.random, outer?.random);
  assert.equal(inner?.legacySessionId, outer?.legacySessionId);
  assert.equal(inner?.cipherSuites, outer?.cipherSuites);
  assert.equal(
    findExtension(inner?.extensions ?? [], extensionTypes.encryptedClientHello)?.data,
    Uint8Array.of(1),
  );
  assert.is(outer && receivedEch(outer)?.configId, 7);
  const wire = Buffer.concat(tried.server.messages.slice(0, 1).map(({ encoded }) => encoded)).toString(
    'latin1',
  );
  assert.not.ok(wire.includes('secret.example'));
});

hides('after a HelloRetryRequest too, with the same context', () => {
  for (const cookie of [undefined, Uint8Array.of(1, 2, 3)]) {
    for (const group of ['secp256r1', 'x25519'] as const) {
      if (group === 'x25519' && cookie === undefined) continue;
      const tried = hidden({}, { group, ...(cookie && { cookie }) });
      accepted(tried);
      const [first, second] = outerHellos(tried.server);
      assert.is(first && receivedEch(first)?.enc.length, 32);
      assert.is(second && receivedEch(second)?.enc.length, 0);
      assert.is(nameIn(second), 'public.example');
      assert.equal(tried.server.hellos.map(nameIn), ['secret.example', 'secret.example']);
      assert.equal(tried.server.hellos[0]?.random, tried.server.hellos[1]?.random);
      // RFC 8446 section 4.1.2, as with GREASE: nobody on the way sees which it was.
      assert.equal(first?.random, second?.random);
      assert.not.equal(first?.random, tried.server.hellos[0]?.random);
      assert.not.equal(first && receivedEch(first)?.payload, second && receivedEch(second)?.payload);
    }
  }
});

hides('with GREASE, in any order, with all that can be in it', () => {
  for (let i = 0; i < 20; i++) {
    const tried = hidden(
      {
        grease: greaseHello,
        extensionOrder: randomOrder,
        alpnProtocols: ['h2'],
        requestOcsp: true,
        requestScts: true,
        recordLimits: createRecordLimits({ recordSizeLimit: 1000 }),
        serverName: `x${'x'.repeat(i)}.example`,
      },
      { group: i % 2 === 0 ? 'x25519' : 'secp384r1' },
    );
    accepted(tried);
    const [inner] = tried.server.hellos;
    const [outer] = outerHellos(tried.server);
    const withoutPadding = typesOf(outer).filter((type) => type !== extensionTypes.padding);
    assert.equal(typesOf(inner).sort(), withoutPadding.sort());
  }
});

hides('large shares are sent once', () => {
  const tried = hidden({ keyShares: ['X25519MLKEM768', 'x25519'] }, { group: 'X25519MLKEM768' });
  accepted(tried);
  const [inner] = tried.server.hellos;
  const shares = readClientKeyShares(
    findExtension(inner?.extensions ?? [], extensionTypes.keyShare)?.data ?? new Uint8Array(0),
  );
  assert.is(shares.length, 2);
  const [message] = tried.server.messages;
  assert.ok((message?.encoded.length ?? 0) < 1216 + 1000, `${message?.encoded.length} octets`);
});

hides('without a name to hide: the public name stands outside alone', () => {
  for (const serverName of ['192.0.2.1', undefined]) {
    const { serverName: _, ...config } = hiding;
    const encryptedClientHello = config.encryptedClientHello;
    assert.ok(encryptedClientHello);
    const tried = attempt({
      client: { encryptedClientHello, serverName: serverName ?? '2001:db8::1' },
      server: { ech },
    });
    accepted(tried);
    assert.is(nameIn(tried.server.hellos[0]), undefined);
    assert.is(nameIn(outerHellos(tried.server)[0]), 'public.example');
  }
});

hides('a name that is the public one is not told to be', () => {
  const tried = hidden({ serverName: 'public.example' });
  accepted(tried);
  const [same, other] = [tried, hidden({ serverName: 'another.example' })].map(
    ({ server }) => outerHellos(server).map((hello) => receivedEch(hello)?.payload.length)[0],
  );
  assert.is(same, other);
});

hides('section 6.1.3: names of up to the maximum have one length, and all are multiples of 32', () => {
  const lengths = new Map<number, number>();
  for (let length = 22; length < 80; length++) {
    const { server } = hidden({ serverName: `${'a'.repeat(length - 21)}.${'b'.repeat(20)}` });
    const [outer] = outerHellos(server);
    assert.ok(server.done);
    lengths.set(length, (outer && receivedEch(outer)?.payload.length) ?? 0);
  }
  for (const length of lengths.values()) assert.is((length - 16) % 32, 0);
  assert.is(new Set([...lengths].filter(([name]) => name <= 40).map(([, length]) => length)).size, 1);
  assert.ok(new Set(lengths.values()).size > 1);
});

for (const [name, aeadId] of [
  ['AES-128-GCM', 1],
  ['AES-256-GCM', 2],
  ['ChaCha20-Poly1305', 3],
] as const) {
  hides(`sealed with ${name}`, () => {
    const keys = createEchKeys({ suites: [[1, aeadId]] });
    const encryptedClientHello = createEncryptedClientHello(keys.list);
    accepted(hidden({ encryptedClientHello }, { ech: keys }));
  });
}

hides('the first configuration that can be used, also where the key of another is none', () => {
  const low = encodeEchConfig({ publicKey: new Uint8Array(32) });
  const short = encodeEchConfig({ publicKey: new Uint8Array(31) });
  const list = encodeEchConfigList([low, short, ech.config, createEchKeys().config]);
  accepted(hidden({ encryptedClientHello: createEncryptedClientHello(list) }));
});

hides('the same for connection after connection', () => {
  const payloads = [hidden(), hidden()].map(({ server }) => {
    const [outer] = outerHellos(server);
    return outer && receivedEch(outer)?.configId;
  });
  assert.equal(payloads, [7, 7]);
});

hides.run();

const sessions = suite('ECH: sessions');

function withSession(): { readonly tickets: TicketBook; readonly session: Session } {
  const tickets: TicketBook = new Map();
  const kept: Session[] = [];
  const first = hidden(
    { sessions: { take: () => undefined, put: (session) => void kept.push(session) } },
    { tickets, sessionTickets: 1, maxEarlyData: 1000 },
  );
  accepted(first);
  const [session] = kept;
  assert.ok(session);
  return { tickets, session };
}

sessions('are resumed in what is hidden; outside stands one of the same size that says nothing', () => {
  for (const group of ['x25519', 'secp256r1'] as const) {
    const { tickets, session } = withSession();
    const tried = hidden({ session }, { tickets, group });
    accepted(tried);
    assert.is(tried.client.facts?.resumed, true);
    const outers = outerHellos(tried.server).map((hello) => offeredKeys(hello)[0]);
    const inners = tried.server.hellos.map((hello) => offeredKeys(hello)[0]);
    assert.is(outers.length, group === 'x25519' ? 1 : 2);
    for (const [index, outer] of outers.entries()) {
      const inner = inners[index];
      assert.equal(inner?.identity, session.ticket);
      assert.is(outer?.identity.length, inner?.identity.length);
      assert.is(outer?.binder.length, inner?.binder.length);
      assert.not.equal(outer?.identity, inner?.identity);
      assert.not.equal(outer?.binder, inner?.binder);
      assert.equal(outer?.identity, outers[0]?.identity);
    }
    assert.is(typesOf(outerHellos(tried.server)[0]).at(-1), extensionTypes.preSharedKey);
  }
});

sessions('a long ticket stands there twice, and leaves less room for a cookie', () => {
  const { tickets, session } = withSession();
  const long: Session = { ...session, ticket: new Uint8Array(2 ** 14) };
  accepted(hidden({ session: long }, { tickets, cookie: new Uint8Array(2 ** 13) }));
  assert.equal(
    outcomeOf(hidden({ session: long }, { tickets, cookie: new Uint8Array(2 ** 15) })),
    refusal('illegal_parameter', 'BAD_HELLO_RETRY_REQUEST', false),
  );
});

sessions('early data hangs on the hidden hello', () => {
  const { tickets, session } = withSession();
  const early = Uint8Array.of(1, 2, 3);
  const { client, server } = connectEarly(
    { session, earlyData: createEarlyDataOffer() },
    { tickets, maxEarlyData: 1000 },
    early,
  );
  assert.is(client.facts?.echOutcome, 'accepted');
  assert.is(client.earlyDataStatus, 'accepted');
  assert.ok(server.done);
  for (const hello of outerHellos(server)) assert.ok(typesOf(hello).includes(extensionTypes.earlyData));
});

sessions('what was early is given back where the server reads the other hello', () => {
  const { session } = withSession();
  const early = Uint8Array.of(1, 2, 3);
  const { client } = connectEarly(
    { session, earlyData: createEarlyDataOffer() },
    { ech: createEchKeys() },
    early,
  );
  assert.is(client.error?.reason, 'ECH_REJECTED');
  assert.is(client.earlyDataStatus, 'rejected');
  assert.equal(client.takeRejectedEarlyData(), early);
});

function connectEarly(client: Partial<ClientConfig>, server: Trial['server'], early: Uint8Array): Tried {
  let written = 0;
  const tried = attempt({
    client: { ...hiding, ...client },
    server: { ech, ...server },
    before: (connection) => {
      written = connection.writeEarlyData(early);
    },
  });
  assert.is(written, early.length);
  return tried;
}

sessions.run();

const wrong = suite('ECH: a server that has read it and errs');

const badAnswer = (alert: string, reason: string, encrypted: boolean) => refusal(alert, reason, encrypted);

wrong('section 6.1.5: says so in the HelloRetryRequest and not in the ServerHello', () => {
  const tried = hidden(
    {},
    { group: 'secp256r1', tamper: { serverHello: helloFields({ random: new Uint8Array(32).fill(3) }) } },
  );
  assert.equal(outcomeOf(tried), badAnswer('illegal_parameter', 'INCONSISTENT_ECH_NEGOTIATION', false));
});

wrong('section 5: has retry configurations all the same', () => {
  const type = extensionTypes.encryptedClientHello;
  const tried = hidden({}, { encryptedExtensions: [{ type, data: ech.list }] });
  assert.equal(outcomeOf(tried), badAnswer('unsupported_extension', 'UNEXPECTED_EXTENSION', true));
});

wrong('answers a name where only the other hello had one', () => {
  const tried = hidden(
    { serverName: '192.0.2.1' },
    { encryptedExtensions: [{ type: extensionTypes.serverName, data: new Uint8Array(0) }] },
  );
  assert.equal(outcomeOf(tried), badAnswer('unsupported_extension', 'UNEXPECTED_EXTENSION', true));
});

wrong.run();
