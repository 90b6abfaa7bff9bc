import { mock } from 'node:test';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { patiently, sendPatiently, TimeoutError } from './patience.ts';

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

/** A socket that takes one octet after so many seconds. */
function slowSocket(seconds: number): { taken: number; send(): Promise<number>; close(): Promise<void> } {
  let fail: (error: Error) => void = () => {};
  const socket = {
    taken: 0,
    send: () =>
      new Promise<number>((resolve, reject) => {
        fail = reject;
        setTimeout(() => {
          socket.taken += 1;
          resolve(1);
        }, seconds * 1000);
      }),
    close: async () => fail(new Error('closed')),
  };
  return socket;
}

/** Lets time pass, a second after the other, until the call is settled. */
async function passTime(call: Promise<void>): Promise<void> {
  let settled = false;
  const done = (): void => {
    settled = true;
  };
  call.then(done, done);
  while (!settled) {
    mock.timers.tick(1000);
    for (let turn = 0; turn < 10; turn++) await null;
  }
}

test('a server that takes what we send slowly is no server that takes nothing', async () => {
  mock.timers.enable({ apis: ['setTimeout'] });
  try {
    const slow = slowSocket(9);
    const sending = sendPatiently(slow, new Uint8Array(5));
    await passTime(sending);
    await sending;
    assert.is(slow.taken, 5);

    const stuck = slowSocket(11);
    const failing = sendPatiently(stuck, new Uint8Array(5));
    await passTime(failing);
    const error = await failing.catch((caught) => caught);
    assert.instance(error, TimeoutError);
    assert.match(error.message, 'the server has taken nothing for 10 seconds');
    assert.is(stuck.taken, 0);
  } finally {
    mock.timers.reset();
  }
});

test.run();
