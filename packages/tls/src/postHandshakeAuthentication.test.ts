/** Who the client is, asked after the handshake: RFC 8446 section 4.6.2. */

import { createAuthority } from '@halfclose/testing/ca';
import {
  converse,
  converseWaiting,
  createScriptedServer,
  outcomeOf,
  refusal,
  type ScriptedServer,
  type Tried,
  testConfig,
  testProvider,
  trials,
  writeAll,
} from '@halfclose/testing/peer';
import { type ClientCredential, type CredentialSource, createClientAuthentication } from '@halfclose/tls';
import { extensionTypes, findExtension, signatureAlgorithmsExtension } from '@halfclose/tls/codec';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createClientConnection } from './clientConnection.ts';
import type { ClientConfig, ConnectionEvent } from './config.ts';
import { credentialFrom, patient } from './testing/credentials.ts';

const attempt = await trials();
const root = await createAuthority();
const credential = await credentialFrom(root);
const another = await credentialFrom(root, 'Ed25519');
const context = Uint8Array.of(1, 2, 3);

const willing = (
  credentials: readonly ClientCredential[] | CredentialSource = [credential],
): Partial<ClientConfig> => ({
  clientAuthentication: createClientAuthentication(credentials, { afterHandshake: true }),
});

const askedAfterwards = (
  after: (server: ScriptedServer) => void,
  client: Partial<ClientConfig> = willing(),
): Tried => attempt({ client, after });

test('a client offers it where its configuration says so, and only there', () => {
  for (const afterHandshake of [true, false]) {
    const clientAuthentication = createClientAuthentication([], { afterHandshake });
    const { server } = attempt({ client: { clientAuthentication } });
    const offered = findExtension(server.hellos[0]?.extensions ?? [], extensionTypes.postHandshakeAuth);
    assert.equal(offered?.data, afterHandshake ? new Uint8Array(0) : undefined);
  }
});

test('it answers with what fits, its facts say so, and an event does', () => {
  const events: ConnectionEvent[] = [];
  const { client, server } = askedAfterwards((peer) => peer.requestAuthentication(context), {
    ...willing(),
    onEvent: (event) => events.push(event),
  });
  assert.is(client.error, undefined);
  assert.is(server.error, undefined);
  assert.equal(server.authentications, [
    { context, chain: credential.certificates, scheme: 0x0403, isSigned: true },
  ]);
  assert.is(client.facts?.clientAuthentication?.credential, credential);
  assert.equal(events, [{ type: 'handshakeDone' }, { type: 'clientAuthenticated' }]);
});

test('each request is answered by itself, also after one in the handshake, and with updated keys', () => {
  const { client, server } = attempt({
    client: willing([credential, another]),
    server: { requestClientCertificate: true },
    after(peer, connection) {
      peer.requestAuthentication(Uint8Array.of(1), [signatureAlgorithmsExtension([0x0807])]);
      converse(connection, peer);
      connection.updateKeys();
      peer.sendKeyUpdate(true);
      peer.requestAuthentication(Uint8Array.of(2));
      converse(connection, peer);
      writeAll(connection, peer, Uint8Array.of(42));
      peer.requestAuthentication(Uint8Array.of(3), [signatureAlgorithmsExtension([0xfafa])]);
    },
  });
  assert.is(client.error, undefined);
  assert.is(server.error, undefined);
  assert.equal(
    server.authentications.map(({ context: [number], chain, isSigned }) => [number, chain, isSigned]),
    [
      [undefined, credential.certificates, true],
      [1, another.certificates, true],
      [2, credential.certificates, true],
      [3, [], false],
    ],
  );
  assert.is(client.facts?.clientAuthentication?.misfit, 'signatureScheme');
  assert.equal(server.received, Uint8Array.of(42));
});

test('who did not offer it refuses', () => {
  const tried = askedAfterwards((peer) => peer.requestAuthentication(context), {
    clientAuthentication: createClientAuthentication([credential]),
  });
  assert.equal(outcomeOf(tried), refusal('unexpected_message', 'UNEXPECTED_MESSAGE'));
});

test('a malformed request is refused', () => {
  const tried = askedAfterwards((peer) => peer.requestAuthentication(context, []));
  assert.equal(outcomeOf(tried), refusal('missing_extension', 'MISSING_EXTENSION'));
});

test('requests without end are refused, those between data are not', () => {
  const patientServer = askedAfterwards((peer) => {
    for (let times = 0; times < 32; times++) peer.requestAuthentication(Uint8Array.of(times));
  });
  assert.is(patientServer.client.error, undefined);
  assert.is(patientServer.server.authentications.length, 32);

  const endless = askedAfterwards((peer) => {
    for (let times = 0; times < 33; times++) peer.requestAuthentication(Uint8Array.of(times));
  });
  assert.equal(outcomeOf(endless), refusal('unexpected_message', 'TOO_MANY_CERTIFICATE_REQUESTS'));

  const { client, server } = attempt({
    client: willing(),
    after(peer, connection) {
      for (let times = 0; times < 40; times++) {
        peer.requestAuthentication(Uint8Array.of(times));
        converse(connection, peer);
        peer.send(Uint8Array.of(times));
        converse(connection, peer);
      }
    },
  });
  assert.is(client.error, undefined);
  assert.is(server.authentications.length, 40);
});

test('data between them does not help a server that takes no answers', () => {
  const { client } = attempt({
    client: willing(),
    after(peer, connection) {
      for (let times = 0; times < 40; times++) {
        peer.requestAuthentication(Uint8Array.of(times));
        peer.send(Uint8Array.of(times));
      }
      connection.receive(peer.output());
    },
  });
  assert.is(client.error?.reason, 'TOO_MANY_CERTIFICATE_REQUESTS');
});

test('while the signer is busy nothing is read, and writing goes on; keys that were updated meanwhile count', async () => {
  const { signer, release } = patient(credential.signer);
  const server = createScriptedServer({
    credentials: await root.issue({ keyType: 'Ed25519' }),
    crypto: testProvider('server'),
  });
  const client = createClientConnection(testConfig(willing([{ ...credential, signer }])));
  converse(client, server);
  server.requestAuthentication(context);
  server.send(Uint8Array.of(1, 2, 3));
  converse(client, server);
  assert.ok(client.waiting);
  assert.is(client.readable, 0);
  client.updateKeys();
  writeAll(client, server, Uint8Array.of(4, 5));
  assert.equal(server.received, Uint8Array.of(4, 5));
  release();
  assert.equal(await converseWaiting(client, server), Uint8Array.of(1, 2, 3));
  assert.is(server.error, undefined);
  assert.ok(server.authentications[0]?.isSigned);
});

test('who has closed the write side has nothing more to say, and asks and signs nothing', () => {
  const { client, server } = attempt({
    client: willing(() => {
      throw new Error('nobody is to be asked');
    }),
    after(peer, connection) {
      connection.closeWrite();
      peer.requestAuthentication(context);
      converse(connection, peer);
      peer.send(Uint8Array.of(7));
    },
  });
  assert.is(client.error, undefined);
  assert.equal(server.authentications, []);
  assert.is(client.facts?.clientAuthentication, undefined);
});

test('a signer that fails ends the connection', () => {
  const signer = {
    ...credential.signer,
    sign() {
      throw new Error('no');
    },
  };
  const tried = askedAfterwards(
    (peer) => peer.requestAuthentication(context),
    willing([{ ...credential, signer }]),
  );
  assert.equal(outcomeOf(tried), {
    alert: 'internal_error',
    encrypted: true,
    reason: 'PRIVATE_KEY_OPERATION_FAILED',
    fault: 'local',
  });
});

test.run();
