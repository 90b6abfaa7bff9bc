/** What a ServerHello must not say, RFC 8446 sections 4.1.3, 4.2.1 and 4.2.8, and what our hello says. */
import { CryptoError } from '@halfclose/crypto';
import { body, extension, flipBit, helloFields, type Trial, withoutExtension } from '@halfclose/testing/peer';
import {
  cipherSuites,
  decodeServerHello,
  encodeServerHello,
  extensionTypes,
  namedGroups,
} from '@halfclose/tls/codec';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { attempt, checkAll, incompatible, plain } from './testing/helloTrials.ts';

// Versions.

/** A server that knows nothing of TLS 1.3; `random` ends as given. */
function older(legacyVersion: number, endOfRandom: readonly number[] = []): Trial {
  const random = new Uint8Array(32).fill(7);
  random.set(endOfRandom, 32 - endOfRandom.length);
  return {
    server: { tamper: { serverHello: helloFields({ legacyVersion, random, extensions: [] }) } },
  };
}

/** supported_versions as the server has it. */
function selecting(...data: readonly number[]): Trial {
  return { server: { tamper: { serverHello: extension(extensionTypes.supportedVersions, data) } } };
}

const downgrade = [0x44, 0x4f, 0x57, 0x4e, 0x47, 0x52, 0x44];

checkAll('wrong hellos: versions', {
  'SSL 3.0': [older(0x0300), incompatible],
  'TLS 1.0': [older(0x0301), incompatible],
  'TLS 1.1': [older(0x0302), incompatible],
  'TLS 1.2': [older(0x0303), incompatible],
  'TLS 1.2, and no extensions at all': [
    {
      server: {
        tamper: {
          serverHello: body((bytes) =>
            encodeServerHello({ ...decodeServerHello(bytes), extensions: [] }).slice(0, -2),
          ),
        },
      },
    },
    incompatible,
  ],
  'TLS 1.2 by a server that knows TLS 1.3': [
    older(0x0303, [...downgrade, 1]),
    plain('illegal_parameter', 'TLS13_DOWNGRADE'),
  ],
  'TLS 1.1 by a server that knows TLS 1.3': [
    older(0x0302, [...downgrade, 0]),
    plain('illegal_parameter', 'TLS13_DOWNGRADE'),
  ],
  'TLS 1.2 by a server that takes us for JDK 11': [
    older(0x0303, [0xed, 0xbf, 0xb4, 0xa8, 0xc2, 0x47, 0x10, 0xff]),
    plain('illegal_parameter', 'TLS13_DOWNGRADE'),
  ],
  'what is nearly a sign of a downgrade': [older(0x0303, [...downgrade, 2]), incompatible],
  'TLS 1.3 by the legacy_version only': [older(0x0304), incompatible],
  'TLS 1.2 by supported_versions': [selecting(3, 3), plain('illegal_parameter', 'UNEXPECTED_EXTENSION')],
  'TLS 1.1 by supported_versions': [selecting(3, 2), plain('illegal_parameter', 'UNEXPECTED_EXTENSION')],
  'TLS 1.4 by supported_versions': [selecting(3, 5), plain('illegal_parameter', 'UNSUPPORTED_PROTOCOL')],
  'a draft by supported_versions': [selecting(0x7f, 28), plain('illegal_parameter', 'UNSUPPORTED_PROTOCOL')],
  'a list in supported_versions': [selecting(2, 3, 4), plain('decode_error', 'DECODE_ERROR')],
  'an empty supported_versions': [selecting(), plain('decode_error', 'DECODE_ERROR')],
  'TLS 1.3 as legacy_version': [
    { server: { tamper: { serverHello: helloFields({ legacyVersion: 0x0304 }) } } },
    plain('illegal_parameter', 'UNSUPPORTED_PROTOCOL'),
  ],
  'TLS 1.1 as legacy_version': [
    { server: { tamper: { serverHello: helloFields({ legacyVersion: 0x0302 }) } } },
    plain('illegal_parameter', 'UNSUPPORTED_PROTOCOL'),
  ],
  'TLS 1.2 in a HelloRetryRequest': [
    {
      server: {
        cookie: Uint8Array.of(1),
        tamper: { helloRetryRequest: extension(extensionTypes.supportedVersions, [3, 3]) },
      },
    },
    plain('illegal_parameter', 'UNEXPECTED_EXTENSION'),
  ],
  'no version in a HelloRetryRequest': [
    {
      server: {
        cookie: Uint8Array.of(1),
        tamper: { helloRetryRequest: withoutExtension(extensionTypes.supportedVersions) },
      },
    },
    incompatible,
  ],
});

