/** Keys without certificates: RFC 7250, RFC 8446 section 4.4.2. */

import { createAuthority, generateKey } from '@halfclose/testing/ca';
import {
  body,
  extension,
  type Outcome,
  outcomeOf,
  refusal,
  type Tamper,
  type TicketBook,
  type Trial,
  type Tried,
  trials,
  trustingVerifier,
} from '@halfclose/testing/peer';
import { createClientAuthentication, createServerCertificateTypes } from '@halfclose/tls';
import {
  certificateTypesExtension,
  extensionTypes,
  findExtension,
  selectedCertificateTypeExtension,
} from '@halfclose/tls/codec';
import { createRawPublicKeyVerifier } from '@halfclose/x509';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import type { ClientConfig } from './config.ts';
import type { CertificateType } from './credential.ts';
import type { Session } from './session.ts';
import { credentialFrom, rawKeyOf, signerOf } from './testing/credentials.ts';
import type { ServerVerifier } from './verifier.ts';

const attempt = await trials();
const serverKey = await generateKey('P-256');
const otherKey = await generateKey('P-256');
const root = await createAuthority();
const issued = await root.issue({ key: serverKey });
const clientKey = await generateKey('Ed25519');
const certified = await credentialFrom(root);
const uncertified = { ...rawKeyOf(certified, clientKey.spki), signer: await signerOf(clientKey) };

const bare = { chain: [serverKey.spki], key: serverKey };
const types = { X509: 0, RawPublicKey: 2 } as const;

const selects = (server?: CertificateType, client?: CertificateType): NonNullable<Trial['server']> => ({
  encryptedExtensions: [
    ...(server
      ? [selectedCertificateTypeExtension(extensionTypes.serverCertificateType, types[server])]
      : []),
    ...(client
      ? [selectedCertificateTypeExtension(extensionTypes.clientCertificateType, types[client])]
      : []),
  ],
});

const verifier = createRawPublicKeyVerifier([serverKey.spki], trustingVerifier);
const taking = (...types: CertificateType[]): Partial<ClientConfig> => ({
  verifier,
  serverCertificateTypes: createServerCertificateTypes(types),
});

function succeeded(tried: Tried): Tried {
  assert.is(tried.client.error, undefined);
  assert.is(tried.server.error, undefined);
  assert.ok(tried.server.done);
  return tried;
}

function offeredIn({ server }: Tried, type: number): readonly number[] | undefined {
  const offered = findExtension(server.hellos[0]?.extensions ?? [], type);
  return offered && [...offered.data];
}

const unsupported: Outcome = {
  alert: 'unsupported_certificate',
  encrypted: true,
  reason: 'UNSUPPORTED_CERTIFICATE',
  fault: 'negotiation',
};

const server = suite("the server's key");

server('is asked for where the configuration names it, in its order', () => {
  const { serverCertificateType } = extensionTypes;
  assert.equal(offeredIn(attempt({ client: { verifier } }), serverCertificateType), undefined);
  assert.equal(offeredIn(attempt({ client: taking('X509') }), serverCertificateType), undefined);
  assert.equal(offeredIn(attempt({ client: taking('RawPublicKey') }), serverCertificateType), [1, 2]);
  assert.equal(
    offeredIn(attempt({ client: taking('X509', 'RawPublicKey') }), serverCertificateType),
    [2, 0, 2],
  );
});

server('is taken where it was agreed on and is known', () => {
  for (const client of [taking('RawPublicKey'), taking('X509', 'RawPublicKey')]) {
    const tried = succeeded(attempt({ client, server: { credentials: bare, ...selects('RawPublicKey') } }));
    const { facts } = tried.client;
    assert.is(facts?.peerCertificateType, 'RawPublicKey');
    assert.equal(facts?.peerCertificates, [serverKey.spki]);
    assert.equal(facts?.verifiedChain, []);
  }
});

server('may stay unused', () => {
  for (const answer of [selects('X509'), {}]) {
    const client = taking('RawPublicKey', 'X509');
    const { facts } = succeeded(attempt({ client, server: { credentials: issued, ...answer } })).client;
    assert.is(facts?.peerCertificateType, 'X509');
    assert.equal(facts?.peerCertificates, issued.chain);
  }
});

server('that is another one is refused', () => {
  const credentials = { chain: [otherKey.spki], key: otherKey };
  const tried = attempt({
    client: taking('RawPublicKey'),
    server: { credentials, ...selects('RawPublicKey') },
  });
  assert.equal(outcomeOf(tried), {
    alert: 'unknown_ca',
    encrypted: true,
    reason: 'CERTIFICATE_VERIFY_FAILED',
    fault: 'certificate',
  });
});

