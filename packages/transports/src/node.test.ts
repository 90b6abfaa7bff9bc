import { once } from 'node:events';
import { connect, createServer, type Server, type Socket as TCPSocket } from 'node:net';
import { Duplex, PassThrough } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fromSocket, type NodeTransport, Socket } from './node.ts';

/** Runs `client` against a server that treats each connection with `serve`, and closes all of it. */
async function withServer(
  serve: (connection: TCPSocket) => void,
  client: (port: number) => Promise<void>,
): Promise<void> {
  const connections = new Set<TCPSocket>();
  const server: Server = createServer({ allowHalfOpen: true }, (connection) => {
    connections.add(connection);
    connection.on('error', () => {});
    serve(connection);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  try {
    await client(address.port);
  } finally {
    for (const connection of connections) connection.destroy();
    server.close();
  }
}

async function rejection(promise: Promise<unknown>): Promise<NodeJS.ErrnoException> {
  return promise.then(
    () => assert.unreachable('should have failed') as never,
    (error) => error,
  );
}

async function readAll(transport: { read(): Promise<Uint8Array | null> }): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for (let chunk = await transport.read(); chunk !== null; chunk = await transport.read()) chunks.push(chunk);
  return Buffer.concat(chunks);
}

/** A transport that has landings, connected. */
async function connected(port: number): Promise<NodeTransport> {
  const connector = new Socket().detach();
  if (!('connect' in connector)) throw new Error('an unconnected socket gives a connector');
  return connector.connect(['127.0.0.1', port]);
}

const kinds = {
  fromSocket: async (port: number): Promise<NodeTransport> => fromSocket(connect(port, '127.0.0.1')),
  Socket: connected,
};

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

test('what comes between connect and the first read is not lost', async () => {
  await withServer(
    (connection) => connection.end('greeting'),
    async (port) => {
      const socket = connect(port, '127.0.0.1');
      const transport = fromSocket(socket);
      await once(socket, 'connect');
      for (let turns = 0; turns < 20; turns++) await turn();
      assert.is((await readAll(transport)).toString(), 'greeting');
      await transport.close();
    },
  );
});

test('our side stays open after the other side has ended', async () => {
  let received = '';
  await withServer(
    (connection) => {
      connection.end('bye');
      connection.on('data', (chunk) => {
        received += chunk;
      });
    },
    async (port) => {
      // Made without allowHalfOpen: the transport sees to it.
      const transport = fromSocket(connect(port, '127.0.0.1'));
      assert.is((await readAll(transport)).toString(), 'bye');
      await transport.write(Buffer.from('still here'));
      await transport.closeWrite();
      for (let turns = 0; turns < 1000 && received !== 'still here'; turns++) await turn();
      assert.is(received, 'still here');
      await transport.close();
    },
  );
});

for (const [kind, make] of Object.entries(kinds)) {
  test(`${kind}: a stream that nobody reads is paused, so that its sender is held up`, async () => {
    const size = 64 * 1024 * 1024;
    let sent = 0;
    await withServer(
      (connection) => {
        const chunk = Buffer.alloc(1024 * 1024, 1);
        const send = (): void => {
          if (sent === size) connection.end();
          else {
            sent += chunk.length;
            connection.write(chunk, send);
          }
        };
        send();
      },
      async (port) => {
        const transport = await make(port);
        let seen = (await transport.read())?.length ?? 0;
        let before = -1;
        while (before !== sent) {
          before = sent;
          for (let turns = 0; turns < 200; turns++) await turn();
        }
        assert.ok(sent < size, `the server could send ${sent} octets though nobody read`);
        for (let chunk = await transport.read(); chunk !== null; chunk = await transport.read()) {
          seen += chunk.length;
        }
        assert.is(seen, size);
        await transport.close();
      },
    );
  });
}

/** Octets that tell where they are, and by `seed` whose. */
function pattern(length: number, seed = 0): Buffer {
  return Buffer.from(Uint32Array.from({ length: length / 4 }, (_, i) => i * 2 + seed).buffer);
}

for (const pace of ['as they come', 'after the next have come'] as const) {
  test(`lend: chunks that are used ${pace} are whole and in order`, async () => {
    const sent = pattern(8 * 1024 * 1024);
    await withServer(
      (connection) => connection.end(sent),
      async (port) => {
        const transport = await connected(port);
        let at = 0;
        for (let chunk = await transport.lend(); chunk !== null; chunk = await transport.lend()) {
          if (pace === 'after the next have come') for (let turns = 0; turns < 3; turns++) await turn();
          assert.is(Buffer.compare(chunk, sent.subarray(at, at + chunk.length)), 0, `octets from ${at} on`);
          at += chunk.length;
        }
        assert.is(at, sent.length);
        await transport.close();
      },
    );
  });
}

test('lend: where much comes, the same few arrays go round', async () => {
  await withServer(
    (connection) => connection.end(Buffer.alloc(32 * 1024 * 1024)),
    async (port) => {
      const transport = await connected(port);
      const inUse: ArrayBufferLike[] = [];
      let again = 0;
      for (let chunk = await transport.lend(); chunk !== null; chunk = await transport.lend()) {
        if (inUse.includes(chunk.buffer)) again += 1;
        inUse.push(chunk.buffer);
        if (inUse.length > 8) inUse.shift();
      }
      assert.ok(again > 50, `only ${again} chunks lay in an array that was there before`);
      await transport.close();
    },
  );
});

test('read: chunks are the caller’s to keep, also where others are lent', async () => {
  const sent = pattern(8 * 1024 * 1024);
  await withServer(
    (connection) => connection.end(sent),
    async (port) => {
      const transport = await connected(port);
      const kept: [at: number, chunk: Uint8Array][] = [];
      let at = 0;
      for (let count = 0; ; count++) {
        const chunk = count % 3 === 0 ? await transport.lend() : await transport.read();
        if (chunk === null) break;
        if (count % 3 !== 0) kept.push([at, chunk]);
        at += chunk.length;
      }
      assert.is(at, sent.length);
      assert.ok(kept.length > 50);
      for (const [from, chunk] of kept) {
        assert.is(
          Buffer.compare(chunk, sent.subarray(from, from + chunk.length)),
          0,
          `octets from ${from} on`,
        );
      }
      await transport.close();
    },
  );
});

test('sockets that read by turns do not see each other’s octets', async () => {
  let seed = 0;
  await withServer(
    (connection) => {
      const all = pattern(1024 * 1024, seed++);
      // In pieces of many sizes, so that some fill what they land in and some don't.
      for (let at = 0, size = 4; at < all.length; at += size, size = (size * 3) % 200_004) {
        connection.write(all.subarray(at, at + size));
      }
      connection.end();
    },
    async (port) => {
      const readOne = async (): Promise<number> => {
        const transport = await connected(port);
        const chunks: Uint8Array[] = [];
        for (let chunk = await transport.lend(); chunk !== null; chunk = await transport.lend()) {
          chunks.push(Uint8Array.from(chunk));
        }
        await transport.close();
        const all = Buffer.concat(chunks);
        assert.is(Buffer.compare(all, pattern(1024 * 1024, all[0])), 0);
        return all[0] ?? 0;
      };
      const seeds = await Promise.all(Array.from({ length: 6 }, readOne));
      assert.equal(
        seeds.sort((a, b) => a - b),
        [0, 1, 2, 3, 4, 5],
      );
    },
  );
});

for (const [kind, make] of Object.entries(kinds)) {
  test(`${kind}: a reset surfaces in the read that waits and in later calls, with its code`, async () => {
    await withServer(
      (connection) => connection.once('data', () => connection.resetAndDestroy()),
      async (port) => {
        const transport = await make(port);
        await transport.write(Buffer.from('x'));
        assert.is((await rejection(transport.read())).code, 'ECONNRESET');
        assert.is((await rejection(transport.read())).code, 'ECONNRESET');
        assert.is((await rejection(transport.write(Buffer.from('y')))).code, 'ECONNRESET');
        await transport.close();
      },
    );
  });
}

for (const [kind, make] of Object.entries(kinds)) {
  test(`${kind}: close wakes a read that waits, and may come twice`, async () => {
    await withServer(
      () => {},
      async (port) => {
        const transport = await make(port);
        const reading = rejection(transport.read());
        await transport.close();
        await transport.close();
        assert.is((await reading).code, 'ECONNABORTED');
        assert.is((await rejection(transport.read())).code, 'ECONNABORTED');
      },
    );
  });
}

test('any Duplex is a transport, and its chunks are handed on without copying', async () => {
  const stream = new PassThrough();
  const transport = fromSocket(stream);
  const chunk = Buffer.from('the very same memory');
  await transport.write(chunk);
  assert.is((await transport.read())?.buffer, chunk.buffer);
  await transport.closeWrite();
  assert.is(await transport.read(), null);
  await transport.close();
});

test('close of a stream that emits no close event', async () => {
  const stream = new Duplex({ read() {}, write: (_chunk, _encoding, done) => done(), emitClose: false });
  let closed = false;
  void fromSocket(stream)
    .close()
    .then(() => {
      closed = true;
    });
  for (let turns = 0; turns < 20; turns++) await turn();
  assert.ok(closed);
  assert.ok(stream.destroyed);
});

test('close of a TCP socket waits until that has let go of its handle', async () => {
  await withServer(
    () => {},
    async (port) => {
      const socket = connect(port, '127.0.0.1');
      await once(socket, 'connect');
      let emitted = false;
      socket.on('close', () => {
        emitted = true;
      });
      await fromSocket(socket).close();
      assert.ok(emitted);
    },
  );
});

test('Socket: recv takes a number of octets, and nothing else', async () => {
  await withServer(
    (connection) => connection.write('abcdef'),
    async (port) => {
      const socket = new Socket();
      await socket.connect(['127.0.0.1', port]);
      for (const length of [-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, '2' as unknown as number]) {
        const error = await rejection(socket.recv(length));
        assert.instance(error, RangeError);
        assert.is(error.message, `${length} is not a number of octets`);
      }
      assert.is((await socket.recv(0)).length, 0);
      assert.is(Buffer.from(await socket.recv(3)).toString(), 'abc');
      assert.is(Buffer.from(await socket.recv(3)).toString(), 'def');
      // There is nothing to wait for.
      assert.is((await socket.recv(0)).length, 0);
      await socket.close();
    },
  );
});

test('Socket: an address without a host is not this machine', async () => {
  await withServer(
    () => {},
    async (port) => {
      const socket = new Socket();
      for (const host of [undefined, '']) {
        const error = await rejection(socket.connect([host as string, port]));
        assert.instance(error, TypeError);
      }
      await socket.close();
    },
  );
});

test('Socket: detach is refused while a recv is under way, and nothing is lost', async () => {
  await withServer(
    (connection) => connection.once('data', () => connection.end('abcdef')),
    async (port) => {
      const socket = new Socket();
      await socket.connect(['127.0.0.1', port]);
      const receiving = socket.recv(2);
      assert.throws(
        () => socket.detach(),
        (error: NodeJS.ErrnoException) =>
          error.code === 'EBUSY' && error.message === '[Errno 16] Device or resource busy',
      );
      await socket.send(Buffer.from('x'));
      assert.is(Buffer.from(await receiving).toString(), 'ab');
      const transport = socket.detach();
      if ('connect' in transport) throw new Error('a connected socket gives its transport');
      assert.is((await readAll(transport)).toString(), 'cdef');
      await transport.close();
    },
  );
});

test('Socket: connect, send, recv, shutdown, close', async () => {
  await withServer(
    (connection) => connection.pipe(connection),
    async (port) => {
      const socket = new Socket();
      await socket.connect(['127.0.0.1', port]);
      assert.is(await socket.send(Buffer.from('hello')), 5);
      let echo = '';
      while (echo.length < 5) echo += Buffer.from(await socket.recv(2));
      assert.is(echo, 'hello');
      await socket.shutdown(1);
      assert.is((await rejection(socket.send(Buffer.from('x')))).code, 'EPIPE');
      assert.is((await socket.recv(10)).length, 0);
      await socket.close();
      await socket.close();
      assert.is((await rejection(socket.recv())).code, 'EBADF');
    },
  );
});

test('Socket: shutdown(SHUT_RD) wakes a recv that waits', async () => {
  await withServer(
    () => {},
    async (port) => {
      const socket = new Socket();
      await socket.connect(['127.0.0.1', port]);
      const receiving = socket.recv();
      await socket.shutdown(0);
      assert.is((await receiving).length, 0);
      assert.is((await socket.recv()).length, 0);
      await socket.close();
    },
  );
});

test('Socket: before connect there is no connection, and none to a closed port', async () => {
  const socket = new Socket();
  assert.is((await rejection(socket.send(Buffer.from('x')))).code, 'ENOTCONN');
  assert.is((await rejection(socket.shutdown(2))).message, '[Errno 107] Transport endpoint is not connected');
  assert.instance(await rejection(socket.shutdown(3)), TypeError);

  let closedPort = 0;
  await withServer(
    () => {},
    async (port) => {
      closedPort = port;
    },
  );
  assert.is((await rejection(socket.connect(['127.0.0.1', closedPort]))).code, 'ECONNREFUSED');
  const refusedByName = await rejection(socket.connect(['localhost', closedPort]));
  assert.is(refusedByName.code, 'ECONNREFUSED');
  assert.ok(refusedByName.message.includes('ECONNREFUSED'));
});

test('Socket: close during connect gives it up', async () => {
  await withServer(
    () => {},
    async (port) => {
      const socket = new Socket();
      const connecting = rejection(socket.connect(['127.0.0.1', port]));
      await socket.close();
      assert.is((await connecting).code, 'EBADF');
    },
  );
});

test('Socket: once detached, close does nothing and all else is [Errno 9]', async () => {
  await withServer(
    (connection) => connection.write('abcdef'),
    async (port) => {
      const socket = new Socket();
      const connector = socket.detach();
      if (!('connect' in connector)) throw new Error('an unconnected socket gives a connector');
      await socket.close();
      const error = await rejection(socket.shutdown(2));
      assert.is(error.message, '[Errno 9] Bad file descriptor');
      assert.is(error.errno, 9);
      assert.is(error.code, 'EBADF');
      assert.throws(() => socket.detach(), /Errno 9/);

      const transport = await connector.connect(['127.0.0.1', port]);
      assert.is(Buffer.from((await transport.read()) ?? []).toString(), 'abcdef');
      await transport.close();
    },
  );
});

test('Socket: what recv left behind goes with a detached connection', async () => {
  await withServer(
    (connection) => connection.end('abcdef'),
    async (port) => {
      const socket = new Socket();
      await socket.connect(['127.0.0.1', port]);
      assert.is(Buffer.from(await socket.recv(2)).toString(), 'ab');
      const transport = socket.detach();
      if ('connect' in transport) throw new Error('a connected socket gives its transport');
      assert.is((await readAll(transport)).toString(), 'cdef');
      await transport.close();
    },
  );
});

test.run();