// What has to be as it was offered.

function hello(fields: Parameters<typeof helloFields>[0]): Trial {
  return { server: { tamper: { serverHello: helloFields(fields) } } };
}

const wrongSession = plain('illegal_parameter', 'SESSION_ID_MISMATCH');
const wrongSuite = plain('illegal_parameter', 'WRONG_CIPHER_RETURNED');

checkAll('wrong hellos: what was not offered', {
  'one bit of the session id': [
    hello(({ legacySessionIdEcho }) => ({
      legacySessionIdEcho: flipBit(31)(legacySessionIdEcho),
    })),
    wrongSession,
  ],
  'no session id': [hello({ legacySessionIdEcho: new Uint8Array(0) }), wrongSession],
  'a part of the session id': [
    hello(({ legacySessionIdEcho }) => ({ legacySessionIdEcho: legacySessionIdEcho.subarray(0, 31) })),
    wrongSession,
  ],
  'a session id where we sent none': [
    { ...hello({ legacySessionIdEcho: Uint8Array.of(1) }), client: { middleboxCompatibility: false } },
    wrongSession,
  ],
  'a wrong session id in a HelloRetryRequest': [
    {
      server: {
        cookie: Uint8Array.of(1),
        tamper: { helloRetryRequest: helloFields({ legacySessionIdEcho: new Uint8Array(0) }) },
      },
    },
    wrongSession,
  ],
  'a session id of 33 octets': [
    hello({ legacySessionIdEcho: new Uint8Array(33) }),
    plain('decode_error', 'DECODE_ERROR'),
  ],
  'compression: DEFLATE': [hello({ legacyCompressionMethod: 1 }), plain('decode_error', 'DECODE_ERROR')],
  'compression in a HelloRetryRequest': [
    {
      server: {
        cookie: Uint8Array.of(1),
        tamper: { helloRetryRequest: helloFields({ legacyCompressionMethod: 64 }) },
      },
    },
    plain('decode_error', 'DECODE_ERROR'),
  ],
  'a suite of TLS 1.3 that nobody here speaks': [hello({ cipherSuite: 0x1304 }), wrongSuite],
  'a suite of TLS 1.2': [hello({ cipherSuite: 0xc02f }), wrongSuite],
  'no suite': [hello({ cipherSuite: 0 }), wrongSuite],
  'a suite that we speak and did not offer': [
    {
      ...hello({ cipherSuite: cipherSuites.TLS_AES_256_GCM_SHA384.code }),
      client: { cipherSuites: ['TLS_AES_128_GCM_SHA256'] },
    },
    wrongSuite,
  ],
  'a suite that the hello lost on its way out': [
    {
      server: { suite: 'TLS_AES_256_GCM_SHA384' },
      client: {
        shapeClientHello: (plainHello) => ({
          ...plainHello,
          cipherSuites: [cipherSuites.TLS_AES_128_GCM_SHA256.code],
        }),
      },
    },
    wrongSuite,
  ],
});

// Key shares.

function share(group: number, keyExchange: Uint8Array): Trial {
  const data = [
    group >>> 8,
    group & 0xff,
    keyExchange.length >>> 8,
    keyExchange.length & 0xff,
    ...keyExchange,
  ];
  return {
    server: { tamper: { serverHello: extension(extensionTypes.keyShare, data) } },
    client: { keyShares: ['x25519', 'secp256r1'] },
  };
}

function bytes(hex: string): Uint8Array {
  return Uint8Array.from(Buffer.from(hex, 'hex'));
}

const badPoint = plain('illegal_parameter', 'BAD_ECPOINT');

/** Every 32 octets that X25519 takes for a point of low order: RFC 7748 section 6.1 and its errata. */
const lowOrder: Readonly<Record<string, string>> = {
  '0': '00'.repeat(32),
  '1': `01${'00'.repeat(31)}`,
  'order 8': 'e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800',
  'the other of order 8': '5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157',
  'p - 1': `ec${'ff'.repeat(30)}7f`,
  p: `ed${'ff'.repeat(30)}7f`,
  'p + 1': `ee${'ff'.repeat(30)}7f`,
};

