/** Resumption by ticket, RFC 8446 sections 2.2 and 4.2.11: with a server that does it right, and one that does not. */
import { createAuthority } from '@halfclose/testing/ca';
import {
  body,
  converseWaiting,
  createScriptedServer,
  extension,
  type FlightStep,
  helloFields,
  insertAfter,
  type OfferedKey,
  offeredKeys,
  outcomeOf,
  refusal,
  type ScriptedServer,
  type TicketBook,
  type Trial,
  type Tried,
  testConfig,
  trials,
  trustingVerifier,
  withoutExtension,
} from '@halfclose/testing/peer';
import {
  type ClientConfig,
  type ClientConnection,
  createClientConnection,
  type ServerVerifier,
  type Session13 as Session,
  type SessionStore,
} from '@halfclose/tls';
import { cipherSuites, extensionTypes, type HandshakeMessage, namedGroups } from '@halfclose/tls/codec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const attempt = await trials();
const credentials = await (await createAuthority()).issue({ keyType: 'Ed25519' });
const now = Date.UTC(2026, 0, 1);
const hello = Uint8Array.of(1, 2, 3);

/** Two connections: the second one can resume what the first one began. */
interface Pair {
  readonly first: Tried;
  readonly second: Tried;
  /** What is in the store after both. */
  readonly sessions: readonly Session[];
}

interface Resuming {
  /** Of both connections. */
  readonly server?: Trial['server'];
  readonly client?: Trial['client'];
  /** Of the second one only. */
  readonly later?: Trial;
  /** Changes the session before it is offered. */
  readonly alter?: (session: Session) => Session;
}

function resume({ server = {}, client = {}, later = {}, alter = (session) => session }: Resuming = {}): Pair {
  const tickets: TicketBook = new Map();
  const kept: Session[] = [];
  const sessions: SessionStore = {
    put: (session: Session) => void kept.push(alter(session)),
    take: () => kept.shift(),
  };
  const common = { clock: () => now, sessions, ...client };
  const first = attempt({ server: { tickets, sessionTickets: 1, ...server }, client: common });
  assert.is(first.client.error, undefined);
  assert.is(first.client.facts?.resumed, false);
  assert.is(kept.length, 1);
  const second = attempt({
    ...later,
    server: { tickets, ...server, ...later.server },
    client: { ...common, ...later.client },
  });
  assert.is(second.server.error, undefined);
  return { first, second, sessions: kept };
}

/** The key that the last hello of a connection offers. */
function keyShownBy({ server }: Tried): OfferedKey | undefined {
  const last = server.hellos.at(-1);
  return last && offeredKeys(last)[0];
}

const right = suite('resumption: a server that does it right');

for (const name of ['TLS_AES_128_GCM_SHA256', 'TLS_AES_256_GCM_SHA384'] as const) {
  for (const group of ['x25519', 'secp256r1'] as const) {
    right(`${name}, ${group}: without a certificate, with a key exchange`, () => {
      const { first, second, sessions } = resume({
        server: { suite: name, group, alpn: 'h2', sessionTickets: 1 },
        client: { alpnProtocols: ['h2'] },
        later: { after: (server) => server.send(hello) },
      });
      assert.is(second.client.error, undefined);
      assert.ok(second.server.done);
      assert.equal(second.plaintext, hello);
      const { facts } = second.client;
      assert.is(facts?.resumed, true);
      assert.is(facts?.signatureScheme, 'ed25519');
      assert.is(facts?.group, group);
      assert.is(facts?.cipherSuite, name);
      assert.is(facts?.alpnProtocol, 'h2');
      assert.is(facts?.helloRetryRequest, group === 'secp256r1');
      assert.equal(facts?.peerCertificates, first.client.facts?.peerCertificates);
      // The ticket of the second connection has a key of its own.
      assert.is(sessions.length, 1);
    });
  }
}

right('again and again, each time with the ticket of the time before', () => {
  const tickets: TicketBook = new Map();
  const kept: Session[] = [];
  const sessions: SessionStore = {
    put: (session: Session) => void kept.push(session),
    take: () => kept.pop(),
  };
  for (let round = 0; round < 4; round++) {
    const { client, server } = attempt({
      server: {
        tickets,
        onDone: (scripted) => void scripted.sendTicket({ ticket: Uint8Array.of(round) }),
      },
      client: { sessions },
    });
    assert.is(server.error, undefined);
    assert.is(client.facts?.resumed, round > 0);
    assert.equal(kept.at(-1)?.psk, tickets.get(`0${round}`)?.psk);
  }
});

