import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { type AddressInfo, connect } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { createPortableProvider, type PublicKey } from '@halfclose/crypto';
import { createAuthority } from '@halfclose/testing/ca';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createClientConnection } from '../clientConnection.ts';
import type { ClientConfig, SessionStore } from '../config.ts';
import type { ClientConnection } from '../connection.ts';
import { decodeClientHello } from '../messages/clientHello.ts';
import type { Session13 as Session } from '../session.ts';
import { resolveParameters } from './parameters.ts';
import { bindOffer, sessionPsk } from './preSharedKeys.ts';

const provider = createPortableProvider((output) => {
  globalThis.crypto.getRandomValues(output);
});

function publicKeyOf(certificate: Uint8Array): PublicKey {
  const { x, y } = new X509Certificate(certificate).publicKey.export({ format: 'jwk' });
  assert.ok(x !== undefined && y !== undefined);
  const point = Buffer.concat([Buffer.of(4), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')]);
  return { type: 'EC', curve: 'P-256', point };
}

/** A store of one session, which is what a test looks at. */
function pocket(): SessionStore & { session: Session | undefined; taken: number } {
  return {
    session: undefined,
    taken: 0,
    put(session: Session) {
      this.session = session;
    },
    take() {
      this.taken++;
      const { session } = this;
      this.session = undefined;
      return session;
    },
  };
}

interface Conversation {
  readonly connection: ClientConnection;
  readonly text: string;
}

/** Connects, sends a word, reads to the end. */
function converse(port: number, config: ClientConfig): Promise<Conversation> {
  const connection = createClientConnection(config);
  const socket = connect(port, '127.0.0.1');
  const received: Buffer[] = [];
  const buffer = new Uint8Array(1024);
  let asked = false;
  const flush = (): void => {
    const output = connection.output();
    socket.write(Buffer.from(output));
    connection.outputTaken(output.length);
  };
  flush();
  socket.on('data', (chunk) => {
    connection.receive(chunk);
    if (connection.facts !== undefined && !asked) {
      asked = true;
      connection.write(Buffer.from('hello'));
    }
    while (connection.readable > 0) received.push(Buffer.from(buffer.subarray(0, connection.read(buffer))));
    if (connection.peerClosed) connection.closeWrite();
    flush();
    if (connection.peerClosed || connection.error !== undefined) socket.end();
  });
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('close', () => resolve({ connection, text: Buffer.concat(received).toString() }));
  });
}

const binders = suite('resumption: binders');

