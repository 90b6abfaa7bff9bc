import { createAuthority, createCrl } from '@halfclose/testing/ca';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createDecisionMemory, type DecisionMemory } from './decisionMemory.ts';
import { CertificateError, type CertificateErrorCode } from './errors.ts';
import { checkPolicies } from './policies/checkPolicies.ts';
import { createRevocationCheck, type RevocationOptions } from './revocation/checkRevocation.ts';
import { createCrlStore } from './revocation/crlStore.ts';
import { countingProvider } from './testing/verify.ts';
import { createTrustStore } from './trust/trustStore.ts';
import {
  createServerVerifier,
  type ServerIdentity,
  type ServerVerifierOptions,
  type VerifiedServer,
} from './verifier.ts';

const test = suite('decisions from one verification to the next');

const hour = 3_600_000;
const now = Date.now();
const root = await createAuthority();
const intermediate = await root.issueAuthority();
const leaf = await intermediate.issue({ dnsNames: ['localhost', 'example.org'] });
const other = await intermediate.issue({ dnsNames: ['localhost'] });
const trustStore = createTrustStore([root.certificate]);
const { crypto, count } = countingProvider();

type TestOptions = Partial<Omit<ServerVerifierOptions, 'revocation'>> & {
  readonly revocation?: RevocationOptions;
};

async function verify(
  decisions: DecisionMemory,
  identity: Partial<ServerIdentity> = {},
  { revocation, ...options }: TestOptions = {},
): Promise<VerifiedServer & { readonly checks: number }> {
  const before = count();
  const verifier = createServerVerifier({
    crypto,
    trustStore,
    checkHostname: true,
    decisions,
    ...options,
    ...(revocation && { revocation: createRevocationCheck(revocation) }),
  });
  const asked = { certificates: leaf.chain, serverName: 'localhost', now, ...identity };
  return { ...(await verifier.verifyServer(asked)), checks: count() - before };
}

async function refuses(code: CertificateErrorCode, ...args: Parameters<typeof verify>): Promise<void> {
  try {
    await verify(...args);
  } catch (error) {
    assert.is(error instanceof CertificateError && error.code, code);
    return;
  }
  assert.unreachable(`it should say ${code}`);
}

test('what was decided is decided once, and the answer is the same', async () => {
  const memory = createDecisionMemory();
  const { checks, ...first } = await verify(memory);
  assert.is(checks, 2);
  const again = await verify(memory, { certificates: leaf.chain.map((der) => der.slice()), now: now + hour });
  assert.equal(again, { ...first, checks: 0 });
});

test('it is decided anew where anything is different', async () => {
  const memory = createDecisionMemory();
  await verify(memory);
  const differently: readonly Parameters<typeof verify>[] = [
    [memory, { certificates: other.chain }],
    [memory, { serverName: 'example.org' }],
    [memory, { now: now - 1 }],
    [memory, { mustMatchName: true }],
    [memory, {}, { checkHostname: false }],
    [memory, {}, { maxIntermediates: 1 }],
    [memory, {}, { policies: checkPolicies }],
    [memory, {}, { revocation: { policy: 'off' } }],
    [memory, {}, { revocation: { policy: 'ifPresent' } }],
    [memory, {}, { trustStore: createTrustStore([root.certificate]) }],
  ];
  for (const args of differently) {
    const fresh = createDecisionMemory();
    await verify(fresh);
    assert.is((await verify(fresh, args[1], args[2])).checks, 2);
  }
  await refuses('name_mismatch', memory, { serverName: 'example.net' });
  await refuses('unknown_issuer', memory, {}, { trustStore: createTrustStore() });
  await refuses('revocation_unknown', memory, {}, { revocation: { policy: 'require' } });
});

test('nothing outlives a certificate of its path', async () => {
  const memory = createDecisionMemory();
  const { validUntil = 0 } = await verify(memory);
  assert.is((await verify(memory, { now: validUntil - 1 })).checks, 0);
  await refuses('expired', memory, { now: validUntil + 1000 });
  await refuses('not_yet_valid', memory, { now: Number.NaN });
});

test('where there is something to say about revocation, all is decided anew', async () => {
  const memory = createDecisionMemory();
  await verify(memory);
  const crls = createCrlStore();
  const silent = { policy: 'ifPresent', crls } as const;
  await verify(memory, {}, { revocation: silent });
  assert.is((await verify(memory, {}, { revocation: silent })).checks, 0);
  const shown = { ocspResponse: new Uint8Array(3) };
  await refuses('bad_ocsp_response', memory, shown, { revocation: silent });
  assert.is((await verify(memory, shown)).checks, 2, 'another verifier');
  assert.is((await verify(memory, shown)).checks, 0, 'without a check of revocation nobody looks at it');
  crls.add(createCrl({ issuer: intermediate, revoked: [{ certificate: leaf.certificate }] }));
  await refuses('revoked', memory, {}, { revocation: silent });
  let asked = 0;
  const source = (): 'good' => {
    asked++;
    return 'good';
  };
  const withSource = { policy: 'ifPresent', source } as const;
  await verify(memory, {}, { revocation: withSource });
  await verify(memory, {}, { revocation: withSource });
  assert.is(asked, 4);
});

test('who has the certificates, or the answer, changes nothing in it', async () => {
  const memory = createDecisionMemory();
  const shown = leaf.chain.map((der) => der.slice());
  const { publicKey, verifiedChain } = await verify(memory, { certificates: shown });
  const [key, chain] = [structuredClone(publicKey), structuredClone(verifiedChain)];
  for (const der of [...shown, ...verifiedChain]) der.fill(0);
  const again = await verify(memory);
  assert.equal([again.publicKey, again.verifiedChain, again.checks], [key, chain, 0]);
});

test('of so many names, and of chains of ordinary length', async () => {
  const memory = createDecisionMemory(1);
  await verify(memory);
  await verify(memory, { serverName: 'example.org' });
  assert.is((await verify(memory)).checks, 2);
  const long = [...leaf.chain, new Uint8Array(16_384)];
  await verify(memory, { certificates: long });
  assert.is((await verify(memory, { certificates: long })).checks, 2);
});

test.run();
