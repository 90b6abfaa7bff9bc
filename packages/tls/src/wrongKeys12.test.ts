/** Key exchange of TLS 1.2, and what a server signs it with: RFC 5246 sections 7.4.3 and 8.1, RFC 8422 section 5.4, RFC 7919. */
import { constants, getDiffieHellman, sign } from 'node:crypto';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { body } from './testing/flights12.ts';
import type { Options12 } from './testing/scripted12.ts';
import { attempt12, credentials, outcome12, type Trial12 } from './testing/trials12.ts';

const prime = getDiffieHellman('modp14').getPrime();
const p = BigInt(`0x${prime.toString('hex')}`);
const number = (value: bigint): Buffer => Buffer.from(value.toString(16).padStart(512, '0'), 'hex');
const field = (changes: Partial<NonNullable<Options12['dh']>> = {}): Trial12 => ({
  server: {
    suite: 'TLS_DHE_RSA_WITH_AES_128_GCM_SHA256',
    credentials: credentials.rsa,
    dh: { p: prime, g: Buffer.of(2), ...changes },
  },
});
const y = Buffer.of(5);
const curve = (parameters: (right: Buffer) => Buffer): Trial12 => ({ server: { parameters } });
const point = (group: number, octets: Buffer): Trial12 =>
  curve(() => Buffer.concat([Buffer.of(3, 0, group, octets.length), octets]));
const p256 = (form: string): Trial12 => {
  const x = '6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296';
  const rest = '4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5';
  return point(23, Buffer.from(form + x + (form === '03' ? '' : rest), 'hex'));
};
const signed = (
  scheme: number,
  how: NonNullable<Options12['signature']>['sign'],
  key: 'rsa' | 'ecdsa' = 'ecdsa',
): Trial12 => ({ server: { credentials: credentials[key], signature: { scheme, sign: how } } });
const hashed =
  (hash: string): NonNullable<Options12['signature']>['sign'] =>
  (content, key) =>
    sign(hash, content, key);
const pss: NonNullable<Options12['signature']>['sign'] = (content, key) =>
  sign('sha256', content, { key, padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: 32 });

const wrongCurve = 'illegal_parameter WRONG_CURVE';
const badPoint = 'illegal_parameter BAD_ECPOINT';
const badNumber = 'illegal_parameter BAD_DH_VALUE';
const tooSmall = 'insufficient_security DH_KEY_TOO_SMALL';
const wrongScheme = 'illegal_parameter WRONG_SIGNATURE_TYPE';
const badSignature = 'decrypt_error BAD_SIGNATURE';
const malformed = 'decode_error DECODE_ERROR';

const trials: Readonly<Record<string, readonly [Trial12, string]>> = {
  'a curve without a name': [curve(() => Buffer.of(1, 0, 0, 1, 1)), wrongCurve],
  'a curve that was not offered': [{ client: { groups: ['secp256r1'] } }, wrongCurve],
  'a group that is no curve': [
    curve((right) => Buffer.concat([Buffer.of(3, 1, 0), right.subarray(3)])),
    wrongCurve,
  ],
  'a group of TLS 1.3 alone': [
    curve((right) => Buffer.concat([Buffer.of(3, 0x11, 0xec), right.subarray(3)])),
    wrongCurve,
  ],
  'X25519: zero': [point(29, Buffer.alloc(32)), badPoint],
  'X25519: of order 8': [
    point(29, Buffer.from('e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800', 'hex')),
    badPoint,
  ],
  'X25519: too short': [point(29, Buffer.alloc(31, 9)), badPoint],
  'X25519: empty': [point(29, Buffer.alloc(0)), malformed],
  'P-256: compressed': [p256('03'), badPoint],
  'P-256: hybrid': [p256('07'), badPoint],
  'P-256: not on the curve': [point(23, Buffer.concat([Buffer.of(4), Buffer.alloc(64, 1)])), badPoint],
  'P-256: at infinity': [point(23, Buffer.of(0)), badPoint],

  'a prime field': [field(), 'done'],
  'a prime with leading zeros': [field({ p: Buffer.concat([Buffer.alloc(3), prime]) }), 'done'],
  'a prime of 1024 bits': [field({ p: getDiffieHellman('modp2').getPrime(), y }), tooSmall],
  'the prime 0': [field({ p: Buffer.of(0), y }), tooSmall],
  'a prime of 8193 bits': [
    field({ p: Buffer.concat([Buffer.of(1), Buffer.alloc(1023), Buffer.of(1)]), y }),
    'insufficient_security MODULUS_TOO_LARGE',
  ],
  'an even prime': [field({ p: number(p - 1n), y }), badNumber],
  'the generator 0': [field({ g: Buffer.of(0), y }), badNumber],
  'the generator 1': [field({ g: Buffer.of(1), y }), badNumber],
  'the generator p - 1': [field({ g: number(p - 1n), y }), badNumber],
  'a generator beyond the prime': [field({ g: number(p + 1n), y }), badNumber],
  'the public key 0': [field({ y: Buffer.of(0) }), badNumber],
  'the public key 1': [field({ y: Buffer.of(1) }), badNumber],
  'the public key p - 1': [field({ y: number(p - 1n) }), badNumber],
  'the public key p': [field({ y: number(p) }), badNumber],
  'the public key p + 1': [field({ y: number(p + 1n) }), badNumber],
  'a public key longer than the prime': [field({ y: Buffer.alloc(300, 1) }), badNumber],
  'no public key': [field({ y: Buffer.alloc(0) }), malformed],

  'more behind the signature': [
    { server: { tamper: { serverKeyExchange: body((data) => Buffer.concat([data, Buffer.of(0)])) } } },
    malformed,
  ],
  'no signature': [
    { server: { tamper: { serverKeyExchange: body((data) => data.subarray(0, 36)) } } },
    malformed,
  ],
  nothing: [{ server: { tamper: { serverKeyExchange: body(() => Buffer.alloc(0)) } } }, malformed],
  'an empty signature': [signed(0x0403, () => Buffer.alloc(0)), badSignature],
  'a signature over the randoms in the wrong order': [
    signed(0x0403, (content, key) =>
      sign(
        'sha256',
        Buffer.concat([content.subarray(32, 64), content.subarray(0, 32), content.subarray(64)]),
        key,
      ),
    ),
    badSignature,
  ],
  'ECDSA with SHA-1': [signed(0x0203, hashed('sha1')), wrongScheme],
  'RSA with SHA-1': [signed(0x0201, hashed('sha1'), 'rsa'), wrongScheme],
  'RSA with MD5': [signed(0x0101, hashed('md5'), 'rsa'), wrongScheme],
  'no scheme': [signed(0, hashed('sha256')), wrongScheme],
  'a scheme for RSA keys, and another key': [signed(0x0401, hashed('sha256')), wrongScheme],
  'Ed25519, and another key': [signed(0x0807, hashed('sha256')), wrongScheme],
  'ML-DSA, which TLS 1.2 has not': [signed(0x0904, hashed('sha256')), wrongScheme],
  'a P-256 key with SHA-384': [signed(0x0503, hashed('sha384')), 'done'],
  'a P-256 key with SHA-512': [signed(0x0603, hashed('sha512')), 'done'],
  'PKCS#1 with SHA-512': [signed(0x0601, hashed('sha512'), 'rsa'), 'done'],
  'PSS with an RSA key': [signed(0x0804, pss, 'rsa'), 'done'],
  'PSS as with a key for PSS alone': [signed(0x0809, pss, 'rsa'), wrongScheme],
  'PKCS#1 by its number in TLS 1.3': [signed(0x0420, hashed('sha256'), 'rsa'), wrongScheme],
  'PKCS#1 where it is not wanted': [
    { client: { signatureSchemes: ['rsa_pss_rsae_sha256'] }, server: { credentials: credentials.rsa } },
    wrongScheme,
  ],
};

