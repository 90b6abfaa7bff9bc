/** Encrypted Client Hello that a server can't read, RFC 9849 sections 6.1.6 and 6.1.7, and how it says so. */
import { createAuthority } from '@halfclose/testing/ca';
import {
  body,
  createEchKeys,
  encodeEchConfig,
  encodeEchConfigList,
  extension,
  flipBit,
  helloFields,
  type Outcome,
  outcomeOf,
  receivedEch,
  refusal,
  type Trial,
  type Tried,
  trials,
  trustingVerifier,
} from '@halfclose/testing/peer';
import {
  type ClientConfig,
  createClientAuthentication,
  createEncryptedClientHello,
  type ServerVerifier,
  type Session,
} from '@halfclose/tls';
import {
  decodeClientHello,
  extensionTypes,
  findExtension,
  handshakeTypes,
  selectedCertificateTypeExtension,
} from '@halfclose/tls/codec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { credentialFrom } from '../testing/credentials.ts';

const attempt = await trials();
const type = extensionTypes.encryptedClientHello;
const ours = createEchKeys();
const theirs = createEchKeys({ configId: 9 });
const rejected: Outcome = {
  alert: 'ech_required',
  encrypted: true,
  reason: 'ECH_REJECTED',
  fault: 'negotiation',
};

function refused(client: Partial<ClientConfig> = {}, server: Trial['server'] = {}): Tried {
  const encryptedClientHello = createEncryptedClientHello(ours.list);
  return attempt({ client: { serverName: 'secret.example', encryptedClientHello, ...client }, server });
}

const test = suite('ECH: a server that can not read it');

test('ends in an error that says what to try next, for the public name and with no data', () => {
  const asked: (string | boolean | undefined)[] = [];
  const sessions: Session[] = [];
  const verifier: ServerVerifier = {
    verifyServer(identity) {
      asked.push(identity.serverName, identity.mustMatchName);
      return trustingVerifier.verifyServer(identity);
    },
  };
  const store = { take: () => undefined, put: (session: Session) => void sessions.push(session) };
  for (const group of ['x25519', 'secp256r1'] as const) {
    const tried = refused({ verifier, sessions: store }, { ech: theirs, group, sessionTickets: 2 });
    const { client, server } = tried;
    assert.equal(outcomeOf(tried), rejected);
    assert.equal(client.error?.retryConfigs, theirs.list);
    assert.is(client.facts, undefined);
    assert.ok(server.done, 'the handshake itself was good');
    assert.is(server.hellos.length, group === 'x25519' ? 1 : 2);
    assert.throws(
      () => client.write(Uint8Array.of(1)),
      (error: unknown) => error === client.error,
    );
    assert.is(server.receivedLength, 0);
    assert.is(sessions.length, 0);
  }
  assert.equal(asked, ['public.example', true, 'public.example', true]);
});

test('the second hello to it is the first with what was asked for', () => {
  const { server } = refused({}, { group: 'secp256r1', cookie: Uint8Array.of(5) });
  assert.ok(server.done);
  const [first, second] = server.hellos;
  assert.ok(first && second);
  assert.equal(receivedEch(second), receivedEch(first));
  assert.equal(second.random, first.random);
  const other: readonly number[] = [extensionTypes.keyShare, extensionTypes.cookie, extensionTypes.padding];
  const same = ({ type: each }: { readonly type: number }): boolean => !other.includes(each);
  assert.equal(second.extensions.filter(same), first.extensions.filter(same));
});

test('what only a connection needs is never made', () => {
  const lines: string[] = [];
  assert.equal(outcomeOf(refused({ keyLog: (line) => lines.push(line) }, { ech: theirs })), rejected);
  assert.ok(lines.some((line) => line.startsWith('CLIENT_TRAFFIC_SECRET_0 ')));
  assert.not.ok(lines.some((line) => line.startsWith('EXPORTER_SECRET ')));
});

test('a server without configurations: it is not meant to be tried again', () => {
  const tried = refused();
  assert.equal(outcomeOf(tried), rejected);
  assert.is(tried.client.error?.retryConfigs, undefined);
});

test('configurations of versions or keys that we do not know are handed on', () => {
  const data = encodeEchConfigList([Uint8Array.of(0xba, 0xdd, 0, 1, 1), encodeEchConfig({ kemId: 0x7777 })]);
  const tried = refused({}, { encryptedExtensions: [{ type, data }] });
  assert.equal(outcomeOf(tried), rejected);
  assert.equal(tried.client.error?.retryConfigs, data);
});

