import { constants, generateKeyPairSync, type KeyObject, sign } from 'node:crypto';
import { hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CryptoError } from '../errors.ts';
import { createPortableProvider } from '../portable.ts';
import type { CurveName, PublicKey, SignatureAlgorithm } from '../provider.ts';
import { findSignature } from '../util/lookup.ts';
import { createNodeProvider } from './provider.ts';

// The portable algorithms have their own tests; here theirs is the verdict to come to, whatever the input.
const provider = createNodeProvider();
const portable = createPortableProvider(provider.random);

type Verdict = boolean | CryptoError['code'];

async function verdictOf(
  algorithm: SignatureAlgorithm,
  key: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
): Promise<Verdict> {
  try {
    return await algorithm.verify(key, message, signature);
  } catch (error) {
    if (error instanceof CryptoError) return error.code;
    throw error;
  }
}

async function assertSameVerdict(
  { name }: SignatureAlgorithm,
  key: PublicKey,
  message: Uint8Array,
  signature: Uint8Array,
  what: string,
): Promise<Verdict> {
  const ours = await verdictOf(findSignature(provider, name), key, message, signature);
  assert.is(
    ours,
    await verdictOf(findSignature(portable, name), key, message, signature),
    `${name}: ${what}`,
  );
  return ours;
}

const fromBase64url = (text: string | undefined) => Uint8Array.from(Buffer.from(text ?? '', 'base64url'));

interface Pair {
  readonly publicKey: PublicKey;
  readonly privateKey: KeyObject;
}

function rsaPair(modulusLength: number): Pair {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength });
  const { n, e } = publicKey.export({ format: 'jwk' });
  return {
    publicKey: { type: 'RSA', modulus: fromBase64url(n), exponent: fromBase64url(e), pssOnly: false },
    privateKey,
  };
}

function ecPair(curve: CurveName): Pair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: curve });
  const { x, y } = publicKey.export({ format: 'jwk' });
  return {
    publicKey: { type: 'EC', curve, point: Uint8Array.of(4, ...fromBase64url(x), ...fromBase64url(y)) },
    privateKey,
  };
}

function edwardsPair(type: 'Ed25519' | 'Ed448'): Pair {
  const { publicKey, privateKey } =
    type === 'Ed25519' ? generateKeyPairSync('ed25519') : generateKeyPairSync('ed448');
  return {
    publicKey: { type, key: fromBase64url(publicKey.export({ format: 'jwk' }).x) },
    privateKey,
  };
}

const rsa = rsaPair(2048);
const p256 = ecPair('P-256');
const p384 = ecPair('P-384');
const p521 = ecPair('P-521');
const ed25519 = edwardsPair('Ed25519');
const ed448 = edwardsPair('Ed448');
const message = Uint8Array.from(Buffer.from('a message'));

const hashOf = ({ name }: SignatureAlgorithm) => /sha\d+/.exec(name)?.[0];
const saltLengthOf = (algorithm: SignatureAlgorithm) => Number(hashOf(algorithm)?.slice(3)) / 8;

/** The key pairs that an algorithm takes. */
function pairsFor({ keyType }: SignatureAlgorithm): readonly Pair[] {
  switch (keyType) {
    case 'RSA':
      return [rsa];
    case 'EC':
      return [p256, p384, p521];
    case 'Ed25519':
      return [ed25519];
    case 'Ed448':
      return [ed448];
    default:
      // ML-DSA is the portable one in both.
      return [];
  }
}

function signAs(
  algorithm: SignatureAlgorithm,
  { privateKey }: Pair,
  saltLength = saltLengthOf(algorithm),
): Uint8Array {
  const { name } = algorithm;
  const padding = name.startsWith('rsa_pss') ? constants.RSA_PKCS1_PSS_PADDING : constants.RSA_PKCS1_PADDING;
  const key = name.startsWith('rsa') ? { key: privateKey, padding, saltLength } : privateKey;
  return Uint8Array.from(sign(hashOf(algorithm), message, key));
}

