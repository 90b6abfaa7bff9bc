import { generateKeyPairSync, sign } from 'node:crypto';
import { createAuthority, der, joinCertificate, splitCertificate } from '@halfclose/testing/ca';
import { ml_dsa44, ml_dsa65, ml_dsa87 } from '@noble/post-quantum/ml-dsa.js';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CertificateError } from '../errors.ts';
import {
  certificateDer,
  dnsNameDer,
  extensionDer,
  extensionsDer,
  nameDer,
  subjectAltNameDer,
} from '../testing/certificateDer.ts';
import { portable, refusal, verify } from '../testing/verify.ts';

/** An algorithm whose keys and signatures have the same AlgorithmIdentifier, without parameters. */
interface Signer {
  readonly algorithm: Uint8Array;
  readonly spki: Uint8Array;
  readonly sign: (message: Uint8Array) => Uint8Array;
}

function mlDsa(noble: typeof ml_dsa44, oid: string): Signer {
  const { publicKey, secretKey } = noble.keygen(new Uint8Array(32).fill(7));
  const algorithm = der.sequence(der.oid(oid));
  return {
    algorithm,
    spki: der.sequence(algorithm, der.bitString(publicKey)),
    sign: (message) => noble.sign(message, secretKey),
  };
}

function ed448(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync('ed448');
  return {
    algorithm: der.sequence(der.oid('1.3.101.113')),
    spki: new Uint8Array(publicKey.export({ type: 'spki', format: 'der' })),
    sign: (message) => new Uint8Array(sign(null, message, privateKey)),
  };
}

const signers = {
  Ed448: ed448(),
  'ML-DSA-44': mlDsa(ml_dsa44, '2.16.840.1.101.3.4.3.17'),
  'ML-DSA-65': mlDsa(ml_dsa65, '2.16.840.1.101.3.4.3.18'),
  'ML-DSA-87': mlDsa(ml_dsa87, '2.16.840.1.101.3.4.3.19'),
};

/** Bits of keyUsage from the first on, RFC 5280 section 4.2.1.3. */
const usages = {
  digitalSignature: 0,
  nonRepudiation: 1,
  keyEncipherment: 2,
  dataEncipherment: 3,
  keyAgreement: 4,
  keyCertSign: 5,
  cRLSign: 6,
  encipherOnly: 7,
  decipherOnly: 8,
};
type Usage = keyof typeof usages;

function keyUsageDer(names: readonly Usage[]): Uint8Array {
  const bits = names.map((name) => usages[name]);
  const last = Math.max(...bits);
  const octets = new Uint8Array(last >> 3 > 0 ? 2 : 1);
  for (const bit of bits) octets[bit >> 3] = (octets[bit >> 3] ?? 0) | (0x80 >> (bit & 7));
  return extensionDer('2.5.29.15', der.bitString(octets, 7 - (last & 7)), true);
}

interface Made {
  readonly subject: string;
  readonly key: Signer;
  readonly issuer: string;
  readonly issuerKey: Signer;
  readonly usage: readonly Usage[];
  readonly isAuthority?: true;
}

function certificateOf({ subject, key, issuer, issuerKey, usage, isAuthority }: Made): Uint8Array {
  const basicConstraints = der.sequence(...(isAuthority ? [der.boolean(true)] : []));
  const draft = certificateDer({
    signature: issuerKey.algorithm,
    signatureAlgorithm: issuerKey.algorithm,
    issuer: nameDer(issuer),
    subject: nameDer(subject),
    spki: key.spki,
    rest: extensionsDer(
      keyUsageDer(usage),
      extensionDer('2.5.29.19', basicConstraints, true),
      ...(isAuthority ? [] : [subjectAltNameDer(dnsNameDer('example.com'))]),
    ),
  });
  const parts = splitCertificate(draft);
  return joinCertificate({ ...parts, signature: issuerKey.sign(parts.tbs) });
}

const now = Date.UTC(2026, 6, 1);

/** A server under a root, both with keys of that type. */
function pathOf(
  key: Signer,
  server: readonly Usage[] = ['digitalSignature'],
  root: readonly Usage[] = ['keyCertSign'],
) {
  const top = certificateOf({
    subject: 'Root',
    issuer: 'Root',
    key,
    issuerKey: key,
    usage: root,
    isAuthority: true,
  });
  const leaf = certificateOf({ subject: 'example.com', issuer: 'Root', key, issuerKey: key, usage: server });
  return { chain: [leaf], trusted: [top], serverName: 'example.com', now };
}

for (const [name, key] of Object.entries(signers)) {
  test(`${name}: accepts what it has signed, and refuses that with one bit changed`, async () => {
    const path = pathOf(key);
    await verify(path);
    const changed = path.chain.map((octets) =>
      octets.map((octet, at) => (at === octets.length - 9 ? octet ^ 1 : octet)),
    );
    assert.is((await refusal({ ...path, chain: changed })).code, 'bad_signature');
  });

  test(`${name}: a signature by another kind of key is refused`, async () => {
    const other = key === signers.Ed448 ? signers['ML-DSA-44'] : signers.Ed448;
    const { trusted } = pathOf(key);
    const leaf = certificateOf({
      subject: 'example.com',
      issuer: 'Root',
      key,
      issuerKey: other,
      usage: ['digitalSignature'],
    });
    const error = await refusal({ chain: [leaf], trusted, serverName: 'example.com', now });
    assert.is(error.code, 'bad_signature');
  });

  test(`${name}: a provider without it refuses what it has signed`, async () => {
    const crypto = { ...portable, signatures: portable.signatures.filter(({ keyType }) => keyType !== name) };
    assert.is((await refusal({ ...pathOf(key), crypto })).code, 'unsupported_signature');
  });
}

