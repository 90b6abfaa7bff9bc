/** KeyUpdate on the caller's word, RFC 8446 section 4.6.3. */
import { SHUT_WR } from '@halfclose/ssl';
import { handshakeTypes } from '@halfclose/tls/codec';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { createScene, outcomeOf, quiet, type Scene } from './testing/scene.ts';

const updates = ({ server }: Scene): number =>
  server.messages.filter(({ type }) => type === handshakeTypes.keyUpdate).length;

test('in turn with what is sent, and the server is asked for its own', async () => {
  const scene = await createScene();
  const { socket, server } = scene;
  const calls = [
    socket.sendall(Buffer.from('first ')),
    socket.updateKeys(),
    socket.sendall(Buffer.from('second ')),
    socket.updateKeys(true),
    socket.sendall(Buffer.from('third')),
  ];
  await Promise.all(calls);
  await quiet();
  assert.is(Buffer.from(server.received).toString(), 'first second third');
  assert.is(updates(scene), 2);
  server.send(Buffer.from('with new keys'));
  assert.is(await outcomeOf(socket.recv()), 'with new keys');
  await scene.close();
});

test('not after the end of a half, and not without a connection', async () => {
  const scene = await createScene();
  await scene.socket.shutdown(SHUT_WR);
  assert.is(await outcomeOf(scene.socket.updateKeys()), 'EPIPE');
  await scene.close();
  assert.is(await outcomeOf(scene.socket.updateKeys()), 'EBADF');
  assert.is(updates(scene), 0);
});

test('it waits for the handshake', async () => {
  const scene = await createScene({ given: 'handshaking' });
  assert.is(await outcomeOf(scene.socket.updateKeys()), 'waits');
  await scene.close();
});

test.run();