binders("RFC 8448 section 4: the engine's pre_shared_key is the trace's", () => {
  interface Step {
    readonly who: string;
    readonly action: string;
    readonly fields: readonly { readonly name: string; readonly hex: string }[];
  }
  const file = new URL('../../../../test-vectors/rfc8448-traces.json', import.meta.url);
  const traces: readonly { section: string; steps: readonly Step[] }[] = JSON.parse(
    readFileSync(file, 'utf8'),
  );
  const octets = (section: string, action: string, name: string): Uint8Array => {
    const steps = traces.find((trace) => trace.section === section)?.steps ?? [];
    const step = steps.find(
      (candidate) => candidate.action.startsWith(action) && candidate.fields.length > 0,
    );
    const found = step?.fields.find((field) => field.name === name);
    assert.ok(found, `section ${section} has ${action} ${name}`);
    return Uint8Array.from(Buffer.from(found.hex, 'hex'));
  };

  const sent = octets('4', 'send handshake record', 'payload');
  const recorded = decodeClientHello(sent.subarray(4));
  const plain = { ...recorded, extensions: recorded.extensions.filter(({ type }) => type !== 41) };
  const ticketMessage = octets('3', 'construct a NewSessionTicket', 'NewSessionTicket');
  const view = new DataView(ticketMessage.buffer);
  // Behind the header: lifetime, age_add, a nonce of two octets with its length, the ticket with its length.
  const ticket = ticketMessage.subarray(4 + 8 + 3 + 2, 4 + 8 + 3 + 2 + view.getUint16(15));
  const ticketAgeAdd = view.getUint32(8);
  const psk = recorded.extensions.find(({ type }) => type === 41);
  assert.ok(psk);
  const obfuscatedAge = new DataView(psk.data.slice().buffer).getUint32(2 + 2 + ticket.length);
  const [suiteAlgorithms] = resolveParameters({
    crypto: provider,
    clock: () => 0,
    verifier: {
      verifyServer: () => {
        throw new Error('nothing to verify');
      },
    },
    cipherSuites: ['TLS_AES_128_GCM_SHA256'],
  }).suites;
  assert.ok(suiteAlgorithms);

  const { message } = bindOffer(
    plain,
    [
      sessionPsk(
        {
          session: {
            version: 'TLSv1.3',
            serverName: 'server',
            cipherSuite: 'TLS_AES_128_GCM_SHA256',
            alpnProtocol: undefined,
            ticket,
            psk: octets('3', 'generate resumption secret', 'expanded'),
            ticketAgeAdd,
            receivedAt: 0,
            expiresAt: 30_000,
            maxEarlyData: 1024,
            signatureScheme: undefined,
            peerCertificateType: 'X509',
            peerCertificates: [],
            verifiedChain: [],
            validUntil: undefined,
            authenticatedUntil: 30_000,
            ocspResponse: undefined,
            signedCertificateTimestamps: [],
            externalPsk: undefined,
          },
          suite: suiteAlgorithms,
          server: {
            verifiedChain: [],
            certificateType: 'X509',
            peerCertificates: [],
            ocspResponse: undefined,
            signedCertificateTimestamps: [],
          },
        },
        (obfuscatedAge - ticketAgeAdd + 2 ** 32) % 2 ** 32,
      ),
    ],
    undefined,
  );
  assert.is(Buffer.from(message.encoded).toString('hex'), Buffer.from(sent).toString('hex'));
});

binders.run();

const context: { server: Server | undefined; port: number; resumedOnServer: boolean[] } = {
  server: undefined,
  port: 0,
  resumedOnServer: [],
};
const real = suite('resumption: against node:tls');

