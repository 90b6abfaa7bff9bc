import {
  constants,
  generateKeyPairSync,
  type KeyObject,
  randomFillSync,
  verify,
  webcrypto,
} from 'node:crypto';
import { createNodeSigner } from '@halfclose/crypto/node';
import { parsePrivateKey } from '@halfclose/x509';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { signatures as algorithms } from '../algorithms.ts';
import { CryptoError } from '../errors.ts';
import type { PrivateKey, SignatureName, Signer } from '../provider.ts';
import { createSigner } from './createSigner.ts';
import { createWebCryptoSigner } from './webCryptoSigner.ts';

const message = Uint8Array.from({ length: 100 }, (_, index) => index);
const random = (output: Uint8Array): void => void randomFillSync(output);

interface Case {
  readonly name: string;
  readonly key: KeyObject;
  readonly signatures: readonly SignatureName[];
}

const pss: readonly SignatureName[] = ['rsa_pss_sha256', 'rsa_pss_sha384', 'rsa_pss_sha512'];
const pkcs1: readonly SignatureName[] = ['rsa_pkcs1_sha256', 'rsa_pkcs1_sha384', 'rsa_pkcs1_sha512'];
const rsaKey = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey;

const cases: readonly Case[] = [
  { name: 'RSA', key: rsaKey, signatures: [...pss, ...pkcs1] },
  {
    name: 'RSA of 2056 bits, whose primes are no whole octets',
    key: generateKeyPairSync('rsa', { modulusLength: 2056 }).privateKey,
    signatures: [...pss, ...pkcs1],
  },
  {
    name: 'RSASSA-PSS',
    key: generateKeyPairSync('rsa-pss', { modulusLength: 2048 }).privateKey,
    signatures: pss,
  },
  {
    name: 'P-256',
    key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
    signatures: ['ecdsa_sha256', 'ecdsa_sha384', 'ecdsa_sha512'],
  },
  {
    name: 'P-384',
    key: generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
    signatures: ['ecdsa_sha384', 'ecdsa_sha256', 'ecdsa_sha512'],
  },
  {
    name: 'P-521',
    key: generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey,
    signatures: ['ecdsa_sha512', 'ecdsa_sha256', 'ecdsa_sha384'],
  },
  { name: 'Ed25519', key: generateKeyPairSync('ed25519').privateKey, signatures: ['ed25519'] },
  { name: 'Ed448', key: generateKeyPairSync('ed448').privateKey, signatures: ['ed448'] },
];

function privateKeyOf(key: KeyObject): PrivateKey {
  return parsePrivateKey(new Uint8Array(key.export({ type: 'pkcs8', format: 'der' })));
}

/** What OpenSSL says to a signature. */
function isRight(name: SignatureName, key: KeyObject, signature: Uint8Array): boolean {
  if (name === 'ed25519' || name === 'ed448') return verify(null, message, key, signature);
  const [, digest] = /(sha\d+)$/.exec(name) ?? [];
  const details = name.startsWith('rsa_pss')
    ? { padding: constants.RSA_PKCS1_PSS_PADDING, saltLength: constants.RSA_PSS_SALTLEN_DIGEST }
    : {};
  return verify(digest, message, { key, ...details }, signature);
}

async function checkSigner(signer: Signer, { key, signatures }: Case): Promise<void> {
  assert.equal(signer.signatures, signatures);
  for (const name of signatures) {
    const signature = await signer.sign(name, message);
    assert.ok(isRight(name, key, signature), `${name} by OpenSSL`);
    const algorithm = algorithms.find((each) => each.name === name);
    assert.ok(await algorithm?.verify(signer.publicKey, message, signature), `${name} by ourselves`);
  }
}

for (const each of cases) {
  test(`${each.name} keys sign what OpenSSL and we ourselves verify`, async () => {
    await checkSigner(await createSigner(privateKeyOf(each.key), random), each);
  });

  test(`${each.name} keys sign with node:crypto`, async () => {
    await checkSigner(await createNodeSigner(privateKeyOf(each.key)), each);
  });

  test(`${each.name} keys sign nothing that they did not say they can`, async () => {
    for (const signer of [
      await createSigner(privateKeyOf(each.key), random),
      await createNodeSigner(privateKeyOf(each.key)),
    ]) {
      const foreign = each.name.startsWith('RSA') ? 'ed25519' : 'rsa_pss_sha256';
      await rejectsWith('unsupported_algorithm', async () => signer.sign(foreign, message));
    }
  });
}

for (const type of ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const) {
  test(`${type} keys sign, from a seed or an expanded key`, async () => {
    const seed = new Uint8Array(32).fill(7);
    const ofSeed = await createSigner({ type, seed, expandedKey: undefined }, random);
    const [name = 'mldsa44'] = ofSeed.signatures;
    const algorithm = algorithms.find((each) => each.name === name);
    const signature = await ofSeed.sign(name, message);
    assert.ok(await algorithm?.verify(ofSeed.publicKey, message, signature));

    const { ml_dsa44, ml_dsa65, ml_dsa87 } = await import('@noble/post-quantum/ml-dsa.js');
    const code = { 'ML-DSA-44': ml_dsa44, 'ML-DSA-65': ml_dsa65, 'ML-DSA-87': ml_dsa87 }[type];
    const expandedKey = code.keygen(seed).secretKey;
    const expanded = await createNodeSigner({ type, seed: undefined, expandedKey });
    assert.equal(expanded.publicKey, ofSeed.publicKey);
    assert.ok(await algorithm?.verify(ofSeed.publicKey, message, await expanded.sign(name, message)));

    expandedKey[0] = (expandedKey[0] ?? 0) ^ 1;
    await rejectsWith('invalid_private_key', () => createSigner({ type, seed, expandedKey }, random));
    await rejectsWith('invalid_private_key', () =>
      createSigner({ type, seed: undefined, expandedKey: undefined }, random),
    );
  });
}

