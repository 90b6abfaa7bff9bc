/** Octets that a caller gives as Node's Buffer, whose slice() is no copy: what is ours is a copy all the same. */
import { createSigner } from '@halfclose/crypto';
import {
  createScriptedServer,
  readAll,
  testConfig,
  testProvider,
  trustingVerifier,
} from '@halfclose/testing/peer';
import {
  type ClientConfig,
  createClientConnection,
  type ObservedMessage,
  observeMessages,
  type Session12,
  sessionFromBytes,
  sessionToBytes,
} from '@halfclose/tls';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { attempt12, credentials } from './testing/trials12.ts';

const test = suite("callers' buffers");

/** A connection whose carrier gives Buffers, one array that goes round. */
function overBuffers(changes: Partial<ClientConfig>): ReturnType<typeof createClientConnection> {
  const server = createScriptedServer({ credentials: credentials.ecdsa, crypto: testProvider('server') });
  const client = createClientConnection(testConfig(changes));
  const lent = Buffer.alloc(1 << 16);
  for (let moved = true; moved; ) {
    const output = client.output().slice();
    client.outputTaken(output.length);
    server.receive(output);
    const waiting = server.output();
    lent.set(waiting);
    const taken = client.receive(lent.subarray(0, waiting.length));
    server.outputTaken(taken);
    lent.fill(0xee);
    moved = output.length > 0 || taken > 0;
  }
  readAll(client);
  return client;
}

test('who looks on has octets of his own', () => {
  const spoil = ({ octets }: ObservedMessage): void => void octets.fill(0xee);
  assert.is(overBuffers({ onMessage: observeMessages(spoil) }).error, undefined);
  assert.is(attempt12({ client: { onMessage: observeMessages(spoil) } }).client.error, undefined);

  const kept: ObservedMessage[] = [];
  const copies: Uint8Array[] = [];
  overBuffers({
    onMessage: observeMessages((message) => {
      kept.push(message);
      copies.push(Uint8Array.from(message.octets));
    }),
  });
  assert.ok(kept.some(({ contentType }) => contentType === 'change_cipher_spec'));
  assert.equal(
    kept.map(({ octets }) => octets),
    copies,
  );
});

test('what a verifier gave is not shown, but a copy of it', async () => {
  const chain = [Buffer.of(1, 2, 3)];
  const client = overBuffers({
    verifier: {
      verifyServer: (identity) => {
        const decided = trustingVerifier.verifyServer(identity);
        if (decided instanceof Promise) throw new Error('this verifier never waits');
        return { ...decided, verifiedChain: chain };
      },
    },
  });
  client.facts?.verifiedChain[0]?.fill(0);
  assert.equal(chain, [Buffer.of(1, 2, 3)]);
  chain[0]?.fill(9);
  assert.equal(client.facts?.verifiedChain, [Uint8Array.of(1, 2, 3)]);
});

const ticket = { lifetimeHint: 100, ticket: Buffer.from('ticket') };

test('a session of TLS 1.2 is as good after it was resumed', () => {
  const first = attempt12({ server: { ticket } });
  const [given] = first.sessions;
  if (given === undefined) throw new Error('no session was kept');
  const session: Session12 = { ...given, masterSecret: Buffer.from(given.masterSecret) };
  for (const _ of [1, 2]) {
    const { client } = attempt12({
      client: { session },
      server: { resume: Buffer.from(first.server.master) },
    });
    assert.ok(client.facts?.resumed);
    client.destroy();
    assert.equal(Uint8Array.from(session.masterSecret), given.masterSecret);
  }
});

test('and one that was written down does not hang on what it was read from', () => {
  const [given] = attempt12({ server: { ticket } }).sessions;
  if (given === undefined) throw new Error('no session was kept');
  const written = Buffer.from(sessionToBytes(given));
  const session = sessionFromBytes(written);
  written.fill(0);
  assert.equal(session, { ...given });
});

test('nor does a signer on the octets of its key', async () => {
  const seed = Buffer.alloc(32, 7);
  const signer = await createSigner({ type: 'Ed25519', seed }, testProvider('signer').random);
  const before = await signer.sign('ed25519', Uint8Array.of(1));
  seed.fill(0);
  assert.equal(await signer.sign('ed25519', Uint8Array.of(1)), before);
});

test.run();
