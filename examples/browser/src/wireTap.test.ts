import type { Transport } from 'halfclose';
import { suite } from 'uvu';
import * as assert from 'uvu/assert';
import { noCounters } from './model.ts';
import { tapWire } from './wireTap.ts';

const test = suite('the record counter');

const records = Uint8Array.of(22, 3, 1, 0, 2, 1, 2, 23, 3, 3, 0, 0, 21, 3, 3, 1, 0, ...new Uint8Array(256));
const silent = { counted() {}, ended() {}, closed() {} };

function carrier(chunks: Uint8Array[]): Transport {
  return { read: async () => chunks.shift() ?? null, write: async () => {}, close() {} };
}

test('counts records however they are cut', async () => {
  for (let length = 1; length <= records.length; length++) {
    const chunks: Uint8Array[] = [];
    for (let at = 0; at < records.length; at += length) chunks.push(records.subarray(at, at + length));
    const counters = noCounters();
    const tap = tapWire(carrier([...chunks]), counters, silent);
    for (const chunk of chunks) await tap.write(chunk);
    while ((await tap.read()) !== null);
    assert.equal(counters.sent, { records: 3, octets: records.length });
    assert.equal(counters.received, counters.sent);
  }
});

test('tells of both ends, once', async () => {
  const told: string[] = [];
  const listener = { ...silent, ended: () => told.push('ended'), closed: () => told.push('closed') };
  const tap = tapWire(carrier([]), noCounters(), listener);
  await tap.read();
  await tap.close();
  await tap.close();
  assert.equal(told, ['ended', 'closed']);
});

test.run();
