/** The language of TLS in both directions: what is written can be read, and nothing is written that can't. */
import { TLSError } from '@halfclose/tls';
import {
  alertDescriptions,
  alertName,
  asciiBytes,
  decodeCertificate,
  decodeCertificateRequest,
  decodeCertificateVerify,
  decodeClientHello,
  decodeEncryptedExtensions,
  decodeKeyUpdate,
  decodeNewSessionTicket,
  decodeServerHello,
  encodeCertificate,
  encodeCertificateRequest,
  encodeCertificateVerify,
  encodeClientHello,
  encodeEncryptedExtensions,
  encodeKeyUpdate,
  encodeNewSessionTicket,
  encodeServerHello,
  handshakeMessage,
  latin1,
  Reader,
  Writer,
} from '@halfclose/tls/codec';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const uint8 = fc.integer({ min: 0, max: 0xff });
const uint16 = fc.integer({ min: 0, max: 0xffff });
const uint32 = fc.integer({ min: 0, max: 0xffff_ffff });
const random = fc.uint8Array({ minLength: 32, maxLength: 32 });

/** What a decoder gives is an ordinary object, too. */
function record<T>(model: { [K in keyof T]: fc.Arbitrary<T[K]> }): fc.Arbitrary<T> {
  return fc.record<T>(model, { noNullPrototype: true });
}

function octets(minLength: number, maxLength: number): fc.Arbitrary<Uint8Array> {
  return fc.uint8Array({ minLength, maxLength });
}

const extensions = fc.uniqueArray(record({ type: uint16, data: octets(0, 40) }), {
  maxLength: 6,
  selector: ({ type }) => type,
});

const messages = suite('codec: messages');

function roundTrip<T>(
  title: string,
  values: fc.Arbitrary<T>,
  encode: (value: T) => Uint8Array,
  decode: (bytes: Uint8Array) => T,
): void {
  messages(title, () => {
    fc.assert(
      fc.property(values, (value) => {
        assert.equal(decode(encode(value)), value);
      }),
      { numRuns: 50, seed: 8446 },
    );
  });
}

roundTrip(
  'ClientHello',
  record({
    legacyVersion: uint16,
    random,
    legacySessionId: octets(0, 32),
    cipherSuites: fc.array(uint16, { minLength: 1, maxLength: 8 }),
    legacyCompressionMethods: octets(1, 4),
    extensions,
  }),
  encodeClientHello,
  decodeClientHello,
);

roundTrip(
  'ServerHello',
  record({
    legacyVersion: uint16,
    random,
    legacySessionIdEcho: octets(0, 32),
    cipherSuite: uint16,
    legacyCompressionMethod: uint8,
    extensions,
  }),
  encodeServerHello,
  decodeServerHello,
);

roundTrip('EncryptedExtensions', extensions, encodeEncryptedExtensions, decodeEncryptedExtensions);

roundTrip(
  'CertificateRequest',
  record({ certificateRequestContext: octets(0, 255), extensions }),
  encodeCertificateRequest,
  decodeCertificateRequest,
);

roundTrip(
  'Certificate',
  record({
    certificateRequestContext: octets(0, 255),
    certificateList: fc.array(record({ certData: octets(1, 300), extensions }), { maxLength: 3 }),
  }),
  encodeCertificate,
  decodeCertificate,
);

roundTrip(
  'CertificateVerify',
  record({ algorithm: uint16, signature: octets(0, 600) }),
  encodeCertificateVerify,
  decodeCertificateVerify,
);

roundTrip(
  'NewSessionTicket',
  record({
    ticketLifetime: uint32,
    ticketAgeAdd: uint32,
    ticketNonce: octets(0, 255),
    ticket: octets(1, 300),
    extensions,
  }),
  encodeNewSessionTicket,
  decodeNewSessionTicket,
);

