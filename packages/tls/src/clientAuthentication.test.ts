/** Who the client is: RFC 8446 sections 4.3.2, 4.4.2.3 and 4.4.3. */

import { createAuthority, der, type KeyType } from '@halfclose/testing/ca';
import {
  body,
  converseWaiting,
  createScriptedServer,
  extension,
  extensions,
  type Outcome,
  outcomeOf,
  refusal,
  type Tamper,
  type Tried,
  testConfig,
  testProvider,
  trials,
} from '@halfclose/testing/peer';
import { createClientAuthentication } from '@halfclose/tls';
import {
  certificateAuthoritiesExtension,
  encodeCertificateRequest,
  extensionTypes,
  handshakeMessage,
  handshakeTypes,
  signatureAlgorithmsExtension,
} from '@halfclose/tls/codec';
import fc from 'fast-check';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createClientConnection } from './clientConnection.ts';
import type { ClientConfig } from './config.ts';
import type { ClientCredential, CredentialMisfit } from './credential.ts';
import { chooseCredential } from './handshake/credentialChoice.ts';
import { issuerOf } from './handshake/issuerName.ts';
import { signatureSchemes } from './protocol/signatureSchemes.ts';
import { credentialFrom, patient } from './testing/credentials.ts';

const attempt = await trials();
const root = await createAuthority();
const otherRoot = await createAuthority();
const credential = await credentialFrom(root);
const serverCredentials = await root.issue({});
const ed25519 = await credentialFrom(root, 'Ed25519');
const p384 = await credentialFrom(root, 'P-384');
const raw: ClientCredential = { ...credential, type: 'RawPublicKey' };
const elsewhere = await credentialFrom(otherRoot, 'P-256', { mustMatchIssuer: true });
const here: ClientCredential = { ...credential, mustMatchIssuer: true };
const second = await credentialFrom(root);

const requested = (
  credentials: Parameters<typeof createClientAuthentication>[0] | undefined,
  certificateRequest?: Tamper,
  client: Partial<ClientConfig> = {},
): Tried =>
  attempt({
    client: {
      ...(credentials && { clientAuthentication: createClientAuthentication(credentials) }),
      ...client,
    },
    server: {
      requestClientCertificate: true,
      ...(certificateRequest && { tamper: { certificateRequest } }),
    },
  });

const schemesOnly = (...codes: number[]): Tamper =>
  extension(extensionTypes.signatureAlgorithms, signatureAlgorithmsExtension(codes).data);

const authorities = (...names: Uint8Array[]): Tamper =>
  extension(extensionTypes.certificateAuthorities, certificateAuthoritiesExtension(names).data);

function shownIn({ client, server }: Tried): readonly Uint8Array[] | undefined {
  assert.is(client.error, undefined);
  assert.is(server.error, undefined);
  assert.ok(server.done);
  return server.authentications[0]?.chain;
}

const shown = suite('a client with credentials');

for (const [keyType, scheme] of [
  ['P-256', 'ecdsa_secp256r1_sha256'],
  ['P-384', 'ecdsa_secp384r1_sha384'],
  ['P-521', 'ecdsa_secp521r1_sha512'],
  ['Ed25519', 'ed25519'],
  ['Ed448', 'ed448'],
  ['RSA-2048', 'rsa_pss_rsae_sha256'],
  ['RSA-PSS-2048', 'rsa_pss_pss_sha256'],
] as const satisfies readonly (readonly [KeyType, string])[]) {
  shown(`with a key of type ${keyType} signs with ${scheme}`, async () => {
    const own = await credentialFrom(root, keyType);
    const tried = requested([own]);
    assert.equal(shownIn(tried), own.certificates);
    const [seen] = tried.server.authentications;
    assert.equal(seen?.scheme, signatureSchemes[scheme].code);
    assert.ok(seen?.isSigned);
    const { clientAuthentication } = tried.client.facts ?? {};
    assert.is(clientAuthentication?.credential, own);
    assert.is(clientAuthentication?.signatureScheme, scheme);
    assert.is(clientAuthentication?.misfit, undefined);
  });
}

shown('shows them only where the server asks', () => {
  const { client, server } = attempt({
    client: { clientAuthentication: createClientAuthentication([credential]) },
  });
  assert.is(client.facts?.clientAuthentication, undefined);
  assert.equal(server.authentications, []);
});

