import { createAuthority, der } from '@halfclose/testing/ca';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseCertificate } from './certificate/parseCertificate.ts';
import { CertificateError } from './errors.ts';
import { tlsServer } from './path/purpose.ts';
import { checkPolicies } from './policies/checkPolicies.ts';
import { certificateDer, ecSpkiDer } from './testing/certificateDer.ts';
import { portable, refusal, verify } from './testing/verify.ts';
import { createTrustStore } from './trust/trustStore.ts';
import {
  createServerVerifier,
  createUncheckedVerifier,
  createVerifierFor,
  type ServerVerifierOptions,
} from './verifier.ts';

const root = await createAuthority({ name: 'Root' });
const trusted = [root.certificate];
const leaf = await root.issue({ dnsNames: ['example.com'], ipAddresses: ['192.0.2.1'] });
const request = { chain: leaf.chain, trusted };

test('the name is checked where it is asked for', async () => {
  await verify({ ...request, serverName: 'example.com' });
  await verify({ ...request, serverName: '192.0.2.1' });
  await verify(request);
  const error = await refusal({ ...request, serverName: 'example.org' });
  assert.is(error.code, 'name_mismatch');
  assert.equal(error.certificate?.raw, leaf.certificate);
  assert.is((await refusal({ ...request, serverName: '192.0.2.2' })).code, 'address_mismatch');
});

test('the path comes before the name', async () => {
  assert.is(
    (await refusal({ chain: leaf.chain, trusted: [], serverName: 'example.org' })).code,
    'unknown_issuer',
  );
});

test('a name is required, and one that a certificate could have', () => {
  const verifier = createServerVerifier({
    crypto: portable,
    trustStore: createTrustStore(trusted),
    checkHostname: true,
  });
  for (const serverName of [undefined, '', 'bücher.example', '*.example.com']) {
    assert.throws(
      () => verifier.verifyServer({ certificates: leaf.chain, serverName, now: Date.now() }),
      (error: unknown) => error instanceof CertificateError && error.code === 'invalid_server_name',
    );
  }
});

test('without the check, any name will do', async () => {
  const verifier = createServerVerifier({
    crypto: portable,
    trustStore: createTrustStore(trusted),
    checkHostname: false,
  });
  await verifier.verifyServer({ certificates: leaf.chain, serverName: 'not a name', now: Date.now() });
});

test('where a policy is demanded, checkPolicies finds it; without, nobody can', async () => {
  const policies = { oid: '2.5.29.32', value: der.sequence(der.sequence(der.oid('1.2.3.1'))) };
  const demand = {
    oid: '2.5.29.36',
    critical: true,
    value: der.sequence(der.contextPrimitive(0, Uint8Array.of(0))),
  };
  const demanding = await root.issueAuthority({ name: 'Demanding', extensions: [policies, demand] });
  const verdict = async (chain: readonly Uint8Array[], options: Partial<ServerVerifierOptions>) => {
    const trustStore = createTrustStore(trusted);
    const verifier = createServerVerifier({ crypto: portable, trustStore, checkHostname: false, ...options });
    try {
      await verifier.verifyServer({ certificates: chain, serverName: undefined, now: Date.now() });
      return 'good';
    } catch (error) {
      return error instanceof CertificateError ? error.code : error;
    }
  };
  const { chain } = await demanding.issue({ extensions: [policies] });
  const { chain: without } = await demanding.issue();
  assert.is(await verdict(chain, { policies: checkPolicies }), 'good');
  assert.is(await verdict(without, { policies: checkPolicies }), 'no_valid_policy');
  assert.is(await verdict(chain, {}), 'no_valid_policy');
  const { chain: unasked } = await root.issue({ extensions: [{ ...policies, critical: true }] });
  assert.is(await verdict(unasked, {}), 'good');
});

test('no more intermediates than the caller allows, those that renew themselves not counted', async () => {
  const one = await root.issueAuthority({ name: 'One' });
  const renewed = await one.issueAuthority({ name: 'One' });
  const two = await renewed.issueAuthority({ name: 'Two' });
  const code = (chain: readonly Uint8Array[], maxIntermediates: number) => {
    const trustStore = createTrustStore(trusted);
    const options = { crypto: portable, trustStore, checkHostname: false, maxIntermediates };
    const verifier = createServerVerifier(options);
    return Promise.resolve()
      .then(() => verifier.verifyServer({ certificates: chain, serverName: undefined, now: Date.now() }))
      .then(() => 'accepted')
      .catch((error: unknown) => (error instanceof CertificateError ? error.code : error));
  };
  assert.is(await code(leaf.chain, 0), 'accepted');
  const belowOne = (await one.issue()).chain;
  assert.is(await code(belowOne, 0), 'path_too_long');
  assert.is(await code(belowOne, 1), 'accepted');
  assert.is(await code((await renewed.issue()).chain, 1), 'accepted');
  const belowTwo = (await two.issue()).chain;
  assert.is(await code(belowTwo, 1), 'path_too_long');
  assert.is(await code(belowTwo, 2), 'accepted');

  let deep = two;
  for (let depth = 0; depth < 10; depth++) deep = await deep.issueAuthority({ name: `Level ${depth}` });
  const belowDeep = (await deep.issue()).chain;
  assert.is(await code(belowDeep, 13), 'accepted', 'and more than a search goes through by itself');
  assert.is(await code(belowDeep, 11), 'limit_exceeded');
  for (const nonsense of [-1, 1.5, Number.NaN, Infinity]) {
    assert.throws(
      () =>
        createServerVerifier({
          crypto: portable,
          trustStore: createTrustStore(),
          checkHostname: false,
          maxIntermediates: nonsense,
        }),
      RangeError,
    );
  }
});

