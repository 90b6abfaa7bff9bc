/** Every message of a server cut short at every length, made longer, and spoiled at random. */
import {
  body,
  concat,
  type MessageName,
  outcomeOf,
  refusal,
  type ScriptedServer,
  type ServerOptions,
  type Trial,
  type Tried,
  trials,
} from '@halfclose/testing/peer';
import { extensionTypes, type HandshakeMessage } from '@halfclose/tls/codec';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const attempt = await trials();

/** A conversation in which each message has as much to say as it can. */
const talkative: Partial<ServerOptions> = {
  alpn: 'h2',
  encryptedExtensions: [
    { type: extensionTypes.serverName, data: new Uint8Array(0) },
    { type: extensionTypes.supportedGroups, data: Uint8Array.of(0, 4, 0, 0x17, 0, 0x1d) },
  ],
  requestClientCertificate: true,
};

/** It asks for another group, and gives a cookie. */
const retrying: Partial<ServerOptions> = { group: 'secp256r1', cookie: Uint8Array.of(1, 2, 3) };

const client: NonNullable<Trial['client']> = {
  alpnProtocols: ['h2'],
  sessions: { put: () => {}, take: () => undefined },
};

function sayTheRest(server: ScriptedServer): void {
  server.sendTicket({ extensions: [{ type: extensionTypes.earlyData, data: Uint8Array.of(0, 0, 1, 0) }] });
  server.sendKeyUpdate();
}

function spoiled(name: MessageName, change: (bytes: Uint8Array) => Uint8Array): Tried {
  return attempt({
    client,
    server: {
      ...talkative,
      ...(name === 'helloRetryRequest' ? retrying : {}),
      tamper: { [name]: body(change) },
    },
    after(server, connection) {
      if (connection.error !== undefined) return;
      server.sendTicket({
        extensions: [{ type: extensionTypes.earlyData, data: Uint8Array.of(0, 0, 1, 0) }],
      });
      server.sendKeyUpdate();
    },
  });
}

const names: readonly MessageName[] = [
  'helloRetryRequest',
  'serverHello',
  'encryptedExtensions',
  'certificateRequest',
  'certificate',
  'certificateVerify',
  'finished',
  'newSessionTicket',
  'keyUpdate',
];

const original = new Map<MessageName, HandshakeMessage>();
const tamper = Object.fromEntries(
  names.map((name) => [
    name,
    (message: HandshakeMessage) => {
      original.set(name, message);
      return message;
    },
  ]),
);
for (const retry of [retrying, {}]) {
  attempt({
    client,
    server: { ...talkative, ...retry, tamper },
    after: sayTheRest,
  });
}

function lengthOf(name: MessageName): number {
  const message = original.get(name);
  assert.ok(message, `the conversation has a ${name}`);
  return message.body.length;
}

const lengths = suite('malformed messages: lengths');

for (const name of names) {
  const encrypted = name !== 'helloRetryRequest' && name !== 'serverHello';
  // A Finished of another length is one that is not right, RFC 8446 section 4.4.4.
  const malformed =
    name === 'finished'
      ? refusal('decrypt_error', 'DIGEST_CHECK_FAILED')
      : refusal('decode_error', 'DECODE_ERROR', encrypted);

  lengths(`${name}, cut short anywhere`, () => {
    // Without extensions, ServerHello is one of TLS 1.2: version, random, session id, suite, compression.
    const older = encrypted ? -1 : 2 + 32 + 33 + 2 + 1;
    for (let length = 0; length < lengthOf(name); length++) {
      const tried = spoiled(name, (bytes) => bytes.subarray(0, length));
      if (length === older) assert.is(outcomeOf(tried).alert, 'protocol_version');
      else assert.equal(outcomeOf(tried), malformed, `${length} of ${lengthOf(name)} octets`);
    }
  });

  lengths(`${name}, with something after its end`, () => {
    for (const more of [1, 2, 4, 100]) {
      const tried = spoiled(name, (bytes) => concat([bytes, new Uint8Array(more)]));
      assert.equal(outcomeOf(tried), malformed, `${more} octets more`);
    }
  });
}

lengths.run();

const random = suite('malformed messages: at random');

/** Some octets of a message replaced, taken out or put in. */
const changes = fc.array(
  fc.record({
    at: fc.nat(),
    remove: fc.nat({ max: 3 }),
    insert: fc.uint8Array({ maxLength: 3 }),
  }),
  { minLength: 1, maxLength: 3 },
);

for (const name of names) {
  random(`${name}: an error that blames the server, or a connection that works`, () => {
    fc.assert(
      fc.property(changes, (edits) => {
        const tried = spoiled(name, (bytes) => {
          let edited = bytes;
          for (const { at, remove, insert } of edits) {
            const position = at % (edited.length + 1);
            edited = concat([edited.subarray(0, position), insert, edited.subarray(position + remove)]);
          }
          return edited;
        });
        if (tried.client.error === undefined) return;
        const { fault } = outcomeOf(tried);
        assert.ok(['peer', 'negotiation', 'certificate'].includes(fault), `${fault}: ${tried.client.error}`);
      }),
      { numRuns: 40, seed: 8446 },
    );
  });
}

random.run();
