/** Carriers that do what they should not. */
import { SSLContext, type SSLSocket, SSLSyscallError, type Transport } from '@halfclose/ssl';
import { createScriptedServer, overTransport } from '@halfclose/testing/peer';
import { memoryPair } from '@halfclose/transports/memory';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform, type TestPlatform } from './testing/platform.ts';
import { createScene, credentials, outcomeOf, quiet, root, serverHostname } from './testing/scene.ts';

const test = suite('carriers');
const text = (words: string): Uint8Array => new TextEncoder().encode(words);

for (const given of [undefined, 'text', new Uint8Array(0)]) {
  test(`a carrier whose read gives ${JSON.stringify(given)} is broken off`, async () => {
    let reads = 0;
    let closed = 0;
    const transport = {
      async read() {
        reads += 1;
        // Whoever goes on reading must not freeze the test.
        return reads < 1000 ? (given as Uint8Array) : new Promise<null>(() => {});
      },
      async write() {},
      close() {
        closed += 1;
      },
    };
    const platform = createTestPlatform();
    const socket = new SSLContext(platform).wrapSocket(transport, { serverHostname });
    const error = await Promise.race([socket.doHandshake(), quiet()]).catch((caught) => caught);
    assert.instance(error, SSLSyscallError);
    assert.match(error.message, /^\[SSL: SYSCALL\] the transport's read gave /);
    assert.is(reads, 1);
    await quiet();
    assert.is(closed, 1);
    await socket.close();
    assert.is(platform.timers, 0);
  });
}

/** A carrier that has one array, and lends that; what was lent before is gone. */
function lending(transport: Transport): Transport {
  const array = new Uint8Array(65_536);
  return {
    ...transport,
    read: () => assert.unreachable('what can be borrowed is not asked for') as never,
    async lend() {
      array.fill(0xee);
      const chunk = await transport.read();
      if (chunk === null) return null;
      array.set(chunk);
      return array.subarray(0, chunk.length);
    },
  };
}

test('of a carrier that lends nothing is used too late', async () => {
  const [ours, theirs] = memoryPair();
  const context = new SSLContext(createTestPlatform());
  await context.loadVerifyLocations({ cadata: root.pem });
  const server = createScriptedServer({
    credentials,
    onAlert(_, answering) {
      answering.closeNotify();
      answering.sendRaw(text('220 plain again'));
    },
  });
  overTransport(server, theirs);
  const socket = context.wrapSocket(lending(ours), { serverHostname });
  await socket.doHandshake();
  const sent = Uint8Array.from({ length: 300_000 }, (_, i) => i * 7);
  server.send(sent);
  const received = new Uint8Array(sent.length);
  for (let at = 0; at < sent.length; ) {
    at += await socket.recvInto(received.subarray(at, at + 10_000));
    // The carrier has time to give more than is asked for.
    await quiet();
  }
  assert.equal(received, sent);

  const carrier = await socket.unwrap();
  const rest = await carrier.lend?.();
  assert.equal(rest, text('220 plain again'));
  server.sendRaw(text('more'));
  assert.equal(await carrier.lend?.(), text('more'));
  assert.equal(rest, text('220 plain again'));
  await socket.close();
  theirs.break();
});

/** A scene's connection over a carrier whose calls are noted, and can be held up. */
async function withNotes(
  play: (notes: {
    readonly socket: SSLSocket;
    readonly calls: string[];
    readonly platform: TestPlatform;
    hold(name: 'write' | 'close'): void;
  }) => Promise<void>,
): Promise<void> {
  const [ours, theirs] = memoryPair();
  const platform = createTestPlatform();
  const context = new SSLContext(platform);
  await context.loadVerifyLocations({ cadata: root.pem });
  overTransport(createScriptedServer({ credentials }), theirs);
  const calls: string[] = [];
  const held = new Set<string>();
  const note = async (name: string, call: () => Promise<void> | undefined): Promise<void> => {
    calls.push(name);
    if (held.has(name)) await new Promise(() => {});
    await call();
  };
  const transport = {
    read: () => ours.read(),
    write: (chunk: Uint8Array) => note('write', () => ours.write(chunk)),
    closeWrite: () => note('closeWrite', () => ours.closeWrite?.()),
    close: () => note('close', () => ours.close()),
  };
  const socket = context.wrapSocket(transport, { serverHostname });
  await socket.doHandshake();
  await quiet();
  calls.length = 0;
  await play({ socket, calls, platform, hold: (name) => held.add(name) });
  theirs.break();
}

test('a carrier that takes nothing more is closed, and not half-closed before or after', async () => {
  await withNotes(async ({ socket, calls, platform, hold }) => {
    hold('write');
    await socket.sendall(text('stuck'));
    const closing = socket.close();
    // Once for what was written, once for the other side's end.
    for (let time = 0; time < 2; time++) {
      assert.is(await outcomeOf(closing), 'waits');
      assert.is(platform.passTime(), 1);
    }
    assert.is(await outcomeOf(closing), 'ok');
    assert.equal(calls, ['write', 'close']);
    assert.is(platform.timers, 0);
  });
});

test('a connection that hears nothing for a while gives its buffers back, and goes on', async () => {
  await withNotes(async ({ socket, calls, platform }) => {
    await socket.sendall(text('first'));
    await quiet();
    assert.is(platform.passTime(), 1, 'one timer, while it waits for the carrier');
    await socket.sendall(text('second'));
    await quiet();
    assert.equal(calls, ['write', 'write']);
    const closing = socket.close();
    await quiet();
    platform.passTime();
    await closing;
    assert.is(platform.timers, 0);
  });
});

test('a carrier whose close never ends does not hold up ours', async () => {
  await withNotes(async ({ socket, calls, platform, hold }) => {
    hold('close');
    const closing = socket.close();
    assert.is(await outcomeOf(closing), 'waits');
    platform.passTime();
    assert.is(await outcomeOf(closing), 'waits');
    assert.equal(calls, ['write', 'closeWrite', 'close']);
    platform.passTime();
    assert.is(await outcomeOf(closing), 'ok');
    assert.is(platform.timers, 0);
  });
});

test('a connector whose close never ends, or fails, does not hold up ours', async () => {
  for (const close of [() => new Promise<void>(() => {}), () => Promise.reject(new Error('no'))]) {
    const platform = createTestPlatform();
    const connector = { connect: () => new Promise<never>(() => {}), close };
    const socket = new SSLContext(platform).wrapSocket({ detach: () => connector }, { serverHostname });
    const closing = socket.close();
    await quiet();
    platform.passTime();
    assert.is(await outcomeOf(closing), 'ok');
    assert.is(platform.timers, 0);
  }
});

test('a carrier that fails with something unheard of', async () => {
  const { socket, theirs, close } = await createScene();
  const strange = new Error('the tunnel collapsed');
  theirs.break(strange);
  const error = await socket.recv().catch((caught) => caught);
  assert.instance(error, SSLSyscallError);
  assert.is(error.cause, strange);
  assert.is(error.message, '[SSL: SYSCALL] the tunnel collapsed');
  await close();
});

test.run();
