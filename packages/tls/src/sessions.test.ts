/** Sessions as values: written down and read again, and kept in memory. */
import { createSessionStore, type Session, sessionFromBytes, sessionToBytes, TLSError } from '@halfclose/tls';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';

const plain: Session = {
  version: 'TLSv1.3',
  serverName: undefined,
  cipherSuite: 'TLS_AES_128_GCM_SHA256',
  alpnProtocol: undefined,
  ticket: Uint8Array.of(1),
  psk: new Uint8Array(32).fill(2),
  ticketAgeAdd: 3,
  receivedAt: 4,
  expiresAt: 5,
  maxEarlyData: 6,
  signatureScheme: undefined,
  peerCertificateType: 'X509',
  peerCertificates: [],
  verifiedChain: [],
  validUntil: undefined,
  authenticatedUntil: 7,
  ocspResponse: undefined,
  signedCertificateTimestamps: [],
  externalPsk: undefined,
};

const octets = fc.uint8Array({ minLength: 1, maxLength: 300 });
const optional = <T>(value: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(value, { nil: undefined });
const time = fc.integer({ min: 0, max: Number.MAX_SAFE_INTEGER });
const uint32 = fc.integer({ min: 0, max: 2 ** 32 - 1 });
const anySession: fc.Arbitrary<Session> = fc.record(
  {
    version: fc.constant('TLSv1.3' as const),
    serverName: optional(fc.string({ minLength: 1, unit: 'binary' })),
    cipherSuite: fc.constantFrom('TLS_AES_128_GCM_SHA256', 'TLS_CHACHA20_POLY1305_SHA256'),
    alpnProtocol: optional(fc.string({ minLength: 1, unit: 'grapheme-ascii' })),
    ticket: octets,
    psk: octets,
    ticketAgeAdd: uint32,
    receivedAt: time,
    expiresAt: time,
    maxEarlyData: uint32,
    signatureScheme: optional(fc.constantFrom('ed25519' as const, 'rsa_pss_rsae_sha256' as const)),
    peerCertificateType: fc.constantFrom('X509' as const, 'RawPublicKey' as const),
    peerCertificates: fc.array(octets),
    verifiedChain: fc.array(octets),
    validUntil: optional(time),
    authenticatedUntil: time,
    ocspResponse: optional(octets),
    signedCertificateTimestamps: fc.array(octets),
    externalPsk: optional(octets),
  },
  { noNullPrototype: true },
);

function refused(bytes: Uint8Array): void {
  try {
    sessionFromBytes(bytes);
  } catch (error) {
    assert.instance(error, TLSError);
    assert.is((error as TLSError).reason, 'INVALID_SSL_SESSION');
    assert.is((error as TLSError).fault, 'local');
    return;
  }
  assert.unreachable('octets that are no session were read');
}

const written = suite('sessions as octets');

written('what was written is read, and written the same again', () => {
  fc.assert(
    fc.property(anySession, (session) => {
      const bytes = sessionToBytes(session);
      const read = sessionFromBytes(bytes);
      assert.equal(read, session);
      assert.equal(sessionToBytes(read), bytes);
    }),
  );
});

written('what is read does not live in the octets', () => {
  const bytes = sessionToBytes(plain);
  const read = sessionFromBytes(bytes);
  bytes.fill(0);
  assert.equal(read, plain);
});

written('a decision that holds for ever still does', () => {
  const read = sessionFromBytes(sessionToBytes({ ...plain, validUntil: Number.POSITIVE_INFINITY }));
  assert.is(read.validUntil, Number.MAX_SAFE_INTEGER);
});

written('a part of it, and more than it, are refused', () => {
  const bytes = sessionToBytes({ ...plain, serverName: 'example.com', peerCertificates: [Uint8Array.of(1)] });
  for (let length = 0; length < bytes.length; length++) refused(bytes.subarray(0, length));
  refused(Uint8Array.of(...bytes, 0));
});

written('any other octets are refused, or are a session that is written the same', () => {
  const bytes = sessionToBytes({ ...plain, serverName: 'example.com', peerCertificates: [Uint8Array.of(1)] });
  for (let at = 0; at < bytes.length; at++) {
    for (const octet of [0, 1, 0x7f, 0xff]) {
      const changed = bytes.slice();
      changed[at] = octet;
      try {
        assert.equal(sessionToBytes(sessionFromBytes(changed)), changed);
      } catch (error) {
        assert.instance(error, TLSError);
      }
    }
  }
});

written('another format, version, suite or certificate type is refused by its number', () => {
  const bytes = sessionToBytes({ ...plain, signatureScheme: 'ed25519' });
  const raw = sessionToBytes({ ...plain, signatureScheme: 'ed25519', peerCertificateType: 'RawPublicKey' });
  const named = sessionToBytes({ ...plain, serverName: 'a', signatureScheme: 'ed25519' });
  const serverNameAt = bytes.findIndex((octet, at) => octet !== named[at]);
  const certificateTypeAt = bytes.findIndex((octet, at) => octet !== raw[at]);
  for (const [at, octet, problem] of [
    [0, 2, 'the format 2'],
    [2, 2, 'the unknown version 770'],
    [4, 9, 'the unknown cipher suite 4873'],
    [serverNameAt, 2, '2 stands where 0 or 1'],
    [certificateTypeAt, 1, 'the unknown certificate type 1'],
  ] as const) {
    const changed = bytes.slice();
    changed[at] = octet;
    assert.throws(
      () => sessionFromBytes(changed),
      (error: Error) => error.message.includes(problem),
    );
  }
});

written.run();

const store = suite('a store of sessions in memory');

function numbered(number: number): Session {
  return { ...plain, ticket: Uint8Array.of(number) };
}

store('gives each session out once, the newest of a key first', () => {
  const sessions = createSessionStore();
  for (const number of [1, 2, 3]) sessions.put('a', numbered(number));
  sessions.put('b', numbered(4));
  assert.equal(sessions.take('a'), numbered(3));
  assert.equal(sessions.take('a'), numbered(2));
  assert.equal(sessions.take('b'), numbered(4));
  assert.is(sessions.take('b'), undefined);
  assert.equal(sessions.take('a'), numbered(1));
  assert.is(sessions.take('a'), undefined);
  assert.is(sessions.take('nobody'), undefined);
  assert.is(sessions.size, 0);
});

store('forgets the oldest of a key that has too many', () => {
  const sessions = createSessionStore({ maximumPerKey: 2 });
  for (const number of [1, 2, 3]) sessions.put('a', numbered(number));
  assert.is(sessions.size, 2);
  assert.equal(
    [sessions.take('a'), sessions.take('a'), sessions.take('a')],
    [numbered(3), numbered(2), undefined],
  );
});

store('forgets the oldest of all where there are too many', () => {
  const sessions = createSessionStore({ maximumSessions: 3 });
  for (const [number, key] of ['a', 'b', 'c', 'd', 'e'].entries()) sessions.put(key, numbered(number));
  assert.is(sessions.size, 3);
  assert.equal(
    ['a', 'b', 'c', 'd', 'e'].map((key) => sessions.take(key)?.ticket[0]),
    [undefined, undefined, 2, 3, 4],
  );
});

store('is bounded in octets, whatever a session weighs', () => {
  const sessions = createSessionStore({ maximumOctets: 10_000 });
  const heavy = { ...plain, peerCertificates: [new Uint8Array(3000)] };
  for (let i = 0; i < 10; i++) sessions.put(`key ${i}`, heavy);
  assert.is(sessions.size, 2);
  // What is too heavy alone takes no other's place.
  sessions.put('too heavy', { ...plain, ocspResponse: new Uint8Array(10_000) });
  sessions.put('too heavy', { ...plain, signedCertificateTimestamps: [new Uint8Array(10_000)] });
  assert.is(sessions.size, 2);
  assert.is(sessions.take('too heavy'), undefined);
  // Many small parts weigh more than their octets.
  const parts = Array.from({ length: 100 }, () => Uint8Array.of(1));
  sessions.put('too many', { ...plain, peerCertificates: parts });
  sessions.put('too many', { ...plain, verifiedChain: parts });
  sessions.put('too many', { ...plain, signedCertificateTimestamps: parts });
  assert.is(sessions.take('too many'), undefined);
  sessions.put('light', plain);
  assert.equal(sessions.take('light'), plain);
});

store('forgets all when told', () => {
  const sessions = createSessionStore();
  sessions.put('a', plain);
  sessions.clear();
  assert.is(sessions.size, 0);
  assert.is(sessions.take('a'), undefined);
});

store('takes no limit that is none', () => {
  for (const limit of [0, -1, 1.5, Number.NaN]) {
    assert.throws(
      () => createSessionStore({ maximumSessions: limit }),
      (error: unknown) => error instanceof RangeError,
    );
  }
});

store.run();
