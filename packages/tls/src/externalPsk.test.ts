/** Keys from outside, RFC 8446 section 4.2.11, imported by RFC 9258, and with or without a key exchange. */
import { createPortableProvider, hkdfExtract, sha256, sha384 } from '@halfclose/crypto';
import { createAuthority } from '@halfclose/testing/ca';
import {
  converse,
  createScriptedServer,
  extension,
  insertAfter,
  offeredKeys,
  outcomeOf,
  refusal,
  type ScriptedServer,
  type ServerOptions,
  type TicketBook,
  testConfig,
  testProvider,
  withoutExtension,
} from '@halfclose/testing/peer';
import {
  type ClientConfig,
  type ClientConnection,
  createClientConnection,
  createExternalPsks,
  type ExternalPsk,
  importPsk,
  type Session,
  TLSError,
} from '@halfclose/tls';
import { expandLabel, extensionTypes, findExtension, Reader } from '@halfclose/tls/codec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const credentials = await (await createAuthority()).issue({ keyType: 'Ed25519' });
const nothing = new Uint8Array(0);

const sha256Psk: ExternalPsk = { identity: Uint8Array.of(1, 1), key: new Uint8Array(32).fill(1) };
const sha384Psk: ExternalPsk = {
  identity: Uint8Array.of(2),
  key: new Uint8Array(48).fill(2),
  hash: 'SHA-384',
};

/** A configuration, its keys in a list. */
interface KeyedConfig extends Omit<Partial<ClientConfig>, 'externalPsks'> {
  readonly externalPsks?: readonly ExternalPsk[];
  readonly requirePsk?: boolean;
}

function configOf({ externalPsks = [], requirePsk = false, ...others }: KeyedConfig): ClientConfig {
  return testConfig({ ...others, externalPsks: createExternalPsks(externalPsks, { required: requirePsk }) });
}

function connect(
  server: Partial<ServerOptions>,
  client: KeyedConfig,
): { readonly client: ClientConnection; readonly server: ScriptedServer; readonly plaintext: Uint8Array } {
  const peer = createScriptedServer({ credentials, crypto: testProvider('server'), ...server });
  const connection = createClientConnection(configOf(client));
  return { client: connection, server: peer, plaintext: converse(connection, peer) };
}

function extensionsOffered(server: ScriptedServer): readonly number[] {
  return server.hellos[0]?.extensions.map(({ type }) => type) ?? [];
}

const right = suite('external pre-shared keys: a server that does it right');

for (const [hash, psk, name] of [
  ['SHA-256', sha256Psk, 'TLS_AES_128_GCM_SHA256'],
  ['SHA-384', sha384Psk, 'TLS_AES_256_GCM_SHA384'],
] as const) {
  for (const retry of [false, true]) {
    right(
      `one with ${hash} stands for a certificate${retry ? ', after a HelloRetryRequest too' : ''}`,
      () => {
        const externalPsks = [psk];
        const { client, server } = connect(
          { externalPsks, suite: name, ...(retry && { group: 'secp256r1' }) },
          { externalPsks },
        );
        assert.is(server.error, undefined);
        assert.is(client.error, undefined);
        assert.ok(server.done);
        const { facts } = client;
        assert.is(facts?.resumed, false);
        assert.equal(facts?.externalPsk, psk.identity);
        assert.is(facts?.signatureScheme, undefined);
        assert.equal(facts?.peerCertificates, []);
        assert.is(facts?.group, retry ? 'secp256r1' : 'x25519');
        assert.is(offeredKeys(server.hellos[0] ?? never())[0]?.obfuscatedTicketAge, 0);
      },
    );
  }
}

function never(): never {
  throw new Error('there was no hello');
}

right('several are offered in their order, each with its own binder, and any of them can be taken', () => {
  const externalPsks = [sha256Psk, sha384Psk];
  for (const [known, suiteName] of [
    [sha256Psk, 'TLS_AES_128_GCM_SHA256'],
    [sha384Psk, 'TLS_AES_256_GCM_SHA384'],
  ] as const) {
    const { client, server } = connect({ externalPsks, suite: suiteName }, { externalPsks });
    assert.is(server.error, undefined);
    assert.equal(client.facts?.externalPsk, known.identity);
    const keys = offeredKeys(server.hellos[0] ?? never());
    assert.equal(
      keys.map(({ identity }) => identity),
      externalPsks.map(({ identity }) => identity),
    );
    assert.equal(
      keys.map(({ binder }) => binder.length),
      [32, 48],
    );
  }
});