test('a signer needs the private key no more once it is there', async () => {
  for (const each of cases) {
    const key = privateKeyOf(each.key);
    const signer = await createSigner(key, random);
    for (const part of Object.values(key)) if (part instanceof Uint8Array) part.fill(0);
    await checkSigner(signer, each);
  }
});

test('signatures that have something random in them are never twice the same', async () => {
  for (const { key, signatures } of cases.filter(({ name }) => name.startsWith('P-') || name === 'RSA')) {
    const signer = await createSigner(privateKeyOf(key), random);
    const [name = 'ed25519'] = signatures;
    assert.not.equal(await signer.sign(name, message), await signer.sign(name, message));
  }
});

test('private keys whose parts do not fit are refused', async () => {
  const key = privateKeyOf(rsaKey);
  assert.is(key.type, 'RSA');
  if (key.type !== 'RSA') return;
  const other = privateKeyOf(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
  if (other.type !== 'RSA') return;
  await rejectsWith('invalid_private_key', () => createSigner({ ...key, prime1: other.prime1 }, random));
  await rejectsWith('unsupported_public_key', () =>
    createSigner({ ...key, modulus: key.modulus.subarray(1) }, random),
  );
  // Such a signature would give the primes away.
  for (const part of ['exponent1', 'exponent2', 'coefficient'] as const) {
    const signer = await createSigner({ ...key, [part]: other[part] }, random);
    await rejectsWith('invalid_private_key', async () => signer.sign('rsa_pss_sha256', message));
  }
  const [first, second] = ['P-256', 'P-256'].map((namedCurve) =>
    privateKeyOf(generateKeyPairSync('ec', { namedCurve }).privateKey),
  );
  if (first?.type !== 'EC' || second?.type !== 'EC') return assert.unreachable();
  await rejectsWith('invalid_private_key', () => createSigner({ ...first, point: second.point }, random));
  await rejectsWith('invalid_private_key', () =>
    createSigner({ ...first, scalar: new Uint8Array(32) }, random),
  );
});

test('a random source that gives zeros only is found out by RSA', async () => {
  const signer = await createSigner(privateKeyOf(rsaKey), (output) => void output.fill(0));
  await rejectsWith('broken_random', async () => signer.sign('rsa_pss_sha256', message));
});

const { subtle } = webcrypto;

test("WebCrypto's keys sign, also those that can't be exported", async () => {
  const algorithmsOfWebCrypto = [
    { name: 'ECDSA', namedCurve: 'P-256' },
    { name: 'ECDSA', namedCurve: 'P-384' },
    { name: 'ECDSA', namedCurve: 'P-521' },
    { name: 'Ed25519' },
    { name: 'RSA-PSS', hash: 'SHA-256' },
    { name: 'RSA-PSS', hash: 'SHA-384' },
    { name: 'RSA-PSS', hash: 'SHA-512' },
    { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' },
  ];
  for (const algorithm of algorithmsOfWebCrypto) {
    const key =
      cases.find(({ name }) => [algorithm.namedCurve, algorithm.name].includes(name))?.key ?? rsaKey;
    const der = key.export({ type: 'pkcs8', format: 'der' });
    const cryptoKey = await subtle.importKey('pkcs8', der, algorithm, false, ['sign']);
    const { publicKey } = await createSigner(privateKeyOf(key), random);
    const signer = createWebCryptoSigner(subtle, cryptoKey, publicKey);
    assert.ok(signer.signatures.length > 0);
    // Numbers with zeros in front come now and then.
    for (const name of signer.signatures) {
      for (let times = 0; times < 20; times++) {
        assert.ok(isRight(name, key, await signer.sign(name, message)), `${algorithm.name} ${name}`);
      }
    }
    await rejectsWith('unsupported_algorithm', async () => signer.sign('mldsa44', message));
    assert.throws(
      () => createWebCryptoSigner(subtle, cryptoKey, { type: 'Ed448', key: new Uint8Array(57) }),
      (error: unknown) => error instanceof CryptoError && error.code === 'invalid_private_key',
    );
  }
});

test("WebCrypto's keys that are for something else are refused", async () => {
  const { publicKey, privateKey } = await subtle.generateKey({ name: 'ECDH', namedCurve: 'P-256' }, false, [
    'deriveBits',
  ]);
  for (const key of [publicKey, privateKey]) {
    assert.throws(
      () => createWebCryptoSigner(subtle, key, { type: 'Ed25519', key: new Uint8Array(32) }),
      (error: unknown) => error instanceof CryptoError && error.code === 'invalid_private_key',
    );
  }
});

async function rejectsWith(code: CryptoError['code'], act: () => Promise<unknown>): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof CryptoError)) throw error;
    assert.is(error.code, code);
    return;
  }
  assert.unreachable(`nothing was refused with ${code}`);
}

test.run();
