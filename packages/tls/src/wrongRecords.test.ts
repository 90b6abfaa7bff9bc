/** The record layer against everything that is no proper record, RFC 8446 section 5. */
import {
  body,
  concat,
  type FlightStep,
  flipBit,
  outcomeOf,
  refusal,
  type ScriptedServer,
  type Trial,
  type Tried,
} from '@halfclose/testing/peer';
import {
  contentTypes,
  decodeCertificate,
  encodeCertificate,
  maximumCiphertext,
  maximumPlaintext,
} from '@halfclose/tls/codec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { afterData, attempt, hello, inHandshake, protectedSteps } from './testing/recordTrials.ts';

const badMac = refusal('bad_record_mac', 'DECRYPTION_FAILED_OR_BAD_RECORD_MAC');
const unexpected = refusal('unexpected_message', 'UNEXPECTED_RECORD');
const overflow = refusal('record_overflow', 'DATA_LENGTH_TOO_LONG');
const cipherOverflow = refusal('record_overflow', 'ENCRYPTED_LENGTH_TOO_LONG');
const nothing = new Uint8Array(0);

const authenticity = suite('records: authenticity');

authenticity('a flipped bit in any protected record of the handshake', () => {
  // ServerHello, change_cipher_spec, and then the four that are protected.
  for (const record of [2, 3, 4, 5]) {
    for (const position of [5, 6, 9, -17, -16, -1]) {
      const tried = attempt({
        server: {
          alterRecord: (bytes, { index }) => (index === record ? flipBit(position, record)(bytes) : bytes),
        },
      });
      assert.equal(outcomeOf(tried), badMac, `record ${record}, octet ${position}`);
      assert.is(tried.client.facts, undefined);
    }
  }
});

authenticity('a flipped bit in the header', () => {
  const flippedIn = (octet: number, bit: number): Tried =>
    attempt({
      server: { alterRecord: (bytes, { index }) => (index === 3 ? flipBit(octet, bit)(bytes) : bytes) },
    });
  assert.equal(outcomeOf(flippedIn(0, 0)), unexpected); // becomes a handshake record
  assert.equal(outcomeOf(flippedIn(0, 3)), unexpected); // becomes nothing that is known
  assert.equal(outcomeOf(flippedIn(1, 0)), badMac); // the version is additional data
  assert.equal(outcomeOf(flippedIn(2, 7)), badMac);
  assert.equal(outcomeOf(flippedIn(3, 7)), cipherOverflow);
  assert.equal(outcomeOf(flippedIn(4, 0)).alert, 'bad_record_mac'); // the length, too
});

authenticity('a flipped bit after the handshake, in data, a ticket, a KeyUpdate or an alert', () => {
  const acts: readonly ((server: ScriptedServer) => void)[] = [
    (server) => server.send(new Uint8Array(100)),
    (server) => server.sendTicket(),
    (server) => server.sendKeyUpdate(),
    (server) => server.closeNotify(),
    (server) => server.sendAlert('internal_error'),
  ];
  for (const act of acts) {
    for (const position of [5, 6, -16, -1]) {
      let armed = false;
      const tried = attempt({
        server: { alterRecord: (bytes) => (armed ? flipBit(position)(bytes) : bytes) },
        after: (server) => {
          server.send(hello);
          armed = true;
          act(server);
        },
      });
      assert.equal(outcomeOf(tried), badMac);
      assert.equal(tried.plaintext, hello);
      assert.not.ok(tried.client.peerClosed);
    }
  }
});

authenticity('a flipped bit anywhere in the ServerHello never leads to a connection', () => {
  // Record header, message header, version, random, session id, suite, compression, supported_versions, key_share.
  const length = 5 + 4 + 2 + 32 + 33 + 2 + 1 + 2 + 6 + 40;
  for (let position = 5; position < length; position++) {
    const { client, server } = attempt({
      server: {
        alterRecord(bytes, { index }) {
          if (index > 0) return bytes;
          assert.is(bytes.length, length);
          return flipBit(position, position % 8)(bytes);
        },
      },
    });
    assert.ok(client.facts === undefined && !server.done, `octet ${position}`);
  }
});

authenticity('a record twice, left out, or before the one before it', () => {
  for (const altered of [
    ([first, second]: readonly Uint8Array[]) => [first, first, second],
    ([, second]: readonly Uint8Array[]) => [second],
    ([first, second]: readonly Uint8Array[]) => [second, first],
  ]) {
    const kept: Uint8Array[] = [];
    let armed = false;
    const tried = attempt({
      server: {
        alterRecord(bytes) {
          if (!armed) return bytes;
          kept.push(bytes);
          return nothing;
        },
      },
      after: (server) => {
        armed = true;
        server.send(hello);
        server.send(Uint8Array.of(4));
        armed = false;
        for (const record of altered(kept)) server.sendRaw(record ?? nothing);
      },
    });
    assert.equal(outcomeOf(tried), badMac);
  }
});