real.before(async () => {
  const root = await createAuthority({ name: 'Resumption Root' });
  const leaf = await root.issue({ dnsNames: ['localhost'], keyType: 'P-256' });
  const server = createServer({ key: leaf.privateKeyPem, cert: leaf.pem }, (socket: TLSSocket) => {
    context.resumedOnServer.push(socket.isSessionReused());
    socket.on('data', (word) => socket.end(`you said ${word}`));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  context.server = server;
  context.port = (server.address() as AddressInfo).port;
});

real.after(() => {
  context.server?.close();
});

real.before.each(() => {
  context.resumedOnServer = [];
});

function config(sessions: SessionStore, more: Partial<ClientConfig> = {}): ClientConfig {
  return {
    crypto: provider,
    clock: Date.now,
    serverName: 'localhost',
    sessions,
    verifier: {
      verifyServer: ({ certificates: [certificate] }) => {
        assert.ok(certificate);
        return { publicKey: publicKeyOf(certificate), verifiedChain: [certificate] };
      },
    },
    ...more,
  };
}

real('a ticket of one connection resumes the next, with the certificates of the first', async () => {
  const sessions = pocket();
  const first = await converse(context.port, config(sessions));
  assert.is(first.text, 'you said hello');
  assert.is(first.connection.facts?.resumed, false);
  assert.ok(sessions.session);

  const second = await converse(context.port, config(sessions));
  assert.is(second.text, 'you said hello');
  assert.is(second.connection.facts?.resumed, true);
  assert.is(second.connection.facts?.signatureScheme, first.connection.facts?.signatureScheme);
  assert.equal(second.connection.facts?.peerCertificates, first.connection.facts?.peerCertificates);
  assert.equal(context.resumedOnServer, [false, true]);
});

real('the handshake waits for an asynchronous store', async () => {
  const sessions = pocket();
  await converse(context.port, config(sessions));
  const slow: SessionStore = { put: () => {}, take: async () => sessions.take() };
  const connection = createClientConnection(config(slow));
  assert.is(connection.output().length, 0);
  assert.ok(connection.waiting);
  await connection.waiting;
  const hello = decodeClientHello(connection.output().subarray(9));
  assert.is(hello.extensions.at(-1)?.type, 41, 'pre_shared_key is the last extension');
});

real('a HelloRetryRequest keeps the session, with a new binder', async () => {
  const sessions = pocket();
  const root = await createAuthority({ name: 'Retry Root' });
  const leaf = await root.issue({ dnsNames: ['localhost'], keyType: 'P-256' });
  const p256Only = createServer(
    { key: leaf.privateKeyPem, cert: leaf.pem, ecdhCurve: 'prime256v1' },
    (socket) => {
      context.resumedOnServer.push(socket.isSessionReused());
      socket.on('data', (word) => socket.end(`you said ${word}`));
    },
  );
  await new Promise<void>((resolve) => p256Only.listen(0, '127.0.0.1', resolve));
  const { port } = p256Only.address() as AddressInfo;
  await converse(port, config(sessions));
  const second = await converse(port, config(sessions));
  p256Only.close();
  assert.is(second.text, 'you said hello');
  assert.is(second.connection.facts?.helloRetryRequest, true);
  assert.is(second.connection.facts?.resumed, true);
  assert.equal(context.resumedOnServer, [false, true]);
});

const refusals: readonly [string, (session: Session) => Session, Partial<ClientConfig>][] = [
  ['of another server', (session) => ({ ...session, serverName: 'example.com' }), {}],
  ['that has expired', (session) => ({ ...session, expiresAt: Date.now() - 1 }), {}],
  ['from the future', (session) => ({ ...session, receivedAt: Date.now() + 60_000 }), {}],
  [
    'of a suite that is not offered now',
    (session) => ({ ...session, cipherSuite: 'TLS_AES_256_GCM_SHA384' }),
    { cipherSuites: ['TLS_CHACHA20_POLY1305_SHA256', 'TLS_AES_128_GCM_SHA256'] },
  ],
];

for (const [what, alter, more] of refusals) {
  real(`a session ${what} is not offered`, async () => {
    const sessions = pocket();
    await converse(context.port, config(sessions));
    assert.ok(sessions.session);
    sessions.session = alter(sessions.session);
    const { connection } = await converse(context.port, config(sessions, more));
    assert.is(connection.facts?.resumed, false);
    assert.is(sessions.taken, 2);
  });
}

real('a session whose certificates would be refused now is not offered', async () => {
  const sessions = pocket();
  await converse(context.port, config(sessions));
  const refuse: Partial<ClientConfig> = {
    verifier: {
      verifyServer: () => {
        throw new Error('not any more');
      },
    },
  };
  const connection = createClientConnection(config(sessions, refuse));
  const hello = decodeClientHello(connection.output().subarray(9));
  assert.not.ok(hello.extensions.some(({ type }) => type === 41));
});

real('without a session and a store no ticket is asked for', () => {
  const asksForTickets = (given: ClientConfig): boolean => {
    const hello = decodeClientHello(createClientConnection(given).output().subarray(9));
    return hello.extensions.some(({ type }) => type === 45);
  };
  const whole = config(pocket());
  const { sessions: _store, ...storeless } = whole;
  assert.ok(asksForTickets(whole));
  assert.not.ok(asksForTickets(storeless));
});

real('a store that fails is one without a session', async () => {
  const broken: SessionStore = {
    put: () => {},
    take: async () => {
      throw new Error('the disk is gone');
    },
  };
  const connection = createClientConnection(config(broken));
  await connection.waiting;
  assert.is(connection.error, undefined);
  assert.ok(connection.output().length > 0);
});

real.run();
