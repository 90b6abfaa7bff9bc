import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { fromMessagePort, type MessagePortTransport } from './messagePort.ts';
import { bytes, codeOf } from './testing/scriptedWebSocket.ts';

const ports = suite('a message port as a transport');

async function withPair(
  use: (a: MessagePortTransport, b: MessagePortTransport) => Promise<void>,
): Promise<void> {
  const { port1, port2 } = new MessageChannel();
  const [a, b] = [fromMessagePort(port1), fromMessagePort(port2)];
  try {
    await use(a, b);
  } finally {
    await a.close();
    await b.close();
  }
}

const later = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 50));

ports('what one end writes the other reads, and the writer keeps its memory', () =>
  withPair(async (a, b) => {
    const chunk = bytes(1, 2);
    await a.write(chunk);
    await b.write(bytes(3));
    assert.equal(await b.read(), bytes(1, 2));
    assert.equal(await a.read(), bytes(3));
    assert.equal(chunk, bytes(1, 2));
    // Its slice() is no copy, and what is transferred is gone.
    const buffer = Buffer.alloc(2, 4);
    await a.write(buffer);
    assert.equal(await b.read(), bytes(4, 4));
    assert.equal(buffer, Buffer.alloc(2, 4));
  }),
);

ports('a half is closed after what was written, and the other goes on', () =>
  withPair(async (a, b) => {
    await a.write(bytes(1));
    await a.closeWrite();
    assert.is(await codeOf(a.write(bytes(2))), 'EPIPE');
    assert.equal(await b.read(), bytes(1));
    assert.is(await b.read(), null);
    await b.write(bytes(3));
    assert.equal(await a.read(), bytes(3));
  }),
);

ports('a writer waits for the reader', () =>
  withPair(async (a, b) => {
    let written = 0;
    const writing = (async () => {
      for (; written < 100; written += 1) await a.write(new Uint8Array(65_536));
      await a.closeWrite();
    })();
    await later();
    assert.ok(written < 6, `${written} chunks were written`);
    let read = 0;
    for (let chunk = await b.read(); chunk !== null; chunk = await b.read()) read += chunk.length;
    await writing;
    assert.is(read, 100 * 65_536);
  }),
);

ports('close ends the other side’s reading after what was written, and its writing', () =>
  withPair(async (a, b) => {
    const reading = a.read();
    await a.write(bytes(1));
    await a.close();
    assert.is(await codeOf(reading), 'EBADF');
    assert.is(await codeOf(a.write(bytes(2))), 'EBADF');
    assert.equal(await b.read(), bytes(1));
    assert.is(await b.read(), null);
    assert.is(await codeOf(b.write(bytes(2))), 'EPIPE');
  }),
);

ports('close settles a writer that waits for the other end', () =>
  withPair(async (a, b) => {
    const writing = a.write(new Uint8Array(1 << 20));
    await b.close();
    assert.is(await codeOf(writing), 'EPIPE');
  }),
);

ports('what isn’t ours is passed over', async () => {
  const { port1, port2 } = new MessageChannel();
  const transport = fromMessagePort(port1);
  for (const message of ['text', null, { kind: 'data', data: 'text' }, { kind: 'taken' }, 7])
    port2.postMessage(message);
  port2.postMessage({ kind: 'end' });
  assert.is(await transport.read(), null);
  await transport.close();
});

ports.run();
