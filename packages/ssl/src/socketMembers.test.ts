/** Files, addresses, and what a socket hands on. */
import {
  NotImplementedError,
  OSError,
  type SendableFile,
  SHUT_WR,
  SSLContext,
  SSLSocket,
  type SSLSocketParts,
  ValueError,
} from '@halfclose/ssl';
import { createScriptedServer, overTransport } from '@halfclose/testing/peer';
import { memoryPair } from '@halfclose/transports/memory';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createTestPlatform } from './testing/platform.ts';
import {
  createScene,
  credentials,
  outcomeOf,
  quiet,
  root,
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

const files = suite('sendfile');
const contents = Uint8Array.from({ length: 200_000 }, (_, i) => i * 7);
const openFile = {
  async read(target: Uint8Array, offset: number, length: number, position: number) {
    const part = contents.subarray(position, position + Math.min(length, 50_000));
    target.set(part, offset);
    return { bytesRead: part.length };
  },
};
async function* stream(): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < contents.length; at += 33_333) yield contents.subarray(at, at + 33_333);
}
const chunks = [contents.subarray(0, 5), contents.subarray(5)];

files('sends files, streams and chunks, and says how far it is', async () => {
  const kinds: readonly (() => SendableFile)[] = [() => openFile, stream, () => chunks];
  for (const file of kinds) {
    for (const [offset, count] of [
      [0, undefined],
      [10, 100_000],
      [199_999, 5],
      [300_000, undefined],
    ] as const) {
      await withScene({}, async ({ socket, server }) => {
        const progress: number[] = [];
        const expected = contents.subarray(offset, count === undefined ? undefined : offset + count);
        const options = { offset, count, onProgress: (sent: number) => void progress.push(sent) };
        const sending = socket.sendfile(file(), options);
        await socket.sendall(text('behind'));
        assert.is(await sending, expected.length);
        assert.is(progress.at(-1) ?? 0, expected.length);
        assert.ok(progress.every((sent, i) => sent > (progress[i - 1] ?? 0)));
        await quiet();
        assert.equal(server.received.slice(0, expected.length), expected);
        assert.is(textOf(server.received.slice(expected.length)), 'behind');
      });
    }
  }
});

files('refuses what is no file, and what makes no sense', async () => {
  await withScene({}, async ({ socket }) => {
    const wrong: readonly [unknown, object, new (...args: never[]) => Error][] = [
      [5, {}, TypeError],
      [null, {}, TypeError],
      [['text'], {}, TypeError],
      [chunks, { offset: -1 }, ValueError],
      [chunks, { count: 0 }, ValueError],
      [chunks, { count: 1.5 }, ValueError],
    ];
    for (const [file, options, type] of wrong) {
      assert.instance(await rejection(socket.sendfile(file as SendableFile, options)), type);
    }
    await socket.sendall(text('none the worse'));
  });
});

files('ends with what the source or the listener throws, and tells the source', async () => {
  await withScene({}, async ({ socket }) => {
    let told = false;
    async function* failing(): AsyncGenerator<Uint8Array> {
      try {
        yield text('a');
        yield text('b');
      } finally {
        told = true;
      }
    }
    const onProgress = (): never => {
      throw new Error('stop it');
    };
    assert.is(String(await rejection(socket.sendfile(failing(), { onProgress }))), 'Error: stop it');
    await quiet();
    assert.is(told, true);
  });
});

files('a source that gives nothing can be given up', async () => {
  await withScene({}, async ({ socket }) => {
    const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    const controller = new AbortController();
    const sending = socket.sendfile(silent, { signal: controller.signal });
    sending.catch(() => {});
    await quiet();
    controller.abort();
    assert.is(((await rejection(sending)) as Error).name, 'AbortError');
    await socket.sendall(text('on it goes'));
  });
});

files(
  'a source that gives nothing keeps nobody from closing, nor hides that the connection has died',
  async () => {
    const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    await withScene({}, async ({ socket, platform, theirs }) => {
      const sending = socket.sendfile(silent);
      sending.catch(() => {});
      const closing = socket.close();
      await quiet();
      platform.passTime();
      await quiet();
      theirs.break();
      await closing;
      assert.is(((await rejection(sending)) as OSError).code, 'EBADF');
    });
    await withScene({}, async ({ socket, server }) => {
      const sending = socket.sendfile(silent);
      sending.catch(() => {});
      await quiet();
      server.sendAlert('internal_error');
      assert.is(await outcomeOf(sending), 'SSLError TLSV1_ALERT_INTERNAL_ERROR');
    });
  },
);

files.run();

const rest = suite('the rest of a socket');

rest('iteration gives all to the end of file', async () => {
  await withScene({}, async ({ socket, server }) => {
    server.send(text('one '));
    server.send(text('two'));
    server.closeNotify();
    let all = '';
    for await (const data of socket) all += textOf(data);
    assert.is(all, 'one two');
  });
});

