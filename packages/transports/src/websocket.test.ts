import { once } from 'node:events';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { WebSocket, WebSocketServer } from 'ws';
import { bytes, codeOf, isSettled, scriptedWebSocket } from './testing/scriptedWebSocket.ts';
import { addressInPath, addressInQuery, connectWebSocket, fromWebSocket, relaySocket } from './websocket.ts';

const scripted = suite('a WebSocket as a transport');

scripted('gives the octets of messages, whatever the buffer they come in', async () => {
  const socket = scriptedWebSocket();
  const transport = fromWebSocket(socket);
  assert.is(socket.binaryType, 'arraybuffer');
  socket.emit('message', { data: bytes(1, 2).buffer });
  socket.emit('message', { data: bytes(0, 3, 0).subarray(1, 2) });
  socket.emit('message', { data: bytes() });
  socket.emit('close', { code: 1000 });
  assert.equal(await transport.read(), bytes(1, 2));
  assert.equal(await transport.read(), bytes(3));
  assert.is(await transport.read(), null);
  assert.is(await transport.read(), null);
});

scripted('sends a copy, so that the memory may be used again', async () => {
  const socket = scriptedWebSocket();
  const chunk = bytes(7);
  await fromWebSocket(socket).write(chunk);
  chunk[0] = 0;
  assert.equal(socket.sent, [bytes(7)]);
});

scripted('makes a writer wait while the WebSocket has much to send', async () => {
  const socket = scriptedWebSocket();
  const transport = fromWebSocket(socket);
  socket.bufferedAmount = (1 << 20) + 1;
  const writing = transport.write(bytes(1));
  assert.not(await isSettled(writing));
  socket.bufferedAmount = 0;
  await writing;
});

scripted('tells a waiting writer that the WebSocket broke', async () => {
  const socket = scriptedWebSocket();
  const transport = fromWebSocket(socket);
  socket.bufferedAmount = 1 << 30;
  const writing = transport.write(bytes(1));
  socket.emit('close', { code: 1006 });
  assert.is(await codeOf(writing), 'ECONNRESET');
});

scripted('writes once it is open, and fails where it never is', async () => {
  const socket = scriptedWebSocket({ connecting: true });
  const writing = fromWebSocket(socket).write(bytes(1));
  assert.not(await isSettled(writing));
  assert.equal(socket.sent, []);
  socket.open();
  await writing;
  assert.equal(socket.sent, [bytes(1)]);

  const never = scriptedWebSocket({ connecting: true });
  const transport = fromWebSocket(never);
  const failing = transport.write(bytes(1));
  never.emit('close', { code: 1006 });
  assert.is(await codeOf(failing), 'ECONNRESET');
  assert.is(await codeOf(transport.read()), 'ECONNRESET');
});

const endings: readonly (readonly [number, string, unknown])[] = [
  [1001, '', 'ECONNABORTED'],
  [1006, '', 'ECONNRESET'],
  [1008, 'not on the list', 'EACCES'],
  [1009, '', 'EMSGSIZE'],
  [1014, '', 'EHOSTUNREACH'],
  [4321, 'of its own', 'ECONNRESET'],
];
for (const [code, reason, expected] of endings) {
  scripted(`a close with ${code} is ${expected}, told after what came before it`, async () => {
    const socket = scriptedWebSocket();
    const transport = fromWebSocket(socket);
    socket.emit('message', { data: bytes(1) });
    socket.emit('close', { code, reason });
    assert.equal(await transport.read(), bytes(1));
    const error = await transport.read().catch((reason) => reason);
    assert.is(error.code, expected);
    assert.match(error.message, String(code));
    assert.match(error.message, reason);
    assert.is(await codeOf(transport.write(bytes(1))), expected);
  });
}

scripted('1005 is an end: nobody has to give a code', async () => {
  const socket = scriptedWebSocket();
  const transport = fromWebSocket(socket);
  const reading = transport.read();
  socket.emit('close', { code: 1005 });
  assert.is(await reading, null);
  assert.is(await codeOf(transport.write(bytes(1))), 'EPIPE');
});

scripted('text is refused', async () => {
  const socket = scriptedWebSocket();
  const transport = fromWebSocket(socket);
  socket.emit('message', { data: 'HTTP/1.1 400' });
  assert.is(await codeOf(transport.read()), 'EPROTO');
  assert.is(socket.closedWith[0]?.[0], 1003);
});

scripted('who never reads loses the connection, not the memory', async () => {
  const socket = scriptedWebSocket();
  const transport = fromWebSocket(socket, { receiveLimit: 10 });
  for (let i = 0; i < 100; i += 1) socket.emit('message', { data: bytes(1, 2, 3, 4) });
  assert.is(socket.closedWith[0]?.[0], 1009);
  for (let i = 0; i < 3; i += 1) assert.is((await transport.read())?.length, 4);
  assert.is(await codeOf(transport.read()), 'ENOBUFS');
});

scripted('one that can be paused is, until what waits is read', async () => {
  const socket = scriptedWebSocket({ pausable: true });
  const transport = fromWebSocket(socket);
  for (let i = 0; i < 6; i += 1) socket.emit('message', { data: new Uint8Array(65_536) });
  assert.equal(socket.pauses, ['pause']);
  await transport.read();
  assert.equal(socket.pauses, ['pause']);
  await transport.read();
  assert.equal(socket.pauses, ['pause', 'resume']);
});

