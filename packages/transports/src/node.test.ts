import { once } from 'node:events';
import { connect, createServer, type Server, type Socket as TCPSocket } from 'node:net';
import { Duplex, PassThrough } from 'node:stream';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { fromSocket, Socket } from './node.ts';

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

test('a stream that nobody reads is paused, so that its sender is held up', async () => {
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
      const transport = fromSocket(connect(port, '127.0.0.1'));
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

test('a reset surfaces in the read that waits and in later calls, with its code', async () => {
  await withServer(
    (connection) => connection.once('data', () => connection.resetAndDestroy()),
    async (port) => {
      const transport = fromSocket(connect(port, '127.0.0.1'));
      await transport.write(Buffer.from('x'));
      assert.is((await rejection(transport.read())).code, 'ECONNRESET');
      assert.is((await rejection(transport.read())).code, 'ECONNRESET');
      assert.is((await rejection(transport.write(Buffer.from('y')))).code, 'ECONNRESET');
      await transport.close();
    },
  );
});

test('close wakes a read that waits, and may come twice', async () => {
  await withServer(
    () => {},
    async (port) => {
      const transport = fromSocket(connect(port, '127.0.0.1'));
      const reading = rejection(transport.read());
      await transport.close();
      await transport.close();
      assert.is((await reading).code, 'ECONNABORTED');
      assert.is((await rejection(transport.read())).code, 'ECONNABORTED');
    },
  );
});

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
