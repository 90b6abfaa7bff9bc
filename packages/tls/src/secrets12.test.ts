/** No key of TLS 1.2 outlives its connection, however that ends. */
import { testProvider } from '@halfclose/testing/peer';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { answer, body, ending } from './testing/flights12.ts';
import type { Options12 } from './testing/scripted12.ts';
import { attempt12, credentials, type Trial12 } from './testing/trials12.ts';

type Provider = ReturnType<typeof testProvider>;

/** A provider that knows which of its keys were not destroyed yet. */
function watched(): { readonly crypto: Provider; readonly alive: Set<object>; readonly made: () => number } {
  const crypto = testProvider('client');
  const alive = new Set<object>();
  let made = 0;
  const watch = <T extends { destroy(): void }>(key: T): T => {
    const token = {};
    alive.add(token);
    made++;
    return {
      ...key,
      destroy() {
        alive.delete(token);
        key.destroy();
      },
    };
  };
  return {
    alive,
    made: () => made,
    crypto: {
      ...crypto,
      aeads: crypto.aeads.map((aead) => ({ ...aead, create: (key: Uint8Array) => watch(aead.create(key)) })),
      groups: crypto.groups.map((group) => ({
        ...group,
        generate(random) {
          const keys = group.generate(random);
          return keys instanceof Promise ? keys.then(watch) : watch(keys);
        },
      })),
    },
  };
}

const ticket = { lifetimeHint: 100, ticket: Buffer.from('ticket') };
const before = attempt12({ server: { ticket } });
const [session] = before.sessions;
if (session === undefined) throw new Error('no session was kept');
const resume = Buffer.from(before.server.master);

const ends: Readonly<Record<string, Trial12>> = {
  'a connection that was used': { after: (_, client) => void client.write(Buffer.of(1)) },
  'one without a Finished of the server': { server: ending(() => []) },
  'one that was cut off there': { server: ending(() => []), after: (_, client) => client.receiveEnd() },
  'one that was given up there': { server: ending(() => []), after: (_, client) => client.closeWrite() },
  'one with a wrong Finished': { server: { tamper: { finished: body(() => Buffer.alloc(12)) } } },
  'one with False Start': {
    tls12: { falseStart: true, falseStartWithoutAlpn: true },
    server: ending(() => []),
  },
  'a resumed one without a Finished of the server': {
    client: { session },
    server: { resume, ...answer(() => ['serverHello']) },
  },
  'a resumed one with a wrong Finished': {
    client: { session },
    server: { resume, tamper: { finished: body(() => Buffer.alloc(12)) } },
  },
};

const test = suite('TLS 1.2: keys are destroyed');
for (const [name, trial] of Object.entries(ends)) {
  test(name, () => {
    const { crypto, alive, made } = watched();
    const server: Partial<Options12> = { credentials: credentials.ecdsa, ...trial.server };
    const { client } = attempt12({ ...trial, client: { ...trial.client, crypto }, server });
    client.destroy();
    assert.ok(made() > 0);
    assert.is(alive.size, 0, `${alive.size} of ${made()} keys are left`);
  });
}
test.run();
