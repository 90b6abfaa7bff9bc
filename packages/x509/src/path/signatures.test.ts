import { CryptoError } from '@halfclose/crypto';
import { createAuthority, der, tamperContents, tamperSignature } from '@halfclose/testing/ca';
import * as fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CertificateError } from '../errors.ts';
import { countingProvider, portable, refusal, verify } from '../testing/verify.ts';
import { createTrustStore } from '../trust/trustStore.ts';
import { createServerVerifier } from '../verifier.ts';

const root = await createAuthority({ name: 'Root' });
const trusted = [root.certificate];
const leaf = await root.issue();

test('one wrong bit in the contents or the signature', async () => {
  for (const alterCertificate of [tamperContents, tamperSignature]) {
    const { certificate } = await root.issue({ alterCertificate });
    const error = await refusal({ chain: [certificate], trusted });
    assert.is(error.code, 'bad_signature');
    assert.equal(error.certificate?.raw, certificate);
  }
});

test('no octet of a path may be another', async () => {
  const intermediate = await root.issueAuthority();
  const { chain } = await intermediate.issue();
  const octets = chain.reduce((sum, { length }) => sum + length, 0);
  const change = fc.record({ at: fc.nat({ max: octets - 1 }), mask: fc.integer({ min: 1, max: 255 }) });
  await fc.assert(
    fc.asyncProperty(change, async ({ at, mask }) => {
      let start = 0;
      const altered = chain.map((certificate) => {
        const own = at - start;
        start += certificate.length;
        return certificate.map((octet, index) => (index === own ? octet ^ mask : octet));
      });
      await refusal({ chain: altered, trusted });
    }),
    { numRuns: 200 },
  );
});

test('of a provider without types, nothing but true makes a signature right', async () => {
  const { certificate } = await root.issue({ alterCertificate: tamperSignature });
  for (const answer of [1, 'true', {}, Promise.resolve({}), Promise.resolve(1), undefined, null]) {
    const signatures = portable.signatures.map((algorithm) => ({
      ...algorithm,
      // What the contract rules out, on purpose.
      verify: () => answer as unknown as boolean,
    }));
    const error = await refusal({ chain: [certificate], trusted, crypto: { ...portable, signatures } });
    assert.is(error.code, 'bad_signature');
  }
});

test('an intermediate with a wrong signature', async () => {
  const forged = await root.issueAuthority({ alterCertificate: tamperSignature });
  const error = await refusal({ chain: (await forged.issue()).chain, trusted });
  assert.is(error.code, 'bad_signature');
  assert.equal(error.certificate?.raw, forged.certificate);
});

test('a signature of another type than the key of the issuer', async () => {
  // Without an identifier, nothing but the name says whose key it is.
  const options = { name: 'Root', keyType: 'RSA-2048', subjectKeyIdentifier: false } as const;
  const rsaNamesake = await createAuthority(options);
  const { crypto, count } = countingProvider();
  const error = await refusal({ chain: leaf.chain, trusted: [rsaNamesake.certificate], crypto });
  assert.is(error.code, 'bad_signature');
  assert.match(error.message, 'is ecdsa_sha256, and the key of its issuer is RSA');
  assert.is(count(), 0);
});

test('PKCS#1 signatures by a key for PSS, and other PSS than the key is for', async () => {
  const pssRoot = await createAuthority({ name: 'PSS', keyType: 'RSA-PSS-2048' });
  const parameters = der.children(pssRoot.certificate)[1];
  assert.ok(parameters);
  const limit = (tbs: Uint8Array): Uint8Array => {
    const fields = der.children(tbs);
    const spki = fields[6];
    assert.ok(spki);
    const key = der.children(spki)[1];
    assert.ok(key);
    return der.sequence(...fields.map((field) => (field === spki ? der.sequence(parameters, key) : field)));
  };
  const limited = await createAuthority({ name: 'PSS', key: pssRoot.key, alterTbs: limit });
  const right = await pssRoot.issue();
  await verify({ chain: right.chain, trusted: [limited.certificate] });
  const other = await pssRoot.issue({ signature: { hash: 'SHA-384' } });
  await verify({ chain: other.chain, trusted: [pssRoot.certificate] });
  const error = await refusal({ chain: other.chain, trusted: [limited.certificate] });
  assert.is(error.code, 'bad_signature');
  assert.match(error.message, 'for rsa_pss_sha256 only');
});

