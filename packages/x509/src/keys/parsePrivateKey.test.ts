import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import type { PrivateKey } from '@halfclose/crypto';
import { der } from '@halfclose/testing/ca';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { encodePem } from '../pem.ts';
import { PrivateKeyError, type PrivateKeyErrorCode } from './errors.ts';
import { parsePrivateKey } from './parsePrivateKey.ts';
import { readPrivateKeyPem } from './pem.ts';
import { wipePrivateKey } from './wipe.ts';

const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;
const rsaPss = generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey;
const curves = ['P-256', 'P-384', 'P-521'] as const;
const ec = new Map(
  curves.map((curve) => [curve, generateKeyPairSync('ec', { namedCurve: curve }).privateKey]),
);
const edwards = {
  Ed25519: generateKeyPairSync('ed25519').privateKey,
  Ed448: generateKeyPairSync('ed448').privateKey,
};

function exported(key: KeyObject | undefined, type: 'pkcs1' | 'sec1' | 'pkcs8'): Uint8Array {
  assert.ok(key);
  return new Uint8Array(key.export({ type, format: 'der' }));
}

function base64url(text: string | undefined): Uint8Array {
  return new Uint8Array(Buffer.from(text ?? '', 'base64url'));
}

function refuses(read: () => unknown, code: PrivateKeyErrorCode, message: RegExp): void {
  assert.throws(read, (error: unknown) => {
    assert.instance(error, PrivateKeyError);
    assert.is((error as PrivateKeyError).code, code, String(error));
    assert.match(String(error), message);
    return true;
  });
}

const rsaAlgorithm = der.sequence(der.oid('1.2.840.113549.1.1.1'), der.nullValue());
const ecAlgorithm = der.sequence(der.oid('1.2.840.10045.2.1'), der.oid('1.2.840.10045.3.1.7'));

/** OneAsymmetricKey of version 1, or of 2 with what follows the key. */
function pkcs8(algorithm: Uint8Array, key: Uint8Array, publicKey?: Uint8Array): Uint8Array {
  const version = der.integer(publicKey === undefined ? 0 : 1);
  const after = publicKey === undefined ? [] : [der.contextPrimitive(1, Uint8Array.of(0, ...publicKey))];
  return der.sequence(version, algorithm, der.octetString(key), ...after);
}

test('RSA keys, alone and in PKCS #8', () => {
  const jwk = rsa.export({ format: 'jwk' });
  const expected = {
    type: 'RSA',
    modulus: base64url(jwk.n),
    publicExponent: base64url(jwk.e),
    privateExponent: base64url(jwk.d),
    prime1: base64url(jwk.p),
    prime2: base64url(jwk.q),
    exponent1: base64url(jwk.dp),
    exponent2: base64url(jwk.dq),
    coefficient: base64url(jwk.qi),
    pssOnly: false,
  };
  assert.equal(parsePrivateKey(exported(rsa, 'pkcs1')), expected);
  assert.equal(parsePrivateKey(exported(rsa, 'pkcs8')), expected);
  const pss = parsePrivateKey(exported(rsaPss, 'pkcs8'));
  assert.ok(pss.type === 'RSA' && pss.pssOnly);
});

test('an RSA key whose numbers do not fit together is refused, whichever number it is', () => {
  const parts = der.children(exported(rsa, 'pkcs1'));
  const names =
    'version modulus publicExponent privateExponent prime1 prime2 exponent1 exponent2 coefficient';
  for (const [index, name] of names.split(' ').entries()) {
    if (index === 0) continue;
    const altered = parts.map((part, at) => (at === index ? withLastBitFlipped(part) : part));
    refuses(() => parsePrivateKey(der.sequence(...altered)), 'inconsistent', /do not fit/);
    const none = parts.map((part, at) => (at === index ? der.integer(0) : part));
    refuses(() => parsePrivateKey(der.sequence(...none)), 'inconsistent', /do not fit|longer/);
    const negative = parts.map((part, at) => (at === index ? der.integer(-5) : part));
    refuses(() => parsePrivateKey(der.sequence(...negative)), 'malformed', new RegExp(name));
  }
});