for (const algorithm of provider.signatures) {
  test(`${algorithm.name}: takes what OpenSSL signs, and nothing with one bit changed`, async () => {
    for (const pair of pairsFor(algorithm)) {
      const signature = signAs(algorithm, pair);
      assert.is(await algorithm.verify(pair.publicKey, message, signature), true);
      await fc.assert(
        fc.asyncProperty(fc.nat(signature.length * 8 - 1), async (bit) => {
          const changed = signature.map((octet, at) => (at === bit >> 3 ? octet ^ (1 << (bit & 7)) : octet));
          assert.is(await algorithm.verify(pair.publicKey, message, changed), false);
        }),
        { numRuns: 40 },
      );
      assert.is(await algorithm.verify(pair.publicKey, Uint8Array.of(...message, 0), signature), false);
    }
  });

  test(`${algorithm.name}: signatures of wrong lengths and other algorithms are false, as in the portable provider`, async () => {
    for (const pair of pairsFor(algorithm)) {
      const signature = signAs(algorithm, pair);
      const wrong: Record<string, Uint8Array> = {
        empty: new Uint8Array(0),
        cut: signature.subarray(0, -1),
        longer: Uint8Array.of(...signature, 0),
        'zero before': Uint8Array.of(0, ...signature),
        zeros: new Uint8Array(signature.length),
        ones: new Uint8Array(signature.length).fill(0xff),
      };
      for (const other of provider.signatures) {
        if (other.name === algorithm.name || other.keyType !== algorithm.keyType) continue;
        wrong[`by ${other.name}`] = signAs(other, pair);
      }
      for (const [what, octets] of Object.entries(wrong)) {
        assert.is(await assertSameVerdict(algorithm, pair.publicKey, message, octets, what), false, what);
      }
    }
  });

  test(`${algorithm.name}: keys of other types are unsupported_public_key`, async () => {
    for (const { publicKey } of [rsa, p256, ed25519, ed448]) {
      if (publicKey.type === algorithm.keyType) continue;
      const verdict = await assertSameVerdict(algorithm, publicKey, message, message, publicKey.type);
      assert.is(verdict, 'unsupported_public_key');
    }
  });
}

test('RSA-PSS: the salt is as long as the hash', async () => {
  for (const algorithm of provider.signatures.filter(({ name }) => name.startsWith('rsa_pss'))) {
    const good = saltLengthOf(algorithm);
    for (const saltLength of [0, 20, good - 1, good, good + 1, 256 - good - 2]) {
      const signature = signAs(algorithm, rsa, saltLength);
      const verdict = await assertSameVerdict(
        algorithm,
        rsa.publicKey,
        message,
        signature,
        `salt of ${saltLength}`,
      );
      assert.is(verdict, saltLength === good);
    }
  }
});

test('RSA: bounds of the key, and a key for PSS only, are as in the portable provider', async () => {
  if (rsa.publicKey.type !== 'RSA') throw new Error('The pair is not RSA');
  const { modulus } = rsa.publicKey;
  const small = rsaPair(1024).publicKey;
  const changes: Record<string, Partial<PublicKey>> = {
    'PSS only': { pssOnly: true },
    'leading zeros': { modulus: Uint8Array.of(0, 0, ...modulus), exponent: Uint8Array.of(0, 1, 0, 1) },
    'another exponent': { exponent: Uint8Array.of(3) },
    'exponent 0': { exponent: new Uint8Array(0) },
    'exponent 1': { exponent: Uint8Array.of(1) },
    'even exponent': { exponent: Uint8Array.of(1, 0, 0) },
    'exponent of 41 bits': { exponent: Uint8Array.of(1, 0, 0, 0, 0, 1) },
    'even modulus': { modulus: modulus.map((octet, at) => (at === 255 ? octet & 0xfe : octet)) },
    'modulus of 2047 bits': { modulus: modulus.map((octet, at) => (at === 0 ? 0x7f : octet)) },
    'modulus of 8200 bits': { modulus: new Uint8Array(1025).fill(0xff) },
    'no modulus': { modulus: new Uint8Array(0) },
    'modulus of 1024 bits': small,
  };
  for (const algorithm of provider.signatures.filter(({ keyType }) => keyType === 'RSA')) {
    const signature = signAs(algorithm, rsa);
    const verdicts = new Map<string, Verdict>();
    for (const [what, change] of Object.entries(changes)) {
      const key = { ...rsa.publicKey, ...change } as PublicKey;
      verdicts.set(what, await assertSameVerdict(algorithm, key, message, signature, what));
    }
    assert.is(verdicts.get('PSS only'), algorithm.name.startsWith('rsa_pss'));
    assert.is(verdicts.get('leading zeros'), true);
    assert.is(verdicts.get('modulus of 1024 bits'), 'unsupported_public_key');
  }
});