const test = suite("TLS 1.2: the server's half of the key exchange");
for (const [name, [trial, expected]] of Object.entries(trials)) {
  test(name, () => assert.is(outcome12(attempt12(trial)), expected));
}

test('leading zeros of the shared number are stripped, section 8.1.2', () => {
  const clientKey = attempt12(field())
    .server.messages.find(({ type }) => type === 16)
    ?.body.subarray(2);
  const base = BigInt(`0x${Buffer.from(clientKey ?? []).toString('hex')}`);
  // The client draws the same numbers each time. With which exponent is the power one octet shorter than the prime?
  let exponent = 1n;
  for (let power = base; power >> 2040n !== 0n; power = (power * base) % p) exponent += 1n;
  const { client, server } = attempt12(field({ x: number(exponent) }));
  assert.is(client.error, undefined);
  assert.is(server.done, true);
  assert.is(server.premaster.length, 255);
});

test('a pre-shared key that is none, and one that is too long, RFC 4279 section 2', () => {
  for (const [length, reason] of [
    [0, 'PSK_IDENTITY_NOT_FOUND'],
    [65_536, 'INVALID_CONFIGURATION'],
  ] as const) {
    const key = Buffer.alloc(length, 1);
    const { client } = attempt12({
      tls12: { psk: () => ({ identity: Buffer.from('client'), key }) },
      server: { suite: 'TLS_PSK_WITH_AES_128_GCM_SHA256', psk: { key } },
    });
    assert.is(client.error?.reason, reason);
  }
});

test('a pre-shared key as long as can be, and a hint of any length', () => {
  const psk = {
    identity: Buffer.alloc(65_000, 0x61),
    key: Buffer.alloc(65_535, 1),
    hint: Buffer.alloc(16_000, 0x62),
  };
  let seen: Uint8Array | undefined;
  const { client, server } = attempt12({
    tls12: {
      psk: (hint) => {
        seen = hint;
        return psk;
      },
    },
    server: { suite: 'TLS_PSK_WITH_AES_128_GCM_SHA256', psk },
  });
  assert.is(client.error, undefined);
  assert.ok(server.done);
  assert.equal(Buffer.from(seen ?? []), psk.hint);
});

test('the premaster secret of RSA begins with the version of the hello, section 7.4.7.1', () => {
  const { server } = attempt12({
    client: { maximumVersion: 'TLSv1.3' },
    server: { suite: 'TLS_RSA_WITH_AES_128_GCM_SHA256', credentials: credentials.rsa },
  });
  assert.is(server.done, true);
  assert.is(server.premaster.length, 48);
  assert.equal([...server.premaster.subarray(0, 2)], [3, 3]);
});
test.run();
