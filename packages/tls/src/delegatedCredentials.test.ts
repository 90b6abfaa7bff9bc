/** Keys that a server's certificate lends its name to: RFC 9345. */

import { sign } from 'node:crypto';
import { createAuthority, generateKey, type KeyPair } from '@halfclose/testing/ca';
import {
  extension,
  type Outcome,
  outcomeOf,
  refusal,
  type Trial,
  type Tried,
  trials,
  trustingVerifier,
} from '@halfclose/testing/peer';
import { createDelegatedCredentials } from '@halfclose/tls';
import {
  type DelegatedCredential,
  decodeDelegatedCredential,
  delegatedCredentialContent,
  encodeDelegatedCredential,
  extensionTypes,
  findExtension,
} from '@halfclose/tls/codec';
import { readDelegation } from '@halfclose/x509';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import type { ClientConfig } from './config.ts';
import type { Session } from './session.ts';

const attempt = await trials();
const root = await createAuthority();
const usage = { oid: '1.3.6.1.4.1.44363.44', value: Uint8Array.of(5, 0) };
const notBefore = new Date('2026-01-01');
const now = notBefore.getTime() + 3_600_000;
const lending = await root.issue({ keyType: 'P-256', notBefore, extensions: [usage] });
const lent = await generateKey('Ed25519');
const rsa = await generateKey('RSA-2048');
const day = 86_400;

const verifier = { ...trustingVerifier, readDelegation };
const taking: Partial<ClientConfig> = {
  delegatedCredentials: createDelegatedCredentials(),
  verifier,
  clock: () => now,
};

interface Lending {
  readonly credential?: Partial<DelegatedCredential>;
  readonly certificate?: Uint8Array;
  readonly by?: KeyPair;
  readonly key?: KeyPair;
}

function delegated({
  credential = {},
  certificate = lending.certificate,
  by = lending.key,
  key = lent,
}: Lending = {}) {
  const unsigned = {
    validTime: day,
    certificateVerifyAlgorithm: 0x0807,
    subjectPublicKeyInfo: key.spki,
    algorithm: 0x0403,
    ...credential,
  };
  const content = delegatedCredentialContent(certificate, unsigned);
  const signature = new Uint8Array(sign('sha256', content, by.privateKey));
  return encodeDelegatedCredential({ ...unsigned, signature, ...credential });
}

function server(data: Uint8Array | readonly number[], changes: NonNullable<Trial['server']> = {}) {
  return {
    credentials: lending,
    signing: { key: lent.privateKey, scheme: 0x0807 },
    tamper: { certificate: extension(extensionTypes.delegatedCredential, data) },
    ...changes,
  };
}

const sent = (data: Uint8Array | readonly number[], changes?: NonNullable<Trial['server']>): Tried =>
  attempt({ client: taking, server: server(data, changes) });

const invalid = refusal('illegal_parameter', 'BAD_DELEGATED_CREDENTIAL');

test('they are asked for where the configuration says so, with the schemes that they may be for', () => {
  const asked = (client: Partial<ClientConfig>): readonly number[] | undefined => {
    const { hellos } = attempt({ client }).server;
    const found = findExtension(hellos[0]?.extensions ?? [], extensionTypes.delegatedCredential);
    return found && [...found.data];
  };
  assert.equal(asked({}), undefined);
  const signatureSchemes = ['ed25519', 'rsa_pss_rsae_sha256', 'rsa_pss_pss_sha256'] as const;
  assert.equal(asked({ ...taking, signatureSchemes }), [0, 4, 8, 7, 8, 9]);
});

test('what was written is read', () => {
  const data = delegated();
  assert.equal(encodeDelegatedCredential(decodeDelegatedCredential(data)), data);
});

test('a server may sign with one', () => {
  const { client, server: peer } = sent(delegated());
  assert.is(client.error, undefined);
  assert.ok(peer.done);
  assert.is(client.facts?.delegatedCredential, true);
  assert.is(client.facts?.signatureScheme, 'ed25519');
});

test('and may do without', () => {
  const { client } = attempt({ client: taking });
  assert.is(client.error, undefined);
  assert.is(client.facts?.delegatedCredential, false);
});

test('one that nobody asked for is unexpected_message', () => {
  const tried = attempt({ client: { verifier }, server: server(delegated()) });
  assert.equal(outcomeOf(tried), refusal('unexpected_message', 'UNEXPECTED_EXTENSION'));
});

