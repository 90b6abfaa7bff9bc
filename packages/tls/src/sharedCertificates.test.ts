/** Certificates lie in memory that connections share, and none of them can change what another one sees. */
import { createAuthority } from '@halfclose/testing/ca';
import {
  converse,
  createScriptedServer,
  testConfig,
  testProvider,
  trustingVerifier,
} from '@halfclose/testing/peer';
import {
  type ClientConfig,
  type ClientConnection,
  createClientConnection,
  type Session,
  sessionFromBytes,
  sessionToBytes,
} from '@halfclose/tls';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { sharedChain } from './sharedCertificates.ts';

const credentials = await (await createAuthority()).issue({ keyType: 'Ed25519' });
const crypto = testProvider('client');
const tickets = new Map();
const whole = credentials.chain.map((certificate) => certificate.slice());
// What it decided is the chain, too.
const verifier: ClientConfig['verifier'] = {
  async verifyServer(identity) {
    const { publicKey } = await trustingVerifier.verifyServer(identity);
    return { publicKey, verifiedChain: identity.certificates.map((certificate) => certificate.slice()) };
  },
};

async function connect(
  changes: Partial<ClientConfig> = {},
): Promise<{ client: ClientConnection; session: Session }> {
  const kept: Session[] = [];
  const server = createScriptedServer({
    credentials,
    crypto: testProvider('server'),
    sessionTickets: 1,
    tickets,
  });
  const sessions = { put: (session: Session) => void kept.push(session), take: () => undefined };
  const client = createClientConnection(testConfig({ crypto, verifier, sessions, ...changes }));
  converse(client, server);
  while (client.waiting !== undefined) {
    await client.waiting;
    converse(client, server);
  }
  assert.is(client.error, undefined);
  const [session] = kept;
  if (session === undefined) throw new Error('the server gave no ticket');
  return { client, session };
}

interface Shown {
  readonly peerCertificates: readonly Uint8Array[];
  readonly verifiedChain: readonly Uint8Array[];
}

function spoil(shown: Shown | undefined): void {
  for (const der of [...(shown?.peerCertificates ?? []), ...(shown?.verifiedChain ?? [])]) der.fill(0);
}

function assertWhole(shown: Shown | undefined): void {
  assert.equal(shown?.peerCertificates, whole);
  assert.equal(shown?.verifiedChain, whole);
}

const test = suite('shared certificates');

test('what is done to those of one connection is nothing to another, nor to its sessions', async () => {
  const [one, other] = [await connect(), await connect()];
  spoil(one.client.facts);
  spoil(one.session);
  for (const shown of [other.client.facts, other.session, one.client.facts, one.session]) assertWhole(shown);
  assertWhole((await connect()).client.facts);
});

test('nor to what is decided about when a session is resumed', async () => {
  const [one, other] = [await connect(), await connect()];
  spoil(one.client.facts);
  spoil(one.session);
  const seen: unknown[] = [];
  const { client } = await connect({
    session: other.session,
    verifier: {
      verifyServer(identity) {
        seen.push(identity.certificates.map((certificate) => certificate.slice()));
        spoil({ peerCertificates: identity.certificates, verifiedChain: [] });
        return {
          publicKey: { type: 'Ed25519', key: new Uint8Array(32) },
          verifiedChain: identity.certificates,
        };
      },
    },
  });
  assert.ok(client.facts?.resumed);
  assert.equal(seen, [whole]);
  assertWhole(other.session);
});

test('facts and sessions are plain all the same: they can be copied, compared and written down', async () => {
  const { client, session } = await connect();
  assertWhole({ ...client.facts } as Shown);
  assertWhole(structuredClone(session));
  assert.equal({ ...session }, session);
  assert.equal(sessionFromBytes(sessionToBytes(session)), { ...session });
  assert.ok(Object.isFrozen(client.facts));
});

test('few are remembered, and none that is long or has many certificates', () => {
  const chainOf = (count: number, length = 3): Uint8Array[] =>
    Array.from({ length: count }, (_, i) => new Uint8Array(length).fill(i));
  const isShared = (make: () => Uint8Array[]): boolean => {
    const [one, other] = [sharedChain(crypto, make()), sharedChain(crypto, make())];
    return one === other;
  };
  assert.ok(isShared(() => chainOf(2)));
  assert.ok(isShared(() => chainOf(10)));
  assert.not.ok(isShared(() => chainOf(2, 10_000)));
  assert.not.ok(isShared(() => chainOf(17)));
  const first = sharedChain(crypto, [Uint8Array.of(0, 0)]);
  for (let i = 1; i <= 64; i++) sharedChain(crypto, [Uint8Array.of(0, i)]);
  assert.is.not(sharedChain(crypto, [Uint8Array.of(0, 0)]), first);
  assert.is.not(
    sharedChain(testProvider('another'), [Uint8Array.of(0, 1)]),
    sharedChain(crypto, [Uint8Array.of(0, 1)]),
  );
});

test.run();
