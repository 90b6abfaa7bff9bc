/**
 * Thousands of sockets, established, half-closed and closed: the heap is back where it was. `pnpm bench memory` does it with
 * ten thousand, over TCP too.
 */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { createNodeProvider } from '@halfclose/crypto/node';
import { type Session, SHUT_RDWR, SHUT_WR, SSLContext, TLSVersion } from '@halfclose/ssl';
import { createScriptedServer12, overTransport } from '@halfclose/testing/peer';
import { memoryPair } from '@halfclose/transports/memory';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';
import { credentials, root, serverHostname } from './testing/scene.ts';

const test = suite('many sockets');

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

test('sockets leave nothing behind', async () => {
  const platform = createTestPlatform({ crypto: createNodeProvider() });
  const context = new SSLContext(platform);
  await context.loadVerifyLocations({ cadata: root.certificate });
  // The cheapest handshake there is: TLS 1.2, resumed by its id.
  context.minimumVersion = TLSVersion.TLSv1_2;
  context.maximumVersion = TLSVersion.TLSv1_2;
  const sessions = new Map<string, Uint8Array>();
  let session: Session | null = null;
  let resumed = 0;

  const live = async (halfClosed: boolean): Promise<void> => {
    const [ours, theirs] = memoryPair();
    const server = createScriptedServer12({ credentials, sessions });
    const peer = overTransport(server, theirs);
    const socket = context.wrapSocket({ detach: () => ours }, { serverHostname, session });
    await socket.doHandshake();
    session ??= socket.session;
    if (socket.sessionReused) resumed += 1;
    await socket.sendall(new Uint8Array(100));
    await socket.shutdown(halfClosed ? SHUT_WR : SHUT_RDWR);
    server.send(new Uint8Array(100));
    server.closeNotify();
    if (halfClosed) assert.is((await socket.recv()).length, 100);
    await peer.closeWrite();
    await socket.close();
  };
  const liveTimes = async (count: number): Promise<number> => {
    for (let each = 0; each < count; each += 1) await live(each % 2 === 0);
    return settledHeap();
  };

  // What is made once and compiled takes a while.
  const before = await liveTimes(1_500);
  const after = await liveTimes(2_000);
  assert.is(resumed, 3_499);
  assert.is(platform.timers, 0);
  const growth = (after - before) / 2_000;
  // A socket that stays alive takes thousands of octets. The heap of later versions grows by itself, by some 300 for each.
  const tolerated = process.versions.node.startsWith('20.') ? 300 : 1_000;
  assert.ok(growth < tolerated, `${growth.toFixed(1)} octets stay of each socket`);
});

test.run();