right('after a HelloRetryRequest only those with its hash are offered', () => {
  const externalPsks = [sha256Psk, sha384Psk];
  const { client, server } = connect(
    { externalPsks, suite: 'TLS_AES_256_GCM_SHA384', cookie: Uint8Array.of(1) },
    { externalPsks },
  );
  assert.is(server.error, undefined);
  assert.equal(client.facts?.externalPsk, sha384Psk.identity);
  assert.equal(
    server.hellos.map((hello) => offeredKeys(hello).length),
    [2, 1],
  );
});

right('a key whose hash no suite on offer has is not offered', () => {
  const { server } = connect(
    {},
    { externalPsks: [sha256Psk, sha384Psk], cipherSuites: ['TLS_AES_128_GCM_SHA256'] },
  );
  assert.equal(
    offeredKeys(server.hellos[0] ?? never()).map(({ identity }) => identity),
    [sha256Psk.identity],
  );
});

right('a server that does not have it shows a certificate', () => {
  const { client } = connect({}, { externalPsks: [sha256Psk] });
  assert.is(client.error, undefined);
  assert.is(client.facts?.externalPsk, undefined);
  assert.is(client.facts?.peerCertificates.length, credentials.chain.length);
});

right('no certificate is asked for where a key is required', () => {
  const externalPsks = [sha256Psk];
  const { client, server } = connect({ externalPsks }, { externalPsks, requirePsk: true, requestOcsp: true });
  assert.is(client.error, undefined);
  assert.ok(server.done);
  const offered = extensionsOffered(server);
  assert.not.ok(offered.includes(extensionTypes.signatureAlgorithms));
  assert.not.ok(offered.includes(extensionTypes.statusRequest));
});

interface Resumed {
  readonly client: ClientConnection;
  readonly server: ScriptedServer;
}

/** A connection with a key, and a second one that can resume it. */
function resume(changes: KeyedConfig, first: KeyedConfig = {}): Resumed {
  const tickets: TicketBook = new Map();
  const externalPsks = [sha256Psk];
  const kept: Session[] = [];
  const sessions = { put: (session: Session) => void kept.push(session), take: () => undefined };
  const server = { tickets, externalPsks, sessionTickets: 1 };
  connect(server, { externalPsks, sessions, ...first });
  const [session] = kept;
  assert.ok(session);
  return connect(server, { externalPsks, session, ...changes });
}

right('a session that rests on one is resumed as long as that is there', () => {
  const { client } = resume({});
  assert.is(client.facts?.resumed, true);
  assert.equal(client.facts?.externalPsk, sha256Psk.identity);
  assert.equal(client.facts?.peerCertificates, []);
  assert.is(resume({ requirePsk: true }).client.facts?.resumed, true);
  assert.is(resume({ externalPsks: [sha384Psk] }).client.facts?.resumed, false);
  assert.is(resume({ externalPsks: [] }).client.facts?.resumed, false);
});

right('a session that rests on a certificate will not do where a key is required', () => {
  const { client, server } = resume({ requirePsk: true }, { externalPsks: [] });
  assert.is(client.facts?.resumed, false);
  assert.equal(client.facts?.externalPsk, sha256Psk.identity);
  assert.is(offeredKeys(server.hellos[0] ?? never()).length, 1);
});

right('a session comes before the keys', () => {
  const { client, server } = resume({});
  assert.is(client.facts?.resumed, true);
  assert.equal(offeredKeys(server.hellos[0] ?? never())[1]?.identity, sha256Psk.identity);
});

right.run();

const modes = suite('pre-shared keys with and without a key exchange');

function modesOffered(server: ScriptedServer): readonly number[] {
  const found = findExtension(server.hellos[0]?.extensions ?? [], extensionTypes.pskKeyExchangeModes);
  return found === undefined ? [] : [...new Reader(found.data, 'psk_key_exchange_modes').vector8()];
}

modes('psk_ke is used when it is asked for', () => {
  const externalPsks = [sha256Psk];
  for (const pskKeyExchangeModes of [['psk_ke'], ['psk_dhe_ke', 'psk_ke']] as const) {
    const { client, server } = connect(
      { externalPsks, pskMode: 'psk_ke' },
      { externalPsks, pskKeyExchangeModes },
    );
    assert.is(server.error, undefined);
    assert.is(client.error, undefined);
    assert.ok(server.done);
    assert.is(client.facts?.group, undefined);
    assert.equal(client.facts?.externalPsk, sha256Psk.identity);
    assert.equal(modesOffered(server), pskKeyExchangeModes.length === 1 ? [0] : [1, 0]);
  }
});

