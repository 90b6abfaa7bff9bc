import { constants, generateKeyPairSync, type KeyObject, sign, webcrypto } from 'node:crypto';
import { p256 as nobleP256, p521 as nobleP521 } from '@noble/curves/nist.js';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CryptoError } from '../errors.ts';
import { createPortableProvider } from '../portable.ts';
import type { CurveName, PublicKey, SignatureAlgorithm } from '../provider.ts';
import { concatenatedOfDer } from '../signature/concatenated.ts';
import { findSignature } from '../util/lookup.ts';
import { toBase64url } from './base64url.ts';
import { createWebCryptoProvider } from './provider.ts';

const provider = createWebCryptoProvider(webcrypto);
const portable = createPortableProvider(provider.random);
const message = Uint8Array.from(Buffer.from('a message'));

interface Pair {
  readonly publicKey: PublicKey;
  readonly privateKey: KeyObject;
}

const octetsOf = (text: string | undefined) => Uint8Array.from(Buffer.from(text ?? '', 'base64url'));

function rsaPair(): Pair {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const { n, e } = publicKey.export({ format: 'jwk' });
  return {
    publicKey: { type: 'RSA', modulus: octetsOf(n), exponent: octetsOf(e), pssOnly: false },
    privateKey,
  };
}

function ecPair(curve: CurveName): Pair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: curve });
  const { x, y } = publicKey.export({ format: 'jwk' });
  return {
    publicKey: { type: 'EC', curve, point: Uint8Array.of(4, ...octetsOf(x), ...octetsOf(y)) },
    privateKey,
  };
}

function ed25519Pair(): Pair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const { x } = publicKey.export({ format: 'jwk' });
  return { publicKey: { type: 'Ed25519', key: octetsOf(x) }, privateKey };
}

const pairs: readonly Pair[] = [rsaPair(), ecPair('P-256'), ecPair('P-384'), ecPair('P-521'), ed25519Pair()];
const ours = provider.signatures.filter(({ name }) => /^(rsa|ecdsa|ed25519)/.test(name));

function signAs({ name }: SignatureAlgorithm, { privateKey }: Pair, saltLength?: number): Uint8Array {
  const hash = /sha\d+/.exec(name)?.[0];
  const padding = name.startsWith('rsa_pss') ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  const salt = saltLength ?? Number(hash?.slice(3)) / 8;
  const key = name.startsWith('rsa') ? { key: privateKey, padding, saltLength: salt } : privateKey;
  return Uint8Array.from(sign(hash, message, key));
}

/** The verdict of both providers, which has to be the same: a truth value, or the code of an error. */
async function verdict(
  { name }: SignatureAlgorithm,
  key: PublicKey,
  signature: Uint8Array,
): Promise<boolean | string> {
  const [own, other] = await Promise.all(
    [provider, portable].map(async (one) => {
      try {
        return await findSignature(one, name).verify(key, message, signature);
      } catch (error) {
        if (error instanceof CryptoError) return error.code;
        throw error;
      }
    }),
  );
  assert.is(own, other, name);
  return own ?? '';
}