authenticity('what is too short for a tag, or nothing but one', () => {
  for (const length of [0, 1, 15, 16]) {
    const record = Uint8Array.of(23, 3, 3, 0, length, ...new Uint8Array(length));
    assert.equal(outcomeOf(afterData((server) => server.sendRaw(record))), badMac);
    for (const step of protectedSteps) {
      assert.equal(outcomeOf(inHandshake(step, (server) => server.sendRaw(record))), badMac);
    }
  }
});

authenticity('data under the keys of the handshake, or under keys that come later', () => {
  const early = attempt({
    server: {
      flight: (steps) => [
        ...steps.filter((step) => step !== 'applicationKeys'),
        (server) => server.send(hello),
      ],
    },
  });
  assert.equal(outcomeOf(early), badMac);
  assert.is(early.plaintext.length, 0);
  const late = afterData((server) => {
    server.updateWriteKeys();
    server.send(hello);
  });
  assert.equal(outcomeOf(late), badMac);
});

authenticity.run();

const sizes = suite('records: sizes');

sizes('2^14 octets of content are taken, with or without padding below it', () => {
  for (const length of [maximumPlaintext, maximumPlaintext - 1, maximumPlaintext - 100]) {
    const content = new Uint8Array(length).map((_, i) => i);
    const { client, plaintext } = attempt({
      after: (server) => {
        server.sendRecord(23, content);
        server.sendRecord(23, content, { padding: maximumPlaintext - length });
      },
    });
    assert.is(client.error, undefined);
    assert.equal(plaintext, concat([content, content]));
  }
});

sizes('a TLSInnerPlaintext longer than 2^14 + 1 is record_overflow, section 5.4', () => {
  const contents: readonly (readonly [length: number, padding: number])[] = [
    [maximumPlaintext + 1, 0],
    [maximumPlaintext, 1],
    [1, maximumPlaintext],
    [0, maximumPlaintext + 1],
    [maximumCiphertext - 17, 0],
  ];
  for (const [length, padding] of contents) {
    const content = new Uint8Array(length).fill(1);
    for (const type of [contentTypes.applicationData, contentTypes.handshake]) {
      assert.equal(outcomeOf(afterData((server) => server.sendRecord(type, content, { padding }))), overflow);
    }
    assert.equal(
      outcomeOf(inHandshake('encryptedExtensions', (server) => server.sendRecord(22, content, { padding }))),
      overflow,
    );
  }
});

sizes('a ciphertext longer than 2^14 + 256 is record_overflow, as soon as its header is there', () => {
  for (const length of [maximumCiphertext + 1, 0x4fff, 0xffff]) {
    const header = Uint8Array.of(23, 3, 3, length >>> 8, length);
    assert.equal(outcomeOf(afterData((server) => server.sendRaw(header))), cipherOverflow);
    assert.equal(outcomeOf(inHandshake('certificate', (server) => server.sendRaw(header))), cipherOverflow);
  }
  const longest = Uint8Array.of(23, 3, 3, maximumCiphertext >>> 8, maximumCiphertext);
  const { client } = afterData((server) => server.sendRaw(longest));
  assert.is(client.error, undefined);
});

sizes('a plain record longer than 2^14 is record_overflow', () => {
  const header = Uint8Array.of(22, 3, 3, 0x40, 1);
  const tried = attempt({ server: { flight: () => [(server) => server.sendRaw(header)] } });
  assert.equal(outcomeOf(tried), { ...overflow, encrypted: false });
});

sizes('a Certificate of many records, as long as people may want it', () => {
  const grown = (octets: number): Trial => ({
    server: {
      framing: 'coalesced',
      tamper: {
        certificate: body((bytes) => {
          const message = decodeCertificate(bytes);
          const more = { certData: new Uint8Array(octets), extensions: [] };
          return encodeCertificate({ ...message, certificateList: [...message.certificateList, more] });
        }),
      },
    },
  });
  const { client, server } = attempt(grown(200_000));
  assert.is(client.error, undefined);
  assert.ok(server.done);
  assert.is(client.facts?.peerCertificates[1]?.length, 200_000);
  assert.equal(outcomeOf(attempt(grown(2 ** 18))), refusal('illegal_parameter', 'EXCESSIVE_MESSAGE_SIZE'));
});

sizes('every other message of the handshake is short', () => {
  for (const type of [8, 15, 20]) {
    const step = type === 8 ? 'handshakeKeys' : type === 15 ? 'certificate' : 'certificateVerify';
    const tried = inHandshake(step, (server) => server.sendHandshakeBytes(Uint8Array.of(type, 1, 4, 1)));
    assert.equal(outcomeOf(tried), refusal('illegal_parameter', 'EXCESSIVE_MESSAGE_SIZE'));
  }
});

sizes.run();

const types = suite('records: types');