rest('read and write are recv and send', async () => {
  await withScene({}, async ({ socket, server }) => {
    assert.is(await socket.write(text('hello')), 5);
    server.send(text('answer'));
    assert.is(textOf(await socket.read(3)), 'ans');
    assert.is(textOf(await socket.read()), 'wer');
  });
});

rest('what only servers and datagrams need is refused', async () => {
  await withScene({}, async ({ socket }) => {
    const { fileno } = socket;
    assert.is(fileno.call(socket), -1);
    for (const name of ['accept', 'bind', 'listen', 'dup', 'recvmsg', 'recvmsgInto', 'sendmsg'] as const) {
      assert.throws(
        () => socket[name](),
        (error: unknown) => error instanceof NotImplementedError,
        name,
      );
    }
    for (const name of ['recvfrom', 'recvfromInto', 'sendto'] as const) {
      assert.throws(
        () => socket[name](),
        (error: unknown) => error instanceof ValueError,
        name,
      );
    }
    assert.throws(
      () => socket.verifyClientPostHandshake(),
      (error: unknown) => error instanceof NotImplementedError,
    );
  });
});

rest('addresses are those that the carrier knows', async () => {
  await withScene({ given: 'unconnected' }, async ({ socket }) => {
    assert.throws(
      () => socket.getpeername(),
      (error: unknown) => error instanceof OSError && error.code === 'ENOTCONN',
    );
    await socket.connect([serverHostname, 443]);
    for (const call of [() => socket.getpeername(), () => socket.getsockname()]) {
      assert.throws(call, (error: unknown) => error instanceof OSError && error.code === 'EOPNOTSUPP');
    }
  });
  const [ours] = memoryPair();
  const carrier = { ...ours, remoteAddress: ['192.0.2.1', 443], localAddress: ['192.0.2.2', 5000] } as const;
  const socket = new SSLContext(createTestPlatform()).wrapSocket(carrier, { serverHostname });
  assert.equal(socket.getpeername(), ['192.0.2.1', 443]);
  assert.equal(socket.getsockname(), ['192.0.2.2', 5000]);
});

rest('a context makes sockets of the class that it is given', async () => {
  class Mine extends SSLSocket {
    readonly made: string;

    constructor(parts: SSLSocketParts) {
      super(parts);
      this.made = 'here';
    }
  }
  const context = new SSLContext(createTestPlatform());
  context.sslsocketClass = Mine;
  const socket = context.wrapSocket(memoryPair()[0], { serverHostname });
  assert.instance(socket, Mine);
  assert.is((socket as Mine).made, 'here');
});

rest('detach gives what TLS carries: TLS within TLS', async () => {
  const [ours, theirs] = memoryPair();
  const [innerOurs, innerTheirs] = memoryPair();
  const outer = createScriptedServer({ credentials, onData: (data) => void innerOurs.write(data) });
  const outerPeer = overTransport(outer, theirs);
  const inner = createScriptedServer({ credentials, onData: (data, server) => server.send(data) });
  overTransport(inner, innerTheirs);
  void (async () => {
    for (let data = await innerOurs.read(); data !== null; data = await innerOurs.read()) outer.send(data);
  })().catch(() => {});

  const context = new SSLContext(createTestPlatform());
  await context.loadVerifyLocations({ cadata: root.certificate });
  const proxy = context.wrapSocket(ours, { serverHostname });
  await proxy.doHandshake();
  const socket = context.wrapSocket(proxy, { serverHostname });
  assert.is(await outcomeOf(proxy.recv()), 'EBADF');
  assert.is(await outcomeOf(proxy.send(text('past'))), 'EBADF');
  assert.throws(
    () => proxy.detach(),
    (error: unknown) => error instanceof OSError && error.code === 'EBADF',
  );
  await proxy.close();
  await socket.sendall(text('through both'));
  assert.is(textOf(await socket.recv()), 'through both');
  await socket.shutdown(SHUT_WR);
  assert.is(inner.clientClosed, true);
  await outerPeer.until(({ clientClosed }) => clientClosed);
  const closing = socket.close();
  theirs.break();
  await closing;
});

rest('of a socket that is not connected, it gives one that can be', async () => {
  const scene = await createScene({ given: 'unconnected', server: { flight: (steps) => steps } });
  const carrier = scene.socket.detach();
  assert.ok('connect' in carrier);
  assert.is(await outcomeOf(scene.socket.connect([serverHostname, 443])), 'EBADF');
  const stream = await carrier.connect([serverHostname, 443]);
  await stream.write(text('hello'));
  await quiet();
  assert.is(textOf(scene.server.received), 'hello');
  const closing = stream.close();
  scene.theirs.break();
  await closing;
});

rest.run();