right('the session of the configuration comes before those of the store', () => {
  const tickets: TicketBook = new Map();
  const kept: Session[] = [];
  const sessions: SessionStore = {
    put: (session: Session) => void kept.push(session),
    take: () => {
      throw new Error('nobody asked');
    },
  };
  attempt({ server: { tickets, sessionTickets: 2 }, client: { sessions } });
  const [, session] = kept;
  assert.ok(session);
  const second = attempt({ server: { tickets }, client: { session, sessions } });
  assert.is(second.client.facts?.resumed, true);
  assert.equal(keyShownBy(second)?.identity, session.ticket);
});

right('a session that is not for this configuration is left aside', () => {
  const others: readonly ((session: Session) => Session)[] = [
    (session) => ({ ...session, version: 'TLSv1.2' as Session['version'] }),
    (session) => ({ ...session, serverName: 'example.com' }),
    (session) => ({ ...session, serverName: undefined }),
    (session) => ({ ...session, cipherSuite: 'TLS_AES_256_GCM_SHA384' }),
    (session) => ({ ...session, psk: new Uint8Array(48) }),
    (session) => ({ ...session, expiresAt: now }),
    (session) => ({ ...session, receivedAt: now + 1 }),
    (session) => ({ ...session, expiresAt: Number.NaN }),
    // Section 4.6.1: seven days at most, whatever it says itself.
    (session) => ({ ...session, receivedAt: now - 604_800_001, expiresAt: now + 60_000 }),
    (session) => ({ ...session, authenticatedUntil: now }),
    // What the server proved itself with then would not do now.
    (session) => ({ ...session, signatureScheme: 'rsa_pss_pss_sha512' }),
  ];
  for (const alter of others) {
    const { second } = resume({
      alter,
      server: { suite: 'TLS_AES_128_GCM_SHA256' },
      client: { signatureSchemes: ['ed25519'] },
    });
    assert.is(keyShownBy(second), undefined);
    assert.is(second.client.error, undefined);
    assert.is(second.client.facts?.resumed, false);
  }
});

/** A verifier that says until when, and counts how often it is asked. */
function verifierUntil(validUntil: number | undefined): ServerVerifier & { asked: number } {
  return {
    asked: 0,
    async verifyServer(identity) {
      this.asked++;
      const { publicKey } = await trustingVerifier.verifyServer(identity);
      return { publicKey, verifiedChain: [Uint8Array.of(1), Uint8Array.of(this.asked)], validUntil };
    },
  };
}

/** Two connections, one after the other, some time apart, with a verifier that waits. */
async function resumeLater(
  verifier: ServerVerifier,
  later: number,
  changes: Partial<ClientConfig> = {},
): Promise<readonly ClientConnection[]> {
  const tickets: TicketBook = new Map();
  const kept: Session[] = [];
  const sessions: SessionStore = {
    put: (session: Session) => void kept.push(session),
    take: () => kept.shift(),
  };
  const connections: ClientConnection[] = [];
  for (const time of [now, now + later]) {
    const server = createScriptedServer({ credentials, tickets, sessionTickets: 1 });
    const client = createClientConnection(testConfig({ verifier, sessions, clock: () => time, ...changes }));
    await converseWaiting(client, server);
    assert.is(client.error, undefined);
    connections.push(client);
  }
  return connections;
}

right('the certificates are decided about anew, unless the decision of then is to count', async () => {
  for (const [verifyOnResumption, asked] of [
    [true, 2],
    [false, 1],
  ] as const) {
    const verifier = verifierUntil(now + 60_000);
    const [first, second] = await resumeLater(verifier, 59_999, { verifyOnResumption });
    assert.is(second?.facts?.resumed, true);
    assert.is(verifier.asked, asked);
    assert.equal(second?.facts?.verifiedChain, [Uint8Array.of(1), Uint8Array.of(asked)]);
    assert.equal(second?.facts?.peerCertificates, first?.facts?.peerCertificates);
  }
});

right('no session outlives its chain', async () => {
  for (const verifyOnResumption of [true, false]) {
    const verifier = verifierUntil(now + 60_000);
    const [, second] = await resumeLater(verifier, 60_000, { verifyOnResumption });
    assert.is(second?.facts?.resumed, false);
  }
});

right('a decision of which nobody knows how long it holds is made anew each time', async () => {
  const verifier = verifierUntil(undefined);
  const [, second] = await resumeLater(verifier, 1, { verifyOnResumption: false });
  assert.is(second?.facts?.resumed, true);
  assert.is(verifier.asked, 2);
});

