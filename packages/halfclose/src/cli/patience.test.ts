import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { patiently, TimeoutError } from './patience.ts';

const test = suite('patience');

/** A socket with one call under way, which its end fails. */
function silentSocket(): { call: Promise<never>; close(): Promise<void> } {
  let fail: (error: Error) => void = () => {};
  const call = new Promise<never>((_, reject) => {
    fail = reject;
  });
  return { call, close: async () => fail(new Error('closed')) };
}

test('a call that takes too long is ended by closing its socket', async () => {
  const socket = silentSocket();
  try {
    await patiently(socket, 'nobody has answered', socket.call, 0.01);
    assert.unreachable();
  } catch (error) {
    if (!(error instanceof TimeoutError)) throw error;
    assert.is(error.code, 'ETIMEDOUT');
    assert.is(error.message, '[Errno 110] Connection timed out: nobody has answered for 0.01 seconds');
  }
});

test('what a call gives or throws in time is passed on', async () => {
  const socket = silentSocket();
  assert.is(await patiently(socket, '', Promise.resolve(5)), 5);
  await socket.close();
  try {
    await patiently(socket, '', socket.call);
    assert.unreachable();
  } catch (error) {
    assert.is(String(error), 'Error: closed');
  }
});

test.run();