test('RSA: the modulus added to a signature is false, though it is the same residue', async () => {
  if (rsa.publicKey.type !== 'RSA') throw new Error('The pair is not RSA');
  const n = BigInt(`0x${Buffer.from(rsa.publicKey.modulus).toString('hex')}`);
  for (const algorithm of provider.signatures.filter(({ keyType }) => keyType === 'RSA')) {
    const sum = BigInt(`0x${Buffer.from(signAs(algorithm, rsa)).toString('hex')}`) + n;
    const octets = hexToBytes(sum.toString(16).padStart(514, '0').replace(/^00/, ''));
    assert.is(
      await assertSameVerdict(algorithm, rsa.publicKey, message, octets, 'signature above the modulus'),
      false,
    );
  }
});

test('ECDSA: what is not DER, or not in range, is false', async () => {
  for (const algorithm of provider.signatures.filter(({ keyType }) => keyType === 'EC')) {
    const good = [...signAs(algorithm, p256)];
    const rLength = good[3] ?? 0;
    const r = good.slice(4, 4 + rLength);
    const s = good.slice(6 + rLength);
    const sequence = (...content: readonly number[][]) => [0x30, content.flat().length, ...content.flat()];
    const integer = (octets: readonly number[]) => [2, octets.length, ...octets];
    const n = [...hexToBytes('00ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551')];
    const cases: Record<string, number[]> = {
      'the signature itself': sequence(integer(r), integer(s)),
      'r padded': sequence(integer([0, ...r]), integer(s)),
      's padded': sequence(integer(r), integer([0, ...s])),
      'long form of the length': [0x30, 0x81, good.length - 2, ...good.slice(2)],
      'indefinite length': [0x30, 0x80, ...good.slice(2), 0, 0],
      'one octet within': sequence(integer(r), integer(s), [0]),
      'a third integer': sequence(integer(r), integer(s), integer([1])),
      'r alone': sequence(integer(r)),
      'a set': [0x31, ...good.slice(1)],
      'integers as octet strings': sequence([4, ...integer(r).slice(1)], integer(s)),
      'r empty': sequence(integer([]), integer(s)),
      'r zero': sequence(integer([0]), integer(s)),
      's zero': sequence(integer(r), integer([0])),
      'r the order': sequence(integer(n), integer(s)),
      's the order': sequence(integer(r), integer(n)),
      'r negative': sequence(integer([0xff]), integer(s)),
      'r very long': sequence(integer([1, ...new Array<number>(70).fill(0)]), integer([1])),
      'both one': sequence(integer([1]), integer([1])),
    };
    for (const [what, octets] of Object.entries(cases)) {
      const verdict = await assertSameVerdict(
        algorithm,
        p256.publicKey,
        message,
        Uint8Array.from(octets),
        what,
      );
      assert.is(verdict, what === 'the signature itself', what);
    }
  }
});

