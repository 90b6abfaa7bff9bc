import {
  type Authority,
  createAuthority,
  createCrl,
  createOcspResponse,
  createSelfSigned,
  der,
  type Issued,
} from '@halfclose/testing/ca';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { CertificateErrorCode } from '../errors.ts';
import { CertificateError } from '../errors.ts';
import { opensslVerdict } from '../opensslVerdict.ts';
import { portable } from '../testing/verify.ts';
import { createTrustStore } from '../trust/trustStore.ts';
import { createServerVerifier } from '../verifier.ts';
import {
  createRevocationCheck,
  type RevocationOptions,
  type RevocationSource,
  type RevocationStatus,
} from './checkRevocation.ts';
import { createCrlStore } from './crlStore.ts';

const root = await createAuthority({ name: 'Root' });
const issuer = await root.issueAuthority({ name: 'Issuer' });
const leaf = await issuer.issue();
const statusRequest = (number = 5) => ({
  oid: '1.3.6.1.5.5.7.1.24',
  value: der.sequence(der.integer(number)),
});
const mustStaple = await issuer.issue({ extensions: [statusRequest()] });

interface Case {
  readonly server?: Issued;
  readonly trusted?: readonly Uint8Array[];
  /** Left out: `ifPresent`. */
  readonly revocation?: RevocationOptions | 'no part of the verifier';
  readonly staple?: Uint8Array;
}

/** What the verifier says: `good`, or the code of its error. */
async function verdict({
  server = leaf,
  trusted,
  revocation = { policy: 'ifPresent' },
  staple,
}: Case): Promise<'good' | CertificateErrorCode> {
  const verifier = createServerVerifier({
    crypto: portable,
    trustStore: createTrustStore(trusted ?? [root.certificate]),
    checkHostname: false,
    ...(typeof revocation === 'object' && { revocation: createRevocationCheck(revocation) }),
  });
  try {
    await verifier.verifyServer({
      certificates: server.chain,
      serverName: undefined,
      now: Date.now(),
      ocspResponse: staple,
    });
    return 'good';
  } catch (error) {
    if (error instanceof CertificateError) return error.code;
    throw error;
  }
}

function says(expected: 'good' | CertificateErrorCode, what: string, make: () => Case | Promise<Case>): void {
  test(`${expected}: ${what}`, async () => {
    assert.is(await verdict(await make()), expected);
  });
}

const staple = (server: Issued = leaf, by: Authority = issuer): Uint8Array =>
  createOcspResponse({ issuer: by, certificate: server.certificate });
const revokedStaple = createOcspResponse({
  issuer,
  certificate: leaf.certificate,
  status: { revoked: new Date(0) },
});
const tryLater = createOcspResponse({ issuer, certificate: leaf.certificate, responseStatus: 3 });
const crls = (...of: readonly Parameters<typeof createCrl>[0][]) => createCrlStore(of.map(createCrl));
const revokesIntermediate = { issuer: root, revoked: [{ certificate: issuer.certificate }] };
const revokesLeaf = { issuer, revoked: [{ certificate: leaf.certificate }] };

// What is there is looked at unless the policy is off.
says('good', 'nothing is at hand', () => ({}));
says('good', 'a good staple', () => ({ staple: staple() }));
says('good', 'a responder that has no answer', () => ({ staple: tryLater }));
says('revoked', 'a staple that says revoked', () => ({ staple: revokedStaple }));
says('bad_ocsp_response', 'a staple about another', () => ({ staple: staple(mustStaple) }));
says('bad_ocsp_response', 'a staple by the root', () => ({ staple: staple(leaf, root) }));
says('good', 'a staple that nobody looks at', () => ({
  staple: revokedStaple,
  revocation: { policy: 'off' },
}));
says('revoked', 'the server, by a CRL', () => ({
  revocation: { policy: 'ifPresent', crls: crls(revokesLeaf) },
}));
says('revoked', 'an intermediate, by a CRL', () => ({
  revocation: { policy: 'ifPresent', crls: crls({ issuer }, revokesIntermediate) },
}));
says('good', 'CRLs that nobody looks at', () => ({
  revocation: { policy: 'off', crls: crls(revokesLeaf, revokesIntermediate) },
}));
says('revoked', 'the server by a CRL, with a good staple', () => ({
  staple: staple(),
  revocation: { policy: 'ifPresent', crls: crls(revokesLeaf) },
}));
says('bad_crl', "a CRL that can't be used", () => ({
  revocation: { policy: 'ifPresent', crls: crls({ issuer, number: false }) },
}));

