/** What may come after the handshake, RFC 8446 section 4.6: tickets and KeyUpdate. */
import { createAuthority } from '@halfclose/testing/ca';
import {
  body,
  concat,
  converse,
  createScriptedServer,
  insertAfter,
  outcomeOf,
  refusal,
  type ScriptedServer,
  type TicketBook,
  type Trial,
  type Tried,
  testConfig,
  trials,
  writeAll,
} from '@halfclose/testing/peer';
import {
  type ConnectionEvent,
  createClientConnection,
  type Session13 as Session,
  type SessionStore,
  TLSError,
} from '@halfclose/tls';
import { decodeKeyUpdate, handshakeTypes } from '@halfclose/tls/codec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const attempt = await trials();
const hello = Uint8Array.of(1, 2, 3);
const malformed = refusal('decode_error', 'DECODE_ERROR');
const now = Date.UTC(2026, 0, 1);
const day = 86_400_000;

// Tickets.

const tickets = suite('tickets');

/** Everything that a client keeps of a conversation. */
function kept(trial: Trial): { readonly tried: Tried; readonly sessions: readonly Session[] } {
  const sessions: Session[] = [];
  const store = { put: (session: Session) => void sessions.push(session), take: () => undefined };
  const tried = attempt({ ...trial, client: { clock: () => now, sessions: store, ...trial.client } });
  return { tried, sessions };
}

function ticketed(act: (server: ScriptedServer) => void): ReturnType<typeof kept> {
  return kept({ after: act });
}

tickets('are kept with all that is needed to use them', () => {
  for (const suiteName of ['TLS_AES_256_GCM_SHA384', 'TLS_CHACHA20_POLY1305_SHA256'] as const) {
    const psks: Uint8Array[] = [];
    const { tried, sessions } = kept({
      client: { alpnProtocols: ['h2'], serverName: 'example.com' },
      server: { suite: suiteName, alpn: 'h2' },
      after: (server) => {
        psks.push(
          server.sendTicket({
            ticketLifetime: 7200,
            ticketAgeAdd: 0xfedcba98,
            ticketNonce: Uint8Array.of(1, 2, 3),
            ticket: Uint8Array.of(9, 8, 7),
          }),
        );
        psks.push(server.sendTicket({ ticketNonce: new Uint8Array(0) }));
      },
    });
    assert.is(tried.client.error, undefined);
    assert.equal(
      sessions.map(({ psk }) => psk),
      psks,
    );
    const [session] = sessions;
    assert.is(session?.serverName, 'example.com');
    assert.is(session?.cipherSuite, suiteName);
    assert.is(session?.alpnProtocol, 'h2');
    assert.equal(session?.ticket, Uint8Array.of(9, 8, 7));
    assert.is(session?.ticketAgeAdd, 0xfedcba98);
    assert.is(session?.receivedAt, now);
    assert.is(session?.expiresAt, now + 7_200_000);
    assert.is(session?.maxEarlyData, 0);
    assert.equal(session?.peerCertificates, tried.client.facts?.peerCertificates);
  }
});

tickets('are no views of what came: a session is its owner’s', () => {
  const { tried, sessions } = ticketed((server) =>
    server.sendTicket({ ticket: new Uint8Array(100).fill(5) }),
  );
  tried.client.destroy();
  assert.ok(sessions[0]?.ticket.every((octet) => octet === 5));
  assert.is(sessions[0]?.ticket.buffer.byteLength, 100);
  assert.ok(sessions[0]?.psk.some((octet) => octet !== 0));
});

tickets('with a lifetime of 0 are thrown away at once', () => {
  const { tried, sessions } = ticketed((server) => server.sendTicket({ ticketLifetime: 0 }));
  assert.is(tried.client.error, undefined);
  assert.is(sessions.length, 0);
});

tickets('are never kept for longer than seven days', () => {
  for (const ticketLifetime of [604_799, 604_800, 604_801, 2 ** 31, 2 ** 32 - 1]) {
    const { tried, sessions } = ticketed((server) => server.sendTicket({ ticketLifetime }));
    assert.is(tried.client.error, undefined);
    assert.is(sessions[0]?.expiresAt, now + Math.min(7 * day, 1000 * ticketLifetime));
  }
});