test('for another purpose, its certificates and no others', async () => {
  const clients = { ...tlsServer, holders: 'TLS clients', extendedKeyUsage: ['1.3.6.1.5.5.7.3.2'] };
  const verifier = createVerifierFor(clients, {
    crypto: portable,
    trustStore: createTrustStore(trusted),
    checkHostname: false,
  });
  const identity = { serverName: undefined, now: Date.now() };
  const client = await root.issue({ extendedKeyUsage: ['clientAuth'] });
  await verifier.verifyServer({ ...identity, certificates: client.chain });
  assert.is((await refusal({ chain: client.chain, trusted })).code, 'invalid_purpose');
  assert.throws(
    () => verifier.verifyServer({ ...identity, certificates: leaf.chain }),
    (error: unknown) =>
      error instanceof CertificateError && error.message.endsWith('not issued for TLS clients'),
  );
  const signing = createVerifierFor(
    { ...clients, keyUsage: ['digitalSignature', 'nonRepudiation'] },
    { crypto: portable, trustStore: createTrustStore(trusted), checkHostname: false },
  );
  assert.throws(
    () => signing.verifyServer({ ...identity, certificates: client.chain }),
    (error: unknown) => error instanceof CertificateError && error.code === 'invalid_purpose',
  );
});

test('a key is for what the handshake does with it', async () => {
  const verifier = createServerVerifier({
    crypto: portable,
    trustStore: createTrustStore(trusted),
    checkHostname: false,
  });
  const identity = { serverName: undefined, now: Date.now() };
  const encrypting = await root.issue({ keyType: 'RSA-2048', keyUsage: ['keyEncipherment'] });
  const signing = await root.issue({ keyType: 'RSA-2048', keyUsage: ['digitalSignature'] });
  const open = await root.issue({ keyType: 'RSA-2048', keyUsage: ['digitalSignature', 'keyEncipherment'] });
  const wrong = (error: unknown) => error instanceof CertificateError && error.code === 'invalid_purpose';
  for (const keyUse of ['digitalSignature', 'keyEncipherment'] as const) {
    const [fit, unfit] = keyUse === 'digitalSignature' ? [signing, encrypting] : [encrypting, signing];
    await verifier.verifyServer({ ...identity, certificates: fit.chain, keyUse });
    await verifier.verifyServer({ ...identity, certificates: open.chain, keyUse });
    assert.throws(() => verifier.verifyServer({ ...identity, certificates: unfit.chain, keyUse }), wrong);
  }
  assert.throws(() => verifier.verifyServer({ ...identity, certificates: encrypting.chain }), wrong);
});

test('what is added to the store later counts', async () => {
  const trustStore = createTrustStore();
  const verifier = createServerVerifier({ crypto: portable, trustStore, checkHostname: false });
  const identity = { certificates: leaf.chain, serverName: undefined, now: Date.now() };
  assert.throws(() => verifier.verifyServer(identity));
  trustStore.add(root.certificate);
  await verifier.verifyServer(identity);
});

test('what it gives is the callers to change', async () => {
  const trustStore = createTrustStore(trusted);
  const verifier = createServerVerifier({ crypto: portable, trustStore, checkHostname: false });
  const identity = { certificates: leaf.chain, serverName: undefined, now: Date.now() };
  const { verifiedChain } = await verifier.verifyServer(identity);
  for (const certificate of verifiedChain) certificate.fill(0);
  assert.equal((await verifier.verifyServer(identity)).verifiedChain, [leaf.certificate, root.certificate]);
});

test('the decision holds until the first certificate of the path expires', async () => {
  const year = (number: number): Date => new Date(Date.UTC(number, 0, 1));
  for (const [ofRoot, ofAuthority, ofLeaf] of [
    [2047, 2048, 2049],
    [2049, 2047, 2048],
    [2048, 2049, 2047],
  ] as const) {
    const anchor = await createAuthority({ name: 'Anchor', notAfter: year(ofRoot) });
    const authority = await anchor.issueAuthority({ name: 'Between', notAfter: year(ofAuthority) });
    const { chain } = await authority.issue({ dnsNames: ['example.com'], notAfter: year(ofLeaf) });
    const trustStore = createTrustStore([anchor.certificate]);
    const verifier = createServerVerifier({ crypto: portable, trustStore, checkHostname: false });
    const identity = { certificates: chain, serverName: undefined, now: Date.now() };
    assert.is((await verifier.verifyServer(identity)).validUntil, year(2047).getTime());
  }
});

test('a chain of nothing, and a certificate of nothing', async () => {
  assert.is((await refusal({ chain: [], trusted })).code, 'malformed');
  assert.is((await refusal({ chain: [new Uint8Array(0)], trusted })).code, 'malformed');
});

test('unchecked: the key, and no opinion', async () => {
  const verifier = createUncheckedVerifier();
  const expired = await root.issue({ notBefore: new Date('2019-01-01'), notAfter: new Date('2020-01-01') });
  const identity = { certificates: [expired.certificate], serverName: 'elsewhere.example', now: Date.now() };
  assert.equal(await verifier.verifyServer(identity), {
    publicKey: parseCertificate(expired.certificate).publicKey,
    verifiedChain: [],
  });
  for (const certificates of [[], [Uint8Array.of(0x30, 0)]]) {
    assert.throws(
      () => verifier.verifyServer({ ...identity, certificates }),
      (error: unknown) => error instanceof CertificateError && error.code === 'malformed',
    );
  }
  // On secp256k1.
  const strange = certificateDer({ spki: ecSpkiDer(der.oid('1.3.132.0.10')) });
  assert.throws(
    () => verifier.verifyServer({ ...identity, certificates: [strange] }),
    (error: unknown) => error instanceof CertificateError && error.code === 'unsupported_key',
  );
});

test.run();
