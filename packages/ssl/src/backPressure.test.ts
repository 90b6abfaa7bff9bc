/**
 * What a connection keeps when one side is faster than the other: counted by the octets that its carrier was asked for and
 * that it took, not by the heap.
 */
import { SHUT_RD, SHUT_WR } from '@halfclose/ssl';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { createScene, createScene12, quiet, type SceneOptions } from './testing/scene.ts';

const test = suite('back-pressure');

const record = 16_384;
const mebibyte = 1 << 20;

/** What a record may be longer on the wire than what it holds. */
const overhead = 256;

const scenes = [
  ['TLS 1.3', (options: SceneOptions) => createScene(options)],
  ['TLS 1.2', (options: SceneOptions) => createScene12(options)],
] as const;

for (const [version, scene] of scenes) {
  for (const chunk of [1_000, 16_384, 65_536]) {
    for (const hasWritten of [false, true]) {
      const who = hasWritten ? 'who has written' : 'who only reads';
      test(`a fast server: ${who} keeps two records and what the carrier gave last, ${chunk} octets (${version})`, async () => {
        const { socket, server, carrier, close } = await scene({ highWaterMark: chunk });
        if (hasWritten) await socket.sendall(new Uint8Array(1));
        await quiet();
        const before = carrier.taken;
        server.send(new Uint8Array(4 * mebibyte));
        let read = 0;
        let most = 0;
        const look = async (): Promise<void> => {
          await quiet();
          most = Math.max(most, carrier.taken - before - read);
        };
        await look();
        for (const length of [1, 1, 100, record, record - 1, 100_000, 7, mebibyte, 1]) {
          read += (await socket.recv(length)).length;
          await look();
        }
        // One to be read and one that is being gathered. What was read is plaintext, and what was taken is longer by so much.
        const surplus = Math.ceil(read / record) * overhead;
        assert.ok(most <= chunk + 2 * record + overhead + surplus, `kept ${most} octets`);
        assert.ok(carrier.taken - before < 2 * mebibyte, 'no more was asked for than was read');
        await close();
      });
    }
  }

  test(`a fast server after SHUT_RD costs nothing, however much it sends (${version})`, async () => {
    const { socket, server, carrier, close } = await scene({ highWaterMark: 16_384 });
    await socket.shutdown(SHUT_RD);
    const before = carrier.taken;
    for (let sent = 0; sent < 8; sent += 1) {
      server.send(new Uint8Array(mebibyte));
      await quiet();
      while (server.output().length > 0) await quiet();
    }
    await quiet();
    assert.ok(carrier.taken - before >= 8 * mebibyte, `${carrier.taken - before} octets were taken`);
    assert.is(socket.pending(), 0);
    await close();
  });

  test(`a slow server: sixteen records wait in the engine, and one write in the carrier (${version})`, async () => {
    const { socket, carrier, holdServer, letServerRead, server, close } = await scene({
      highWaterMark: record,
    });
    holdServer();
    const before = carrier.given;
    let accepted = 0;
    const sending = (async () => {
      for (let sent = 0; sent < 8; sent += 1) accepted += await socket.send(new Uint8Array(mebibyte));
    })();
    sending.catch(() => {});
    const waiting = Array.from({ length: 100 }, () => socket.sendall(new Uint8Array(record)));
    const shut = socket.shutdown(SHUT_WR);
    await quiet();
    const reached = carrier.given - before;
    assert.ok(reached <= 17 * (record + overhead), `the carrier was given ${reached} octets`);
    assert.ok(accepted <= 33 * record, `${accepted} octets were accepted`);
    assert.is(carrier.writesAtOnce, 1);
    const accepting = accepted;
    await quiet();
    assert.is(accepted, accepting, 'nothing more is accepted while nothing is read');
    letServerRead();
    await Promise.all(waiting);
    await shut;
    await quiet();
    const total = accepted + waiting.length * record;
    assert.is(server.receivedLength, total);
    await close();
  });
}

test.run();