tickets('say how much early data the server would take', () => {
  const { sessions } = ticketed((server) =>
    server.sendTicket({ extensions: [{ type: 42, data: Uint8Array.of(0xff, 0xff, 0xff, 0xff) }] }),
  );
  assert.is(sessions[0]?.maxEarlyData, 2 ** 32 - 1);
  for (const data of [[], [0], [0, 0, 0], [0, 0, 0, 0, 0]]) {
    const { tried } = ticketed((server) =>
      server.sendTicket({ extensions: [{ type: 42, data: Uint8Array.from(data) }] }),
    );
    assert.equal(outcomeOf(tried), malformed);
  }
});

tickets('malformed', () => {
  const bodies = {
    nothing: [],
    'an empty ticket': [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
    'no extensions': [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 9],
    'an octet too many': [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 9, 0, 0, 0],
    'extensions beyond the end': [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 9, 0, 4],
    'half an extension': [0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 9, 0, 2, 0, 0],
  };
  for (const [name, octets] of Object.entries(bodies)) {
    const { tried, sessions } = ticketed((server) => server.sendHandshake(4, Uint8Array.from(octets)));
    assert.equal(outcomeOf(tried), malformed, name);
    assert.is(sessions.length, 0);
  }
});

tickets('before our Finished has even arrived', () => {
  // Section 4.6.1 has the server wait for Finished; what it sends with its own is legal all the same.
  const { tried, sessions } = kept({
    server: { flight: (steps) => [...steps, 'newSessionTicket', (server) => server.send(hello)] },
  });
  assert.is(tried.client.error, undefined);
  assert.equal(tried.plaintext, hello);
  assert.is(sessions.length, 1);
});

tickets('a flood of them, and none as long as data comes between', () => {
  const many = ticketed((server) => {
    for (let i = 0; i < 33; i++) server.sendTicket();
  });
  assert.equal(outcomeOf(many.tried), refusal('unexpected_message', 'TOO_MANY_TICKETS'));
  const used = ticketed((server) => {
    for (let i = 0; i < 100; i++) {
      server.sendTicket();
      if (i % 32 === 31) server.send(hello);
    }
  });
  assert.is(used.tried.client.error, undefined);
  assert.is(used.sessions.length, 100);
});

tickets('nothing is kept, and nothing wrong, where there is no store', () => {
  const { client, server } = attempt({ server: { sessionTickets: 2 } });
  assert.is(client.error, undefined);
  assert.ok(server.done);
});

tickets('a store that fails has lost a session, and nothing else', async () => {
  const failures: readonly (() => Promise<void>)[] = [
    () => {
      throw new Error('full');
    },
    () => Promise.reject(new Error('gone')),
  ];
  for (const put of failures) {
    const events: ConnectionEvent[] = [];
    const { client, server, plaintext } = attempt({
      client: { sessions: { put, take: () => undefined }, onEvent: (event) => void events.push(event) },
      after: (scripted) => {
        scripted.sendTicket();
        scripted.send(hello);
      },
    });
    // A rejection that nobody took would end the process.
    await new Promise((resolve) => setImmediate(resolve));
    assert.is(client.error, undefined);
    assert.ok(server.done);
    assert.equal(plaintext, hello);
    assert.ok(events.some(({ type }) => type === 'session'));
  }
});

tickets(
  'of a server without a name are kept and shown like others: who makes the store keys it',
  async () => {
    const sessions: Session[] = [];
    const store: SessionStore = {
      put: (session: Session) => void sessions.push(session),
      take: () => sessions.pop(),
    };
    const { serverName: _, ...nameless } = testConfig({ sessions: store });
    const credentials = await (await createAuthority()).issue({ keyType: 'Ed25519' });
    const book: TicketBook = new Map();
    const resumed = [0, 1].map(() => {
      const server = createScriptedServer({ credentials, sessionTickets: 1, tickets: book });
      const client = createClientConnection(nameless);
      converse(client, server);
      assert.is(server.error, undefined);
      return client.facts?.resumed;
    });
    assert.equal(resumed, [false, true]);
  },
);

tickets.run();

// KeyUpdate.

const updates = suite('KeyUpdate');

/** How often the client changed its keys, by what it sent. */
function updatesSent({ messages }: ScriptedServer): number {
  const sent = messages.filter(({ type }) => type === handshakeTypes.keyUpdate);
  assert.ok(
    sent.every((message) => !decodeKeyUpdate(message.body)),
    'update_not_requested, section 4.6.3',
  );
  return sent.length;
}

for (const suiteName of [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
] as const) {
  updates(`${suiteName}: new keys again and again, for what comes and for what goes`, () => {
    const { client, server } = attempt({ server: { suite: suiteName } });
    const expected: Uint8Array[] = [];
    for (let round = 0; round < 5; round++) {
      for (const requested of [false, true]) {
        server.send(Uint8Array.of(round));
        server.sendKeyUpdate(requested);
        server.send(Uint8Array.of(round, 1));
        assert.equal(converse(client, server), Uint8Array.of(round, round, 1));
        writeAll(client, server, Uint8Array.of(round, requested ? 1 : 0));
        expected.push(Uint8Array.of(round, requested ? 1 : 0));
      }
      assert.is(updatesSent(server), round + 1);
    }
    assert.is(client.error, undefined);
    assert.is(server.error, undefined);
    assert.equal(server.received, concat(expected));
  });
}

updates('that asks for nothing has no answer', () => {
  const { client, server } = attempt({ after: (scripted) => scripted.sendKeyUpdate(false) });
  assert.is(client.error, undefined);
  assert.is(updatesSent(server), 0);
});

updates('is an event in each direction, and an answer comes before the next data', () => {
  const events: ConnectionEvent[] = [];
  const { client, server } = attempt({
    client: { onEvent: (event) => void events.push(event) },
    after: (scripted) => {
      scripted.sendKeyUpdate(false);
      scripted.sendKeyUpdate(true);
    },
  });
  assert.is(updatesSent(server), 0);
  writeAll(client, server, hello);
  assert.is(updatesSent(server), 1);
  assert.equal(server.received, hello);
  assert.equal(events.slice(1), [
    { type: 'keyUpdated', direction: 'read' },
    { type: 'keyUpdated', direction: 'read' },
    { type: 'keyUpdated', direction: 'write' },
  ]);
});

updates('in pieces, each in a record of its own', () => {
  const { client, server, plaintext } = attempt({
    server: { framing: 1 },
    after: (scripted) => {
      scripted.sendKeyUpdate(true);
      scripted.send(hello);
    },
  });
  assert.is(client.error, undefined);
  assert.equal(plaintext, hello);
  writeAll(client, server, hello);
  assert.is(updatesSent(server), 1);
});

updates('without the change of keys, or the change of keys without it', () => {
  const badMac = refusal('bad_record_mac', 'DECRYPTION_FAILED_OR_BAD_RECORD_MAC');
  const stays = attempt({
    after: (server) => {
      server.play('keyUpdate');
      server.send(hello);
    },
  });
  assert.equal(outcomeOf(stays), badMac);
  const changes = attempt({
    after: (server) => {
      server.updateWriteKeys();
      server.send(hello);
    },
  });
  assert.equal(outcomeOf(changes), badMac);
});

updates('with a request that is neither 0 nor 1 is illegal_parameter', () => {
  for (const request of [2, 3, 128, 255]) {
    const tried = attempt({
      server: { tamper: { keyUpdate: body(() => Uint8Array.of(request)) } },
      after: (server) => server.sendKeyUpdate(),
    });
    assert.is(outcomeOf(tried).alert, 'illegal_parameter');
  }
});

updates('of another length is malformed', () => {
  for (const octets of [[], [0, 0], [1, 0, 0]]) {
    const tried = attempt({
      server: { tamper: { keyUpdate: body(() => Uint8Array.from(octets)) } },
      after: (server) => server.sendKeyUpdate(),
    });
    assert.equal(outcomeOf(tried), malformed);
  }
});

updates('a flood of them, and none as long as data comes between', () => {
  for (const requested of [false, true]) {
    const many = attempt({
      after: (server) => {
        server.send(hello);
        for (let i = 0; i < 33; i++) server.sendKeyUpdate(requested);
      },
    });
    assert.equal(outcomeOf(many), refusal('unexpected_message', 'TOO_MANY_KEY_UPDATES'));
    assert.equal(many.plaintext, hello);
    const used = attempt({
      after: (server) => {
        for (let i = 0; i < 100; i++) {
          server.sendKeyUpdate(requested);
          if (i % 32 === 31) server.send(hello);
        }
      },
    });
    assert.is(used.client.error, undefined);
  }
});

updates('empty records are no data between', () => {
  const tried = attempt({
    after: (server) => {
      for (let i = 0; i < 33; i++) {
        server.sendKeyUpdate();
        server.sendRecord(23, new Uint8Array(0));
      }
    },
  });
  assert.equal(outcomeOf(tried), refusal('unexpected_message', 'TOO_MANY_KEY_UPDATES'));
});

updates('many requests before we say anything have one answer, section 4.6.3', () => {
  const { client, server } = attempt();
  for (let i = 0; i < 20; i++) server.sendKeyUpdate(true);
  const waiting = server.output().slice();
  server.outputTaken(waiting.length);
  client.receive(waiting);
  assert.is(client.error, undefined);
  writeAll(client, server, hello);
  assert.is(updatesSent(server), 1);
  assert.equal(server.received, hello);
});

updates('asked for again and again while nothing is taken costs no memory', () => {
  const { client, server } = attempt();
  const target = new Uint8Array(10);
  for (let round = 0; round < 200; round++) {
    server.sendKeyUpdate(true);
    server.send(Uint8Array.of(round));
    const waiting = server.output().slice();
    server.outputTaken(waiting.length);
    assert.is(client.receive(waiting), waiting.length);
    assert.is(client.read(target), 1);
  }
  assert.is(client.error, undefined);
  assert.is(client.output().length, 0);
  writeAll(client, server, hello);
  assert.is(server.error, undefined);
  assert.is(updatesSent(server), 1);
});

updates('with data of ours between, while nothing is taken, costs no more than that data has room', () => {
  const { client, server } = attempt();
  const target = new Uint8Array(10);
  let accepted = 0;
  for (let round = 0; round < 400; round++) {
    server.sendKeyUpdate(true);
    server.send(Uint8Array.of(round));
    const waiting = server.output().slice();
    server.outputTaken(waiting.length);
    client.receive(waiting);
    client.read(target);
    accepted += client.write(new Uint8Array(1000));
  }
  assert.is(client.error, undefined);
  assert.ok(accepted < 400_000, 'there is an end to what is taken');
  assert.ok(client.output().length < 280_000, `${client.output().length} octets are waiting`);
  converse(client, server);
  assert.is(server.error, undefined);
  assert.is(server.receivedLength, accepted);
});

updates('by our own wish, with the peer asked to do the same or not', () => {
  const { client, server } = attempt();
  for (const requestPeer of [false, true]) {
    client.updateKeys(requestPeer);
    converse(client, server);
    const last = server.messages.at(-1);
    assert.is(last?.type, handshakeTypes.keyUpdate);
    assert.is(decodeKeyUpdate(last?.body ?? hello), requestPeer);
    writeAll(client, server, hello);
  }
  assert.is(server.error, undefined);
  assert.equal(server.received, concat([hello, hello]));
  client.closeWrite();
  assert.throws(
    () => client.updateKeys(),
    (error: unknown) => error instanceof TLSError && error.reason === 'PROTOCOL_IS_SHUTDOWN',
  );
});

updates('is not answered once our side is closed', () => {
  const { client, server } = attempt();
  client.closeWrite();
  converse(client, server);
  server.sendKeyUpdate(true);
  server.send(hello);
  assert.equal(converse(client, server), hello);
  assert.is(client.error, undefined);
  assert.is(updatesSent(server), 0);
  assert.is(server.records.at(-1)?.contentType, 21);
});

updates('in the flight of the handshake is out of order', () => {
  const tried = attempt({
    server: { flight: (steps) => insertAfter(steps, 'certificateVerify', 'keyUpdate') },
  });
  assert.equal(outcomeOf(tried), refusal('unexpected_message', 'UNEXPECTED_MESSAGE'));
});

updates.run();
