/** Pre-shared keys and their modes, against OpenSSL's server. */
import { connect } from 'node:net';
import { createPortableProvider } from '@halfclose/crypto';
import { createAuthority } from '@halfclose/testing/ca';
import { trustingVerifier } from '@halfclose/testing/peer';
import { findOpenssl, startOpenssl } from '@halfclose/testing/servers';
import {
  type ClientConfig,
  type ClientConnection,
  createClientConnection,
  createExternalPsks,
  type ExternalPsk,
  type Session,
} from '@halfclose/tls';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const test = suite('pre-shared keys, against openssl s_server');
if (findOpenssl() === undefined)
  console.log('skipped: OpenSSL 3 is not installed, pre-shared keys do not meet s_server');
const credentials = await (await createAuthority()).issue({ dnsNames: ['localhost'] });
const crypto = createPortableProvider((output) => void globalThis.crypto.getRandomValues(output));

/** Says a word, takes it back reversed, and ends. */
function converse(port: number, changes: Partial<ClientConfig>): Promise<ClientConnection> {
  const connection = createClientConnection({
    crypto,
    verifier: trustingVerifier,
    clock: Date.now,
    serverName: 'localhost',
    ...changes,
  });
  const socket = connect(port, '127.0.0.1');
  const buffer = new Uint8Array(1024);
  let asked = false;
  let answer = '';
  const flush = (): void => {
    const output = connection.output();
    if (!socket.writableEnded) socket.write(Buffer.from(output));
    connection.outputTaken(output.length);
  };
  flush();
  return new Promise((resolve, reject) => {
    socket.on('error', reject);
    socket.on('data', (chunk) => {
      connection.receive(chunk);
      if (connection.facts !== undefined && !asked) {
        asked = true;
        connection.write(Buffer.from('word\n'));
      }
      while (connection.readable > 0) {
        answer += Buffer.from(buffer.subarray(0, connection.read(buffer))).toString();
      }
      if (answer === 'drow\n') connection.closeWrite();
      flush();
      if (answer === 'drow\n' || connection.error !== undefined) socket.end();
    });
    socket.on('close', () =>
      connection.error === undefined ? resolve(connection) : reject(connection.error),
    );
  });
}

const hex = '000102030405060708090a0b0c0d0e0f';
const psk: ExternalPsk = { identity: Buffer.from('client'), key: Buffer.from(hex, 'hex') };

function against(name: string, args: readonly string[], play: (port: number) => Promise<void>): void {
  const run = async (): Promise<void> => {
    const server = await startOpenssl({ credentials, args: ['-tls1_3', '-rev', ...args] });
    try {
      await play(server.port);
    } finally {
      await server.close();
    }
  };
  if (findOpenssl() === undefined) test.skip(name, run);
  else test(name, run);
}

const withKey = ['-psk', hex, '-psk_identity', 'client'];

against('a key from outside, with a key exchange', withKey, async (port) => {
  const { facts } = await converse(port, { externalPsks: createExternalPsks([psk]) });
  assert.equal(facts?.externalPsk, psk.identity);
  assert.is(facts?.group, 'x25519');
  assert.equal(facts?.peerCertificates, []);
});

against('a key that is required, of two that are offered', [...withKey, '-nocert'], async (port) => {
  const other = { identity: Buffer.from('another'), key: new Uint8Array(32).fill(1) };
  const { facts } = await converse(port, {
    externalPsks: createExternalPsks([other, psk], { required: true }),
  });
  assert.equal(facts?.externalPsk, psk.identity);
});

against('psk_ke, where the server allows it', [...withKey, '-allow_no_dhe_kex'], async (port) => {
  const { facts } = await converse(port, {
    externalPsks: createExternalPsks([psk]),
    pskKeyExchangeModes: ['psk_ke'],
  });
  assert.equal(facts?.externalPsk, psk.identity);
  assert.is(facts?.group, undefined);
});

against('psk_ke alone: a server that allows it resumes with it', ['-allow_no_dhe_kex'], async (port) => {
  const sessions: Session[] = [];
  const store = { put: (session: Session) => void sessions.push(session), take: () => undefined };
  const first = await converse(port, { sessions: store, pskKeyExchangeModes: ['psk_ke'] });
  assert.is(first.facts?.resumed, false);
  const [session] = sessions;
  assert.ok(session);
  const second = await converse(port, { session, pskKeyExchangeModes: ['psk_ke'] });
  assert.is(second.facts?.resumed, true);
  assert.is(second.facts?.group, undefined);
});

against(
  'a session that began with a key is resumed, and after a HelloRetryRequest too',
  [...withKey, '-groups', 'P-256'],
  async (port) => {
    const sessions: Session[] = [];
    const store = { put: (session: Session) => void sessions.push(session), take: () => undefined };
    const externalPsks = createExternalPsks([psk]);
    const groups = ['x25519', 'secp256r1'] as const;
    const first = await converse(port, { externalPsks, groups, sessions: store });
    assert.is(first.facts?.helloRetryRequest, true);
    assert.equal(first.facts?.externalPsk, psk.identity);
    const [session] = sessions;
    assert.ok(session);
    const second = await converse(port, { externalPsks, groups, session });
    assert.is(second.facts?.helloRetryRequest, true);
    assert.is(second.facts?.resumed, true);
    assert.equal(second.facts?.externalPsk, psk.identity);
  },
);

test.run();
