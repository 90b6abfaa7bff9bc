import { generateKeyPairSync } from 'node:crypto';
import { createAuthority } from '@halfclose/testing/ca';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { parseCertificate } from './certificate/parseCertificate.ts';
import { CertificateError, type CertificateErrorCode } from './errors.ts';
import { createRawPublicKeyVerifier, parsePublicKey } from './rawPublicKey.ts';
import { createUncheckedVerifier } from './verifier.ts';

const [known, other] = [0, 1].map(() => generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey);
const spki = (key = known): Uint8Array =>
  new Uint8Array(key?.export({ type: 'spki', format: 'der' }) ?? new Uint8Array(0));

async function refusedWith(code: CertificateErrorCode, act: () => unknown): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof CertificateError)) throw error;
    assert.is(error.code, code);
    return;
  }
  assert.unreachable(`nothing was refused as ${code}`);
}

test('one of the trusted keys is taken, and is the key of the server', async () => {
  const verifier = createRawPublicKeyVerifier([spki(other), spki()]);
  assert.equal(await verifier.verifyRawPublicKey({ subjectPublicKeyInfo: spki() }), {
    publicKey: { type: 'EC', curve: 'P-256', point: spki().subarray(-65) },
    verifiedChain: [],
  });
});

test('any other key, and any certificate, is refused', async () => {
  const verifier = createRawPublicKeyVerifier([spki()]);
  const authority = await createAuthority();
  const { chain } = await authority.issue({});
  await refusedWith('unknown_issuer', () =>
    verifier.verifyRawPublicKey({ subjectPublicKeyInfo: spki(other) }),
  );
  await refusedWith('malformed', () =>
    verifier.verifyRawPublicKey({ subjectPublicKeyInfo: new Uint8Array(0) }),
  );
  await refusedWith('malformed', () =>
    verifier.verifyRawPublicKey({ subjectPublicKeyInfo: Uint8Array.of(...spki(), 0) }),
  );
  await refusedWith('unknown_issuer', () =>
    verifier.verifyServer({ certificates: chain, serverName: undefined, now: 0 }),
  );
  await refusedWith('unknown_issuer', () =>
    createRawPublicKeyVerifier([]).verifyRawPublicKey({ subjectPublicKeyInfo: spki() }),
  );
});

test('certificates are for the verifier that was given for them', async () => {
  const verifier = createRawPublicKeyVerifier([spki()], createUncheckedVerifier());
  const { chain } = await (await createAuthority()).issue({});
  const [certificate] = chain;
  assert.ok(certificate);
  const identity = { certificates: chain, serverName: undefined, now: 0 };
  const { publicKey } = await verifier.verifyServer(identity);
  assert.equal(publicKey, parseCertificate(certificate).publicKey);
});

test('keys that can never be accepted are refused at once', async () => {
  await refusedWith('malformed', () => createRawPublicKeyVerifier([Uint8Array.of(0x30, 0)]));
  const dsa = generateKeyPairSync('dsa', { modulusLength: 1024, divisorLength: 160 }).publicKey;
  await refusedWith('unsupported_key', () => createRawPublicKeyVerifier([spki(dsa)]));
});

test("a certificate's spki is what its key is parsed from", async () => {
  const { chain } = await (await createAuthority()).issue({ keyType: 'RSA-2048' });
  const certificate = parseCertificate(chain[0] ?? new Uint8Array(0));
  assert.equal(parsePublicKey(certificate.spki), certificate.publicKey);
});

test.run();