messages('KeyUpdate', () => {
  assert.is(decodeKeyUpdate(encodeKeyUpdate(0)), false);
  assert.is(decodeKeyUpdate(encodeKeyUpdate(1)), true);
});

messages('the header of a message has a length of three octets', () => {
  for (const length of [0, 1, 255, 256, 65_535, 65_536, 200_000]) {
    const { encoded, body, type } = handshakeMessage(11, new Uint8Array(length));
    const reader = new Reader(encoded, 'message');
    assert.is(reader.uint8(), type);
    assert.equal(reader.vector24(), body);
    reader.end();
  }
});

messages('every alert has its name', () => {
  for (const [name, code] of Object.entries(alertDescriptions)) assert.is(alertName(code), name);
});

messages.run();

const wire = suite('codec: the presentation language');

wire('numbers', () => {
  fc.assert(
    fc.property(uint8, uint16, fc.integer({ min: 0, max: 0xff_ffff }), uint32, (a, b, c, d) => {
      const bytes = new Writer().uint8(a).uint16(b).uint24(c).uint32(d).finish();
      assert.is(bytes.length, 10);
      const reader = new Reader(bytes, 'numbers');
      assert.equal([reader.uint8(), reader.uint16(), reader.uint24(), reader.uint32()], [a, b, c, d]);
      reader.end();
    }),
    { seed: 8446 },
  );
});

wire('vectors in vectors', () => {
  const writer = new Writer();
  writer.vector24(() => writer.vector16(() => writer.vector8(() => writer.bytes(Uint8Array.of(7)))).uint8(9));
  assert.equal(writer.finish(), Uint8Array.of(0, 0, 5, 0, 2, 1, 7, 9));
});

wire('a field that does not fit its length is not written', () => {
  const limits = [
    [255, (writer: Writer, content: Uint8Array) => writer.vector8(() => writer.bytes(content))],
    [65_535, (writer: Writer, content: Uint8Array) => writer.vector16(() => writer.bytes(content))],
    [16_777_215, (writer: Writer, content: Uint8Array) => writer.vector24(() => writer.bytes(content))],
  ] as const;
  for (const [limit, write] of limits) {
    write(new Writer(), new Uint8Array(limit));
    assert.throws(
      () => write(new Writer(), new Uint8Array(limit + 1)),
      (error: unknown) => error instanceof RangeError,
    );
  }
});

wire('nothing is read beyond the end, nor before a minimum or past a maximum', () => {
  const failing: readonly ((reader: Reader) => unknown)[] = [
    (reader) => reader.uint32(),
    (reader) => reader.bytes(4),
    (reader) => reader.vector8(3),
    (reader) => reader.vector8(0, 1),
    (reader) => reader.vector16(),
    (reader) => reader.vector24(),
    (reader) => reader.uint16List(),
    (reader) => reader.end(),
  ];
  for (const read of failing) {
    try {
      read(new Reader(Uint8Array.of(2, 1, 1), 'Something'));
      assert.unreachable();
    } catch (error) {
      assert.instance(error, TLSError);
      assert.is((error as TLSError).alert, 'decode_error');
      assert.match((error as TLSError).message, 'malformed Something');
    }
  }
  const reader = new Reader(Uint8Array.of(2, 1, 1), 'Something');
  assert.equal(reader.vector8(2, 2), Uint8Array.of(1, 1));
  reader.end();
});

wire('text is ASCII, or it is not sent', () => {
  assert.equal(asciiBytes('h2'), Uint8Array.of(0x68, 0x32));
  for (const text of ['é', '\u0080', '漢', 'ok\ud800']) {
    assert.throws(
      () => asciiBytes(text),
      (error: unknown) => error instanceof RangeError,
    );
  }
  const all = Uint8Array.from({ length: 256 }, (_, i) => i);
  assert.equal(
    Uint8Array.from(latin1(all), (character) => character.charCodeAt(0)),
    all,
  );
});

wire.run();