shown('says nothing of them in its hello', () => {
  const hellos = [[credential], []].map(
    (credentials) =>
      attempt({ client: { clientAuthentication: createClientAuthentication(credentials) } }).server.hellos[0],
  );
  assert.equal(
    hellos[0]?.extensions.map(({ type }) => type),
    hellos[1]?.extensions.map(({ type }) => type),
  );
});

shown('takes the scheme that its signer likes best of those that the server takes', async () => {
  const rsa = await credentialFrom(root, 'RSA-2048');
  for (const codes of [
    [0x0806, 0x0805],
    [0x0805, 0x0806],
  ]) {
    assert.is(requested([rsa], schemesOnly(...codes)).server.authentications[0]?.scheme, 0x0805);
  }
});

shown(
  'that can only do PKCS#1 v1.5 signs with it where the server takes that, and others never do',
  async () => {
    const rsa = await credentialFrom(root, 'RSA-2048');
    const old = { ...rsa, signer: { ...rsa.signer, signatures: ['rsa_pkcs1_sha256'] as const } };
    const tried = requested([rsa, old], schemesOnly(0x0420, 0x0401));
    assert.is(tried.client.facts?.clientAuthentication?.credential, old);
    assert.equal(tried.server.authentications[0]?.scheme, 0x0420);
    assert.ok(tried.server.authentications[0]?.isSigned);
    assert.equal(shownIn(requested([rsa], schemesOnly(0x0420, 0x0401))), []);
  },
);

shown('waits for a signer, and goes on when it has signed', async () => {
  const { signer, release } = patient(credential.signer);
  const server = createScriptedServer({
    credentials: serverCredentials,
    crypto: testProvider('server'),
    requestClientCertificate: true,
  });
  const client = createClientConnection(
    testConfig({ clientAuthentication: createClientAuthentication([{ ...credential, signer }]) }),
  );
  const conversation = converseWaiting(client, server);
  await new Promise((resolve) => setImmediate(resolve));
  assert.ok(client.waiting);
  assert.is(client.facts, undefined);
  assert.not(server.done);
  release();
  await conversation;
  assert.ok(server.done);
  assert.ok(server.authentications[0]?.isSigned);
});

shown('asks who has the credentials with all that the server said, and waits for the answer', async () => {
  const asked: unknown[] = [];
  const server = createScriptedServer({
    credentials: serverCredentials,
    crypto: testProvider('server'),
    requestClientCertificate: true,
    tamper: {
      certificateRequest: extensions(() => [
        signatureAlgorithmsExtension([0x0403, 0xfafa]),
        certificateAuthoritiesExtension([root.subject, otherRoot.subject]),
        { type: extensionTypes.signatureAlgorithmsCert, data: Uint8Array.of(0, 4, 4, 1, 8, 4) },
        { type: 0x3a3a, data: Uint8Array.of(1, 2, 3) },
      ]),
    },
  });
  const client = createClientConnection(
    testConfig({
      clientAuthentication: createClientAuthentication(async (request) => {
        asked.push(request);
        return [credential];
      }),
    }),
  );
  await converseWaiting(client, server);
  assert.is(client.facts?.clientAuthentication?.credential, credential);
  const request = {
    certificateType: 'X509',
    signatureSchemes: [0x0403, 0xfafa],
    clientCertificateTypes: undefined,
    certificateSignatureSchemes: [0x0401, 0x0804],
    certificateAuthorities: [root.subject, otherRoot.subject],
  };
  assert.equal(asked, [request]);
  assert.equal(client.facts?.clientAuthentication?.request, request);
});

shown.run();

const chosen = suite('which credential is shown');
const request = {
  certificateType: 'X509',
  signatureSchemes: [signatureSchemes.ecdsa_secp256r1_sha256.code],
  clientCertificateTypes: undefined,
  certificateSignatureSchemes: undefined,
  certificateAuthorities: [root.subject],
} as const;
for (const [what, credentials, expected] of [
  ['the first that fits', [credential, second], 0],
  ['by scheme', [ed25519, credential], 1],
  ['by the curve of a scheme', [p384, credential], 1],
  ['by type', [raw, credential], 1],
  ['by issuer, where it says so', [elsewhere, here], 1],
  ['by issuer only where it says so', [{ ...elsewhere, mustMatchIssuer: false }, here], 0],
  ['none of none', [], 'none'],
  ['none of another type', [raw], 'certificateType'],
  ['none for another scheme', [raw, ed25519], 'signatureScheme'],
  ['none of another issuer', [elsewhere, ed25519, raw], 'issuer'],
] as readonly (readonly [string, readonly ClientCredential[], number | CredentialMisfit])[]) {
  chosen(what, () => {
    const choice = chooseCredential(credentials, request);
    if (typeof expected === 'string') assert.is(choice.misfit, expected);
    else assert.is(choice.credential, credentials[expected]);
  });
}

