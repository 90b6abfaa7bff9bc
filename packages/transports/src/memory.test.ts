import { test } from 'uvu';
import * as assert from 'uvu/assert';
import { memoryPair } from './memory.ts';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

async function code(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => 'no error',
    (error) => error.code,
  );
}

/** Whether a promise is settled once everything that can happen has happened. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = (): void => {
    settled = true;
  };
  promise.then(note, note);
  await new Promise((resolve) => setImmediate(resolve));
  return settled;
}

test('what one end writes the other reads, in order, both ways', async () => {
  const [a, b] = memoryPair();
  await a.write(bytes(1, 2));
  await a.write(bytes(3));
  await b.write(bytes(9));
  assert.equal(await b.read(), bytes(1, 2));
  assert.equal(await b.read(), bytes(3));
  assert.equal(await a.read(), bytes(9));
});

test('the writer has its memory again, a Buffer too', async () => {
  const [a, b] = memoryPair();
  const chunk = Buffer.from([1, 2]);
  await a.write(chunk);
  chunk.fill(0);
  assert.equal(await b.read(), bytes(1, 2));
});

test('a read that waits gets what is written later', async () => {
  const [a, b] = memoryPair();
  const read = b.read();
  assert.not(await isSettled(read));
  await a.write(bytes(7));
  assert.equal(await read, bytes(7));
});

test('the memory of a written chunk may be used again', async () => {
  const [a, b] = memoryPair();
  const chunk = bytes(1, 2, 3);
  await a.write(chunk);
  chunk.fill(0);
  assert.equal(await b.read(), bytes(1, 2, 3));
});

test('write waits while the high-water mark is reached', async () => {
  const [a, b] = memoryPair({ highWaterMark: 4 });
  assert.ok(await isSettled(a.write(bytes(1, 2, 3))));
  const second = a.write(bytes(4, 5, 6));
  assert.not(await isSettled(second));
  assert.is(b.waiting, 6);
  await b.read();
  assert.ok(await isSettled(second));
  assert.is(b.waiting, 3);
  assert.not(await isSettled(a.write(new Uint8Array(10))));
  assert.equal(await b.read(), bytes(4, 5, 6));
  assert.is((await b.read())?.length, 4);
});

test('closeWrite ends one direction only', async () => {
  const [a, b] = memoryPair();
  await a.write(bytes(1));
  await a.closeWrite?.();
  assert.equal(await b.read(), bytes(1));
  assert.is(await b.read(), null);
  assert.is(await b.read(), null);
  assert.is(await code(a.write(bytes(2))), 'EPIPE');
  await b.write(bytes(3));
  assert.equal(await a.read(), bytes(3));
});

test('a pair without half-close has no closeWrite', () => {
  const [a, b] = memoryPair({ halfClose: false });
  assert.is(a.closeWrite, undefined);
  assert.is(b.closeWrite, undefined);
});

test('close ends both directions: the rest is read, writing fails', async () => {
  const [a, b] = memoryPair();
  const reading = code(a.read());
  await a.write(bytes(1));
  await a.close();
  assert.is(await reading, 'EBADF');
  assert.is(await code(a.read()), 'EBADF');
  assert.is(await code(a.write(bytes(2))), 'EPIPE');
  assert.is(await code(b.write(bytes(2))), 'EPIPE');
  assert.equal(await b.read(), bytes(1));
  assert.is(await b.read(), null);
});

test('a write that waits fails when the reader closes', async () => {
  const [a, b] = memoryPair({ highWaterMark: 1 });
  const stuck = code(a.write(bytes(1)));
  await b.close();
  assert.is(await stuck, 'EPIPE');
});

test('break tears both ends at once, and what was on its way is lost', async () => {
  const [a, b] = memoryPair({ highWaterMark: 1 });
  const stuck = code(a.write(bytes(1)));
  const reading = code(a.read());
  b.break();
  assert.is(await stuck, 'ECONNRESET');
  assert.is(await reading, 'ECONNRESET');
  assert.is(await code(b.read()), 'ECONNRESET');
  assert.is(await code(b.write(bytes(1))), 'ECONNRESET');
});

test('a second read at the same time is refused', async () => {
  const [a, b] = memoryPair();
  const first = b.read();
  let message = '';
  await b.read().catch((error) => {
    message = error.message;
  });
  assert.is(message, 'a read is under way already');
  await a.close();
  assert.is(await first, null);
});

test.run();