for (const algorithm of ours) {
  const fitting = pairs.filter(({ publicKey }) => publicKey.type === algorithm.keyType);

  test(`${algorithm.name}: asks WebCrypto, takes what OpenSSL signs, and nothing with one bit changed`, async () => {
    for (const pair of fitting) {
      const signature = signAs(algorithm, pair);
      const answer = algorithm.verify(pair.publicKey, message, signature);
      assert.instance(answer, Promise);
      assert.is(await answer, true);
      await fc.assert(
        fc.asyncProperty(fc.nat(signature.length * 8 - 1), async (bit) => {
          const changed = signature.map((octet, at) => (at === bit >> 3 ? octet ^ (1 << (bit & 7)) : octet));
          assert.is(await algorithm.verify(pair.publicKey, message, changed), false);
        }),
        { numRuns: 30 },
      );
      assert.is(await algorithm.verify(pair.publicKey, Uint8Array.of(...message, 0), signature), false);
    }
  });

  test(`${algorithm.name}: other lengths, other keys and other salts, as in the portable provider`, async () => {
    for (const pair of fitting) {
      const signature = signAs(algorithm, pair);
      const wrong = [
        new Uint8Array(0),
        signature.subarray(0, -1),
        Uint8Array.of(...signature, 0),
        Uint8Array.of(0, ...signature),
        new Uint8Array(signature.length),
        new Uint8Array(signature.length).fill(0xff),
        ...(algorithm.keyType === 'RSA' ? [signAs(algorithm, pair, 20)] : []),
      ];
      const salted = algorithm.name.startsWith('rsa_pkcs1') ? wrong.slice(0, -1) : wrong;
      for (const one of salted) assert.is(await verdict(algorithm, pair.publicKey, one), false);
      for (const other of pairs) {
        if (other.publicKey.type === algorithm.keyType) continue;
        assert.is(await verdict(algorithm, other.publicKey, signature), 'unsupported_public_key');
      }
    }
  });
}

test('RSA: the bounds of the portable algorithms, and a key for PSS is for nothing else', async () => {
  const [{ publicKey } = rsaPair()] = pairs;
  if (publicKey.type !== 'RSA') throw new Error('The pair is not RSA');
  const pkcs1 = findSignature(provider, 'rsa_pkcs1_sha256');
  const pss = findSignature(provider, 'rsa_pss_sha256');
  const [pair = rsaPair()] = pairs;
  const refused = [
    { ...publicKey, modulus: publicKey.modulus.subarray(0, 255) },
    { ...publicKey, modulus: publicKey.modulus.subarray(0, 128) },
    { ...publicKey, exponent: Uint8Array.of(1) },
    { ...publicKey, exponent: Uint8Array.of(1, 0, 0) },
    { ...publicKey, exponent: Uint8Array.of(4, 0, 0, 0, 1) },
    { ...publicKey, modulus: publicKey.modulus.map((octet, at) => (at === 255 ? octet ^ 1 : octet)) },
  ];
  for (const key of refused) {
    assert.is(await verdict(pkcs1, key, new Uint8Array(256)), 'unsupported_public_key');
  }
  const pssOnly = { ...publicKey, pssOnly: true };
  assert.is(await verdict(pkcs1, pssOnly, signAs(pkcs1, pair)), false);
  assert.is(await verdict(pss, pssOnly, signAs(pss, pair)), true);
  const padded = { ...publicKey, modulus: Uint8Array.of(0, 0, ...publicKey.modulus) };
  assert.is(await verdict(pkcs1, padded, signAs(pkcs1, pair)), true);
});

test('ECDSA: what is no point of its curve is invalid_public_key, whatever the signature', async () => {
  const ecdsa = findSignature(provider, 'ecdsa_sha256');
  const { publicKey } = pairs[1] ?? ecPair('P-256');
  if (publicKey.type !== 'EC') throw new Error('The pair is not EC');
  const { point } = publicKey;
  const points = [
    [],
    [0],
    [2 + ((point[64] ?? 0) & 1), ...point.subarray(1, 33)],
    [6 + ((point[64] ?? 0) & 1), ...point.subarray(1)],
    [...point, 0],
    [4, ...point.subarray(33), ...point.subarray(1, 33)],
    [4, ...new Array<number>(64).fill(0xff)],
    [4, ...new Array<number>(64).fill(0)],
  ];
  for (const octets of points) {
    const key = { ...publicKey, point: Uint8Array.from(octets) };
    assert.is(await verdict(ecdsa, key, message), 'invalid_public_key');
  }
  for (const curve of ['P-192', 'toString'] as unknown as readonly CurveName[]) {
    assert.is(await verdict(ecdsa, { ...publicKey, curve }, message), 'unsupported_public_key');
  }
});

