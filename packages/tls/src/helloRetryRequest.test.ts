import { extension, helloFields, insertAfter, outcomeOf, type Trial } from '@halfclose/testing/peer';
import {
  cipherSuites,
  type Extension,
  extensionTypes,
  findExtension,
  helloRetryRequestRandom,
  namedGroups,
  readClientKeyShares,
  readCookie,
} from '@halfclose/tls/codec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { attempt, checkAll, plain } from './testing/helloTrials.ts';

// HelloRetryRequest.

const wrongSession = plain('illegal_parameter', 'SESSION_ID_MISMATCH');
const wrongSuite = plain('illegal_parameter', 'WRONG_CIPHER_RETURNED');
const badRetry = plain('illegal_parameter', 'BAD_HELLO_RETRY_REQUEST');
const wrongGroup = plain('illegal_parameter', 'WRONG_CURVE');

/** A HelloRetryRequest whose key_share has these octets. */
function retryKeyShare(...data: readonly number[]): Trial {
  return {
    server: {
      group: 'secp256r1',
      tamper: { helloRetryRequest: extension(extensionTypes.keyShare, data) },
    },
  };
}

checkAll('wrong hellos: HelloRetryRequest', {
  'no change': [
    { server: { helloRetryRequest: true } },
    plain('illegal_parameter', 'EMPTY_HELLO_RETRY_REQUEST'),
  ],
  'a group that was not offered': [retryKeyShare(1, 0), wrongGroup],
  'a group that we speak and did not offer': [
    { ...retryKeyShare(0, 0x17), client: { groups: ['x25519'] } },
    wrongGroup,
  ],
  'a group that the hello lost on its way out': [
    {
      ...retryKeyShare(0, 0x17),
      client: {
        shapeClientHello: (plainHello) => ({
          ...plainHello,
          extensions: plainHello.extensions.map((each) =>
            each.type === extensionTypes.supportedGroups
              ? { ...each, data: Uint8Array.of(0, 2, 0, 0x1d) }
              : each,
          ),
        }),
      },
    },
    wrongGroup,
  ],
  'a group that nobody knows': [retryKeyShare(0xfa, 0xfa), wrongGroup],
  'a group of which it has a share': [retryKeyShare(0, 0x1d), wrongGroup],
  'a group of which it has a share, and a cookie': [
    {
      server: {
        cookie: Uint8Array.of(1),
        tamper: { helloRetryRequest: extension(extensionTypes.keyShare, [0, 0x1d]) },
      },
    },
    wrongGroup,
  ],
  'a share in the form of a ServerHello': [
    retryKeyShare(0, 0x17, 0, 1, 4),
    plain('decode_error', 'DECODE_ERROR'),
  ],
  'an empty key_share': [retryKeyShare(), plain('decode_error', 'DECODE_ERROR')],
  'an empty cookie': [{ server: { cookie: new Uint8Array(0) } }, plain('decode_error', 'DECODE_ERROR')],
  'an empty cookie extension': [
    { server: { helloRetryRequest: true, tamper: { helloRetryRequest: extension(extensionTypes.cookie) } } },
    plain('decode_error', 'DECODE_ERROR'),
  ],
  'a suite that was not offered': [
    {
      server: { group: 'secp256r1', tamper: { helloRetryRequest: helloFields({ cipherSuite: 0x1304 }) } },
    },
    wrongSuite,
  ],
  'another suite in the ServerHello, of the same hash': [
    {
      server: {
        group: 'secp256r1',
        suite: 'TLS_CHACHA20_POLY1305_SHA256',
        tamper: { serverHello: helloFields({ cipherSuite: cipherSuites.TLS_AES_128_GCM_SHA256.code }) },
      },
    },
    wrongSuite,
  ],
  'another suite in the ServerHello, of another hash': [
    {
      server: {
        group: 'secp256r1',
        suite: 'TLS_AES_128_GCM_SHA256',
        tamper: { serverHello: helloFields({ cipherSuite: cipherSuites.TLS_AES_256_GCM_SHA384.code }) },
      },
    },
    wrongSuite,
  ],
  'a second one, for another group': [
    {
      server: {
        group: 'secp256r1',
        flight: (steps, count) => (count === 1 ? steps : ['helloRetryRequest']),
        tamper: {
          helloRetryRequest: (message, server) =>
            server.hellos.length === 1
              ? message
              : extension(extensionTypes.keyShare, [0, 0x1d])(message, server),
        },
      },
    },
    plain('unexpected_message', 'UNEXPECTED_MESSAGE'),
  ],
  'a second one, with a cookie': [
    {
      server: {
        cookie: Uint8Array.of(1),
        flight: (steps, count) => (count === 1 ? steps : ['helloRetryRequest']),
      },
    },
    plain('unexpected_message', 'UNEXPECTED_MESSAGE'),
  ],
  'a share of the first group after it': [
    {
      server: {
        group: 'secp256r1',
        tamper: {
          serverHello: extension(extensionTypes.keyShare, [0, 0x1d, 0, 32, ...new Uint8Array(32).fill(9)]),
        },
      },
    },
    wrongGroup,
  ],
  'another session id after it': [
    {
      server: {
        group: 'secp256r1',
        tamper: { serverHello: helloFields({ legacySessionIdEcho: new Uint8Array(32) }) },
      },
    },
    wrongSession,
  ],
  'TLS 1.2 after it': [
    {
      server: { group: 'secp256r1', tamper: { serverHello: helloFields({ extensions: [] }) } },
    },
    plain('illegal_parameter', 'SECOND_SERVERHELLO_VERSION_MISMATCH'),
  ],
});

