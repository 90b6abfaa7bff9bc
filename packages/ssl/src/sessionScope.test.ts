/** Which connections of a context may resume each other. */
import { createPortableProvider } from '@halfclose/crypto';
import type { Session } from '@halfclose/tls';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { CERT_NONE, CERT_REQUIRED } from './constants.ts';
import { type SessionScope, sessionsOf } from './sessions.ts';

const crypto = createPortableProvider(() => {});
const scope: SessionScope = {
  serverHostname: 'example.com',
  port: 443,
  alpnProtocols: ['h2', 'http/1.1'],
  verifyMode: CERT_REQUIRED,
  checkHostname: true,
  revocation: 'ifPresent',
  credentials: [],
};

/** The keys under which a store is asked. */
async function keysOf(scopes: readonly SessionScope[]): Promise<readonly string[]> {
  const keys: string[] = [];
  const store = {
    take(key: string): undefined {
      keys.push(key);
    },
    put: () => {},
  };
  for (const each of scopes) await sessionsOf(store, each, crypto).take();
  return keys;
}

function credential(octet: number): SessionScope['credentials'][number] {
  const publicKey = { type: 'Ed25519', key: new Uint8Array(32) } as const;
  const signer = { publicKey, signatures: [], sign: () => new Uint8Array(64) };
  return { type: 'X509', certificates: [Uint8Array.of(octet)], signer };
}

test('those that have name, port, protocols, verification and credentials in common', async () => {
  const others: readonly SessionScope[] = [
    { ...scope, serverHostname: 'example.org' },
    { ...scope, port: 8443 },
    { ...scope, port: undefined },
    { ...scope, alpnProtocols: ['http/1.1', 'h2'] },
    { ...scope, alpnProtocols: ['h2,http/1.1'] },
    { ...scope, alpnProtocols: [] },
    { ...scope, checkHostname: false },
    { ...scope, verifyMode: CERT_NONE, checkHostname: false },
    { ...scope, revocation: 'require' },
    { ...scope, credentials: [credential(1)] },
    { ...scope, credentials: [credential(2)] },
  ];
  const keys = await keysOf([scope, ...others]);
  assert.is(new Set(keys).size, 1 + others.length);
  assert.equal(await keysOf([{ ...scope, serverHostname: 'EXAMPLE.com' }]), keys.slice(0, 1));
});

test('what is put is put under the same key, and nothing without a name', async () => {
  const put: string[] = [];
  const store = { take: () => undefined, put: (key: string) => void put.push(key) };
  const session = {} as Session;
  await sessionsOf(store, scope, crypto).put(session);
  assert.equal(put, await keysOf([scope]));
  const nameless = sessionsOf(store, { ...scope, serverHostname: undefined }, crypto);
  await nameless.put(session);
  assert.is(await nameless.take(), undefined);
  assert.is(put.length, 1);
});

test.run();