test('Ed25519: a key of small order is invalid_public_key', async () => {
  const ed25519 = findSignature(provider, 'ed25519');
  for (const first of [0, 1, 2]) {
    const key = Uint8Array.of(first, ...new Uint8Array(31));
    assert.is(await verdict(ed25519, { type: 'Ed25519', key }, new Uint8Array(64)), 'invalid_public_key');
  }
});

test('where the platform lacks an algorithm, the portable one decides', async () => {
  const lacking = createWebCryptoProvider({
    getRandomValues: (output) => webcrypto.getRandomValues(output),
    subtle: new Proxy(webcrypto.subtle, {
      get: () => () => Promise.reject(new DOMException('Unrecognized name.', 'NotSupportedError')),
    }),
  });
  for (const algorithm of ours) {
    for (const pair of pairs.filter(({ publicKey }) => publicKey.type === algorithm.keyType)) {
      const { verify } = findSignature(lacking, algorithm.name);
      const signature = signAs(algorithm, pair);
      assert.is(await verify(pair.publicKey, message, signature), true);
      assert.is(await verify(pair.publicKey, message, signature.fill(1, 9, 20)), false);
    }
  }
});

for (const [name, curve, length] of [
  ['P-256', nobleP256, 32],
  ['P-521', nobleP521, 66],
] as const) {
  test(`${name}: DER gives the numbers side by side, and nothing else does`, () => {
    const number = fc.bigInt({ min: 1n, max: curve.Point.Fn.ORDER - 1n });
    fc.assert(
      fc.property(fc.oneof(number, fc.bigInt({ min: 1n, max: 300n })), number, (r, s) => {
        const signature = new curve.Signature(r, s);
        const der = signature.toBytes('der');
        assert.equal(concatenatedOfDer(der, length), signature.toBytes('compact'));
        for (let at = 0; at < der.length; at += 1) {
          assert.is(concatenatedOfDer(der.subarray(0, at), length), undefined);
        }
      }),
      { numRuns: 30 },
    );
  });
}

test('of signatures only the one encoding in DER is taken', () => {
  const wrong: Record<string, readonly number[]> = {
    'r is zero': [0x30, 6, 2, 1, 0, 2, 1, 1],
    's is zero': [0x30, 6, 2, 1, 1, 2, 1, 0],
    'r is negative': [0x30, 6, 2, 1, 0x80, 2, 1, 1],
    'a zero too many': [0x30, 7, 2, 2, 0, 1, 2, 1, 1],
    'r is empty': [0x30, 5, 2, 0, 2, 1, 1],
    'only one number': [0x30, 3, 2, 1, 1],
    'three numbers': [0x30, 9, 2, 1, 1, 2, 1, 1, 2, 1, 1],
    'something behind': [0x30, 6, 2, 1, 1, 2, 1, 1, 0],
    'a short length written long': [0x30, 0x81, 6, 2, 1, 1, 2, 1, 1],
    'an indefinite length': [0x30, 0x80, 2, 1, 1, 2, 1, 1, 0, 0],
    'a number in long form': [0x30, 7, 2, 0x81, 1, 1, 2, 1, 1],
    'another tag': [0x31, 6, 2, 1, 1, 2, 1, 1],
    'another tag inside': [0x30, 6, 3, 1, 1, 2, 1, 1],
    'longer than the curve': [0x30, 7, 2, 2, 1, 1, 2, 1, 1],
  };
  assert.equal(concatenatedOfDer(Uint8Array.of(0x30, 6, 2, 1, 1, 2, 1, 127), 1), Uint8Array.of(1, 127));
  assert.equal(concatenatedOfDer(Uint8Array.of(0x30, 7, 2, 2, 0, 128, 2, 1, 1), 1), Uint8Array.of(128, 1));
  for (const [what, octets] of Object.entries(wrong)) {
    assert.is(concatenatedOfDer(Uint8Array.from(octets), 1), undefined, what);
  }
});

test('base64url, as node:crypto reads it', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 70 }), (octets) => {
      assert.is(toBase64url(octets), Buffer.from(octets).toString('base64url'));
    }),
  );
});

test.run();
