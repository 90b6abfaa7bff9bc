import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import {
  bytes,
  codeOf,
  isSettled,
  type ScriptedWebSocket,
  scriptedWebSocket,
} from './testing/scriptedWebSocket.ts';
import {
  closePacket,
  connectPacket,
  continuePacket,
  parseConnect,
  parsePacket,
  roomIn,
  type Wisp,
  wispOver,
} from './wisp.ts';

const wisp = suite('Wisp');

const packet = (type: number, stream: number, ...payload: number[]): { readonly data: ArrayBuffer } => ({
  data: Uint8Array.of(type, stream, 0, 0, 0, ...payload).buffer,
});
const connecting = (stream: number, port: number, host: string): Uint8Array =>
  Uint8Array.of(1, stream, 0, 0, 0, 1, port & 0xff, port >> 8, ...Buffer.from(host));

/** A relay that has said how many packets a stream may send. */
async function greeted(
  room: number,
  receiveLimit?: number,
): Promise<{ socket: ScriptedWebSocket; relay: Wisp }> {
  const socket = scriptedWebSocket();
  const opening = wispOver(socket, receiveLimit === undefined ? {} : { receiveLimit });
  assert.not(await isSettled(opening));
  socket.emit('message', packet(3, 0, room, 0, 0, 0));
  return { socket, relay: await opening };
}

wisp('waits for the relay’s greeting, and gives each stream its number', async () => {
  const { socket, relay } = await greeted(9);
  await relay.connect(['db.example', 5432]);
  await relay.connect(['::1', 443]);
  assert.equal(socket.sent, [connecting(1, 5432, 'db.example'), connecting(2, 443, '::1')]);
  assert.is(relay.streams, 2);
});

wisp('carries octets both ways, each stream its own', async () => {
  const { socket, relay } = await greeted(9);
  const one = await relay.connect(['a.example', 1]);
  const two = await relay.connect(['b.example', 2]);
  await two.write(bytes(7, 8));
  assert.equal(socket.sent[2], bytes(2, 2, 0, 0, 0, 7, 8));
  socket.emit('message', packet(2, 2, 22));
  socket.emit('message', packet(2, 1, 11));
  // A stream that nobody has, or has no longer.
  socket.emit('message', packet(2, 9, 99));
  assert.equal(await one.read(), bytes(11));
  assert.equal(await two.read(), bytes(22));
});

wisp('sends no more packets than there is room for', async () => {
  const { socket, relay } = await greeted(2);
  const stream = await relay.connect(['a.example', 1]);
  const writing = stream.write(new Uint8Array(3 * 65_536));
  assert.not(await isSettled(writing));
  assert.is(socket.sent.length, 1 + 2);
  socket.emit('message', packet(3, 1, 5, 0, 0, 0));
  await writing;
  assert.is(socket.sent.length, 1 + 3);
});

const endings: readonly (readonly [number, string])[] = [
  [0x03, 'ECONNRESET'],
  [0x42, 'EHOSTUNREACH'],
  [0x43, 'ETIMEDOUT'],
  [0x44, 'ECONNREFUSED'],
  [0x48, 'EACCES'],
  [0x77, 'ECONNRESET'],
];
for (const [reason, expected] of endings) {
  wisp(`a close for 0x${reason.toString(16)} is ${expected}, to readers and writers`, async () => {
    const { socket, relay } = await greeted(0);
    const stream = await relay.connect(['a.example', 1]);
    const writing = stream.write(bytes(1));
    const reading = stream.read();
    socket.emit('message', packet(4, 1, reason));
    assert.is(await codeOf(reading), expected);
    assert.is(await codeOf(writing), expected);
    assert.is(relay.streams, 0);
  });
}

wisp('a close that is wanted is an end', async () => {
  const { socket, relay } = await greeted(1);
  const stream = await relay.connect(['a.example', 1]);
  socket.emit('message', packet(2, 1, 5));
  socket.emit('message', packet(4, 1, 2));
  assert.equal(await stream.read(), bytes(5));
  assert.is(await stream.read(), null);
  assert.is(await codeOf(stream.write(bytes(1))), 'EPIPE');
});

