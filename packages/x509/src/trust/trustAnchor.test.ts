import { createAuthority, type Issued } from '@halfclose/testing/ca';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseCertificate } from '../certificate/parseCertificate.ts';
import { CertificateError, type CertificateErrorCode } from '../errors.ts';
import { opensslVerdict } from '../opensslVerdict.ts';
import { portable } from '../testing/verify.ts';
import { createServerVerifier } from '../verifier.ts';
import type { TrustAnchorData } from './trustAnchor.ts';
import { createTrustStore } from './trustStore.ts';

const root = await createAuthority({ name: 'Root' });
const intermediate = await root.issueAuthority({ name: 'Intermediate' });
const leaf = await intermediate.issue();
const data = anchorData(root.certificate);

function anchorData(certificate: Uint8Array): TrustAnchorData {
  const { subject, spki } = parseCertificate(certificate);
  return { subject: subject.encoded, spki };
}

function verifyWith(anchors: readonly TrustAnchorData[], { chain }: Pick<Issued, 'chain'> = leaf) {
  const trustStore = createTrustStore();
  for (const anchor of anchors) trustStore.addAnchor(anchor);
  const verifier = createServerVerifier({ crypto: portable, trustStore, checkHostname: false });
  return verifier.verifyServer({ certificates: chain, serverName: undefined, now: Date.now() });
}

function refuses(code: CertificateErrorCode, ...args: Parameters<typeof verifyWith>): CertificateError {
  let refusal: CertificateError | undefined;
  assert.throws(
    () => verifyWith(...args),
    (error: unknown) => {
      if (error instanceof CertificateError) refusal = error;
      return refusal?.code === code;
    },
  );
  assert.ok(refusal);
  return refusal;
}

test('name and key are enough, and the verified chain ends below them', async () => {
  const { verifiedChain } = await verifyWith([data]);
  assert.equal(verifiedChain, [leaf.certificate, intermediate.certificate]);
  const sent = { ...leaf, chain: [...leaf.chain, root.certificate] };
  assert.equal((await verifyWith([data], sent)).verifiedChain, verifiedChain);
});

test('another key of the same name, and another name of the same key', async () => {
  const namesake = await createAuthority({ name: 'Root' });
  refuses('bad_signature', [anchorData(namesake.certificate)]);
  const renamed = await createAuthority({ name: 'Renamed', key: root.key });
  refuses('unknown_issuer', [anchorData(renamed.certificate)]);
});

test('an authority is not a server', async () => {
  const itself = await createAuthority({ name: 'localhost', basicConstraints: false, keyUsage: false });
  refuses('self_signed', [anchorData(itself.certificate)], { ...itself, chain: [itself.certificate] });
});

test('each anchor once, and beside a certificate of the same authority', () => {
  const store = createTrustStore([root.certificate]);
  store.addAnchor(data);
  store.addAnchor({ subject: data.subject.slice(), spki: data.spki.slice() });
  assert.is(store.size, 2);
  store.addAnchor({ ...data, distrustAfter: 0 });
  assert.is(store.size, 3);
  assert.is(store.certificates().length, 1);
});

test('a key is looked at when a path comes to it, and not again', async () => {
  let looks = 0;
  const given = (anchor: TrustAnchorData): TrustAnchorData => ({
    ...anchor,
    get spki() {
      looks++;
      return anchor.spki;
    },
  });
  const trustStore = createTrustStore();
  trustStore.addAnchor(given(data));
  trustStore.addAnchor(given(anchorData(intermediate.certificate)));
  assert.is(looks, 0);
  const verifier = createServerVerifier({ crypto: portable, trustStore, checkHostname: false });
  for (const _ of ['once', 'again']) {
    await verifier.verifyServer({ certificates: leaf.chain, serverName: undefined, now: Date.now() });
    assert.is(looks, 1);
  }
});

test('data that is malformed leads nowhere, and nowhere else', async () => {
  const broken = { ...data, spki: data.spki.slice(0, -1) };
  refuses('malformed', [broken]);
  await verifyWith([broken, data]);
  await verifyWith([{ subject: Uint8Array.of(0x30, 5), spki: Uint8Array.of() }, data]);
});

test('an anchor is held to the strength of its key', async () => {
  const weak = await createAuthority({ name: 'Weak', keyType: 'RSA-1024' });
  const issued = await weak.issue();
  refuses('weak_authority_key', [anchorData(weak.certificate)], issued);
});

test('distrust: what was issued later is refused, what was issued by then is not', async () => {
  const notBefore = new Date('2024-06-01T12:00:00Z');
  const issued = await intermediate.issue({ notBefore });
  for (const distrustAfter of [notBefore.getTime(), notBefore.getTime() + 1000, Infinity]) {
    await verifyWith([{ ...data, distrustAfter }], issued);
  }
  for (const distrustAfter of [notBefore.getTime() - 1000, 0, Number.NaN]) {
    const error = refuses('distrusted', [{ ...data, distrustAfter }], issued);
    assert.is(opensslVerdict(error).verifyCode, 27);
    assert.equal(error.certificate?.raw, issued.certificate);
  }
  // Another anchor may still be good for it.
  await verifyWith([{ ...data, distrustAfter: 0 }, data], issued);
});

test('data of a hundred thousand octets of nonsense', () => {
  const nonsense = new Uint8Array(100_000).fill(0x30);
  refuses('malformed', [{ ...data, spki: nonsense }]);
});

test.run();