modes('psk_ke is refused otherwise', () => {
  const externalPsks = [sha256Psk];
  const tried = connect({ externalPsks, pskMode: 'psk_ke' }, { externalPsks });
  assert.equal(modesOffered(tried.server), [1]);
  assert.equal(outcomeOf(tried), refusal('illegal_parameter', 'MISSING_KEY_SHARE', false));
});

modes('a key exchange is refused where psk_ke alone was offered', () => {
  const externalPsks = [sha256Psk];
  const tried = connect({ externalPsks }, { externalPsks, pskKeyExchangeModes: ['psk_ke'] });
  assert.equal(outcomeOf(tried), refusal('illegal_parameter', 'UNEXPECTED_EXTENSION', false));
});

modes('to offer keys and no way to use them is refused', () => {
  assert.throws(
    () => createClientConnection(configOf({ externalPsks: [sha256Psk], pskKeyExchangeModes: [] })),
    (error: unknown) => error instanceof TLSError && error.reason === 'INVALID_CONFIGURATION',
  );
});

modes('without either, a server can only show a certificate', () => {
  const tried = connect(
    { tamper: { serverHello: withoutExtension(extensionTypes.keyShare) } },
    { pskKeyExchangeModes: ['psk_ke'] },
  );
  assert.equal(outcomeOf(tried), refusal('missing_extension', 'MISSING_KEY_SHARE', false));
});

modes.run();

const wrong = suite('external pre-shared keys: a server that does it wrong');

wrong('takes none where one is required', () => {
  const tried = connect({}, { externalPsks: [sha256Psk], requirePsk: true });
  assert.equal(outcomeOf(tried), refusal('missing_extension', 'MISSING_EXTENSION', false));
});

wrong('takes one that was not offered, or is not offered any more', () => {
  const externalPsks = [sha256Psk, sha384Psk];
  const beyond = connect(
    { externalPsks, tamper: { serverHello: extension(extensionTypes.preSharedKey, [0, 2]) } },
    { externalPsks },
  );
  assert.equal(outcomeOf(beyond), refusal('illegal_parameter', 'PSK_IDENTITY_NOT_FOUND', false));
  const dropped = connect(
    {
      externalPsks,
      cookie: Uint8Array.of(1),
      suite: 'TLS_AES_128_GCM_SHA256',
      tamper: { serverHello: extension(extensionTypes.preSharedKey, [0, 1]) },
    },
    { externalPsks },
  );
  assert.equal(outcomeOf(dropped), refusal('illegal_parameter', 'PSK_IDENTITY_NOT_FOUND', false));
});

wrong('takes one with a suite of another hash', () => {
  const externalPsks = [sha384Psk, sha256Psk];
  const tried = connect(
    {
      externalPsks,
      suite: 'TLS_AES_128_GCM_SHA256',
      tamper: { serverHello: extension(extensionTypes.preSharedKey, [0, 0]) },
    },
    { externalPsks },
  );
  assert.equal(outcomeOf(tried), refusal('illegal_parameter', 'OLD_SESSION_PRF_HASH_MISMATCH', false));
});

wrong('has another key under the same identity', () => {
  const { client, server } = connect(
    { externalPsks: [{ ...sha256Psk, key: new Uint8Array(32) }] },
    { externalPsks: [sha256Psk] },
  );
  assert.match(server.error?.message ?? '', 'binder is wrong');
  assert.is(client.facts, undefined);
});

wrong('shows a certificate, or asks for one, although it took a key', () => {
  const externalPsks = [sha256Psk];
  for (const message of ['certificate', 'certificateRequest'] as const) {
    const tried = connect(
      {
        externalPsks,
        flight: (steps) => insertAfter(steps, 'encryptedExtensions', message),
      },
      { externalPsks },
    );
    assert.equal(outcomeOf(tried), refusal('unexpected_message', 'UNEXPECTED_MESSAGE'));
  }
});

wrong.run();

const configured = suite('external pre-shared keys: what can be offered');

