/** How long tickets and what they rest on are good, RFC 8446 section 4.6.1, and stores that behave as they like. */
import { createAuthority } from '@halfclose/testing/ca';
import {
  converseWaiting,
  createScriptedServer,
  offeredKeys,
  type TicketBook,
  testConfig,
  trials,
  trustingVerifier,
} from '@halfclose/testing/peer';
import {
  createClientConnection,
  type ServerVerifier,
  type Session13 as Session,
  type SessionStore,
} from '@halfclose/tls';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const attempt = await trials();
const credentials = await (await createAuthority()).issue({ keyType: 'Ed25519' });
const now = Date.UTC(2026, 0, 1);

const test = suite('sessions: lifetimes, and stores');

test('however often it is renewed, what the server proved counts for seven days (section 4.6.1)', () => {
  const day = 86_400_000;
  const tickets: TicketBook = new Map();
  const kept: Session[] = [];
  const sessions: SessionStore = {
    put: (session: Session) => void kept.push(session),
    take: () => kept.pop(),
  };
  const resumed: (boolean | undefined)[] = [];
  for (let passed = 0; passed <= 8; passed++) {
    const { client } = attempt({
      server: {
        tickets,
        onDone: (scripted) =>
          void scripted.sendTicket({ ticket: Uint8Array.of(passed), ticketLifetime: 604_800 }),
      },
      client: { sessions, clock: () => now + passed * day },
    });
    assert.is(client.error, undefined);
    resumed.push(client.facts?.resumed);
    assert.is(kept.at(-1)?.expiresAt, now + (passed < 7 ? 7 : 14) * day);
  }
  assert.equal(resumed, [false, true, true, true, true, true, true, false, true]);
});

test('a store that has nothing may say null, as many do', () => {
  const sessions: SessionStore = { put: () => {}, take: () => null as unknown as undefined };
  assert.is(attempt({ client: { sessions } }).client.error, undefined);
});

test('a store that never has done gets no more than it can be waiting for', () => {
  let put = 0;
  const sessions: SessionStore = {
    take: () => undefined,
    put: () => {
      put++;
      return new Promise(() => {});
    },
  };
  assert.is(attempt({ server: { sessionTickets: 30 }, client: { sessions } }).client.error, undefined);
  assert.is(put, 8);
});

test('the age of the ticket is that of each hello, section 4.1.2', async () => {
  const tickets: TicketBook = new Map();
  const kept: Session[] = [];
  attempt({
    server: { tickets, sessionTickets: 1 },
    client: {
      sessions: { put: (session: Session) => void kept.push(session), take: () => undefined },
      clock: () => now,
    },
  });
  const [session] = kept;
  assert.ok(session);
  // Each decision, and each hello, takes a second of its own.
  let time = now;
  const verifier: ServerVerifier = {
    async verifyServer(identity) {
      time += 1000;
      return trustingVerifier.verifyServer(identity);
    },
  };
  const server = createScriptedServer({
    credentials,
    tickets,
    group: 'secp256r1',
    tamper: {
      helloRetryRequest: (message) => {
        time += 1000;
        return [message];
      },
    },
  });
  const client = createClientConnection(testConfig({ session, verifier, clock: () => time }));
  await converseWaiting(client, server);
  assert.is(client.facts?.resumed, true);
  assert.equal(
    server.hellos.map((shown) => offeredKeys(shown)[0]?.obfuscatedTicketAge),
    [1000, 2000].map((age) => age + session.ticketAgeAdd),
  );
});

test.run();