server('has to be the key that signs', () => {
  const credentials = { chain: [serverKey.spki], key: otherKey };
  const tried = attempt({
    client: taking('RawPublicKey'),
    server: { credentials, ...selects('RawPublicKey') },
  });
  assert.equal(outcomeOf(tried), refusal('decrypt_error', 'BAD_SIGNATURE'));
});

server('stands alone, and has octets', () => {
  for (const [chain, reason] of [
    [[serverKey.spki, serverKey.spki], 'DECODE_ERROR'],
    [[new Uint8Array(0)], 'DECODE_ERROR'],
    [[], 'PEER_DID_NOT_RETURN_A_CERTIFICATE'],
  ] as const) {
    const tried = attempt({
      client: taking('RawPublicKey'),
      server: { credentials: { chain, key: serverKey }, ...selects('RawPublicKey') },
    });
    assert.equal(outcomeOf(tried), refusal('decode_error', reason));
  }
});

server('that is none is refused, and so is a certificate in its place', () => {
  for (const chain of [[Uint8Array.of(1, 2, 3)], issued.chain]) {
    const tried = attempt({
      client: taking('RawPublicKey'),
      server: { credentials: { chain, key: serverKey }, ...selects('RawPublicKey') },
    });
    assert.is(outcomeOf(tried).alert, 'bad_certificate');
  }
});

server('does not come where X.509 was agreed on', () => {
  const tried = attempt({ client: taking('X509', 'RawPublicKey'), server: { credentials: bare } });
  assert.is(outcomeOf(tried).fault, 'certificate');
});

server('is needed where nothing else is taken', () => {
  const client = taking('RawPublicKey');
  assert.equal(outcomeOf(attempt({ client, server: { credentials: issued } })), unsupported);
});

server.run();

const closed = suite('who configured certificates only');

closed('gets no key, even where the hello was shaped to ask for it', () => {
  const asked = certificateTypesExtension(extensionTypes.serverCertificateType, [2, 0]);
  const shapeClientHello: ClientConfig['shapeClientHello'] = (hello) => ({
    ...hello,
    extensions: [...hello.extensions, asked],
  });
  const knowing: Partial<ClientConfig> = { verifier, shapeClientHello };
  const unknowing: Partial<ClientConfig> = {
    verifier: trustingVerifier,
    serverCertificateTypes: createServerCertificateTypes(['RawPublicKey']),
  };
  for (const [client, expected] of [
    [knowing, refusal('illegal_parameter', 'UNEXPECTED_EXTENSION')],
    [unknowing, unsupported],
  ] as const) {
    const tried = attempt({ client, server: { credentials: bare, ...selects('RawPublicKey') } });
    assert.equal(outcomeOf(tried), expected);
  }
});

closed('is not asked about keys, and its verifier is not asked with them', () => {
  const asked: string[] = [];
  const watching: ServerVerifier = {
    verifyServer(identity) {
      asked.push('certificates');
      return trustingVerifier.verifyServer(identity);
    },
    verifyRawPublicKey() {
      asked.push('a key');
      throw new Error('no');
    },
  };
  const tried = attempt({
    client: { verifier: watching },
    server: { credentials: bare, ...selects('RawPublicKey') },
  });
  assert.equal(outcomeOf(tried), refusal('unsupported_extension', 'UNEXPECTED_EXTENSION'));
  assert.equal(asked, []);
});

const tickets: TicketBook = new Map();

/** A fresh one, which was decided about for good. */
function sessionOnKey(): Session {
  const sessions: Session[] = [];
  const store = { take: () => undefined, put: (session: Session) => void sessions.push(session) };
  succeeded(
    attempt({
      client: { ...taking('RawPublicKey'), sessions: store },
      server: { tickets, sessionTickets: 1, credentials: bare, ...selects('RawPublicKey') },
    }),
  );
  const [session] = sessions;
  if (session === undefined) throw new Error('there is no session');
  return { ...session, validUntil: Number.MAX_SAFE_INTEGER };
}

closed('never resumes a session that rests on a key', () => {
  for (const verifyOnResumption of [true, false]) {
    const session = sessionOnKey();
    assert.is(session.peerCertificateType, 'RawPublicKey');
    const full = attempt({
      client: { verifier, session, verifyOnResumption },
      server: { tickets, credentials: issued },
    });
    assert.is(succeeded(full).client.facts?.resumed, false);
    const resumed = attempt({
      client: { ...taking('RawPublicKey'), session, verifyOnResumption },
      server: { tickets, credentials: bare },
    });
    assert.is(succeeded(resumed).client.facts?.resumed, true);
    assert.is(resumed.client.facts?.peerCertificateType, 'RawPublicKey');
  }
  const forgotten = attempt({
    client: {
      ...taking('RawPublicKey', 'X509'),
      verifier: createRawPublicKeyVerifier([], verifier),
      session: sessionOnKey(),
    },
    server: { tickets, credentials: issued },
  });
  assert.is(succeeded(forgotten).client.facts?.resumed, false);
});