types('types that do not exist', () => {
  for (const type of [0, 1, 19, 24, 25, 64, 128, 255]) {
    const record = Uint8Array.of(type, 3, 3, 0, 1, 1);
    assert.equal(outcomeOf(afterData((server) => server.sendRaw(record))), unexpected);
    assert.equal(outcomeOf(afterData((server) => server.sendRecord(type, hello))), unexpected);
    for (const step of protectedSteps) {
      assert.equal(outcomeOf(inHandshake(step, (server) => server.sendRaw(record))), unexpected);
      assert.equal(outcomeOf(inHandshake(step, (server) => server.sendRecord(type, hello))), unexpected);
    }
  }
});

types('types that do not exist are judged by the header: nobody waits for the rest', () => {
  for (const type of [0, 19, 24, 255]) {
    const header = Uint8Array.of(type, 3, 3, 0x40, 0);
    assert.equal(outcomeOf(afterData((server) => server.sendRaw(header))), unexpected);
    const afterHello = inHandshake('serverHello', (server) => server.sendRaw(header));
    assert.equal(outcomeOf(afterHello), unexpected);
    assert.match(afterHello.client.error?.message ?? '', `unknown type ${type}`);
  }
});

types('a server that does not speak TLS, in words that say so', () => {
  const answers: Readonly<Record<string, string>> = {
    'HTTP/1.1 400 Bad Request\r\n\r\n': 'HTTP/',
    'SSH-2.0-OpenSSH_9.6\r\n': 'SSH-2',
    '220 mail.example.com ESMTP\r\n': '220 m',
    '\u0000\u0000\u0000\u0000\u0000': '.....',
    '\u0016\u0002\u0000\u0000\u0001': '.....',
  };
  for (const [answer, beginning] of Object.entries(answers)) {
    const tried = attempt({ server: { flight: () => [(server) => server.sendRaw(Buffer.from(answer))] } });
    assert.equal(outcomeOf(tried), refusal('unexpected_message', 'WRONG_VERSION_NUMBER', false));
    assert.match(tried.client.error?.message ?? '', `"${beginning}"`);
  }
});

types('unprotected records after the keys were agreed on', () => {
  const acts: readonly ((server: ScriptedServer) => void)[] = [
    (server) => server.sendRecord(22, Uint8Array.of(8, 0, 0, 2, 0, 0), { protected: false }),
    (server) => server.sendRecord(21, Uint8Array.of(2, 40), { protected: false }),
    (server) => server.sendRecord(21, Uint8Array.of(1, 0), { protected: false }),
    (server) => server.sendRecord(22, hello, { outerType: 22 }),
    (server) => server.sendRecord(21, Uint8Array.of(1, 0), { outerType: 21 }),
  ];
  for (const act of acts) {
    assert.equal(outcomeOf(afterData(act)), unexpected);
    for (const step of protectedSteps) assert.equal(outcomeOf(inHandshake(step, act)), unexpected);
  }
  // Under the name of application data it is a forgery.
  const asData = afterData((server) => server.sendRecord(23, new Uint8Array(40), { protected: false }));
  assert.equal(outcomeOf(asData), badMac);
});

types('application data before the server has keys', () => {
  for (const content of [nothing, hello, new Uint8Array(100)]) {
    const data: FlightStep = (server) => server.sendRecord(23, content);
    const atOnce = attempt({ server: { flight: () => [data] } });
    assert.equal(outcomeOf(atOnce), { ...unexpected, encrypted: false });
    // After the ServerHello the client has keys: what is not protected is a forgery.
    assert.equal(outcomeOf(inHandshake('serverHello', data)), badMac);
    assert.is(atOnce.plaintext.length, 0);
  }
});

types('application data before Finished, section 2', () => {
  for (const step of protectedSteps) {
    for (const content of [hello, nothing]) {
      const tried = inHandshake(step, (server) => server.sendRecord(23, content));
      assert.equal(outcomeOf(tried), unexpected);
      assert.is(tried.plaintext.length, 0);
    }
  }
});

types('legacy_record_version is ignored, section 5.1', () => {
  for (const version of [0x0301, 0x0300, 0x0304, 0x03ff]) {
    const { client, server, plaintext } = attempt({
      server: {
        tamper: {
          serverHello: (message, scripted) => {
            scripted.sendRecord(20, Uint8Array.of(1), { version });
            return message;
          },
        },
      },
      after: (scripted) => scripted.sendRecord(23, hello, { version }),
    });
    assert.is(client.error, undefined);
    assert.ok(server.done);
    assert.equal(plaintext, hello);
  }
});

types('no handshake record is empty, whatever its padding (section 5.1)', () => {
  for (const padding of [0, 10]) {
    assert.equal(outcomeOf(afterData((server) => server.sendRecord(22, nothing, { padding }))), unexpected);
    for (const step of protectedSteps) {
      const tried = inHandshake(step, (server) => server.sendRecord(22, nothing, { padding }));
      assert.equal(outcomeOf(tried), unexpected);
    }
  }
  const plain = attempt({ server: { flight: () => [(server) => server.sendRecord(22, nothing)] } });
  assert.equal(outcomeOf(plain), { ...unexpected, encrypted: false });
});

types.run();
