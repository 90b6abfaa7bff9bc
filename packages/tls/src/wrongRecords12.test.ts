/** Records of TLS 1.2: RFC 5246 section 6, RFC 7366, and what a server can flood us with. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { cipherSuite12 } from './protocol/cipherSuiteCodes12.ts';
import { contentTypes } from './protocol/contentTypes.ts';
import { handshakeTypes } from './protocol/handshakeTypes.ts';
import { before, ending, message, record } from './testing/flights12.ts';
import type { CbcFlaws } from './testing/keys12.ts';
import type { Scripted12 } from './testing/scripted12.ts';
import {
  allSuites12,
  attempt12,
  converse12,
  credentials,
  outcome12,
  type Trial12,
} from './testing/trials12.ts';

const { alert, applicationData, handshake } = contentTypes;
const times = (count: number, ...what: readonly ((server: Scripted12) => void)[]): Trial12 => ({
  after: (server) => {
    for (let i = 0; i < count; i++) for (const each of what) each(server);
  },
});
const after = (...what: readonly ((server: Scripted12) => void)[]): Trial12 => times(1, ...what);
const raw =
  (...octets: number[]) =>
  (server: Scripted12): void =>
    server.sendRaw(Uint8Array.from(octets));
const helloRequest = message(handshakeTypes.helloRequest);
const warning = record(alert, [1, 100]);
const data = record(applicationData, [1]);
const notAuthentic = 'bad_record_mac DECRYPTION_FAILED_OR_BAD_RECORD_MAC';
const unexpectedRecord = 'unexpected_message UNEXPECTED_RECORD';

const trials: Readonly<Record<string, readonly [Trial12, string]>> = {
  'a HelloRequest': [after(helloRequest), 'done'],
  'a HelloRequest in pieces': [
    after(record(handshake, [0]), record(handshake, [0, 0]), record(handshake, [0])),
    'done',
  ],
  'thirty-two HelloRequests': [times(32, helloRequest), 'done'],
  'thirty-three HelloRequests': [times(33, helloRequest), 'unexpected_message TOO_MANY_RENEGOTIATIONS'],
  'a HelloRequest with content': [after(message(0, [1])), 'decode_error BAD_HELLO_REQUEST'],
  'application data inside a HelloRequest': [after(record(handshake, [0]), data), unexpectedRecord],
  'four warnings': [times(4, warning), 'done'],
  'five warnings': [times(5, warning), 'unexpected_message TOO_MANY_WARNING_ALERTS'],
  'as many warnings as it likes, between application data': [times(100, warning, data), 'done'],
  'close_notify during the handshake': [
    { server: ending(before('changeCipherSpec', record(alert, [1, 0]))) },
    'ALERT_CLOSE_NOTIFY',
  ],
  'user_canceled during the handshake, which goes on': [
    { server: ending(before('changeCipherSpec', record(alert, [1, 90]))) },
    'done',
  ],
  'an alert of an unknown level': [after(record(alert, [3, 0])), 'illegal_parameter UNKNOWN_ALERT_TYPE'],
  'half an alert': [after(record(alert, [1])), 'decode_error BAD_ALERT'],
  'two alerts in one record': [after(record(alert, [1, 100, 1, 0])), 'decode_error BAD_ALERT'],
  'an empty alert': [after(record(alert, [])), unexpectedRecord],
  'an empty handshake record': [after(record(handshake, [])), unexpectedRecord],
  'a record of an unknown type': [after(record(24, [1])), unexpectedRecord],
  'thirty-two empty records': [times(32, record(applicationData, [])), 'done'],
  'thirty-three empty records': [
    times(33, record(applicationData, [])),
    'unexpected_message TOO_MANY_EMPTY_FRAGMENTS',
  ],
  'the most that a record can hold': [
    after((server) => server.sendRecord(applicationData, Buffer.alloc(2 ** 14))),
    'done',
  ],
  'one octet more': [
    after((server) => server.sendRecord(applicationData, Buffer.alloc(2 ** 14 + 1))),
    'record_overflow DATA_LENGTH_TOO_LONG',
  ],
  'a record longer than any': [after(raw(23, 3, 3, 0x48, 1)), 'record_overflow ENCRYPTED_LENGTH_TOO_LONG'],
  'a record of another version': [after(raw(23, 3, 1, 0, 1, 1)), 'protocol_version WRONG_VERSION_NUMBER'],
  'application data in clear': [after(raw(23, 3, 3, 0, 1, 1)), notAuthentic],
  'close_notify in clear': [after(raw(21, 3, 3, 0, 2, 1, 0)), notAuthentic],
  'ChangeCipherSpec in clear': [after(raw(20, 3, 3, 0, 1, 1)), notAuthentic],
  'a record twice': [
    after((server) => {
      const start = server.output().length;
      data(server);
      server.sendRaw(server.output().slice(start));
    }),
    notAuthentic,
  ],
};

const test = suite('TLS 1.2: records after the handshake, and floods');
for (const [name, [trial, expected]] of Object.entries(trials)) {
  test(name, () => assert.is(outcome12(attempt12(trial)), expected));
}

test('a HelloRequest is answered with the warning no_renegotiation, section 7.2.2', () => {
  assert.equal(attempt12(after(helloRequest)).server.alerts, [{ level: 1, description: 100 }]);
});

test('the caller is told of each HelloRequest, also after it has closed its side', () => {
  for (const closing of [false, true]) {
    const events: string[] = [];
    const tried = attempt12({
      client: { onEvent: ({ type }) => events.push(type) },
      after: (server, client) => {
        if (closing) client.closeWrite();
        helloRequest(server);
        helloRequest(server);
      },
    });
    assert.is(outcome12(tried), 'done');
    assert.equal(events, ['handshakeDone', 'renegotiationRefused', 'renegotiationRefused']);
  }
});

test('application data between them makes any number of HelloRequests one after the other', () => {
  const tried = attempt12({
    after: (server, client) => {
      for (let i = 0; i < 100; i++) {
        helloRequest(server);
        converse12(client, server);
        data(server);
        converse12(client, server);
      }
    },
  });
  assert.is(outcome12(tried), 'done');
  assert.is(tried.server.alerts.length, 100);
});

test('HelloRequests are answered no more where the answers pile up', () => {
  const { client } = attempt12({
    after: (server, stuck) => {
      for (let i = 0; i < 100; i++) {
        helloRequest(server);
        data(server);
      }
      stuck.receive(server.output().slice());
      server.outputTaken(server.output().length);
    },
  });
  assert.is(client.error?.reason, 'TOO_MANY_RENEGOTIATIONS');
});
test.run();

const cbc = suite('TLS 1.2: records under CBC');
const kinds = allSuites12.filter((name) => {
  const { cipher, keyExchange, authentication } = cipherSuite12(name);
  return (
    'cbcHmac' in cipher && (keyExchange === 'RSA' || (keyExchange === 'ECDHE' && authentication === 'ECDSA'))
  );
});
for (const name of kinds) {
  for (const encryptThenMac of [true, false]) {
    const macLength = encryptThenMac
      ? 0
      : ({ SHA: 20, SHA256: 32, SHA384: 48 }[name.split('_').at(-1) ?? ''] ?? 0);
    const least = (length: number): number => 15 - ((length + macLength) % 16);
    let flaws: CbcFlaws = {};
    const trial = (send: NonNullable<Trial12['after']>): Trial12 => ({
      server: {
        suite: name,
        encryptThenMac,
        credentials: name.includes('ECDSA') ? credentials.ecdsa : credentials.rsa,
        flaws: () => flaws,
      },
      after: (server, client) => {
        send(server, client);
        flaws = {};
      },
    });
    const order = encryptThenMac ? 'encrypt-then-MAC' : 'MAC-then-encrypt';

    cbc(`${name}, ${order}: any padding that fills blocks is taken`, () => {
      const tried = attempt12(
        trial((server, client) => {
          for (let length = 1; length <= 65; length += 4) {
            const content = Buffer.alloc(length, length);
            for (let paddingLength = least(length); paddingLength <= 255; paddingLength += 48) {
              flaws = { paddingLength };
              server.sendRecord(applicationData, content);
              assert.equal(converse12(client, server), content);
            }
          }
        }),
      );
      assert.is(outcome12(tried), 'done');
    });

    // Counted from the end: the padding's length, the padding, and what is before it.
    for (const at of [1, 2, 16, 100, 200, 256 - 16]) {
      cbc(`${name}, ${order}: octet ${at} from the end is another`, () => {
        const tried = attempt12(
          trial((server) => {
            const paddingLength = least(32) + 16 * Math.floor((255 - least(32)) / 16);
            flaws = {
              paddingLength,
              alter: (plaintext) => {
                const altered = Buffer.from(plaintext);
                altered[altered.length - at] = (altered[altered.length - at] ?? 0) ^ 1;
                return altered;
              },
            };
            server.sendRecord(applicationData, Buffer.alloc(32));
            flaws = {};
          }),
        );
        assert.is(outcome12(tried), notAuthentic);
      });
    }
    if (encryptThenMac) continue;
    cbc(`${name}, ${order}: a MAC that is another, with right padding`, () => {
      const tried = attempt12(
        trial((server) => {
          flaws = {
            alter: (plaintext) => {
              const altered = Buffer.from(plaintext);
              altered[32] = (altered[32] ?? 0) ^ 1;
              return altered;
            },
          };
          server.sendRecord(applicationData, Buffer.alloc(32));
          flaws = {};
        }),
      );
      assert.is(outcome12(tried), notAuthentic);
    });
  }
}
cbc.run();