test('an algorithm that is not known, or not in the provider', async () => {
  const unknown = der.sequence(der.oid('1.3.101.114'));
  const alterTbs = (tbs: Uint8Array): Uint8Array => {
    const fields = der.children(tbs);
    return der.sequence(...fields.map((field, index) => (index === 2 ? unknown : field)));
  };
  const alterCertificate = (certificate: Uint8Array): Uint8Array => {
    const [tbs, , signature] = der.children(certificate);
    assert.ok(tbs && signature);
    return der.sequence(tbs, unknown, signature);
  };
  const strange = await root.issue({ alterTbs, alterCertificate });
  assert.is((await refusal({ chain: strange.chain, trusted })).code, 'unsupported_signature');

  const crypto = {
    ...portable,
    signatures: portable.signatures.filter(({ name }) => name !== 'ecdsa_sha256'),
  };
  const error = await refusal({ chain: leaf.chain, trusted, crypto });
  assert.is(error.code, 'unsupported_signature');
  assert.match(error.message, 'has no ecdsa_sha256');
});

test('a key that is no point of its curve', async () => {
  const alterTbs = (tbs: Uint8Array): Uint8Array => {
    const altered = tbs.slice();
    const spki = der.children(altered)[6];
    assert.ok(spki);
    spki[spki.length - 1] = (spki.at(-1) ?? 0) ^ 1;
    return altered;
  };
  const broken = await createAuthority({ name: 'Root', key: root.key, alterTbs });
  const error = await refusal({ chain: leaf.chain, trusted: [broken.certificate] });
  assert.is(error.code, 'unsupported_key');
  assert.equal(error.certificate?.raw, broken.certificate);
  assert.instance(error.cause, CryptoError);
  await verify({ chain: leaf.chain, trusted: [broken.certificate, root.certificate] });
});

test('a signature is checked once for each key', async () => {
  const other = await createAuthority({
    name: 'Root',
    key: root.key,
    subjectKeyIdentifier: false,
    notAfter: new Date('2090-01-01'),
  });
  const bad = await root.issue({ alterCertificate: tamperSignature });
  const { crypto, count } = countingProvider();
  await refusal({ chain: bad.chain, trusted: [root.certificate, other.certificate], crypto });
  assert.is(count(), 1);
});

function verifierWith(verifySignature: (right: boolean) => boolean | Promise<boolean>) {
  const signatures = portable.signatures.map((algorithm) => ({
    ...algorithm,
    verify: async (...args: Parameters<typeof algorithm.verify>) =>
      verifySignature(await algorithm.verify(...args)),
  }));
  return createServerVerifier({
    crypto: { ...portable, signatures },
    trustStore: createTrustStore(trusted),
    checkHostname: false,
  });
}

test('with a provider that answers at once, nothing waits', () => {
  const verifier = createServerVerifier({
    crypto: portable,
    trustStore: createTrustStore(trusted),
    checkHostname: false,
  });
  const identity = { certificates: leaf.chain, serverName: undefined, now: Date.now() };
  assert.not.instance(verifier.verifyServer(identity), Promise);
  assert.throws(
    () => verifier.verifyServer({ ...identity, now: 0 }),
    (error: unknown) => error instanceof CertificateError && error.code === 'not_yet_valid',
  );
});

test('with a provider that answers later, the result comes later', async () => {
  const intermediate = await root.issueAuthority();
  const forged = await root.issueAuthority({ alterCertificate: tamperSignature });
  const identity = (chain: readonly Uint8Array[]) => ({
    certificates: chain,
    serverName: undefined,
    now: Date.now(),
  });
  const later = verifierWith((right) => right).verifyServer(identity((await intermediate.issue()).chain));
  assert.instance(later, Promise);
  assert.is((await later).verifiedChain.length, 3);

  const refused = await Promise.resolve(
    verifierWith((right) => right).verifyServer(identity((await forged.issue()).chain)),
  ).catch((error: unknown) => error);
  assert.ok(refused instanceof CertificateError && refused.code === 'bad_signature');
});

test('a key that a provider refuses later is refused like one that it refuses at once', async () => {
  const refused = new CryptoError('unsupported_public_key', 'too small');
  const verifier = verifierWith(() => Promise.reject(refused));
  const identity = { certificates: leaf.chain, serverName: undefined, now: Date.now() };
  const error = await Promise.resolve(verifier.verifyServer(identity)).catch((reason: unknown) => reason);
  assert.ok(error instanceof CertificateError && error.code === 'unsupported_key');
  assert.is(error.cause, refused);
});

test('an error of the provider that is about no key comes through as it is', async () => {
  const broken = new Error('the token was pulled out');
  const verifier = verifierWith(() => Promise.reject(broken));
  const identity = { certificates: leaf.chain, serverName: undefined, now: Date.now() };
  const error = await Promise.resolve(verifier.verifyServer(identity)).catch((reason: unknown) => reason);
  assert.is(error, broken);
});

test.run();