for (const name of ['ML-DSA-44', 'ML-DSA-65', 'ML-DSA-87'] as const) {
  test(`${name}: its keys sign and do nothing else (RFC 9881 section 5)`, async () => {
    const key = signers[name];
    await verify(
      pathOf(key, ['digitalSignature', 'nonRepudiation'], ['keyCertSign', 'cRLSign', 'digitalSignature']),
    );
    for (const usage of ['keyEncipherment', 'dataEncipherment', 'keyAgreement'] as const) {
      const server = await refusal(pathOf(key, ['digitalSignature', usage]));
      assert.is(server.code, 'invalid_extension');
      assert.match(server.message, usage);
      assert.is(
        (await refusal(pathOf(key, ['digitalSignature'], ['keyCertSign', usage]))).code,
        'invalid_extension',
      );
    }
    for (const usage of ['encipherOnly', 'decipherOnly'] as const) {
      assert.is((await refusal(pathOf(key, ['digitalSignature', usage]))).code, 'invalid_extension');
    }
  });
}

for (const hash of ['SHA-256', 'SHA-384', 'SHA-512'] as const) {
  test(`P-521 with ${hash}: accepts what it has signed`, async () => {
    const top = await createAuthority({ name: 'Root', keyType: 'P-521' });
    const server = await top.issue({ dnsNames: ['example.com'], keyType: 'P-521', signature: { hash } });
    await verify({ chain: server.chain, trusted: [top.certificate], serverName: 'example.com' });
  });
}

// Keys that are of no use to check a signature with.
const nullSpki = (oid: string, key: Uint8Array) =>
  der.sequence(der.sequence(der.oid(oid), der.nullValue()), der.bitString(key));
const namedCurve = (oid: string, point: Uint8Array) =>
  der.sequence(der.sequence(der.oid('1.2.840.10045.2.1'), der.oid(oid)), der.bitString(point));
const rsaKey = (modulus: bigint, exponent: bigint) =>
  nullSpki('1.2.840.113549.1.1.1', der.sequence(der.integer(modulus), der.integer(exponent)));
const explicitCurve = der.sequence(
  der.integer(1),
  der.sequence(der.oid('1.2.840.10045.1.1'), der.integer(2n ** 255n - 19n)),
);
const useless: Readonly<Record<string, Uint8Array>> = {
  DSA: der.sequence(
    der.sequence(
      der.oid('1.2.840.10040.4.1'),
      der.sequence(der.integer(2n ** 1023n + 1n), der.integer(2n ** 159n + 1n), der.integer(2)),
    ),
    der.bitString(der.integer(4)),
  ),
  'DSA with parameters of zero': der.sequence(
    der.sequence(der.oid('1.2.840.10040.4.1'), der.sequence(der.integer(0), der.integer(0), der.integer(0))),
    der.bitString(der.integer(0)),
  ),
  'P-192': namedCurve('1.2.840.10045.3.1.1', Uint8Array.of(4, ...new Uint8Array(48))),
  'a point off the curve': namedCurve('1.2.840.10045.3.1.7', Uint8Array.of(4, ...new Uint8Array(64).fill(1))),
  'explicit parameters (CVE-2020-0601)': der.sequence(
    der.sequence(der.oid('1.2.840.10045.2.1'), explicitCurve),
    der.bitString(Uint8Array.of(4, ...new Uint8Array(64))),
  ),
  'RSA of 1024 bits': rsaKey(2n ** 1023n + 1n, 65537n),
  'RSA of 16384 bits (CVE-2023-29409)': rsaKey(2n ** 16383n + 1n, 65537n),
  'RSA with an even modulus': rsaKey(2n ** 2047n, 65537n),
  'RSA with the exponent 1': rsaKey(2n ** 2047n + 1n, 1n),
  'RSA with an exponent as long as the modulus': rsaKey(2n ** 2047n + 1n, 2n ** 2046n + 1n),
  'RSA without numbers': nullSpki('1.2.840.113549.1.1.1', new Uint8Array(0)),
  X25519: der.sequence(der.sequence(der.oid('1.3.101.110')), der.bitString(new Uint8Array(32).fill(9))),
  'Ed25519 of small order': der.sequence(
    der.sequence(der.oid('1.3.101.112')),
    der.bitString(Uint8Array.of(1, ...new Uint8Array(31))),
  ),
};

for (const [what, spki] of Object.entries(useless)) {
  test(`${what}: no path through it, and none lost that goes another way`, async () => {
    const key = signers.Ed448;
    const { chain, trusted, ...rest } = pathOf(key);
    // An authority of the right name whose key is of no use stands before the right one, in the list and in the store.
    const namesake = certificateOf({
      subject: 'Root',
      issuer: 'Root',
      key: { ...key, spki },
      issuerKey: key,
      usage: ['keyCertSign'],
      isAuthority: true,
    });
    assert.instance(await refusal({ chain, trusted: [namesake], ...rest }), CertificateError);
    assert.instance(
      await refusal({ chain: [...chain, namesake], trusted: [namesake], ...rest }),
      CertificateError,
    );
    await verify({ chain: [...chain, namesake], trusted: [namesake, ...trusted], ...rest });

    const server = certificateOf({
      subject: 'example.com',
      issuer: 'Root',
      key: { ...key, spki },
      issuerKey: key,
      usage: ['digitalSignature'],
    });
    const isPoint = what === 'a point off the curve' || what === 'Ed25519 of small order';
    // A server's own key is used for the handshake, where the provider looks whether it is a point.
    if (isPoint) await verify({ chain: [server], trusted, ...rest });
    else assert.instance(await refusal({ chain: [server], trusted, ...rest }), CertificateError);
  });
}

test.run();