wisp('our close is told once, and the others go on', async () => {
  const { socket, relay } = await greeted(1);
  const one = await relay.connect(['a.example', 1]);
  const two = await relay.connect(['b.example', 2]);
  const reading = one.read();
  await one.close();
  await one.close();
  assert.is(await codeOf(reading), 'EBADF');
  assert.is(await codeOf(one.write(bytes(1))), 'EBADF');
  assert.equal(socket.sent.slice(2), [bytes(4, 1, 0, 0, 0, 2)]);
  socket.emit('message', packet(2, 2, 22));
  assert.equal(await two.read(), bytes(22));
});

wisp('a stream that nobody reads is given up, and the others go on', async () => {
  const { socket, relay } = await greeted(1, 3);
  const idle = await relay.connect(['a.example', 1]);
  const other = await relay.connect(['b.example', 2]);
  socket.emit('message', packet(2, 1, 1, 2, 3, 4));
  assert.equal(socket.sent.slice(2), [bytes(4, 1, 0, 0, 0, 0x81)]);
  await idle.read();
  assert.is(await codeOf(idle.read()), 'ENOBUFS');
  socket.emit('message', packet(2, 2, 22));
  assert.equal(await other.read(), bytes(22));
});

wisp('when the WebSocket breaks, every stream does', async () => {
  const { socket, relay } = await greeted(1);
  const one = await relay.connect(['a.example', 1]);
  socket.emit('close', { code: 1006 });
  assert.is(await codeOf(one.read()), 'ECONNRESET');
  assert.is(await codeOf(relay.connect(['a.example', 1])), 'ECONNRESET');
});

const malformed: readonly (readonly [string, Uint8Array])[] = [
  ['a packet without a header', bytes(3, 0, 0, 0)],
  ['room that is no number', bytes(3, 0, 0, 0, 0, 1)],
  ['data before the greeting', bytes(2, 1, 0, 0, 0, 1)],
];
for (const [what, data] of malformed) {
  wisp(`${what} ends it`, async () => {
    const socket = scriptedWebSocket();
    const opening = wispOver(socket);
    socket.emit('message', { data });
    assert.is(await codeOf(opening), 'EPROTO');
    assert.is(socket.closedWith[0]?.[0], 1002);
  });
}

wisp('opening can be given up, and fails where the relay goes', async () => {
  const controller = new AbortController();
  const opening = wispOver(scriptedWebSocket(), { signal: controller.signal });
  controller.abort(new Error('not any more'));
  assert.is((await opening.catch((reason) => reason)).message, 'not any more');

  const socket = scriptedWebSocket({ connecting: true });
  const failing = wispOver(socket);
  socket.emit('close', { code: 1006 });
  assert.is(await codeOf(failing), 'ECONNRESET');
});

wisp('a socket to wrap is detached once', async () => {
  const { socket, relay } = await greeted(1);
  const wrappable = relay.socket();
  const transport = await wrappable.detach().connect(['a.example', 1]);
  assert.throws(() => wrappable.detach(), /Bad file descriptor/);
  socket.emit('message', packet(2, 1, 5));
  assert.equal(await transport.read(), bytes(5));
  assert.instance(await relay.connect(['', 1]).catch((reason) => reason), TypeError);
});

wisp('closing it closes all', async () => {
  const { socket, relay } = await greeted(1);
  const stream = await relay.connect(['a.example', 1]);
  const reading = stream.read();
  const closing = relay.close();
  assert.is(await codeOf(reading), 'EBADF');
  assert.is(socket.closedWith[0]?.[0], 1000);
  socket.emit('close', { code: 1000 });
  await closing;
});

wisp('packets are read as they are written', () => {
  const host = Uint8Array.from(Buffer.from('db.example'));
  assert.equal(parseConnect(parsePacket(connectPacket(7, host, 5432))), { type: 1, host, port: 5432 });
  assert.is(roomIn(parsePacket(continuePacket(7, 70_000))), 70_000);
  assert.equal(parsePacket(closePacket(0xfffffffe, 0x48)), {
    type: 4,
    stream: 0xfffffffe,
    payload: bytes(0x48),
  });
  assert.throws(() => parseConnect(parsePacket(bytes(1, 1, 0, 0, 0, 1, 2))), /CONNECT packet of 2 octets/);
});

wisp.run();
