/** What sockets cost that are open and wait, which is what most do most of the time. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createNodeProvider } from '@halfclose/crypto/node';
import { SSLContext, type SSLSocket, TLSVersion, type Transport } from '@halfclose/ssl';
import { createScriptedServer } from '@halfclose/testing/peer';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';
import { credentials, root, serverHostname } from './testing/scene.ts';

const test = suite('idle sockets');

/** A carrier to a server that can be forgotten, so that only our side of the connection stays. */
function carrierToServer(): { readonly carrier: Transport; readonly forgetServer: () => void } {
  let server: ReturnType<typeof createScriptedServer> | undefined = createScriptedServer({
    credentials,
    sessionTickets: 2,
  });
  let waiting: ((chunk: Uint8Array | null) => void) | undefined;
  const give = (): void => {
    const output = server?.output().slice() ?? new Uint8Array(0);
    if (waiting === undefined || output.length === 0) return;
    server?.outputTaken(output.length);
    waiting(output);
    waiting = undefined;
  };
  const carrier: Transport = {
    read: () =>
      new Promise((resolve) => {
        waiting = resolve;
        give();
      }),
    async write(chunk) {
      server?.receive(chunk);
      give();
    },
    close() {
      waiting?.(null);
    },
  };
  const forgetServer = (): void => {
    server = undefined;
  };
  return { carrier, forgetServer };
}

/** Octets of heap and array buffers that are in use once everything is collected that can be. */
async function settledHeap(): Promise<number> {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  if (typeof collect !== 'function') throw new Error('this engine does not collect on demand');
  for (let round = 0; round < 3; round += 1) {
    await new Promise((resolve) => setTimeout(resolve, 10));
    collect();
  }
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

test('each costs some thousand octets, and no keys, and no certificates of its own', async () => {
  const platform = createTestPlatform({ crypto: createNodeProvider() });
  const context = new SSLContext(platform);
  await context.loadVerifyLocations({ cadata: root.certificate });
  context.minimumVersion = TLSVersion.TLSv1_3;
  const waiting: { readonly socket: SSLSocket; readonly received: Promise<Uint8Array | undefined> }[] = [];

  const openMore = async (count: number): Promise<number> => {
    for (let each = 0; each < count; each += 1) {
      const { carrier, forgetServer } = carrierToServer();
      const socket = context.wrapSocket(carrier, { serverHostname });
      await socket.doHandshake();
      waiting.push({ socket, received: socket.recv().catch(() => undefined) });
      await new Promise((resolve) => setImmediate(resolve));
      assert.ok(socket.session, 'the tickets were read');
      forgetServer();
    }
    // Idleness is noticed at the second look.
    platform.passTime();
    platform.passTime();
    return settledHeap();
  };

  const before = await openMore(50);
  const after = await openMore(150);
  const each = (after - before) / 150;
  assert.ok(each < 12_000, `${each.toFixed(0)} octets for each`);
  // Whoever asks still gets it.
  assert.ok(waiting.every(({ socket }) => socket.getPeerCert({ binary: true })?.[0] === 0x30));
  for (const { socket } of waiting) void socket.close();
});

test.run();