test('configurations that are malformed are decode_error', () => {
  for (const data of [
    new Uint8Array(0),
    Uint8Array.of(0, 0),
    theirs.list.subarray(1),
    Uint8Array.of(0xba, 0xdd, 1, 2),
  ]) {
    const tried = refused({}, { encryptedExtensions: [{ type, data }] });
    assert.equal(outcomeOf(tried), refusal('decode_error', 'DECODE_ERROR'));
    assert.is(tried.client.error?.retryConfigs, undefined);
  }
});

test('a certificate that is not the public name’s ends it first, and nothing is believed', () => {
  const verifier: ServerVerifier = {
    verifyServer({ serverName }) {
      throw new Error(`not ${serverName}`);
    },
  };
  const tried = refused({ verifier }, { ech: theirs });
  const outcome = outcomeOf(tried);
  assert.equal([outcome.reason, outcome.fault], ['CERTIFICATE_VERIFY_FAILED', 'certificate']);
  assert.is(tried.client.error?.retryConfigs, undefined);
});

test('nor where its Finished is wrong', () => {
  const tried = refused({}, { ech: theirs, tamper: { finished: body(flipBit(0)) } });
  assert.equal(outcomeOf(tried), refusal('decrypt_error', 'DIGEST_CHECK_FAILED'));
});

test('does not learn who we are, whatever it selects', async () => {
  const credential = await credentialFrom(await createAuthority());
  const clientAuthentication = createClientAuthentication([credential], {
    certificateTypes: ['X509', 'RawPublicKey'],
  });
  const { clientCertificateType } = extensionTypes;
  for (const encryptedExtensions of [[], [selectedCertificateTypeExtension(clientCertificateType, 2)]]) {
    const tried = refused({ clientAuthentication }, { requestClientCertificate: true, encryptedExtensions });
    assert.equal(outcomeOf(tried), rejected);
    const { messages } = tried.server;
    assert.equal(
      messages.filter(({ type }) => type === handshakeTypes.certificate).map(({ body }) => [...body]),
      [[0, 0, 0, 0]],
    );
  }
});

test('section 6.1.2: may not select the pre-shared key that says nothing', () => {
  const { sessions } = collected();
  const [session] = sessions;
  assert.ok(session);
  for (const server of [{}, { group: 'secp256r1' }] as const) {
    const tried = refused(
      { session },
      { ...server, tamper: { serverHello: extension(extensionTypes.preSharedKey, [0, 0]) } },
    );
    // After a HelloRetryRequest the key is not there any more.
    const alert = 'group' in server ? 'unsupported_extension' : 'illegal_parameter';
    assert.equal(outcomeOf(tried), refusal(alert, 'UNEXPECTED_EXTENSION', false));
  }
});

/** Sessions of a server that read the hidden hello. */
function collected(): { readonly sessions: readonly Session[] } {
  const sessions: Session[] = [];
  const { client } = refused(
    { sessions: { take: () => undefined, put: (session) => void sessions.push(session) } },
    { ech: ours, sessionTickets: 1 },
  );
  assert.is(client.facts?.echOutcome, 'accepted');
  return { sessions };
}

test('a confirmation in its HelloRetryRequest that is none', () => {
  const confirmed = (length: number): Tried =>
    refused(
      {},
      { group: 'secp256r1', tamper: { helloRetryRequest: extension(type, new Uint8Array(length).fill(5)) } },
    );
  assert.equal(outcomeOf(confirmed(8)), rejected);
  for (const length of [0, 7, 9, 32]) {
    assert.equal(outcomeOf(confirmed(length)), refusal('decode_error', 'DECODE_ERROR', false));
  }
});

test('a ServerHello that is altered on the way is no proof of anything', () => {
  const tried = refused(
    {},
    { ech: ours, tamper: { serverHello: helloFields({ random: new Uint8Array(32).fill(1) }) } },
  );
  assert.is(tried.client.facts, undefined);
  assert.is(tried.client.error?.reason === 'ECH_REJECTED', false);
});

test('the public name goes out as the server’s name, and the hidden one nowhere', () => {
  const { server } = refused({ alpnProtocols: ['h2'] });
  const [message] = server.messages;
  assert.ok(message);
  const hello = decodeClientHello(message.body);
  const name = findExtension(hello.extensions, extensionTypes.serverName);
  assert.is(Buffer.from(name?.data.subarray(5) ?? []).toString(), 'public.example');
  assert.not.ok(Buffer.from(message.encoded).includes('secret'));
});

test.run();
