/** What may come when in TLS 1.2, RFC 5246 sections 7.1, 7.3 and 7.4: nothing is skipped, doubled or early. */
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { contentTypes } from './protocol/contentTypes.ts';
import { handshakeTypes as types } from './protocol/handshakeTypes.ts';
import {
  answer,
  bareChangeCipherSpec,
  before,
  body,
  ending,
  message,
  record,
  without,
} from './testing/flights12.ts';
import type { Options12 } from './testing/scripted12.ts';
import { attempt12, credentials, outcome12, type Trial12 } from './testing/trials12.ts';

const unexpectedMessage = 'unexpected_message UNEXPECTED_MESSAGE';
const unexpectedRecord = 'unexpected_message UNEXPECTED_RECORD';
const ccsContent = 'illegal_parameter BAD_CHANGE_CIPHER_SPEC';
const rsaKeyExchange = { suite: 'TLS_RSA_WITH_AES_128_GCM_SHA256', credentials: credentials.rsa } as const;
const key = Buffer.alloc(16, 7);
const withPsk = (changes: Partial<Options12>): Trial12 => ({
  tls12: { psk: () => ({ identity: Buffer.from('client'), key }) },
  server: { psk: { key }, suite: 'TLS_PSK_WITH_AES_128_GCM_SHA256', ...changes },
});
const staple = { ocspResponse: Buffer.of(1, 2) };
const ticket = { ticket: { lifetimeHint: 1, ticket: Buffer.of(1) } };

const right = suite('TLS 1.2: what is right goes through');
const rightTrials: Readonly<Record<string, Trial12>> = {
  'a full handshake': {},
  'RSA key exchange': { server: rsaKeyExchange },
  'a pre-shared key': withPsk({}),
  'a CertificateStatus': { client: { requestOcsp: true }, server: staple },
  'a CertificateStatus that was announced and is not sent (RFC 6066 section 8)': {
    client: { requestOcsp: true },
    server: { ...staple, ...answer(without('certificateStatus')) },
  },
  'a NewSessionTicket': { server: ticket },
};
for (const [name, trial] of Object.entries(rightTrials)) {
  right(name, () => {
    const tried = attempt12({
      ...trial,
      after: (server, client) => {
        client.write(Buffer.from('ping'));
        server.sendRecord(contentTypes.applicationData, Buffer.from('pong'));
      },
    });
    assert.is(outcome12(tried), 'done');
    assert.is(tried.server.data.toString(), 'ping');
    assert.is(tried.plaintext.toString(), 'pong');
  });
}
right.run();

