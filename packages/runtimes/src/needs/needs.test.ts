/** `docs/platform-needs.md`, held to: the client where there is nothing but what is written there. */
import { randomFillSync } from 'node:crypto';
import { connect } from 'node:net';
import { fromSocket, type NodeTransport } from '@halfclose/transports/node';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { bundle } from '../bundle.ts';
import type { Outcome } from '../scenario/scenario.ts';
import { startServers } from '../servers/servers.ts';
import { createRealm } from './realm.ts';

const test = suite('what the engine needs of its platform');

/** Globals that may be looked at, as long as they may be missing, each with its reason. */
const tolerated = [
  // `@noble/curves` tries once whether it has random octets to blind scalars with, and does without if not.
  'crypto',
];

/** Octets there and back: enough for several records. */
const octets = 100_000;

test('a whole connection of each kind touches nothing beside the language', async () => {
  const servers = await startServers(false);
  const connections: NodeTransport[] = [];
  const timers = new Set<NodeJS.Timeout>();
  const connectionOf = (index: number): NodeTransport => {
    const connection = connections[index];
    if (connection === undefined) throw new Error(`there is no connection ${index}`);
    return connection;
  };
  try {
    const realm = createRealm(tolerated);
    const reported = new Promise<string>((resolve) => {
      realm.give('host', {
        setting: JSON.stringify({ ...servers.setting, octets }),
        hasTimers: true,
        now: () => Date.now(),
        random: (length: number) => randomFillSync(new Uint8Array(length)).buffer,
        setTimer(callback: () => void, milliseconds: number) {
          const timer = setTimeout(callback, milliseconds);
          timers.add(timer);
          return timer;
        },
        clearTimer: (timer: NodeJS.Timeout) => clearTimeout(timer),
        connect: async (port: number) => connections.push(fromSocket(connect(port, '127.0.0.1'))) - 1,
        read: async (connection: number) => (await connectionOf(connection).read())?.slice().buffer ?? null,
        write: (connection: number, data: ArrayBuffer) =>
          connectionOf(connection).write(new Uint8Array(data)),
        closeWrite: (connection: number) => connectionOf(connection).closeWrite(),
        close: (connection: number) => connectionOf(connection).close(),
        report: resolve,
      });
    });
    // A module without imports and exports, which runs as a script, too.
    realm.run(
      await bundle('bareEngine', 'browser', {
        external: ['@peculiar/x509', 'reflect-metadata'],
        fromSource: true,
      }),
    );
    const outcomes: readonly Outcome[] = JSON.parse(await reported);
    assert.equal(
      outcomes.filter(({ trouble }) => trouble !== undefined),
      [],
    );
    const done = outcomes.filter(({ leftOut }) => leftOut === undefined);
    assert.ok(done.length > 30, `${done.length} checks were done`);
    assert.equal([...realm.touched], []);
  } finally {
    for (const timer of timers) clearTimeout(timer);
    for (const connection of connections) void connection.close();
    await servers.close();
  }
});

for (const [name, code] of [
  ['WebAssembly', 'typeof WebAssembly'],
  ['console', 'console?.log("")'],
  ['crypto', 'globalThis.crypto?.getRandomValues'],
  ['setTimeout', 'typeof setTimeout === "function"'],
  ['TextEncoder', '"TextEncoder" in globalThis'],
  ['structuredClone', 'globalThis["structuredClone"]'],
  ['queueMicrotask', 'queueMicrotask?.(() => {})'],
  ['Buffer', 'const { Buffer } = globalThis'],
  ['process', 'typeof process'],
  ['performance', 'Object.hasOwn(globalThis, "performance")'],
  ['Intl', 'Intl?.DateTimeFormat'],
  ['Iterator', 'typeof Iterator'],
  ['Date.now', 'try { Date.now() } catch {}'],
  ['new Date()', 'try { new Date() } catch {}'],
  ['Math.random', 'try { Math.random() } catch {}'],
  ['globalThis.leak =', 'globalThis.leak = 1'],
  ['leak =', 'leak = 1'],
] as const) {
  test(`it is noticed: ${code}`, () => {
    const realm = createRealm();
    realm.run(code);
    assert.equal([...realm.touched], [name]);
  });
}

test('the language is no matter for notice', () => {
  const realm = createRealm();
  realm.run(`
    const date = new Date(0);
    if (date.getTime() !== 0 || !(date instanceof Date) || Date.UTC(1970, 0) !== 0) throw new Error('Date');
    if (globalThis.Math.max(1, 2) !== 2 || typeof BigInt(1) !== 'bigint') throw new Error('Math, BigInt');
    if (!(new Uint8Array(1) instanceof Uint8Array) || ![1].at(-1)) throw new Error('Uint8Array');
    void Promise.resolve(new WeakRef({}));
  `);
  assert.equal([...realm.touched], []);
});

test.run();
