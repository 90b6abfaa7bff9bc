import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { memoryPair } from './memory.ts';
import { bytes, codeOf, isSettled } from './testing/scriptedWebSocket.ts';
import { fromWebStreams, startTlsSocket, type TLSSocketLike, toWebStreams } from './webStreams.ts';

const from = suite('web streams as a transport');

from('reads chunks of any kind, and writes', async () => {
  const there = new TransformStream();
  const back = new TransformStream();
  const transport = fromWebStreams({ readable: back.readable, writable: there.writable });
  const theirs = { writer: back.writable.getWriter(), reader: there.readable.getReader() };
  for (const chunk of [bytes(1), bytes(), bytes(2, 3).buffer, new DataView(bytes(4).buffer)]) {
    theirs.writer.write(chunk).catch(() => {});
  }
  assert.equal(await transport.read(), bytes(1));
  assert.equal(await transport.read(), bytes(2, 3));
  assert.equal(await transport.read(), bytes(4));
  const reading = theirs.reader.read();
  await transport.write(bytes(9));
  assert.equal((await reading).value, bytes(9));
});

from('closes a half, and sees the other’s end', async () => {
  const there = new TransformStream();
  const back = new TransformStream();
  const transport = fromWebStreams({ readable: back.readable, writable: there.writable });
  const ending = there.readable.getReader().read();
  await transport.closeWrite?.();
  assert.ok((await ending).done);
  const writer = back.writable.getWriter();
  writer.write(bytes(1)).catch(() => {});
  writer.close().catch(() => {});
  assert.equal(await transport.read(), bytes(1));
  assert.is(await transport.read(), null);
});

from('has no half-close where the carrier has none', () => {
  const { readable, writable } = new TransformStream();
  assert.is(fromWebStreams({ readable, writable }, { halfClose: false }).closeWrite, undefined);
});

from('close settles a reader and lets go of what the streams belong to', async () => {
  let closed = 0;
  const there = new TransformStream();
  const back = new TransformStream();
  const transport = fromWebStreams({
    readable: back.readable,
    writable: there.writable,
    close() {
      closed += 1;
    },
  });
  const reading = transport.read();
  await transport.close();
  await transport.close();
  assert.is(await codeOf(reading), 'EBADF');
  assert.is(await codeOf(transport.write(bytes(1))), 'EBADF');
  assert.is(await codeOf(transport.read()), 'EBADF');
  assert.is(closed, 1);
});

from('what the streams fail with, readers and writers get', async () => {
  const broken = new Error('the line was cut');
  const readable = new ReadableStream({ start: (controller) => controller.error(broken) });
  const writable = new WritableStream({ start: (controller) => controller.error(broken) });
  const transport = fromWebStreams({ readable, writable });
  assert.is(await codeOf(transport.read()), broken);
  assert.is(await codeOf(transport.write(bytes(1))), broken);
});

from('text is no chunk of octets', async () => {
  const readable = new ReadableStream({ start: (controller) => controller.enqueue('text') });
  const transport = fromWebStreams({ readable, writable: new WritableStream() });
  assert.instance(await codeOf(transport.read()), TypeError);
});

from.run();

const to = suite('a socket as web streams');

/** A socket that notes what it is told, and of which the test is the other side. */
function createSocket(handshake: Promise<void> = Promise.resolve()) {
  const [ours, theirs] = memoryPair();
  const calls: string[] = [];
  const socket: TLSSocketLike = {
    doHandshake: () => handshake,
    recv: async () => (await ours.read()) ?? new Uint8Array(0),
    sendall: (data) => ours.write(data),
    async shutdown(how) {
      calls.push(`shutdown ${how}`);
      if (how === 1) await ours.closeWrite?.();
    },
    close() {
      calls.push('close');
      return ours.close();
    },
    selectedAlpnProtocol: () => 'h2',
  };
  return { socket, theirs, calls };
}

to('half-close: closing the writable leaves the readable open', async () => {
  const { socket, theirs, calls } = createSocket();
  const streams = toWebStreams(socket);
  assert.equal(await streams.opened, { alpn: 'h2' });
  const writer = streams.writable.getWriter();
  await writer.write(bytes(1));
  await writer.close();
  assert.equal(await theirs.read(), bytes(1));
  assert.is(await theirs.read(), null);
  assert.not(await isSettled(streams.closed));
  await theirs.write(bytes(2));
  await theirs.closeWrite?.();
  const reader = streams.readable.getReader();
  assert.equal((await reader.read()).value, bytes(2));
  assert.ok((await reader.read()).done);
  await streams.closed;
  assert.equal(calls, ['shutdown 1']);
});

to('cancelling the readable is SHUT_RD, and writing goes on', async () => {
  const { socket, theirs, calls } = createSocket();
  const streams = toWebStreams(socket);
  await streams.readable.cancel();
  await streams.writable.getWriter().write(bytes(1));
  assert.equal(await theirs.read(), bytes(1));
  assert.equal(calls, ['shutdown 0']);
});

to('nothing is read before somebody asks', async () => {
  const { socket, theirs } = createSocket();
  const streams = toWebStreams(socket);
  await streams.opened;
  await theirs.write(bytes(1));
  await isSettled(streams.closed);
  assert.equal(await socket.recv(1), bytes(1));
});

to('a handshake that fails is told everywhere', async () => {
  const refused = new Error('bad certificate');
  const { socket } = createSocket(Promise.reject(refused));
  const streams = toWebStreams(socket);
  assert.is(await codeOf(streams.opened), refused);
  assert.is(await codeOf(streams.closed), refused);
  assert.is(await codeOf(streams.readable.getReader().read()), refused);
  assert.is(await codeOf(streams.writable.getWriter().write(bytes(1))), refused);
});

to('close resolves closed', async () => {
  const { socket, calls } = createSocket();
  const streams = toWebStreams(socket);
  await streams.close();
  await streams.closed;
  assert.equal(calls, ['close']);
});

to('startTls takes the transport over, once, and not from under a reader', async () => {
  const [ours, theirs] = memoryPair();
  const tls = createSocket();
  let wrapped: unknown;
  const plain = startTlsSocket(ours, (transport) => {
    wrapped = transport;
    return tls.socket;
  });
  const writer = plain.writable.getWriter();
  await writer.write(bytes(1));
  assert.equal(await theirs.read(), bytes(1));
  const reader = plain.readable.getReader();
  const reading = reader.read();
  await isSettled(reading);
  assert.throws(() => plain.startTls(), /Device or resource busy/);
  await theirs.write(bytes(2));
  assert.equal((await reading).value, bytes(2));

  const secure = plain.startTls();
  assert.is(wrapped, ours);
  assert.ok(secure.upgraded);
  assert.throws(() => plain.startTls(), /Bad file descriptor/);
  assert.ok((await reader.read()).done);
  assert.instance(await codeOf(writer.write(bytes(3))), TypeError);
  await secure.writable.getWriter().write(bytes(4));
  assert.equal(await tls.theirs.read(), bytes(4));
});

to.run();