const refusedConfigurations: readonly [string, KeyedConfig][] = [
  ['an empty identity', { externalPsks: [{ ...sha256Psk, identity: nothing }] }],
  ['an empty key', { externalPsks: [{ ...sha256Psk, key: nothing }] }],
  ['a key that can be guessed', { externalPsks: [{ ...sha256Psk, key: new Uint8Array(15).fill(1) }] }],
  ['too many', { externalPsks: Array.from({ length: 17 }, () => sha256Psk) }],
  [
    'identities that leave no room',
    { externalPsks: [{ ...sha256Psk, identity: new Uint8Array(2 ** 14 + 1) }] },
  ],
  ['none where one is required', { requirePsk: true }],
  [
    'none that goes with a suite, where one is required',
    { requirePsk: true, externalPsks: [sha384Psk], cipherSuites: ['TLS_AES_128_GCM_SHA256'] },
  ],
];

for (const [what, config] of refusedConfigurations) {
  configured(`${what}: refused`, () => {
    assert.throws(
      () => createClientConnection(configOf(config)),
      (error: unknown) => error instanceof TLSError && error.reason === 'INVALID_CONFIGURATION',
    );
  });
}

configured('the largest identity, the largest ticket and the largest cookie go together', () => {
  const externalPsks = [{ ...sha256Psk, identity: new Uint8Array(2 ** 13) }];
  const kept: Session[] = [];
  const sessions = { put: (session: Session) => void kept.push(session), take: () => undefined };
  const onDone = (server: ScriptedServer): void =>
    void server.sendTicket({ ticket: new Uint8Array(2 ** 14) });
  connect({ onDone }, { sessions, externalPsks });
  const [session] = kept;
  assert.ok(session);
  const { client, server } = connect(
    { externalPsks, cookie: new Uint8Array(2 ** 15).fill(1) },
    { session, externalPsks },
  );
  assert.is(server.error, undefined);
  assert.equal(
    server.hellos.map((hello) => offeredKeys(hello).length),
    [2, 2],
  );
  assert.ok(client.facts);
});

configured.run();

const imports = suite('RFC 9258: imported keys');
const provider = createPortableProvider(() => {});

/** Section 5.1, written out again from its structure. */
function derive(hash: typeof sha256, key: Uint8Array, identity: Uint8Array, length: number): Uint8Array {
  const extracted = hkdfExtract(hash, new Uint8Array(hash.outputLength), key);
  return expandLabel(hash, extracted, 'derived psk', hash.digest(identity), length);
}

imports('there is one for each hash, bound to identity, context, protocol and KDF', () => {
  const key = new Uint8Array(32).fill(5);
  const identity = Uint8Array.of(0x61, 0x62);
  const context = Uint8Array.of(0x63);
  for (const [name, hash] of [
    ['SHA-256', sha256],
    ['SHA-384', sha384],
  ] as const) {
    const imported = importPsk({ identity, key, context, hash: name }, provider);
    const encoded = (kdf: number): Uint8Array => Uint8Array.of(0, 2, 0x61, 0x62, 0, 1, 0x63, 3, 4, 0, kdf);
    const wanted = [
      { identity: encoded(1), key: derive(hash, key, encoded(1), 32), hash: 'SHA-256', imported: true },
      { identity: encoded(2), key: derive(hash, key, encoded(2), 48), hash: 'SHA-384', imported: true },
    ];
    assert.equal(
      [...imported].sort((a, b) => a.key.length - b.key.length),
      wanted,
    );
  }
});

imports('they are bound as imported keys, which others are not', () => {
  const externalPsks = importPsk({ identity: Uint8Array.of(1), key: new Uint8Array(32).fill(3) }, provider);
  const { client, server } = connect({ externalPsks }, { externalPsks });
  assert.is(server.error, undefined);
  assert.ok(client.facts?.externalPsk);
  const asExternal = externalPsks.map((psk) => ({ ...psk, imported: false }));
  assert.match(
    connect({ externalPsks: asExternal }, { externalPsks }).server.error?.message ?? '',
    'binder is wrong',
  );
});

imports('what is empty, or too long, or of an unknown hash, is refused', () => {
  const right = { identity: Uint8Array.of(1), key: new Uint8Array(16).fill(1) };
  assert.ok(importPsk(right, provider).length > 0);
  for (const psk of [
    { ...right, identity: nothing },
    { ...right, identity: new Uint8Array(2 ** 10 + 1) },
    { ...right, key: nothing },
    { ...right, key: new Uint8Array(15).fill(1) },
    { ...right, context: new Uint8Array(2 ** 10 + 1) },
  ]) {
    assert.throws(
      () => importPsk(psk, provider),
      (error: unknown) => error instanceof RangeError,
    );
  }
  assert.throws(
    () => importPsk({ ...right, hash: 'SHA-384' }, { ...provider, hashes: [sha256] }),
    (error: unknown) => error instanceof RangeError,
  );
});

imports.run();