right('the age of the ticket is hidden, section 4.2.11.1', () => {
  let time = now;
  const { second } = resume({
    client: { clock: () => time },
    alter(session) {
      time = now + 12_345;
      return { ...session, ticketAgeAdd: 0xffff_fff0 };
    },
  });
  assert.is(second.client.facts?.resumed, true);
  assert.is(keyShownBy(second)?.obfuscatedTicketAge, (12_345 + 0xffff_fff0) % 2 ** 32);
});

right('a server that does not know the ticket goes on without it', () => {
  const { second } = resume({ later: { server: { tickets: new Map() } } });
  assert.ok(keyShownBy(second));
  assert.is(second.client.error, undefined);
  assert.is(second.client.facts?.resumed, false);
  assert.is(second.client.facts?.signatureScheme, 'ed25519');
  assert.ok(second.server.done);
});

right('another suite with the same hash is as good', () => {
  const { second } = resume({
    server: { suite: 'TLS_AES_128_GCM_SHA256' },
    later: { server: { suite: 'TLS_CHACHA20_POLY1305_SHA256' } },
  });
  assert.is(second.client.error, undefined);
  assert.is(second.client.facts?.resumed, true);
  assert.is(second.client.facts?.cipherSuite, 'TLS_CHACHA20_POLY1305_SHA256');
});

right('another suite with another hash takes the certificate', () => {
  for (const group of ['x25519', 'secp256r1'] as const) {
    const { second } = resume({
      server: { suite: 'TLS_AES_128_GCM_SHA256', group },
      later: { server: { suite: 'TLS_AES_256_GCM_SHA384' } },
    });
    assert.is(second.client.error, undefined);
    assert.is(second.client.facts?.resumed, false);
    // After a HelloRetryRequest the client knows the hash, and does not offer the key again (section 4.1.4).
    assert.is(keyShownBy(second) === undefined, group === 'secp256r1');
  }
});

right('a ticket that leaves no room for a hello is not offered', () => {
  for (const length of [1, 255, 4000, 2 ** 14, 2 ** 14 + 1, 65_450]) {
    const onDone = (server: ScriptedServer): void =>
      void server.sendTicket({ ticket: new Uint8Array(length).fill(9) });
    const { second } = resume({ server: { sessionTickets: 0, onDone } });
    assert.is(second.client.error, undefined);
    assert.ok(second.server.done);
    assert.is(second.client.facts?.resumed, length <= 2 ** 14, `${length} octets`);
  }
});

right('the largest ticket and the largest cookie go together', () => {
  const { second } = resume({
    server: {
      sessionTickets: 0,
      onDone: (server) => void server.sendTicket({ ticket: new Uint8Array(2 ** 14) }),
    },
    later: { server: { group: 'secp256r1', cookie: new Uint8Array(2 ** 15) } },
  });
  assert.is(second.client.error, undefined);
  assert.is(second.client.facts?.resumed, true);
});

right.run();

const wrong = suite('resumption: a server that does it wrong');

function selecting(...data: readonly number[]): Resuming {
  return { later: { server: { tamper: { serverHello: extension(extensionTypes.preSharedKey, data) } } } };
}

wrong('an identity that was not offered', () => {
  for (const identity of [1, 2, 0xffff]) {
    const { second } = resume(selecting(identity >>> 8, identity & 0xff));
    assert.equal(outcomeOf(second), refusal('illegal_parameter', 'PSK_IDENTITY_NOT_FOUND', false));
  }
});

wrong('a malformed selection', () => {
  for (const data of [[], [0], [0, 0, 0]]) {
    const { second } = resume(selecting(...data));
    assert.equal(outcomeOf(second), refusal('decode_error', 'DECODE_ERROR', false));
  }
});

wrong('a selection where nothing was offered', () => {
  const tried = attempt({
    server: { tamper: { serverHello: extension(extensionTypes.preSharedKey, [0, 0]) } },
  });
  assert.equal(outcomeOf(tried), refusal('unsupported_extension', 'UNEXPECTED_EXTENSION', false));
});

wrong('a selection after a HelloRetryRequest whose suite had ruled the key out', () => {
  const { second } = resume({
    server: { suite: 'TLS_AES_128_GCM_SHA256' },
    later: {
      server: {
        suite: 'TLS_AES_256_GCM_SHA384',
        group: 'secp256r1',
        tamper: { serverHello: extension(extensionTypes.preSharedKey, [0, 0]) },
      },
    },
  });
  assert.equal(outcomeOf(second), refusal('unsupported_extension', 'UNEXPECTED_EXTENSION', false));
});

