/** Sessions of TLS 1.2: RFC 5246 section 7.3, RFC 5077 sections 3.3 and 3.4, RFC 7627 section 5.3. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ClientConfig } from './config.ts';
import type { Session12 } from './session.ts';
import { sessionFromBytes, sessionToBytes } from './sessionBytes.ts';
import { answer, bareChangeCipherSpec, before, extension, withoutExtension } from './testing/flights12.ts';
import type { Options12 } from './testing/scripted12.ts';
import { attempt12, outcome12, type Trial12, type Tried12 } from './testing/trials12.ts';

const ticket = { lifetimeHint: 100, ticket: Buffer.from('ticket') };
const sessionId = Buffer.alloc(32, 5);

/** The session that a full handshake gives, and the server's half of it. */
function begin(trial: Trial12): { readonly session: Session12; readonly resume: Buffer } {
  const { sessions, server } = attempt12(trial);
  const [session] = sessions;
  if (session === undefined) throw new Error('no session was kept');
  return { session, resume: Buffer.from(server.master) };
}

function again(
  { session }: { readonly session: Session12 },
  server: Partial<Options12>,
  more: Partial<ClientConfig> = {},
  tls12: Trial12['tls12'] = {},
): Tried12 {
  return attempt12({ client: { session, ...more }, server, tls12 });
}

function resumed(tried: Tried12): string {
  return `${outcome12(tried)}, ${tried.client.facts?.resumed ? 'resumed' : 'full'}`;
}

const unexpectedRecord = 'unexpected_message UNEXPECTED_RECORD';

for (const [way, server] of Object.entries({ ticket: { ticket }, 'session id': { sessionId } })) {
  const test = suite(`TLS 1.2: resumption by ${way}`);
  const begun = begin({ server });
  const { resume } = begun;

  test('is taken, also where TLS 1.3 is offered', () => {
    assert.is(resumed(again(begun, { resume })), 'done, resumed');
    assert.is(resumed(again(begun, { resume }, { maximumVersion: 'TLSv1.3' })), 'done, resumed');
  });

  test('is declined by no id, and by another', () => {
    assert.is(resumed(again(begun, {})), 'done, full');
    assert.is(resumed(again(begun, { sessionId: Buffer.alloc(32, 9) })), 'done, full');
  });

  test('is written down and read again', () => {
    const session = sessionFromBytes(sessionToBytes(begun.session));
    assert.equal(session, begun.session);
  });

  test('RFC 7627 section 5.3: has the extended master secret, or ends', () => {
    assert.is(
      outcome12(again(begun, { resume, extendedMasterSecret: false })),
      'handshake_failure RESUMED_EMS_SESSION_WITHOUT_EMS_EXTENSION',
    );
  });

  test('RFC 7627 section 5.3: a full handshake without it gives no session, and exports nothing', () => {
    const tried = again(begun, {
      ticket: { lifetimeHint: 0, ticket: Buffer.of(1) },
      extendedMasterSecret: false,
    });
    assert.is(resumed(tried), 'done, full');
    assert.is(tried.sessions.length, 0);
    assert.throws(() => tried.client.exportKeyingMaterial('EXPORTER-test', undefined, 32), /RFC 7627/);
  });

  test('goes on with its suite', () => {
    assert.is(
      outcome12(again(begun, { resume, suite: 'TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384' })),
      'illegal_parameter OLD_SESSION_CIPHER_NOT_RETURNED',
    );
  });

  test('needs renegotiation_info like any handshake', () => {
    assert.is(
      outcome12(again(begun, { resume, ...withoutExtension(0xff01) })),
      'handshake_failure UNSAFE_LEGACY_RENEGOTIATION_DISABLED',
    );
  });

  test('needs no sentinel of a downgrade like any handshake', () => {
    const hello: Options12['hello'] = ({ random }) => ({
      random: Buffer.concat([random.subarray(0, 24), Buffer.from('DOWNGRD\x01')]),
    });
    assert.is(
      outcome12(again(begun, { resume, hello }, { maximumVersion: 'TLSv1.3' })),
      'illegal_parameter TLS13_DOWNGRADE',
    );
  });

  test('what its flight lacks, or has too much', () => {
    const flights: Readonly<Record<string, Partial<Options12>>> = {
      'a full flight after the same id': {
        hello: (_, client) => ({ legacySessionIdEcho: client.legacySessionId }),
      },
      'no ChangeCipherSpec': { resume, ...answer(() => ['serverHello', 'finished']) },
      'ChangeCipherSpec twice': { resume, ...answer(before('finished', bareChangeCipherSpec)) },
      'a Certificate': { resume, ...answer(before('changeCipherSpec', 'certificate')) },
      'a NewSessionTicket that was not announced': {
        resume,
        ...answer(before('changeCipherSpec', 'newSessionTicket')),
      },
      'none where one was announced': {
        resume,
        ticket,
        ...answer((steps) => steps.filter((step) => step !== 'newSessionTicket')),
      },
    };
    for (const [name, changes] of Object.entries(flights)) {
      assert.is(outcome12(again(begun, changes)), unexpectedRecord, name);
    }
  });

  test('by who does not know the master secret fails', () => {
    const tried = again(begun, { resume: Buffer.alloc(48) });
    assert.is(tried.client.error?.reason, 'DECRYPTION_FAILED_OR_BAD_RECORD_MAC');
    assert.not(tried.server.done);
  });

  test('a new ticket takes the place of what was before, an empty one does not', () => {
    const next = { lifetimeHint: 0, ticket: Buffer.from('next') };
    const renewed = again(begun, { resume, ticket: next });
    assert.equal(
      renewed.sessions.map((session) => Buffer.from(session.ticket)),
      [next.ticket],
    );
    assert.is(renewed.sessions[0]?.authenticatedUntil, begun.session.authenticatedUntil);
    assert.is(resumed(again({ session: renewed.sessions[0] ?? begun.session }, { resume })), 'done, resumed');
    const kept = again(begun, { resume, ticket: { lifetimeHint: 0, ticket: Buffer.alloc(0) } });
    assert.equal(kept.sessions, [begun.session]);
  });

  test('answers that mean nothing in a resumed handshake are no offence', () => {
    assert.is(resumed(again(begun, { resume, ...extension(5) }, { requestOcsp: true })), 'done, resumed');
    assert.is(resumed(again(begun, { resume, ...extension(0) })), 'done, resumed');
  });

  test('the application protocol is agreed on anew', () => {
    const alpn = extension(16, [0, 3, 2, 0x68, 0x32]);
    const { client } = again(begun, { resume, ...alpn }, { alpnProtocols: ['h2'] });
    assert.is(client.facts?.alpnProtocol, 'h2');
    assert.is(begun.session.alpnProtocol, undefined);
  });

  test('is not offered where something would not be taken now', () => {
    const never: ClientConfig['verifier'] = {
      verifyServer: () => {
        throw new Error('not now');
      },
    };
    const day = 86_400_000;
    const changes: Readonly<Record<string, [Partial<ClientConfig>, Trial12['tls12']]>> = {
      'another server': [{ serverName: 'other' }, {}],
      'after its time': [{ clock: () => Date.UTC(2026, 0, 1) + 8 * day }, {}],
      'a clock that was set back': [{ clock: () => Date.UTC(2025, 0, 1) }, {}],
      'certificates that are refused': [{ verifier: never }, {}],
      'a suite that is not offered': [{}, { cipherSuites: ['TLS_RSA_WITH_AES_128_GCM_SHA256'] }],
      'a signature that would not be accepted': [{ signatureSchemes: ['ecdsa_secp384r1_sha384'] }, {}],
    };
    for (const [name, [client, tls12]] of Object.entries(changes)) {
      const { server } = again(
        begun,
        answer(() => []),
        client,
        tls12,
      );
      assert.not.equal(Buffer.from(server.sessionIdSeen ?? []), sessionId, name);
      const shown = server.hello?.extensions.find(({ type }) => type === 35);
      assert.is(shown?.data.length ?? 0, 0, name);
    }
  });

  test('an unfit session is left aside', () => {
    const { session } = begun;
    const unfit: readonly Session12[] = [
      { ...session, ticket: new Uint8Array(0), sessionId: new Uint8Array(0) },
      { ...session, masterSecret: new Uint8Array(47) },
      { ...session, sessionId: new Uint8Array(33) },
      { ...session, ticket: new Uint8Array(2 ** 14 + 1) },
    ];
    for (const each of unfit) assert.is(resumed(again({ session: each }, {})), 'done, full');
  });
  test.run();
}