const retry = suite('HelloRetryRequest: the second hello');

retry('is the first with the share of the group asked for', () => {
  const { client, server } = attempt({ server: { group: 'secp256r1' }, client: { alpnProtocols: ['h2'] } });
  assert.is(client.error, undefined);
  assert.ok(client.facts?.helloRetryRequest);
  const [first, second] = server.hellos;
  assert.ok(first && second);
  const isKeyShare = ({ type }: { readonly type: number }): boolean => type === extensionTypes.keyShare;
  assert.equal({ ...second, extensions: [] }, { ...first, extensions: [] });
  assert.equal(
    second.extensions.filter((each) => !isKeyShare(each)),
    first.extensions.filter((each) => !isKeyShare(each)),
  );
  assert.is(second.extensions.findIndex(isKeyShare), first.extensions.findIndex(isKeyShare));
  const shares = readClientKeyShares(second.extensions.find(isKeyShare)?.data ?? new Uint8Array(0));
  assert.equal(
    shares.map(({ group }) => group),
    [namedGroups.secp256r1],
  );
});

retry('brings the cookie back as it came, and the same shares where only a cookie was asked for', () => {
  for (const length of [1, 32, 255, 256, 2 ** 15]) {
    const cookie = new Uint8Array(length).map((_, i) => i * 7);
    const { client, server } = attempt({ server: { cookie } });
    assert.is(client.error, undefined);
    assert.ok(server.done);
    const [first, second] = server.hellos;
    const echoed = findExtension(second?.extensions ?? [], extensionTypes.cookie);
    assert.equal(readCookie(echoed?.data ?? new Uint8Array(0)), cookie);
    // Padding may change (RFC 8446 section 4.1.2).
    const others = (extensions: readonly Extension[] = []): Extension[] =>
      extensions.filter(({ type }) => type !== extensionTypes.cookie && type !== extensionTypes.padding);
    assert.equal(others(second?.extensions), others(first?.extensions));
  }
});

retry('brings back a cookie and the share together', () => {
  const { client, server } = attempt({ server: { group: 'secp256r1', cookie: Uint8Array.of(1, 2, 3) } });
  assert.is(client.error, undefined);
  assert.is(client.facts?.group, 'secp256r1');
  assert.ok(server.done);
});

retry('cannot bring back a cookie that leaves no room for a hello', () => {
  for (const length of [2 ** 15 + 1, 65_440]) {
    assert.equal(outcomeOf(attempt({ server: { cookie: new Uint8Array(length) } })), badRetry);
  }
});

retry('follows one change_cipher_spec, and the flight after it has none', () => {
  const { server } = attempt({ server: { group: 'secp256r1' } });
  assert.equal(
    server.records.map(({ type }) => type),
    [22, 20, 22, 23],
  );
  const without = attempt({ server: { group: 'secp256r1' }, client: { middleboxCompatibility: false } });
  assert.ok(without.server.done);
  assert.equal(
    without.server.records.map(({ type }) => type),
    [22, 22, 23],
  );
});

retry('nothing after the request is taken for an answer to it', () => {
  // The server goes on without waiting: its ServerHello can't have seen our second hello.
  const tried = attempt({
    server: {
      group: 'secp256r1',
      flight: (steps, count) =>
        count === 1
          ? insertAfter(steps, 'helloRetryRequest', (server) => server.sendHandshake(2, new Uint8Array(0)))
          : steps,
    },
  });
  assert.is(outcomeOf(tried).alert, 'decode_error');
});

retry('nothing follows it in its record: it is our turn', () => {
  for (const next of [Uint8Array.of(2), Uint8Array.of(2, 0, 0, 0), Uint8Array.of(8, 0, 0, 2, 0, 0)]) {
    const tried = attempt({
      server: {
        group: 'secp256r1',
        framing: 'coalesced',
        flight: (steps) =>
          insertAfter(steps, 'helloRetryRequest', (server) => server.sendHandshakeBytes(next)),
      },
    });
    assert.equal(outcomeOf(tried), plain('unexpected_message', 'EXCESS_HANDSHAKE_DATA'));
  }
});

retry('a request is known by its random alone', () => {
  const tried = attempt({
    server: { tamper: { serverHello: helloFields({ random: helloRetryRequestRandom }) } },
  });
  // Its key_share then has the form of a ServerHello.
  assert.equal(outcomeOf(tried), plain('decode_error', 'DECODE_ERROR'));
});

retry.run();