wrong('a selection in the HelloRetryRequest', () => {
  const { second } = resume({
    later: {
      server: {
        group: 'secp256r1',
        tamper: { helloRetryRequest: extension(extensionTypes.preSharedKey, [0, 0]) },
      },
    },
  });
  assert.equal(outcomeOf(second), refusal('illegal_parameter', 'UNEXPECTED_EXTENSION', false));
});

wrong('a suite with another hash', () => {
  const { second } = resume({
    server: { suite: 'TLS_AES_128_GCM_SHA256' },
    later: {
      server: {
        tamper: { serverHello: helloFields({ cipherSuite: cipherSuites.TLS_AES_256_GCM_SHA384.code }) },
      },
    },
  });
  assert.equal(outcomeOf(second), refusal('illegal_parameter', 'OLD_SESSION_PRF_HASH_MISMATCH', false));
});

wrong('no key exchange, which was not offered', () => {
  const { second } = resume({
    later: { server: { tamper: { serverHello: withoutExtension(extensionTypes.keyShare) } } },
  });
  assert.is(outcomeOf(second).alert, 'illegal_parameter');
});

wrong('a key exchange of a group without a share, or of low order', () => {
  for (const data of [
    [0, namedGroups.secp256r1, 0, 1, 4],
    [0, namedGroups.x25519, 0, 32, ...new Uint8Array(32)],
  ]) {
    const { second } = resume({
      later: { server: { tamper: { serverHello: extension(extensionTypes.keyShare, data) } } },
    });
    assert.is(outcomeOf(second).alert, 'illegal_parameter');
  }
});

wrong('a selection, and another key', () => {
  const { second } = resume({
    alter: (session) => ({ ...session, psk: session.psk.map((octet) => octet ^ 1) }),
    // The binder shows it; a server that does not look would write with the wrong keys.
    later: {
      server: { tickets: new Map(), tamper: { serverHello: extension(extensionTypes.preSharedKey, [0, 0]) } },
    },
  });
  assert.is(second.client.error?.reason, 'DECRYPTION_FAILED_OR_BAD_RECORD_MAC');
  assert.is(second.client.facts, undefined);
});

wrong('a certificate, or a request for one, after the selection (section 4.3.2)', () => {
  for (const step of ['certificate', 'certificateRequest', 'certificateVerify'] as const) {
    const { second } = resume({
      later: { server: { flight: (steps) => insertAfter(steps, 'encryptedExtensions', step) } },
    });
    assert.equal(outcomeOf(second), refusal('unexpected_message', 'UNEXPECTED_MESSAGE'));
  }
});

wrong('a Finished that is not of this handshake', () => {
  const { second } = resume({
    later: { server: { tamper: { finished: body((bytes) => bytes.map((octet) => octet ^ 1)) } } },
  });
  assert.equal(outcomeOf(second), refusal('decrypt_error', 'DIGEST_CHECK_FAILED'));
});

wrong('no certificate although nothing was selected', () => {
  const without = (steps: readonly FlightStep[]): FlightStep[] =>
    steps.filter((step) => step !== 'certificate' && step !== 'certificateVerify');
  const { second } = resume({ later: { server: { tickets: new Map(), flight: without } } });
  assert.equal(outcomeOf(second), refusal('unexpected_message', 'UNEXPECTED_MESSAGE'));
});

wrong('early data that was not offered', () => {
  const { second } = resume({
    later: { server: { tamper: { encryptedExtensions: extension(extensionTypes.earlyData) } } },
  });
  assert.equal(outcomeOf(second), refusal('unsupported_extension', 'UNEXPECTED_EXTENSION'));
});

wrong('a flight with one message too many or too few', () => {
  const twice = (message: HandshakeMessage): HandshakeMessage[] => [message, message];
  const { second } = resume({ later: { server: { tamper: { encryptedExtensions: twice } } } });
  assert.equal(outcomeOf(second), refusal('unexpected_message', 'UNEXPECTED_MESSAGE'));
  const finishedFirst = resume({
    later: { server: { flight: (steps) => steps.filter((step) => step !== 'encryptedExtensions') } },
  });
  assert.equal(outcomeOf(finishedFirst.second), refusal('unexpected_message', 'UNEXPECTED_MESSAGE'));
});

wrong.run();