const legacy = suite('TLS 1.2: resumption without the extended master secret, RFC 7627 sections 5.3 and 5.4');
const permitted = { resumeWithoutExtendedMasterSecret: true };
const begun = begin({ tls12: permitted, server: { sessionId, extendedMasterSecret: false } });
const { resume } = begun;

legacy('is done on request alone', () => {
  const { client } = again(begun, { resume, extendedMasterSecret: false }, {}, permitted);
  assert.is(client.facts?.resumed, true);
  assert.is(client.facts?.extendedMasterSecret, false);
  assert.is(client.facts?.tlsUnique, undefined);
  assert.throws(() => client.exportKeyingMaterial('EXPORTER-test', undefined, 32), /RFC 7627/);
  assert.is(resumed(again(begun, {})), 'done, full');
  assert.is(resumed(again(begun, {}, {}, { ...permitted, requireExtendedMasterSecret: true })), 'done, full');
});

legacy('ends where the server says that it has it after all', () => {
  assert.is(
    outcome12(again(begun, { resume }, {}, permitted)),
    'handshake_failure RESUMED_NON_EMS_SESSION_WITH_EMS_EXTENSION',
  );
});

legacy('a full handshake in its place has what both can', () => {
  const { client } = again(begun, { extendedMasterSecret: true }, {}, permitted);
  assert.is(client.facts?.resumed, false);
  assert.is(client.facts?.extendedMasterSecret, true);
});

legacy('is written down and read again', () => {
  assert.equal(sessionFromBytes(sessionToBytes(begun.session)), begun.session);
});
legacy.run();