// `require`.
const required = (own: Omit<RevocationOptions, 'policy'>): Pick<Case, 'revocation'> => ({
  revocation: { policy: 'require', ...own },
});
says('revocation_unknown', 'required, and nothing is known', () => required({}));
says('revocation_unknown', 'required, and nothing of the intermediate', () => ({
  staple: staple(),
  ...required({}),
}));
says('revocation_unknown', 'required, and nothing of the server', () =>
  required({ crls: crls({ issuer: root }) }),
);
says('revocation_unknown', 'required, and the responder has no answer', () => ({
  staple: tryLater,
  ...required({ crls: crls({ issuer: root }) }),
}));
says('good', 'required, staple and CRL', () => ({
  staple: staple(),
  ...required({ crls: crls({ issuer: root }) }),
}));
says('good', 'required, two CRLs', () => required({ crls: crls({ issuer: root }, { issuer }) }));
says('good', 'required, and the server is itself trusted', () => ({
  trusted: [leaf.certificate],
  ...required({}),
}));
says('revoked', 'required, two CRLs', () => required({ crls: crls(revokesIntermediate, { issuer }) }));

// A source.
for (const [status, ifPresent, require] of [
  ['good', 'good', 'good'],
  ['unknown', 'good', 'revocation_unknown'],
  ['revoked', 'revoked', 'revoked'],
  [undefined, 'good', 'revocation_unknown'],
  ['GOOD', 'good', 'revocation_unknown'],
] as const) {
  // As a source in plain JavaScript may answer.
  const atOnce: RevocationSource = () => status as RevocationStatus;
  const later: RevocationSource = async () => status as RevocationStatus;
  for (const source of [atOnce, later]) {
    says(ifPresent, `a source says ${status}`, () => ({ revocation: { policy: 'ifPresent', source } }));
    says(require, `required, and a source says ${status}`, () => required({ source }));
  }
}
const fails: RevocationSource = () => {
  throw new Error('no network');
};
says('good', 'a source that throws', () => ({ revocation: { policy: 'ifPresent', source: fails } }));
says('revocation_unknown', 'required, and a source rejects', () =>
  required({ source: () => Promise.reject(new Error('no network')) }),
);

test('a source is asked about each certificate below the anchor, once, with its issuer and the time', async () => {
  const asked: string[] = [];
  const source: RevocationSource = (certificate, by, now) => {
    assert.ok(Math.abs(now - Date.now()) < 60_000);
    asked.push(`${certificate.subject} by ${by.subject}`);
    return 'good';
  };
  assert.is(await verdict(required({ source })), 'good');
  assert.equal(asked, ['CN=Issuer by CN=Root', 'CN=localhost by CN=Issuer']);
  asked.length = 0;
  assert.is(await verdict({ revocation: { policy: 'off', source } }), 'good');
  assert.equal(asked, []);
});

test('a verifier that needs to wait for nothing answers at once', () => {
  const verifier = createServerVerifier({
    crypto: portable,
    trustStore: createTrustStore([root.certificate]),
    checkHostname: false,
    revocation: createRevocationCheck({ policy: 'require', crls: crls({ issuer: root }) }),
  });
  const identity = {
    certificates: leaf.chain,
    serverName: undefined,
    now: Date.now(),
    ocspResponse: staple(),
  };
  assert.not.ok(verifier.verifyServer(identity) instanceof Promise);
});

// RFC 7633.
says('missing_ocsp_response', 'a certificate demands a staple', () => ({ server: mustStaple }));
says('missing_ocsp_response', 'a certificate demands a staple, and a CRL says good', () => ({
  server: mustStaple,
  ...required({ crls: crls({ issuer: root }, { issuer }) }),
}));
says('missing_ocsp_response', 'a certificate demands a staple, and the responder has no answer', () => ({
  server: mustStaple,
  staple: tryLater,
}));
says('good', 'a certificate demands a staple, and gets it', () => ({
  server: mustStaple,
  staple: staple(mustStaple),
}));
says('good', 'a certificate demands a staple, and nobody looks', () => ({
  server: mustStaple,
  revocation: { policy: 'off' },
}));
says('good', 'a certificate demands something else', async () => ({
  server: await issuer.issue({ extensions: [statusRequest(17)] }),
}));
says('invalid_extension', "a demand that can't be read", async () => ({
  server: await issuer.issue({ extensions: [{ oid: '1.3.6.1.5.5.7.1.24', value: der.sequence() }] }),
}));

const binding = await root.issueAuthority({ extensions: [statusRequest()] });
says('invalid_extension', "an authority must demand staples, and doesn't", async () => {
  const server = await binding.issue();
  return { server, staple: staple(server, binding) };
});
says('missing_ocsp_response', 'an authority must demand staples, and does', async () => ({
  server: await binding.issue({ extensions: [statusRequest()] }),
}));
says('good', 'an authority must demand staples, does, and gets one', async () => {
  const server = await binding.issue({ extensions: [statusRequest()] });
  return { server, staple: staple(server, binding) };
});
says('invalid_extension', "a trusted authority must demand staples, and doesn't", async () => {
  const anchor = await createAuthority({ extensions: [statusRequest()] });
  return { server: await anchor.issue(), trusted: [anchor.certificate] };
});

