/** The scripted server behaving: what its users take for granted. */
import { randomFillSync, X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { type ConnectionOptions, connect } from 'node:tls';
import { createPortableProvider, type GroupName, type PublicKey } from '@halfclose/crypto';
import { createAuthority } from '@halfclose/testing/ca';
import { converse, createScriptedServer, overTransport, type ScriptedServer } from '@halfclose/testing/peer';
import {
  type CipherSuiteName,
  type ClientConfig,
  createClientConnection,
  type Session13 as Session,
} from '@halfclose/tls';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('scripted server');
const root = await createAuthority();
const credentials = await root.issue({ keyType: 'Ed25519' });

function publicKeyOf(der: Uint8Array | undefined): PublicKey {
  assert.ok(der);
  const { x } = new X509Certificate(der).publicKey.export({ format: 'jwk' });
  return { type: 'Ed25519', key: Uint8Array.from(Buffer.from(x ?? '', 'base64url')) };
}

const config: ClientConfig = {
  crypto: createPortableProvider((output) => void randomFillSync(output)),
  clock: () => 1_000,
  serverName: 'localhost',
  verifier: {
    verifyServer: ({ certificates }) => ({ publicKey: publicKeyOf(certificates[0]), verifiedChain: [] }),
  },
};

const suites: CipherSuiteName[] = [
  'TLS_AES_128_GCM_SHA256',
  'TLS_AES_256_GCM_SHA384',
  'TLS_CHACHA20_POLY1305_SHA256',
];
const groups: GroupName[] = ['x25519', 'secp256r1'];

for (const name of suites) {
  for (const group of groups) {
    test(`a whole conversation with ${name} and ${group}`, () => {
      const server = createScriptedServer({ credentials, suite: name, group, padding: 3 });
      const client = createClientConnection(config);
      converse(client, server);
      assert.is(client.error, undefined);
      assert.is(client.facts?.cipherSuite, name);
      assert.is(client.facts?.group, group);
      assert.is(client.facts?.helloRetryRequest, group !== 'x25519');
      assert.ok(server.done);

      const question = Uint8Array.of(1, 2, 3);
      client.write(question);
      server.send(Uint8Array.of(4, 5));
      server.sendKeyUpdate(true);
      server.send(Uint8Array.of(6));
      assert.equal(converse(client, server), Uint8Array.of(4, 5, 6));
      assert.equal(server.received, question);

      client.write(question);
      client.closeWrite();
      server.closeNotify();
      converse(client, server);
      assert.equal(server.received, Uint8Array.of(1, 2, 3, 1, 2, 3));
      assert.ok(server.clientClosed);
      assert.ok(client.peerClosed);
    });
  }
}

test('tickets, ALPN, a cookie, a request for a certificate, framing', () => {
  for (const framing of ['separate', 'coalesced', 7] as const) {
    const sessions: Session[] = [];
    const server = createScriptedServer({
      credentials,
      alpn: 'h2',
      cookie: Uint8Array.of(9),
      requestClientCertificate: true,
      sessionTickets: 2,
      framing,
    });
    const client = createClientConnection({
      ...config,
      alpnProtocols: ['h2'],
      sessions: { put: (session: Session) => void sessions.push(session), take: () => undefined },
    });
    converse(client, server);
    assert.is(client.error, undefined);
    assert.is(client.facts?.alpnProtocol, 'h2');
    assert.is(server.hellos.length, 2);
    assert.equal(sessions[1]?.psk, server.sendTicket({ ticketNonce: Uint8Array.of(0, 1) }));
    assert.is(server.records.filter(({ content }) => content === undefined).length, 0);
  }
});

test('over a carrier', async () => {
  const client = createClientConnection(config);
  const toServer: (Uint8Array | null)[] = [];
  let wake = (): void => {};
  const carrier = {
    async read() {
      while (toServer.length === 0) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
      }
      return toServer.shift() ?? null;
    },
    async write(chunk: Uint8Array) {
      client.receive(chunk);
      pump();
    },
    close() {},
  };
  const pump = (): void => {
    const output = client.output().slice();
    if (output.length === 0) return;
    client.outputTaken(output.length);
    toServer.push(output);
    wake();
  };
  const server = createScriptedServer({ credentials });
  const peer = overTransport(server, carrier);
  pump();
  await peer.until(() => server.done);
  assert.ok(client.facts);

  server.send(Uint8Array.of(1, 2));
  await peer.flushed();
  assert.is(client.readable, 2);

  toServer.push(null);
  wake();
  let refused: unknown;
  await peer
    .until((server) => server.clientClosed)
    .catch((error: unknown) => {
      refused = error;
    });
  assert.match(String(refused), 'the client has ended');
  assert.ok(peer.clientEnded);
});

/** A connection to a scripted server from Node's own client, and what both saw. */
async function nodeClient(
  server: ScriptedServer,
  options: ConnectionOptions,
): Promise<{ readonly cipher: string; readonly received: string }> {
  const listener = createServer();
  listener.listen(0, '127.0.0.1');
  await once(listener, 'listening');
  const { port } = listener.address() as AddressInfo; // not a pipe
  const accepted = once(listener, 'connection');
  const client = connect({ host: '127.0.0.1', port, ca: root.pem, servername: 'localhost', ...options });
  const [socket]: Socket[] = await accepted;
  assert.ok(socket);
  const chunks = socket[Symbol.asyncIterator]();
  const peer = overTransport(server, {
    async read() {
      const { value } = await chunks.next();
      return value ?? null;
    },
    write: (chunk) => new Promise((resolve) => socket.write(chunk, () => resolve())),
    close: () => void socket.destroy(),
  });
  try {
    await once(client, 'secureConnect');
    const cipher = client.getCipher().standardName;
    client.end('question');
    await peer.until(() => server.clientClosed);
    assert.is(server.error, undefined);
    server.send(Buffer.from('ans'));
    server.sendKeyUpdate();
    server.send(Buffer.from('wer'));
    server.closeNotify();
    let received = '';
    for await (const chunk of client) received += chunk;
    return { cipher, received };
  } finally {
    await peer.close();
    client.destroy();
    listener.close();
    await once(listener, 'close');
  }
}

for (const keyType of ['Ed25519', 'P-256', 'RSA-2048'] as const) {
  for (const [name, group] of [
    ['TLS_AES_128_GCM_SHA256', 'x25519'],
    ['TLS_AES_256_GCM_SHA384', 'secp256r1'],
    ['TLS_CHACHA20_POLY1305_SHA256', 'secp256r1'],
  ] as const) {
    test(`Node's own client takes it for a server: ${keyType}, ${name}, ${group}`, async () => {
      const server = createScriptedServer({
        credentials: await root.issue({ keyType }),
        suite: name,
        group,
        sessionTickets: 1,
        requestClientCertificate: true,
        alpn: 'h2',
        padding: 9,
      });
      // Its first share is of the first curve: the other way round there is a HelloRetryRequest.
      const seen = await nodeClient(server, { ALPNProtocols: ['h2'], ecdhCurve: 'X25519:P-256' });
      assert.equal(seen, { cipher: name, received: 'answer' });
      assert.is(Buffer.from(server.received).toString(), 'question');
      assert.is(server.hellos.length, group === 'x25519' ? 1 : 2);
    });
  }
}

test.run();