scripted('close settles what waits, and says 1000', async () => {
  const socket = scriptedWebSocket();
  const transport = fromWebSocket(socket);
  const reading = transport.read();
  const closing = transport.close();
  assert.is(await codeOf(reading), 'EBADF');
  assert.is(socket.closedWith[0]?.[0], 1000);
  socket.emit('close', { code: 1000 });
  await closing;
  await transport.close();
  assert.is(await codeOf(transport.write(bytes(1))), 'EBADF');
  assert.is(await codeOf(transport.read()), 'EBADF');
});

scripted('close waits for a dead relay half a second at most', async () => {
  await fromWebSocket(scriptedWebSocket()).close();
});

scripted('addresses in URLs', () => {
  assert.is(
    addressInQuery('wss://relay.example/v1?token=1')(['::1', 443]),
    'wss://relay.example/v1?token=1&address=%5B%3A%3A1%5D%3A443',
  );
  assert.is(
    addressInPath('wss://relay.example/v1/')(['db.example', 5432]),
    'wss://relay.example/v1/db.example:5432',
  );
  assert.throws(() => addressInPath('wss://relay.example')(['', 5432]), /no host/);
  assert.throws(
    () => addressInPath('wss://relay.example')(['db.example', 0]),
    /0 is not the number of a port/,
  );
});

scripted.run();

const real = suite('over a WebSocket of the package ws');
const createWebSocket = (url: string, protocols: string[]): WebSocket => new WebSocket(url, protocols);

async function withServer(
  serve: (socket: WebSocket, url: string) => void,
  client: (url: string) => Promise<void>,
): Promise<void> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  server.on('connection', (socket, request) => serve(socket, request.url ?? ''));
  const address = server.address();
  if (typeof address === 'string' || address === null) throw new Error('no port');
  try {
    await client(`ws://127.0.0.1:${address.port}`);
  } finally {
    for (const socket of server.clients) socket.terminate();
    await new Promise((resolve) => server.close(resolve));
  }
}

real('a megabyte goes and comes', async () => {
  await withServer(
    (socket) => socket.on('message', (data) => socket.send(data)),
    async (url) => {
      const transport = await connectWebSocket(url, { createWebSocket, protocols: ['binary'] });
      const sent = Uint8Array.from({ length: 1 << 20 }, (_, i) => i % 251);
      const writing = (async () => {
        for (let from = 0; from < sent.length; from += 10_000)
          await transport.write(sent.subarray(from, from + 10_000));
      })();
      const chunks: Uint8Array[] = [];
      let length = 0;
      while (length < sent.length) {
        const chunk = await transport.read();
        if (chunk === null) break;
        chunks.push(chunk);
        length += chunk.length;
      }
      await writing;
      assert.ok(Buffer.concat(chunks).equals(sent));
      await transport.close();
    },
  );
});

real('a sender that nobody reads is paused', async () => {
  let sent = 0;
  await withServer(
    (socket) => {
      const chunk = new Uint8Array(65_536);
      const more = (error?: Error): void => {
        if (error !== undefined || sent >= 256 << 20) return;
        sent += chunk.length;
        socket.send(chunk, more);
      };
      more();
    },
    async (url) => {
      const transport = await connectWebSocket(url, { createWebSocket });
      let before = -1;
      while (sent !== before) {
        before = sent;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
      assert.ok(sent < 64 << 20, `${sent} octets were sent`);
      await transport.read();
      await transport.close();
    },
  );
});

real('a relay that is not there', async () => {
  const error = await connectWebSocket('ws://127.0.0.1:1', { createWebSocket }).catch((reason) => reason);
  assert.is(error.code, 'ECONNRESET');
  assert.is(error.cause.code, 'ECONNREFUSED');
});

real('connecting can be given up', async () => {
  const aborted = AbortSignal.abort(new Error('not wanted'));
  const before = await connectWebSocket('ws://127.0.0.1:1', {
    createWebSocket,
    signal: aborted,
  }).catch((reason) => reason);
  assert.is(before.message, 'not wanted');
  const controller = new AbortController();
  const connecting = connectWebSocket('ws://127.0.0.1:1', {
    createWebSocket,
    signal: controller.signal,
  });
  controller.abort(new Error('not any more'));
  assert.is((await connecting.catch((reason) => reason)).message, 'not any more');
});

real('a relay is told the address', async () => {
  await withServer(
    (socket, url) => socket.send(Buffer.from(url)),
    async (url) => {
      const connector = relaySocket(addressInQuery(url), { createWebSocket }).detach();
      const transport = await connector.connect(['db.example', 5432]);
      assert.is(Buffer.from((await transport.read()) ?? []).toString(), '/?address=db.example%3A5432');
      await transport.close();
    },
  );
});

real('a socket to wrap is detached once, and its connecting given up', async () => {
  const socket = relaySocket(addressInPath('ws://127.0.0.1:1'), { createWebSocket });
  const connector = socket.detach();
  assert.throws(() => socket.detach(), /Bad file descriptor/);
  const connecting = connector.connect(['db.example', 5432]);
  connector.close();
  assert.is(await codeOf(connecting), 'EBADF');
  assert.instance(await connector.connect(['', 1]).catch((reason) => reason), TypeError);
});

real.run();