test('an RSA key that is too large, or has more than two primes', () => {
  const [version, , ...rest] = der.children(exported(rsa, 'pkcs1'));
  assert.ok(version);
  const large = der.element(0x02, new Uint8Array(2049).fill(1));
  refuses(() => parsePrivateKey(der.sequence(version, large, ...rest)), 'unsupported_key', /2049 octets/);
  const [, ...numbers] = der.children(exported(rsa, 'pkcs1'));
  const several = der.sequence(der.integer(1), ...numbers, der.sequence());
  refuses(() => parsePrivateKey(several), 'unsupported_key', /version 1/);
});

test('EC keys, alone and in PKCS #8, with their point', () => {
  for (const [curve, key] of ec) {
    const { d, x, y } = key.export({ format: 'jwk' });
    const expected = {
      type: 'EC',
      curve,
      scalar: base64url(d),
      point: Uint8Array.of(4, ...base64url(x), ...base64url(y)),
    };
    assert.equal(parsePrivateKey(exported(key, 'sec1')), expected);
    assert.equal(parsePrivateKey(exported(key, 'pkcs8')), expected);
  }
});

/** ECPrivateKey on P-256 with this scalar, and what comes after it. */
function ecKey(scalar: Uint8Array, ...after: readonly Uint8Array[]): Uint8Array {
  return der.sequence(der.integer(1), der.octetString(scalar), ...after);
}

test('the number of an EC key is as long as the order, and between 0 and it', () => {
  const order = 'ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551';
  const scalar = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex, 'hex'));
  const parse = (hex: string): PrivateKey => parsePrivateKey(pkcs8(ecAlgorithm, ecKey(scalar(hex))));
  assert.is(parse(order.replace(/51$/, '50')).type, 'EC');
  assert.is(parse('01'.padStart(64, '0')).type, 'EC');
  for (const hex of [order, order.replace(/51$/, '52'), 'ff'.repeat(32), '00'.repeat(32)]) {
    refuses(() => parse(hex), 'malformed', /not between/);
  }
  for (const hex of ['01', '01'.padStart(62, '0'), '01'.padStart(66, '0'), '']) {
    refuses(() => parse(hex), 'malformed', /octets instead of 32/);
  }
});

test('an EC key has one curve, that is known, by name', () => {
  const scalar = new Uint8Array(32).fill(7);
  const named = (oid: string): Uint8Array => der.context(0, der.oid(oid));
  const explicit = der.context(0, der.sequence(der.integer(1)));
  refuses(() => parsePrivateKey(ecKey(scalar)), 'unsupported_key', /does not name/);
  refuses(() => parsePrivateKey(ecKey(scalar, explicit)), 'unsupported_key', /does not name/);
  refuses(() => parsePrivateKey(ecKey(scalar, named('1.3.132.0.10'))), 'unsupported_key', /1\.3\.132\.0\.10/);
  const other = pkcs8(ecAlgorithm, ecKey(scalar, named('1.3.132.0.34')));
  refuses(() => parsePrivateKey(other), 'inconsistent', /P-256 and P-384/);
  const unnamed = pkcs8(der.sequence(der.oid('1.2.840.10045.2.1'), der.sequence()), ecKey(scalar));
  refuses(() => parsePrivateKey(unnamed), 'unsupported_key', /does not name/);
});

test('the point of an EC key is uncompressed, and the same wherever it stands', () => {
  const scalar = new Uint8Array(32).fill(7);
  const [point, another] = [1, 2].map((octet) => Uint8Array.of(4, ...new Array<number>(64).fill(octet)));
  assert.ok(point && another);
  const inner = (of: Uint8Array): Uint8Array => der.context(1, der.bitString(of));
  const key = parsePrivateKey(pkcs8(ecAlgorithm, ecKey(scalar), point));
  assert.ok(key.type === 'EC');
  assert.equal(key.point, point);
  assert.is(parsePrivateKey(pkcs8(ecAlgorithm, ecKey(scalar, inner(point)), point)).type, 'EC');
  const two = pkcs8(ecAlgorithm, ecKey(scalar, inner(point)), another);
  refuses(() => parsePrivateKey(two), 'inconsistent', /two different/);
  const compressed = pkcs8(ecAlgorithm, ecKey(scalar, inner(Uint8Array.of(2, ...scalar))));
  refuses(() => parsePrivateKey(compressed), 'unsupported_key', /uncompressed/);
});

