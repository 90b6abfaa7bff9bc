/** What ends a call before its time. */
import {
  type AbortSignalLike,
  OSError,
  SHUT_WR,
  SSLContext,
  TimeoutError,
  type Transport,
  ValueError,
} from '@halfclose/ssl';
import { memoryPair } from '@halfclose/transports/memory';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';
import {
  createScene,
  quiet,
  type Scene,
  type SceneOptions,
  serverHostname,
  textOf,
} from './testing/scene.ts';

const text = (words: string): Uint8Array => new TextEncoder().encode(words);

async function withScene(options: SceneOptions, play: (scene: Scene) => Promise<void>): Promise<void> {
  const scene = await createScene(options);
  try {
    await play(scene);
  } finally {
    await scene.close();
  }
}

async function rejection(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => assert.unreachable('should have failed'),
    (error) => error,
  );
}

const timeouts = suite('settimeout');

timeouts('is told in seconds, more than none', async () => {
  await withScene({}, async ({ socket }) => {
    assert.is(socket.gettimeout(), null);
    assert.is(socket.timeout, null);
    socket.settimeout(1.5);
    assert.is(socket.gettimeout(), 1.5);
    assert.is(socket.getblocking(), true);
    socket.settimeout(1e300);
    assert.is(socket.gettimeout(), 1e300);
    socket.setblocking(true);
    assert.is(socket.gettimeout(), null);
    for (const seconds of [0, -1, Number.NaN]) {
      assert.throws(
        () => socket.settimeout(seconds),
        (error: unknown) => error instanceof ValueError,
      );
    }
    assert.throws(
      () => socket.setblocking(false),
      (error: unknown) => error instanceof ValueError,
    );
  });
});

timeouts('a recv that waits too long fails, and the next one gives what comes', async () => {
  await withScene({}, async ({ socket, server, platform }) => {
    socket.settimeout(5);
    const first = socket.recv();
    const second = socket.recv();
    await quiet();
    assert.ok(platform.passTime() > 0);
    for (const call of [first, second]) {
      const error = await rejection(call);
      assert.instance(error, TimeoutError);
      assert.instance(error, OSError);
      const { code, errno, message } = error as OSError;
      assert.equal([code, errno, message], ['ETIMEDOUT', 110, '[Errno 110] The read operation timed out']);
    }
    const third = socket.recv();
    server.send(text('late'));
    assert.is(textOf(await third), 'late');
    await quiet();
    const withTimeout = platform.timers;
    socket.settimeout(null);
    server.send(text('later'));
    await socket.recv();
    await quiet();
    assert.is(platform.timers, withTimeout);
  });
});

timeouts('a send that waits too long fails, and so does what waits behind it', async () => {
  await withScene({ highWaterMark: 1000 }, async ({ socket, server, platform, holdServer }) => {
    const readOn = holdServer();
    socket.settimeout(5);
    const calls = [socket.sendall(new Uint8Array(2 ** 20)), socket.send(text('behind'))];
    for (const call of calls) call.catch(() => {});
    await quiet();
    platform.passTime();
    for (const call of calls) {
      assert.is(String(await rejection(call)), 'TimeoutError: [Errno 110] The write operation timed out');
    }
    readOn();
    socket.settimeout(null);
    await socket.sendall(text('after'));
    await quiet();
    assert.ok(server.receivedLength < 2 ** 20);
    assert.is(textOf(server.received.slice(-5)), 'after');
  });
});

timeouts('a handshake that takes too long fails, and can go on', async () => {
  await withScene({ given: 'unconnected', holdServer: true }, async ({ socket, platform, letServerRead }) => {
    socket.settimeout(5);
    const connecting = socket.connect([serverHostname, 443]);
    connecting.catch(() => {});
    await quiet();
    platform.passTime();
    assert.is(
      String(await rejection(connecting)),
      'TimeoutError: [Errno 110] The handshake operation timed out',
    );
    letServerRead();
    await socket.doHandshake();
    assert.is(socket.version(), 'TLSv1.3');
  });
});

timeouts('a carrier that comes too late is let go, and connecting can be tried again', async () => {
  const platform = createTestPlatform();
  const context = new SSLContext(platform);
  let closed = 0;
  let arrive: (transport: Transport) => void = () => {};
  const connector = {
    connect: () =>
      new Promise<Transport>((resolve) => {
        arrive = resolve;
      }),
    close() {},
  };
  const socket = context.wrapSocket({ detach: () => connector }, { serverHostname });
  socket.settimeout(1);
  for (let attempt = 1; attempt <= 2; attempt++) {
    const connecting = socket.connect([serverHostname, 443]);
    connecting.catch(() => {});
    await quiet();
    platform.passTime();
    assert.is(
      String(await rejection(connecting)),
      'TimeoutError: [Errno 110] The connect operation timed out',
    );
    const [late] = memoryPair();
    arrive({ ...late, read: late.read, write: late.write, close: () => void closed++ });
    await quiet();
    assert.is(closed, attempt);
  }
  const again = socket.connectEx([serverHostname, 443]);
  await quiet();
  platform.passTime();
  assert.is(await again, 110);
  await socket.close();
});