const lowOrderCases = Object.entries(lowOrder).flatMap(([name, hex]) => {
  const point = bytes(hex);
  return [
    [`X25519 of low order: ${name}`, [share(namedGroups.x25519, point), badPoint]],
    // Section 5 of RFC 7748 has the uppermost bit ignored.
    [
      `X25519 of low order: ${name}, with the uppermost bit`,
      [share(namedGroups.x25519, flipBit(31, 7)(point)), badPoint],
    ],
  ] as const;
});

/** A point of P-256: its generator. */
const generator = bytes(
  '6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296' +
    '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5',
);
const fieldPrime = bytes('ffffffff00000001000000000000000000000000ffffffffffffffffffffffff');

function p256(...parts: readonly (Uint8Array | readonly number[])[]): Trial {
  return share(namedGroups.secp256r1, Uint8Array.from(parts.flatMap((part) => [...part])));
}

checkAll('wrong hellos: key shares', {
  ...Object.fromEntries(lowOrderCases),
  'X25519 of 31 octets': [share(namedGroups.x25519, new Uint8Array(31).fill(9)), badPoint],
  'X25519 of 33 octets': [share(namedGroups.x25519, new Uint8Array(33).fill(9)), badPoint],
  'P-256: not on the curve': [p256([4], flipBit(63)(generator)), badPoint],
  'P-256: zeros': [p256([4], new Uint8Array(64)), badPoint],
  'P-256: the point at infinity': [p256([0]), badPoint],
  'P-256: infinity of the full length': [p256([0], new Uint8Array(64)), badPoint],
  'P-256: compressed': [p256([3], generator.subarray(0, 32)), badPoint],
  'P-256: hybrid': [p256([7], generator), badPoint],
  'P-256: without its first octet': [p256(generator), badPoint],
  'P-256: one octet short': [p256([4], generator.subarray(0, 63)), badPoint],
  'P-256: one octet long': [p256([4], generator, [0]), badPoint],
  'P-256: x not below p': [p256([4], fieldPrime, generator.subarray(32)), badPoint],
  'P-256: y not below p': [p256([4], generator.subarray(0, 32), fieldPrime), badPoint],
  'no key_share': [
    { server: { tamper: { serverHello: withoutExtension(extensionTypes.keyShare) } } },
    plain('missing_extension', 'MISSING_KEY_SHARE'),
  ],
  'a share of a group that was offered without one': [
    { ...share(namedGroups.secp256r1, Uint8Array.of(4, ...generator)), client: {} },
    plain('illegal_parameter', 'WRONG_CURVE'),
  ],
  'a share of a group that was not offered': [
    share(0x0018, new Uint8Array(97).fill(4)),
    plain('illegal_parameter', 'WRONG_CURVE'),
  ],
  'a share of a group that nobody knows': [
    share(0xfafa, Uint8Array.of(1)),
    plain('illegal_parameter', 'WRONG_CURVE'),
  ],
  'an empty share': [share(namedGroups.x25519, new Uint8Array(0)), plain('decode_error', 'DECODE_ERROR')],
  'a share in the form of a HelloRetryRequest': [
    { server: { tamper: { serverHello: extension(extensionTypes.keyShare, [0, 0x1d]) } } },
    plain('decode_error', 'DECODE_ERROR'),
  ],
});

const sharesInTheirOwnWords = suite('wrong hellos: the cause of a bad share');
sharesInTheirOwnWords('the error says what the provider found', () => {
  const { client } = attempt(share(namedGroups.x25519, new Uint8Array(32)));
  assert.match(client.error?.message ?? '', /x25519/);
  assert.match(client.error?.message ?? '', /low order/);
  assert.not.instance(client.error, CryptoError);
});
sharesInTheirOwnWords.run();

const clientHello = suite('the ClientHello as the server gets it');

clientHello('its legacy fields, RFC 8446 section 4.1.2', () => {
  const { server } = attempt();
  const [first] = server.hellos;
  assert.is(first?.legacyVersion, 0x0303);
  assert.is(first?.legacySessionId.length, 32);
  assert.equal(first?.legacyCompressionMethods, Uint8Array.of(0));
  assert.is(
    attempt({ client: { middleboxCompatibility: false } }).server.hellos[0]?.legacySessionId.length,
    0,
  );
});

clientHello('record versions, RFC 8446 section 5.1', () => {
  const { server } = attempt({ server: { group: 'secp256r1' } });
  assert.equal(
    server.records.map(({ version }) => version),
    [0x0301, 0x0303, 0x0303, 0x0303],
  );
});

clientHello.run();