test('Ed25519 and Ed448', () => {
  for (const [type, key] of Object.entries(edwards)) {
    const seed = base64url(key.export({ format: 'jwk' }).d);
    assert.equal(parsePrivateKey(exported(key, 'pkcs8')), { type, seed });
  }
  const algorithm = der.sequence(der.oid('1.3.101.112'));
  const key = (length: number): Uint8Array => der.octetString(new Uint8Array(length));
  assert.is(parsePrivateKey(pkcs8(algorithm, key(32), new Uint8Array(32))).type, 'Ed25519');
  refuses(() => parsePrivateKey(pkcs8(algorithm, key(33))), 'malformed', /private key has 33 octets/);
  refuses(
    () => parsePrivateKey(pkcs8(algorithm, key(32), new Uint8Array(31))),
    'malformed',
    /public key has 31/,
  );
  const withNull = der.sequence(der.oid('1.3.101.112'), der.nullValue());
  refuses(() => parsePrivateKey(pkcs8(withNull, key(32))), 'malformed', /has parameters/);
});

test('ML-DSA by its seed, by its expanded key, by both', () => {
  for (const [type, arc, length] of [
    ['ML-DSA-44', 17, 2560],
    ['ML-DSA-65', 18, 4032],
    ['ML-DSA-87', 19, 4896],
  ] as const) {
    const algorithm = der.sequence(der.oid(`2.16.840.1.101.3.4.3.${arc}`));
    const seed = new Uint8Array(32).fill(1);
    const expandedKey = new Uint8Array(length).fill(2);
    const parse = (key: Uint8Array): PrivateKey => parsePrivateKey(pkcs8(algorithm, key));
    assert.equal(parse(der.contextPrimitive(0, seed)), { type, seed, expandedKey: undefined });
    assert.equal(parse(der.octetString(expandedKey)), { type, seed: undefined, expandedKey });
    const both = der.sequence(der.octetString(seed), der.octetString(expandedKey));
    assert.equal(parse(both), { type, seed, expandedKey });
    refuses(() => parse(der.contextPrimitive(0, seed.subarray(1))), 'malformed', /seed/);
    refuses(() => parse(der.octetString(expandedKey.subarray(1))), 'malformed', /expandedKey/);
    refuses(() => parse(der.sequence(der.octetString(seed))), 'malformed', /both/);
  }
});

test('the version of PKCS #8 says whether there is a public key', () => {
  const algorithm = der.sequence(der.oid('1.3.101.112'));
  const key = der.octetString(der.octetString(new Uint8Array(32)));
  const parse = (...fields: readonly Uint8Array[]): PrivateKey => parsePrivateKey(der.sequence(...fields));
  const publicKey = der.contextPrimitive(1, new Uint8Array(33));
  const attributes = der.context(0, der.sequence(der.oid('1.2.3'), der.set(der.integer(1))));
  assert.is(parse(der.integer(0), algorithm, key, attributes).type, 'Ed25519');
  assert.is(parse(der.integer(1), algorithm, key, attributes, publicKey).type, 'Ed25519');
  refuses(() => parse(der.integer(0), algorithm, key, publicKey), 'malformed', /PrivateKey/);
  refuses(() => parse(der.integer(1), algorithm, key), 'malformed', /PrivateKey/);
  refuses(() => parse(der.integer(2), algorithm, key), 'malformed', /PrivateKey/);
});

test('keys of other algorithms and with other parameters', () => {
  const { privateKey: x25519 } = generateKeyPairSync('x25519');
  refuses(() => parsePrivateKey(exported(x25519, 'pkcs8')), 'unsupported_key', /1\.3\.101\.110/);
  const inner = exported(rsa, 'pkcs1');
  assert.is(parsePrivateKey(pkcs8(rsaAlgorithm, inner)).type, 'RSA');
  const without = der.sequence(der.oid('1.2.840.113549.1.1.1'));
  refuses(() => parsePrivateKey(pkcs8(without, inner)), 'unsupported_key', /parameters/);
});