timeouts('unwrap and shutdown have it, too', async () => {
  await withScene({ highWaterMark: 1000 }, async ({ socket, server, platform, holdServer }) => {
    socket.settimeout(5);
    const readOn = holdServer();
    const sending = socket.sendall(new Uint8Array(2 ** 17));
    sending.catch(() => {});
    const shutting = socket.shutdown(SHUT_WR);
    shutting.catch(() => {});
    await quiet();
    platform.passTime();
    assert.instance(await rejection(shutting), TimeoutError);
    readOn();
    await socket.shutdown(SHUT_WR);
    const unwrapping = socket.unwrap();
    unwrapping.catch(() => {});
    await quiet();
    platform.passTime();
    assert.instance(await rejection(unwrapping), TimeoutError);
    server.closeNotify();
    assert.ok(await socket.unwrap());
  });
});

timeouts.run();

const signals = suite('signals');

signals('end the call that they are given to, with their reason', async () => {
  await withScene({}, async ({ socket, server }) => {
    const controller = new AbortController();
    const { signal } = controller;
    const calls = [socket.recv(10, { signal }), socket.recvInto(new Uint8Array(5), 5, { signal })];
    const other = socket.recv(10);
    for (const call of calls) call.catch(() => {});
    await quiet();
    controller.abort(new Error('enough'));
    for (const call of calls) assert.is(String(await rejection(call)), 'Error: enough');
    assert.is(String(await rejection(socket.send(text('a'), { signal }))), 'Error: enough');
    server.send(text('for the other'));
    assert.is(textOf(await other), 'for the ot');
    assert.is(textOf(await socket.recv(10)), 'her');
  });
});

signals('that come before a call has its turn leave it undone', async () => {
  await withScene({ highWaterMark: 1000 }, async ({ socket, server, holdServer }) => {
    const controller = new AbortController();
    const { signal } = controller;
    const readOn = holdServer();
    const first = socket.sendall(new Uint8Array(2 ** 20));
    const stopped = [socket.send(text('never'), { signal }), socket.sendfile([text('never')], { signal })];
    const last = socket.send(text('last'));
    for (const call of [first, last]) call.catch(() => {});
    const receiving = socket.recv(4);
    receiving.catch(() => {});
    stopped.push(socket.recvInto(new Uint8Array(4), 4, { signal }));
    for (const call of stopped) call.catch(() => {});
    await quiet();
    controller.abort(new Error('enough'));
    for (const call of stopped) assert.is(String(await rejection(call)), 'Error: enough');
    readOn();
    await Promise.all([first, last]);
    await quiet();
    assert.is(server.receivedLength, 2 ** 20 + 4);
    server.send(text('one two'));
    assert.is(textOf(await receiving), 'one ');
    assert.is(textOf(await socket.recv()), 'two');
  });
});

signals('that come while a call is on its way to what it would take leave that', async () => {
  await withScene({}, async ({ socket, server }) => {
    server.send(text('there already'));
    await socket.recv(0);
    await quiet();
    for (const turns of [0, 1, 2, 3]) {
      const controller = new AbortController();
      const sending = socket.send(text('x'), { signal: controller.signal }).catch((error) => error);
      for (let turn = 0; turn < turns; turn++) await Promise.resolve();
      controller.abort();
      const before = server.receivedLength;
      const outcome: unknown = await sending;
      await quiet();
      assert.is(server.receivedLength - before, outcome === 1 ? 1 : 0, `${turns} turns`);
    }
  });
});

signals('do nothing to a call that is done, and are left without listeners', async () => {
  await withScene({}, async ({ socket, server }) => {
    let listeners = 0;
    const signal: AbortSignalLike = {
      aborted: false,
      reason: undefined,
      addEventListener: () => listeners++,
      removeEventListener: () => listeners--,
    };
    server.send(text('there'));
    assert.is(textOf(await socket.recv(10, { signal })), 'there');
    await socket.sendall(text('and back'), { signal });
    await socket.doHandshake({ signal });
    assert.is(listeners, 0);
  });
});

signals('that come with the data take none of it', async () => {
  await withScene({}, async ({ socket, server }) => {
    const controller = new AbortController();
    const receiving = socket.recv(10, { signal: controller.signal });
    receiving.catch(() => {});
    server.send(text('data'));
    controller.abort();
    assert.is(((await rejection(receiving)) as Error).name, 'AbortError');
    assert.is(textOf(await socket.recv(10)), 'data');
  });
});

signals.run();