const wrong: Readonly<Record<string, readonly [Trial12 | Partial<Options12>, string]>> = {
  'no Certificate': [answer(without('certificate')), unexpectedMessage],
  'no ServerKeyExchange': [answer(without('serverKeyExchange')), unexpectedMessage],
  'a ServerKeyExchange with RSA key exchange (FREAK)': [
    { ...rsaKeyExchange, ...answer(before('serverHelloDone', message(types.serverKeyExchange, [0]))) },
    unexpectedMessage,
  ],
  'ServerKeyExchange twice': [answer(before('serverHelloDone', 'serverKeyExchange')), unexpectedMessage],
  'Certificate twice': [answer(before('serverKeyExchange', 'certificate')), unexpectedMessage],
  'ServerHello twice': [answer(before('certificate', 'serverHello')), unexpectedMessage],
  'a CertificateStatus unasked': [
    answer(before('serverKeyExchange', 'certificateStatus')),
    unexpectedMessage,
  ],
  'a CertificateStatus before the Certificate': [
    {
      client: { requestOcsp: true },
      server: { ...staple, ...answer((steps) => before('certificate', 'certificateStatus')(steps)) },
    },
    unexpectedMessage,
  ],
  'a CertificateRequest before the ServerKeyExchange': [
    answer(before('serverKeyExchange', 'certificateRequest')),
    unexpectedMessage,
  ],
  'CertificateRequest twice': [
    answer(before('serverHelloDone', 'certificateRequest', 'certificateRequest')),
    unexpectedMessage,
  ],
  'a CertificateRequest of a server without a certificate (section 7.4.4)': [
    withPsk(answer(before('serverHelloDone', 'certificateRequest'))),
    unexpectedMessage,
  ],
  'a Certificate with a pre-shared key': [
    withPsk(answer(before('serverHelloDone', 'certificate'))),
    unexpectedMessage,
  ],
  'a HelloRequest before the ServerHello': [
    answer(before('serverHello', message(types.helloRequest))),
    unexpectedMessage,
  ],
  'a HelloRequest inside the flight': [
    answer(before('certificate', message(types.helloRequest))),
    unexpectedMessage,
  ],
  'a HelloRequest between ChangeCipherSpec and Finished': [
    ending(before('finished', message(types.helloRequest))),
    unexpectedMessage,
  ],
  'a ServerHelloDone with content': [
    { tamper: { serverHelloDone: body(() => Buffer.of(1)) } },
    'decode_error DECODE_ERROR',
  ],
  'more in the record of the ServerHelloDone': [
    answer((steps) => [
      ...without('serverHelloDone')(steps),
      record(contentTypes.handshake, [types.serverHelloDone, 0, 0, 0, types.finished]),
    ]),
    'unexpected_message EXCESS_HANDSHAKE_DATA',
  ],
  'ChangeCipherSpec first': [answer(before('serverHello', bareChangeCipherSpec)), unexpectedRecord],
  'ChangeCipherSpec after the ServerHello': [
    answer(before('certificate', bareChangeCipherSpec)),
    unexpectedRecord,
  ],
  'ChangeCipherSpec before the ServerHelloDone': [
    answer(before('serverHelloDone', bareChangeCipherSpec)),
    unexpectedRecord,
  ],
  'the end right after the ServerHello, without a master secret': [
    answer(() => ['serverHello', 'changeCipherSpec', 'finished']),
    unexpectedRecord,
  ],
  'the end instead of the ServerHelloDone': [
    answer((steps) => [...without('serverHelloDone')(steps), 'changeCipherSpec', 'finished']),
    unexpectedRecord,
  ],
  'ChangeCipherSpec twice': [ending(before('finished', bareChangeCipherSpec)), unexpectedRecord],
  'ChangeCipherSpec after the Finished': [
    ending((steps) => [...steps, bareChangeCipherSpec]),
    unexpectedRecord,
  ],
  'a ChangeCipherSpec of two octets': [
    ending(() => [record(contentTypes.changeCipherSpec, [1, 1])]),
    ccsContent,
  ],
  'another ChangeCipherSpec': [ending(() => [record(contentTypes.changeCipherSpec, [2])]), ccsContent],
  'an empty ChangeCipherSpec': [ending(() => [record(contentTypes.changeCipherSpec, [])]), ccsContent],
  'no ChangeCipherSpec': [ending(without('changeCipherSpec')), unexpectedRecord],
  'a Finished before the ChangeCipherSpec': [
    ending(() => ['finished', 'changeCipherSpec']),
    unexpectedRecord,
  ],
  'a message that goes on across the ChangeCipherSpec': [
    ending(before('changeCipherSpec', record(contentTypes.handshake, [types.finished]))),
    unexpectedRecord,
  ],
  'a Finished of something else': [
    { tamper: { finished: body((data) => Buffer.alloc(data.length)) } },
    'decrypt_error DIGEST_CHECK_FAILED',
  ],
  'a Finished that is too short': [
    { tamper: { finished: body((data) => data.subarray(1)) } },
    'decrypt_error DIGEST_CHECK_FAILED',
  ],
  'an empty Finished': [
    { tamper: { finished: body(() => Buffer.alloc(0)) } },
    'decrypt_error DIGEST_CHECK_FAILED',
  ],
  'application data in clear': [ending(before('changeCipherSpec', record(23, [1]))), unexpectedRecord],
  'application data before the Finished': [ending(before('finished', record(23, [1]))), unexpectedRecord],
  'a NewSessionTicket that was not announced': [
    ending(before('changeCipherSpec', 'newSessionTicket')),
    unexpectedRecord,
  ],
  'no NewSessionTicket, though announced': [
    { ...ticket, ...ending(without('newSessionTicket')) },
    unexpectedRecord,
  ],
  'NewSessionTicket twice': [
    { ...ticket, ...ending(before('changeCipherSpec', 'newSessionTicket')) },
    unexpectedRecord,
  ],
  'a protected NewSessionTicket': [
    { ...ticket, ...ending(() => ['changeCipherSpec', 'newSessionTicket', 'finished']) },
    unexpectedRecord,
  ],
};

const order = suite('TLS 1.2: what is out of order ends the connection');
for (const [name, [given, expected]] of Object.entries(wrong)) {
  order(name, () => {
    const trial: Trial12 = 'server' in given ? given : { server: given as Partial<Options12> };
    assert.is(outcome12(attempt12(trial)), expected);
  });
}

for (const type of [
  types.newSessionTicket,
  types.keyUpdate,
  types.serverHello,
  types.finished,
  types.clientHello,
]) {
  order(`nothing of the type ${type} comes after the handshake`, () => {
    assert.is(outcome12(attempt12({ after: message(type, [0, 0, 0, 0, 0, 1, 1]) })), unexpectedMessage);
  });
}
order.run();
