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

const sessionWith = (octet: number, version = 'TLSv1.3'): Session =>
  ({ version, ticket: Uint8Array.of(octet) }) as Session;

test('what the caller has chosen is not shown once more out of the store', async () => {
  for (const isSlow of [false, true]) {
    const kept = [sessionWith(1), sessionWith(2), sessionWith(3)];
    const take = () => (isSlow ? Promise.resolve(kept.pop()) : kept.pop());
    const store = { take, put: () => {} };
    sessionsOf(store, scope, crypto, sessionWith(3));
    const another = { take: () => sessionWith(3), put: () => {} };
    assert.equal(await sessionsOf(another, scope, crypto).take(), sessionWith(3));
    assert.equal(await sessionsOf(store, scope, crypto).take(), sessionWith(2));
    sessionsOf(store, scope, crypto, sessionWith(1));
    assert.is(await sessionsOf(store, scope, crypto).take(), undefined);
  }
});

test('in TLS 1.2 a session may be shown again; and a store that gives the same for ever is left', async () => {
  const old = sessionWith(1, 'TLSv1.2');
  assert.is(await sessionsOf({ take: () => old, put: () => {} }, scope, crypto, old).take(), old);
  let asked = 0;
  const stubborn = {
    take() {
      asked++;
      return sessionWith(2);
    },
    put: () => {},
  };
  assert.is(await sessionsOf(stubborn, scope, crypto, sessionWith(2)).take(), undefined);
  assert.is(asked, 8);
});

test.run();