chosen('a raw key has no issuer that could be named', () => {
  const key = { ...raw, certificates: [Uint8Array.of(0x30, 0)], mustMatchIssuer: true };
  const choice = chooseCredential([key], { ...request, certificateType: 'RawPublicKey' });
  assert.is(choice.misfit, 'issuer');
});

chosen('an authority above the issuer will do', async () => {
  const intermediate = await root.issueAuthority();
  const below = await credentialFrom(intermediate, 'P-256', { mustMatchIssuer: true });
  assert.is(chooseCredential([below], request).credential, below);
  const named = { ...request, certificateAuthorities: [intermediate.subject] };
  assert.is(chooseCredential([below], named).credential, below);
  const nobody = { ...request, certificateAuthorities: [] };
  assert.is(chooseCredential([below], nobody).misfit, 'issuer');
});

chosen('the issuer of a certificate is read out of any of its forms', async () => {
  assert.equal(issuerOf((await root.issue({})).certificate), root.subject);
  const long = await createAuthority({ subject: `CN=${'x'.repeat(60)}, O=${'y'.repeat(60)}` });
  assert.equal(issuerOf((await long.issue({})).certificate), long.subject);
});

chosen('what is no certificate has no issuer, whatever it is', () => {
  for (const octets of [[], [0x30], [0x30, 0x84, 255, 255, 255, 255], [0x31, 0], [0x30, 2, 0x30, 0]]) {
    assert.throws(() => issuerOf(Uint8Array.from(octets)), RangeError);
  }
  const { certificate } = serverCredentials;
  fc.assert(
    fc.property(fc.nat(certificate.length - 1), fc.nat(255), (at, octet) => {
      const changed = certificate.slice();
      changed[at] = octet;
      try {
        assert.ok(issuerOf(changed).length >= 2);
      } catch (error) {
        assert.instance(error, RangeError);
      }
    }),
  );
});

chosen('a server sees what was chosen', () => {
  const tried = requested([elsewhere, ed25519, here], authorities(root.subject));
  assert.equal(shownIn(tried), ed25519.certificates);
});

chosen.run();

const nothing = suite('nothing fits');

nothing('and the client shows nothing, signs nothing and goes on', () => {
  for (const [credentials, tamper, misfit] of [
    [[], undefined, 'none'],
    // Who was given nothing to say so with tells nobody of it.
    [undefined, undefined, undefined],
    [() => [], undefined, 'none'],
    [[credential], schemesOnly(0xfafa), 'signatureScheme'],
    [[elsewhere], authorities(root.subject), 'issuer'],
  ] as const) {
    const tried = requested(credentials, tamper);
    assert.equal(shownIn(tried), []);
    assert.equal(
      tried.server.messages.map(({ type }) => type),
      [handshakeTypes.clientHello, handshakeTypes.certificate, handshakeTypes.finished],
    );
    const { clientAuthentication } = tried.client.facts ?? {};
    assert.is(clientAuthentication?.credential, undefined);
    assert.is(clientAuthentication?.misfit, misfit);
  }
});

nothing('and a server that demands a certificate is understood', () => {
  for (const [credentials, tamper, why] of [
    [[], undefined, 'there is none'],
    [[credential], schemesOnly(0xfafa), 'there is none for a signature that it accepts'],
    [[elsewhere], authorities(root.subject), 'there is none by an authority that it accepts'],
  ] as const) {
    const { client } = attempt({
      client: { clientAuthentication: createClientAuthentication(credentials) },
      server: { requestClientCertificate: true, ...(tamper && { tamper: { certificateRequest: tamper } }) },
      after: (server) => server.sendAlert('certificate_required'),
    });
    assert.is(client.error?.reason, 'ALERT_CERTIFICATE_REQUIRED');
    const demand = 'the server sent the alert certificate_required: it demands a client certificate';
    assert.is(client.error?.message, `${demand}, and ${why}`);
  }
});