test('a verifier that knows nothing of them accepts none', () => {
  const client = { ...taking, verifier: trustingVerifier };
  assert.equal(outcomeOf(attempt({ client, server: server(delegated()) })), invalid);
});

const otherKey = await generateKey('P-256');
const silent = await root.issue({ keyType: 'P-256', notBefore });
const critical = await root.issue({ notBefore, extensions: [{ ...usage, critical: true }] });
const noNull = await root.issue({ notBefore, extensions: [{ ...usage, value: Uint8Array.of(0x30, 0) }] });
const forNothing = await root.issue({ notBefore, extensions: [usage], keyUsage: ['keyEncipherment'] });
const anything = await root.issue({ notBefore, extensions: [usage], keyUsage: false });

for (const [what, data, expected] of [
  ['has expired', delegated({ credential: { validTime: 3599 } }), invalid],
  ['is valid for too long', delegated({ credential: { validTime: 7 * day + 3601 } }), invalid],
  [
    'is for a scheme that was not offered',
    delegated({ credential: { certificateVerifyAlgorithm: 0x0401 } }),
    invalid,
  ],
  [
    'is for a key under rsaEncryption',
    delegated({ credential: { certificateVerifyAlgorithm: 0x0804 }, key: rsa }),
    invalid,
  ],
  ['is signed with a scheme that was not offered', delegated({ credential: { algorithm: 0x0401 } }), invalid],
  ["is signed with a scheme of another key's", delegated({ credential: { algorithm: 0x0807 } }), invalid],
  ['is signed by another key', delegated({ by: otherKey }), invalid],
  ["is another certificate's", delegated({ certificate: silent.certificate }), invalid],
  ['has no signature', delegated({ credential: { signature: new Uint8Array(0) } }), invalid],
  ['has no key', delegated({ credential: { subjectPublicKeyInfo: Uint8Array.of(0x30, 0) } }), invalid],
  ['is cut off', delegated().subarray(0, -1), refusal('decode_error', 'DECODE_ERROR')],
  ['goes on', [...delegated(), 0], refusal('decode_error', 'DECODE_ERROR')],
  ['is empty', [], refusal('decode_error', 'DECODE_ERROR')],
] as readonly (readonly [string, Uint8Array | readonly number[], Outcome])[]) {
  test(`one that ${what} is refused`, () => {
    assert.equal(outcomeOf(sent(data)), expected);
  });
}

test('the last second and the seventh day are good', () => {
  for (const validTime of [3600, 7 * day + 3600]) {
    assert.is(sent(delegated({ credential: { validTime } })).client.error, undefined);
  }
});

test('a certificate that does not permit it lends nothing', () => {
  for (const credentials of [silent, critical, noNull, forNothing, anything]) {
    const data = delegated({ certificate: credentials.certificate, by: credentials.key });
    assert.equal(outcomeOf(sent(data, { credentials })), invalid);
  }
});

test('it is the delegated key that signs, and with its scheme', () => {
  const wrongKey = sent(delegated(), { signing: { key: lending.key.privateKey, scheme: 0x0403 } });
  assert.equal(outcomeOf(wrongKey), refusal('illegal_parameter', 'WRONG_SIGNATURE_TYPE'));
  const forged = sent(delegated({ key: otherKey, credential: { certificateVerifyAlgorithm: 0x0403 } }), {
    signing: { key: lending.key.privateKey, scheme: 0x0403 },
  });
  assert.equal(outcomeOf(forged), refusal('decrypt_error', 'BAD_SIGNATURE'));
});

test('no session outlives it, nor one that begins with that', () => {
  const sessions: Session[] = [];
  const store = { take: () => sessions.at(-1), put: (session: Session) => void sessions.push(session) };
  const data = delegated({ credential: { validTime: 3700 } });
  const tickets = new Map();
  for (const resumed of [false, true]) {
    const { client } = attempt({
      client: { ...taking, sessions: store },
      server: server(data, { tickets, sessionTickets: 1 }),
    });
    assert.is(client.facts?.resumed, resumed);
    assert.is(sessions.at(-1)?.expiresAt, notBefore.getTime() + 3_700_000);
  }
  assert.is(sessions.length, 2);
});

test.run();
