/** Who we are, in TLS 1.2: RFC 5246 sections 7.4.4, 7.4.6 and 7.4.8. */
import { verify, X509Certificate } from 'node:crypto';
import { createAuthority, type KeyType } from '@halfclose/testing/ca';
import { testConfig } from '@halfclose/testing/peer';
import { createClientAuthentication, createClientConnection } from '@halfclose/tls';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTls12 } from './createTls12.ts';
import type { ClientCredential } from './credential.ts';
import type { HandshakeMessage } from './messages/handshakeMessage.ts';
import type { CertificateRequest12 } from './messages/tls12/certificateRequest.ts';
import { handshakeTypes as types } from './protocol/handshakeTypes.ts';
import { credentialFrom } from './testing/credentials.ts';
import { body } from './testing/flights12.ts';
import { createScripted12, type Scripted12 } from './testing/scripted12.ts';
import {
  allSuites12,
  attempt12,
  converse12,
  credentials as ofServers,
  outcome12,
  parts12,
} from './testing/trials12.ts';

const root = await createAuthority();
const test = suite('TLS 1.2: client certificates');

const everything: CertificateRequest12 = {
  certificateTypes: [1, 64],
  signatureSchemes: [0x0403, 0x0503, 0x0603, 0x0807, 0x0808, 0x0804, 0x0809, 0x0401, 0x0501],
  certificateAuthorities: [],
};

async function answered(
  credential: ClientCredential,
  certificateRequest: CertificateRequest12,
): Promise<{ readonly server: Scripted12; readonly misfit: string | undefined }> {
  const server = createScripted12({ credentials: ofServers.ecdsa, certificateRequest });
  const client = createClientConnection(
    testConfig({
      maximumVersion: 'TLSv1.2',
      tls12: createTls12({ cipherSuites: allSuites12, parts: parts12 }),
      clientAuthentication: createClientAuthentication([credential]),
    }),
  );
  converse12(client, server);
  while (client.waiting !== undefined) {
    await client.waiting;
    converse12(client, server);
  }
  assert.is(client.error, undefined);
  assert.ok(server.done);
  return { server, misfit: client.facts?.clientAuthentication?.misfit };
}

const find = (server: Scripted12, type: number): HandshakeMessage | undefined =>
  server.messages.find((message) => message.type === type);

for (const keyType of ['RSA-2048', 'P-256', 'P-384', 'Ed25519', 'Ed448'] satisfies KeyType[]) {
  test(`a key of the type ${keyType} signs all messages before`, async () => {
    const credential = await credentialFrom(root, keyType);
    const { server } = await answered(credential, everything);
    assert.equal(server.received, [
      types.clientHello,
      types.certificate,
      types.clientKeyExchange,
      types.certificateVerify,
      'ccs',
      types.finished,
    ]);
    const body = Buffer.from(find(server, types.certificateVerify)?.body ?? []);
    const scheme = body.readUInt16BE(0);
    assert.ok(everything.signatureSchemes.includes(scheme));
    const content = Buffer.concat(server.transcriptBefore(types.certificateVerify));
    const key = new X509Certificate(credential.certificates[0] ?? new Uint8Array(0)).publicKey;
    const hash = keyType.startsWith('Ed')
      ? null
      : ({ 4: 'sha256', 5: 'sha384', 8: 'sha256' }[scheme >> 8] ?? null);
    const padded = scheme === 0x0804 ? { key, padding: 6, saltLength: 32 } : key;
    assert.ok(verify(hash, content, padded, body.subarray(4)));
  });
}

test('a curve takes any hash, section 7.4.1.4.1', async () => {
  const { server } = await answered(await credentialFrom(root, 'P-384'), {
    ...everything,
    signatureSchemes: [0x0403],
  });
  assert.equal([...(find(server, types.certificateVerify)?.body.subarray(0, 2) ?? [])], [4, 3]);
});

const unfit: Readonly<Record<string, readonly [KeyType, Partial<CertificateRequest12>, string]>> = {
  'nothing but SHA-1 and MD5 (RFC 9155, SLOTH)': [
    'RSA-2048',
    { signatureSchemes: [0x0201, 0x0203, 0x0101] },
    'signatureScheme',
  ],
  'signatures of another key': ['P-256', { signatureSchemes: [0x0401, 0x0804] }, 'signatureScheme'],
  'a scheme of TLS 1.3 alone': ['RSA-2048', { signatureSchemes: [0x0420] }, 'signatureScheme'],
  'certificates of another key': ['RSA-2048', { certificateTypes: [64] }, 'certificateType'],
  'certificates of a kind that nobody has': ['P-256', { certificateTypes: [3, 4, 200] }, 'certificateType'],
};
for (const [name, [keyType, changes, expected]] of Object.entries(unfit)) {
  test(`a server that takes ${name} is shown nothing, and nothing is signed`, async () => {
    const { server, misfit } = await answered(await credentialFrom(root, keyType), {
      ...everything,
      ...changes,
    });
    assert.is(misfit, expected);
    assert.equal([...(find(server, types.certificate)?.body ?? [1])], [0, 0, 0]);
    assert.is(find(server, types.certificateVerify), undefined);
  });
}
const malformed: Readonly<Record<string, readonly number[]>> = {
  'no types': [0, 0, 2, 4, 3, 0, 0],
  'no signatures': [1, 64, 0, 0, 0, 0],
  'half a signature': [1, 64, 0, 1, 4, 0, 0],
  'an authority without a name': [1, 64, 0, 2, 4, 3, 0, 2, 0, 0],
  'no authorities': [1, 64, 0, 2, 4, 3],
  'more behind it': [1, 64, 0, 2, 4, 3, 0, 0, 0],
};
for (const [name, octets] of Object.entries(malformed)) {
  test(`a CertificateRequest with ${name} is malformed`, () => {
    const tried = attempt12({
      server: {
        certificateRequest: everything,
        tamper: { certificateRequest: body(() => Uint8Array.from(octets)) },
      },
    });
    assert.is(outcome12(tried), 'decode_error DECODE_ERROR');
  });
}
test.run();