nothing('and whoever has the credentials gives the connection up, with an alert or without', () => {
  const outcome = (alert: string, reason: string): Outcome => ({
    alert,
    encrypted: true,
    reason,
    fault: 'local',
  });
  const cause = Object.assign(new Error('nobody is there'), { alert: 'handshake_failure' });
  const refuse = (error: unknown) => () => {
    throw error;
  };
  const tried = requested(refuse(cause));
  assert.equal(outcomeOf(tried), outcome('handshake_failure', 'CERT_CB_ERROR'));
  assert.is(tried.client.error?.cause, cause);
  assert.match(tried.client.error?.message ?? '', /nobody is there/);
  assert.equal(outcomeOf(requested(refuse('no'))), outcome('internal_error', 'CERT_CB_ERROR'));
});

nothing('because the signer fails', () => {
  const cause = new Error('the token was pulled out');
  const signer = {
    ...credential.signer,
    sign() {
      throw cause;
    },
  };
  const tried = requested([{ ...credential, signer }]);
  assert.equal(outcomeOf(tried), {
    alert: 'internal_error',
    encrypted: true,
    reason: 'PRIVATE_KEY_OPERATION_FAILED',
    fault: 'local',
  });
  assert.is(tried.client.error?.cause, cause);
  assert.match(tried.client.error?.message ?? '', /ecdsa_secp256r1_sha256: the token was pulled out/);
});

nothing.run();

const malformed = suite('a malformed CertificateRequest');
const undecodable = refusal('decode_error', 'DECODE_ERROR');

for (const [what, type, data, expected] of [
  ['no authorities where there is a list', extensionTypes.certificateAuthorities, [0, 0], undecodable],
  ['an empty name', extensionTypes.certificateAuthorities, [0, 3, 0, 0, 0], undecodable],
  ['a name that is cut off', extensionTypes.certificateAuthorities, [0, 3, 0, 2, 0], undecodable],
  [
    'more after the authorities',
    extensionTypes.certificateAuthorities,
    [0, 4, 0, 2, 0x30, 0, 0],
    undecodable,
  ],
  ['no scheme for certificates', extensionTypes.signatureAlgorithmsCert, [0, 0], undecodable],
  ['half a scheme for certificates', extensionTypes.signatureAlgorithmsCert, [0, 3, 4, 1, 8], undecodable],
  ['an empty object identifier', extensionTypes.oidFilters, [0, 3, 0, 0, 0], undecodable],
  ['a filter that is cut off', extensionTypes.oidFilters, [0, 4, 1, 0x55, 0, 1], undecodable],
  [
    'two filters for one object identifier',
    extensionTypes.oidFilters,
    [0, 8, 1, 0x55, 0, 0, 1, 0x55, 0, 0],
    refusal('illegal_parameter', 'BAD_EXTENSION'),
  ],
  ['something about SCTs', extensionTypes.signedCertificateTimestamp, [0], undecodable],
  ['no way to compress', extensionTypes.compressCertificate, [0], undecodable],
  [
    'one way to compress twice',
    extensionTypes.compressCertificate,
    [4, 0, 1, 0, 1],
    refusal('illegal_parameter', 'BAD_EXTENSION'),
  ],
] as readonly (readonly [string, number, readonly number[], Outcome])[]) {
  malformed(`with ${what}`, () => {
    assert.equal(outcomeOf(requested([credential], extension(type, data))), expected);
  });
}

malformed('that has filters is answered: none of their object identifiers is known', () => {
  const oid = der.oid('2.5.29.15').subarray(2);
  const filters = [0, 3 + oid.length, oid.length, ...oid, 0, 0];
  assert.equal(shownIn(requested([credential], extension(extensionTypes.oidFilters, filters))), [
    ...credential.certificates,
  ]);
});

malformed('of any octets ends in a typed error, or is answered', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 40 }), (octets) => {
      const { client } = requested(
        [credential],
        body(() => octets),
      );
      if (client.error !== undefined) assert.is(client.error.fault, 'peer');
    }),
    { numRuns: 200 },
  );
});

malformed("that comes after the server's certificate is out of place", () => {
  const certificateRequest = handshakeMessage(
    handshakeTypes.certificateRequest,
    encodeCertificateRequest({
      certificateRequestContext: new Uint8Array(0),
      extensions: [signatureAlgorithmsExtension([0x0403])],
    }),
  );
  const tried = attempt({
    client: { clientAuthentication: createClientAuthentication([credential]) },
    server: { tamper: { finished: (message) => [certificateRequest, message] } },
  });
  assert.equal(outcomeOf(tried), refusal('unexpected_message', 'UNEXPECTED_MESSAGE'));
});

malformed.run();