test('no key is read of what has more or less octets, or others', () => {
  for (const whole of [
    exported(rsa, 'pkcs8'),
    exported(ec.get('P-256'), 'sec1'),
    exported(edwards.Ed448, 'pkcs8'),
  ]) {
    for (let length = 0; length < Math.min(whole.length, 200); length++) {
      refuses(() => parsePrivateKey(whole.subarray(0, length)), 'malformed', /malformed/);
    }
    refuses(() => parsePrivateKey(Uint8Array.of(...whole, 0)), 'malformed', /malformed/);
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(254), (at, by) => {
        const altered = whole.slice();
        altered[at] = ((altered[at] ?? 0) + by + 1) & 0xff;
        try {
          parsePrivateKey(altered);
        } catch (error) {
          assert.instance(error, PrivateKeyError, String(error));
        }
      }),
    );
  }
});

test('no message shows octets of a key', () => {
  const secret = Uint8Array.of(0, 0x5e, 0xc5, 0xe7);
  const parts = der.children(exported(rsa, 'pkcs1'));
  const altered = parts.map((part, at) => (at === 3 ? der.element(0x02, secret) : part));
  assert.throws(
    () => parsePrivateKey(der.sequence(...altered)),
    (error: unknown) => {
      assert.instance(error, PrivateKeyError);
      assert.not.match(String(error), /5ec5e7/);
      assert.is((error as Error).cause, undefined);
      return true;
    },
  );
});

test('a key has octets of its own, and can be wiped', () => {
  for (const whole of [
    exported(rsa, 'pkcs8'),
    exported(ec.get('P-384'), 'sec1'),
    exported(edwards.Ed25519, 'pkcs8'),
  ]) {
    const key = parsePrivateKey(whole);
    const parts = Object.values(key).filter((part) => part instanceof Uint8Array);
    const before = parts.map((part) => part.slice());
    whole.fill(0);
    assert.equal(parts, before);
    wipePrivateKey(key);
    assert.ok(parts.length > 0 && parts.every((part) => part.every((octet) => octet === 0)));
  }
});

test('PEM, with other things around the key', async () => {
  const all = [
    encodePem(exported(rsa, 'pkcs1'), 'RSA PRIVATE KEY'),
    encodePem(exported(ec.get('P-256'), 'sec1'), 'EC PRIVATE KEY'),
    encodePem(exported(edwards.Ed25519, 'pkcs8'), 'PRIVATE KEY'),
  ];
  const certificate = encodePem(Uint8Array.of(1), 'CERTIFICATE');
  for (const [index, type] of ['RSA', 'EC', 'Ed25519'].entries()) {
    const key = await readPrivateKeyPem(`${certificate}text\n${all[index]}${certificate}`);
    assert.is(key.type, type);
  }
  await rejects(readPrivateKeyPem(certificate), 'malformed', /has 0 private keys/);
  await rejects(readPrivateKeyPem(all.join('')), 'malformed', /has 3 private keys/);
  const mislabelled = encodePem(exported(rsa, 'pkcs8'), 'RSA PRIVATE KEY');
  await rejects(readPrivateKeyPem(mislabelled), 'malformed', /'RSA PRIVATE KEY' has .* form PKCS #8/);
  const old = rsa.export({ type: 'pkcs1', format: 'pem', cipher: 'aes-128-cbc', passphrase: 'x' }).toString();
  await rejects(readPrivateKeyPem(old, ascii('x')), 'unsupported_encryption', /RFC 1421/);
});

function ascii(text: string): Uint8Array {
  return Uint8Array.from(text, (character) => character.charCodeAt(0));
}

async function rejects(promise: Promise<unknown>, code: PrivateKeyErrorCode, message: RegExp): Promise<void> {
  const [result] = await Promise.allSettled([promise]);
  refuses(
    () => {
      if (result.status === 'rejected') throw result.reason;
    },
    code,
    message,
  );
}

function withLastBitFlipped(bytes: Uint8Array): Uint8Array {
  const flipped = bytes.slice();
  flipped[flipped.length - 1] = (flipped.at(-1) ?? 0) ^ 1;
  return flipped;
}

test.run();