test('ECDSA: what is no point of the curve is invalid_public_key, another curve unsupported_public_key', async () => {
  const algorithm = findSignature(provider, 'ecdsa_sha256');
  const { publicKey } = p256;
  if (publicKey.type !== 'EC') throw new Error('The pair is not EC');
  const { point } = publicKey;
  const points: Record<string, readonly number[]> = {
    empty: [],
    infinity: [0],
    compressed: [2 + ((point[64] ?? 0) & 1), ...point.subarray(1, 33)],
    hybrid: [6 + ((point[64] ?? 0) & 1), ...point.subarray(1)],
    'one octet long': [...point, 0],
    'off the curve': [4, ...point.subarray(33), ...point.subarray(1, 33)],
    'not reduced': [4, ...new Array<number>(64).fill(0xff)],
    zeros: [4, ...new Array<number>(64).fill(0)],
  };
  for (const [what, octets] of Object.entries(points)) {
    const key = { ...publicKey, point: Uint8Array.from(octets) };
    assert.is(await assertSameVerdict(algorithm, key, message, message, what), 'invalid_public_key');
  }
  for (const curve of ['P-192', 'toString'] as unknown as readonly CurveName[]) {
    const verdict = await assertSameVerdict(algorithm, { ...publicKey, curve }, message, message, curve);
    assert.is(verdict, 'unsupported_public_key');
  }
});

test('Ed25519: keys of small order, not reduced or no points are invalid_public_key, S is below the order', async () => {
  const algorithm = findSignature(provider, 'ed25519');
  const keys = [
    '',
    '00'.repeat(31),
    '00'.repeat(32),
    `01${'00'.repeat(31)}`,
    `02${'00'.repeat(31)}`,
    'ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    'f0ffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f',
    '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
    'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
    'ff'.repeat(32),
  ];
  for (const hex of keys) {
    const key: PublicKey = { type: 'Ed25519', key: hexToBytes(hex) };
    const verdict = await assertSameVerdict(algorithm, key, message, new Uint8Array(64), hex);
    assert.is(verdict, 'invalid_public_key', hex);
  }

  const order = 2n ** 252n + 27742317777372353535851937790883648493n;
  const signature = signAs(algorithm, ed25519);
  const s = BigInt(`0x${Buffer.from(signature.subarray(32)).reverse().toString('hex')}`);
  const larger = Buffer.from((s + order).toString(16).padStart(64, '0'), 'hex').reverse();
  const forged = Uint8Array.of(...signature.subarray(0, 32), ...larger);
  assert.is(await assertSameVerdict(algorithm, ed25519.publicKey, message, forged, 'S not reduced'), false);
});

test('Ed448: keys of small order, not reduced or no points are invalid_public_key, S is below the order', async () => {
  const algorithm = findSignature(provider, 'ed448');
  const keys = [
    '',
    '00'.repeat(56),
    '00'.repeat(57),
    `01${'00'.repeat(56)}`,
    `01${'00'.repeat(55)}80`,
    `fe${'ff'.repeat(27)}fe${'ff'.repeat(27)}00`,
    `${'ff'.repeat(28)}fe${'ff'.repeat(27)}00`,
    `${'00'.repeat(28)}${'ff'.repeat(28)}00`,
    'ff'.repeat(57),
  ];
  for (const hex of keys) {
    const key: PublicKey = { type: 'Ed448', key: hexToBytes(hex) };
    const verdict = await assertSameVerdict(algorithm, key, message, new Uint8Array(114), hex);
    assert.is(verdict, 'invalid_public_key', hex);
  }

  const order = 2n ** 446n - 0x8335dc163bb124b65129c96fde933d8d723a70aadc873d6d54a7bb0dn;
  const signature = signAs(algorithm, ed448);
  const s = BigInt(`0x${Buffer.from(signature.subarray(57)).reverse().toString('hex')}`);
  const larger = Buffer.from((s + order).toString(16).padStart(114, '0'), 'hex').reverse();
  const forged = Uint8Array.of(...signature.subarray(0, 57), ...larger);
  assert.is(await assertSameVerdict(algorithm, ed448.publicKey, message, forged, 'S not reduced'), false);
});

test.run();