closed.run();

const own = suite("the client's key");
const { clientCertificateType } = extensionTypes;

own('is offered where it is among the credentials, in their order', () => {
  for (const [credentials, offered] of [
    [[], undefined],
    [[certified], undefined],
    [[uncertified], [1, 2]],
    [
      [certified, uncertified, certified],
      [2, 0, 2],
    ],
  ] as const) {
    assert.equal(
      offeredIn(
        attempt({ client: { clientAuthentication: createClientAuthentication(credentials) } }),
        clientCertificateType,
      ),
      offered,
    );
  }
});

own('is offered as the configuration says, where it does', () => {
  for (const [certificateTypes, offered] of [
    [['X509'], undefined],
    [
      ['RawPublicKey', 'X509'],
      [2, 2, 0],
    ],
  ] as const) {
    const clientAuthentication = createClientAuthentication([uncertified], { certificateTypes });
    assert.equal(offeredIn(attempt({ client: { clientAuthentication } }), clientCertificateType), offered);
  }
  const asked = { clientAuthentication: createClientAuthentication(() => [uncertified]) };
  assert.equal(offeredIn(attempt({ client: asked }), clientCertificateType), undefined);
});

for (const [what, type, expected] of [
  ['is shown where the server selects it', 'RawPublicKey', uncertified],
  ['is not where it selects certificates', 'X509', certified],
  ['is not where it selects nothing', undefined, certified],
] as const) {
  own(what, () => {
    for (const credentials of [
      [certified, uncertified],
      [uncertified, certified],
    ]) {
      const tried = attempt({
        client: { clientAuthentication: createClientAuthentication(credentials) },
        server: { requestClientCertificate: true, ...selects(undefined, type) },
      });
      assert.equal(succeeded(tried).server.authentications[0]?.chain, expected.certificates);
      assert.ok(tried.server.authentications[0]?.isSigned);
      assert.is(tried.client.facts?.clientAuthentication?.credential, expected);
    }
  });
}

own('is shown after the handshake, too', () => {
  const tried = attempt({
    client: {
      clientAuthentication: createClientAuthentication([certified, uncertified], { afterHandshake: true }),
    },
    server: selects(undefined, 'RawPublicKey'),
    after: (peer) => peer.requestAuthentication(Uint8Array.of(1)),
  });
  assert.equal(succeeded(tried).server.authentications[0]?.chain, [clientKey.spki]);
});

own.run();

const answers = suite('what the server selects');

const answering = (type: number, data: readonly number[]): Tamper => extension(type, data);
for (const type of [extensionTypes.serverCertificateType, clientCertificateType]) {
  answers(`in extension ${type} is one of those that were offered`, () => {
    const client = {
      ...taking('RawPublicKey'),
      clientAuthentication: createClientAuthentication([uncertified]),
    };
    for (const [data, expected] of [
      [[0], refusal('illegal_parameter', 'UNSUPPORTED_CERTIFICATE')],
      [[1], refusal('illegal_parameter', 'UNSUPPORTED_CERTIFICATE')],
      [[], refusal('decode_error', 'DECODE_ERROR')],
      [[2, 2], refusal('decode_error', 'DECODE_ERROR')],
    ] as const) {
      const tried = attempt({
        client,
        server: { credentials: bare, tamper: { encryptedExtensions: answering(type, data) } },
      });
      assert.equal(outcomeOf(tried), expected);
    }
  });
}

answers('a type that nobody knows is not known because it was offered', () => {
  const asked = certificateTypesExtension(extensionTypes.serverCertificateType, [2, 9]);
  const tried = attempt({
    client: {
      ...taking('RawPublicKey'),
      shapeClientHello: (hello) => ({
        ...hello,
        extensions: hello.extensions.map((each) => (each.type === asked.type ? asked : each)),
      }),
    },
    server: {
      credentials: bare,
      tamper: { encryptedExtensions: answering(extensionTypes.serverCertificateType, [9]) },
    },
  });
  assert.equal(outcomeOf(tried), refusal('illegal_parameter', 'UNSUPPORTED_CERTIFICATE'));
});

answers('an empty EncryptedExtensions is X.509', () => {
  const encryptedExtensions = body(() => Uint8Array.of(0, 0));
  const tried = attempt({
    client: taking('X509', 'RawPublicKey'),
    server: { credentials: issued, tamper: { encryptedExtensions } },
  });
  assert.is(succeeded(tried).client.facts?.peerCertificateType, 'X509');
});

answers.run();
