/** A connection that is ended by what one of its own steps calls: nothing that the step makes afterwards lives on. */
import { createAuthority } from '@halfclose/testing/ca';
import {
  converse,
  converseWaiting,
  createScriptedServer,
  type TicketBook,
  testConfig,
  testProvider,
  trustingVerifier,
} from '@halfclose/testing/peer';
import {
  type ClientConfig,
  type ClientConnection,
  type ConnectionEvent,
  createClientAuthentication,
  createClientConnection,
  createEarlyDataOffer,
  observeMessages,
  type Session,
} from '@halfclose/tls';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { credentialFrom } from './testing/credentials.ts';

const root = await createAuthority();
const credentials = await root.issue({ keyType: 'Ed25519' });
const credential = await credentialFrom(root);

/** A provider that knows the keys of records that are alive, and remembers all that secrets were ever in. */
function watched() {
  const provider = testProvider('client');
  const alive = new Set<object>();
  const secrets: Uint8Array[] = [];
  const crypto: typeof provider = {
    ...provider,
    hashes: provider.hashes.map((hash) => ({
      ...hash,
      hmac(key, data) {
        secrets.push(key);
        return hash.hmac(key, data);
      },
    })),
    aeads: provider.aeads.map((algorithm) => ({
      ...algorithm,
      create(octets) {
        const key = algorithm.create(octets);
        alive.add(key);
        return {
          seal: (...args) => key.seal(...args),
          open: (...args) => key.open(...args),
          destroy() {
            alive.delete(key);
            key.destroy();
          },
        };
      },
    })),
    signatures: provider.signatures.map((algorithm) => ({
      ...algorithm,
      verify: async (...args) => algorithm.verify(...args),
    })),
  };
  const left = () => secrets.filter((secret) => secret.some((octet) => octet !== 0)).length;
  return { crypto, alive, left };
}

/** A session that permits early data, of servers with this book. */
function sessionOf(tickets: TicketBook): Session {
  const kept: Session[] = [];
  const server = createScriptedServer({ credentials, tickets, maxEarlyData: 100, sessionTickets: 1 });
  const sessions = { put: (session: Session) => void kept.push(session), take: () => undefined };
  converse(createClientConnection(testConfig({ sessions })), server);
  const [session] = kept;
  if (session === undefined) throw new Error('the server gave no ticket');
  return session;
}

interface Ended {
  readonly client: ClientConnection;
  readonly alive: number;
  readonly left: number;
  readonly events: readonly ConnectionEvent[];
}

/** @param isTheMoment of all that the connection calls, which call ends it */
async function endedAt(
  isTheMoment: (what: string) => boolean,
  end: (client: ClientConnection) => void,
  changes: Partial<ClientConfig> = {},
): Promise<Ended> {
  const { crypto, alive, left } = watched();
  const tickets: TicketBook = new Map();
  const session = changes.earlyData ? sessionOf(tickets) : undefined;
  const server = createScriptedServer({
    credentials,
    crypto: testProvider('server'),
    tickets,
    maxEarlyData: 100,
    requestClientCertificate: true,
  });
  const events: ConnectionEvent[] = [];
  let client: ClientConnection | undefined;
  let isEnded = false;
  const call = (what: string): void => {
    if (isEnded || client === undefined || !isTheMoment(what)) return;
    isEnded = true;
    end(client);
  };
  client = createClientConnection(
    testConfig({
      crypto,
      clientAuthentication: createClientAuthentication([credential]),
      // The hello is made when there is a connection to end.
      sessions: { put() {}, take: async () => session },
      verifier: {
        verifyServer(request) {
          call('verifier');
          return trustingVerifier.verifyServer(request);
        },
      },
      keyLog: (line) => call(line.split(' ')[0] ?? ''),
      onMessage: observeMessages(({ direction, contentType, octets }) =>
        call(`${direction} ${contentType} ${octets[0]}`),
      ),
      onEvent: (event) => {
        events.push(event);
        call(event.type);
      },
      ...changes,
    }),
  );
  await converseWaiting(client, server);
  assert.ok(isEnded);
  return { client, alive: alive.size, left: left(), events };
}

const test = suite('ended by what a step calls');

const endings: Readonly<Record<string, (client: ClientConnection) => void>> = {
  destroy: (client) => client.destroy(),
  abort: (client) => client.abort('internal_error'),
  'the end of the carrier': (client) => client.receiveEnd(),
};
const inHandshake = [
  'sent handshake 1',
  'CLIENT_HANDSHAKE_TRAFFIC_SECRET',
  'SERVER_HANDSHAKE_TRAFFIC_SECRET',
  'sent change_cipher_spec 1',
  'received handshake 8',
  'SERVER_TRAFFIC_SECRET_0',
  'sent handshake 20',
  'CLIENT_TRAFFIC_SECRET_0',
  'EXPORTER_SECRET',
];
for (const [name, end] of Object.entries(endings)) {
  for (const moment of [...inHandshake, 'verifier']) {
    test(`${name} at ${moment} leaves no key, and nothing is told any more`, async () => {
      const { client, alive, left, events } = await endedAt((what) => what === moment, end);
      assert.ok(client.error);
      assert.is(alive, 0, 'keys of records');
      assert.is(left, 0, 'secrets');
      assert.equal(events, []);
    });
  }
  for (const moment of [...inHandshake, 'CLIENT_EARLY_TRAFFIC_SECRET']) {
    test(`${name} at ${moment} leaves none of early data either`, async () => {
      const { client, alive, left } = await endedAt((what) => what === moment, end, {
        earlyData: createEarlyDataOffer(),
      });
      assert.ok(client.error);
      assert.is(alive, 0, 'keys of records');
      // What the session keeps is its own.
      assert.ok(left <= 1, `${left} secrets are left`);
    });
  }
}

test('an event is told as a function, not as a method of what knows the secrets', async () => {
  const seen: unknown[] = [];
  const server = createScriptedServer({ credentials, crypto: testProvider('server') });
  const client = createClientConnection(
    testConfig({
      onEvent(this: unknown) {
        seen.push(this);
      },
    }),
  );
  converse(client, server);
  assert.equal(seen, [undefined]);
});

test.run();