// Without a check of revocation, nobody looks at anything, and what is good only with a staple is refused.
const alone = { revocation: 'no part of the verifier' } as const;
says('good', 'no check, and nothing is at hand', () => alone);
says('good', 'no check, and a staple that nobody looks at', () => ({ ...alone, staple: revokedStaple }));
says('missing_ocsp_response', 'no check, and a certificate demands a staple', () => ({
  ...alone,
  server: mustStaple,
  staple: staple(mustStaple),
}));
says('missing_ocsp_response', 'no check, and an authority must demand staples, and does', async () => ({
  ...alone,
  server: await binding.issue({ extensions: [statusRequest()] }),
}));
says('invalid_extension', "no check, and an authority must demand staples, and doesn't", async () => ({
  ...alone,
  server: await binding.issue(),
}));

// Revocation is a property of a path.
test('where an intermediate is revoked, another path is taken', async () => {
  const another = await createAuthority({ name: 'Another' });
  const cross = await another.issueAuthority({ name: 'Issuer', key: issuer.key });
  const server = { ...leaf, chain: [...leaf.chain, cross.certificate] };
  const revocation: RevocationOptions = { policy: 'ifPresent', crls: crls(revokesIntermediate) };
  assert.is(await verdict({ server, revocation }), 'revoked');
  const trusted = [root.certificate, another.certificate];
  assert.is(await verdict({ server, revocation, trusted }), 'good');
  assert.is(await verdict({ server, revocation, trusted: [...trusted].reverse() }), 'good');
});

test('of two certificates of an issuer, the one whose key may sign CRLs is enough', async () => {
  const { key } = issuer;
  const silent = await root.issueAuthority({ name: 'Issuer', key, keyUsage: ['keyCertSign'] });
  const revocation: RevocationOptions = { policy: 'require', crls: crls({ issuer: root }, { issuer }) };
  for (const intermediates of [[silent], [silent, issuer], [issuer, silent]]) {
    const chain = [leaf.certificate, ...intermediates.map(({ certificate }) => certificate)];
    const expected = intermediates.includes(issuer) ? 'good' : 'bad_crl';
    assert.is(await verdict({ server: { ...leaf, chain }, revocation }), expected);
  }
});

test('a self-signed server that is itself trusted has no issuer to ask', async () => {
  const server = await createSelfSigned({ extensions: [statusRequest()] });
  assert.is(await verdict({ server, trusted: [server.certificate] }), 'good');
});

test('an authority of which only name and key are trusted has issued CRLs and responses, too', async () => {
  const server = await root.issue();
  const verifierWith = (revocation: RevocationOptions): ReturnType<typeof createServerVerifier> => {
    const trustStore = createTrustStore();
    trustStore.addAnchor({ subject: root.subject, spki: root.key.spki });
    return createServerVerifier({
      crypto: portable,
      trustStore,
      checkHostname: false,
      revocation: createRevocationCheck(revocation),
    });
  };
  const identity = { certificates: server.chain, serverName: undefined, now: Date.now() };
  const ocspResponse = staple(server, root);
  await verifierWith({ policy: 'require' }).verifyServer({ ...identity, ocspResponse });
  await verifierWith({ policy: 'require', crls: crls({ issuer: root }) }).verifyServer(identity);
  const revoking = crls({ issuer: root, revoked: [{ certificate: server.certificate }] });
  assert.throws(
    () => verifierWith({ policy: 'ifPresent', crls: revoking }).verifyServer(identity),
    (error: unknown) => error instanceof CertificateError && error.code === 'revoked',
  );
});

test('what is added to the CRLs counts from then on', async () => {
  const known = crls();
  assert.is(await verdict({ revocation: { policy: 'ifPresent', crls: known } }), 'good');
  known.add(createCrl(revokesLeaf));
  assert.is(known.size, 1);
  assert.is(await verdict({ revocation: { policy: 'ifPresent', crls: known } }), 'revoked');
});

test('errors have an alert and a number of OpenSSL', async () => {
  for (const [code, alert, verifyCode] of [
    ['revoked', 'certificate_revoked', 23],
    ['revocation_unknown', 'certificate_unknown', 3],
    ['missing_ocsp_response', 'bad_certificate_status_response', 73],
    ['bad_ocsp_response', 'bad_certificate_status_response', 74],
    ['bad_crl', 'certificate_unknown', 54],
    ['expired_crl', 'certificate_unknown', 12],
  ] as const) {
    const error = new CertificateError(code, code);
    assert.is(error.alert, alert);
    assert.is(opensslVerdict(error).verifyCode, verifyCode);
  }
});

test.run();
