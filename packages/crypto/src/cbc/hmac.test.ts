import { createHash, createHmac } from 'node:crypto';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import hmacs from '../../../../test-vectors/rfc6234-hmac.json' with { type: 'json' };
import digests from '../../../../test-vectors/rfc6234-sha2.json' with { type: 'json' };
import { type CompressionFunction, storeBigEndian } from '../hash/compression.ts';
import { sha1Compression } from '../hash/sha1.ts';
import { sha256Compression } from '../hash/sha256.ts';
import { sha384Compression } from '../hash/sha512.ts';
import { expandHmacKey, hmacOfSecretLength, mac } from './hmac.ts';

const hashes = [
  { name: 'SHA-1', nodeName: 'sha1', hash: sha1Compression },
  { name: 'SHA-256', nodeName: 'sha256', hash: sha256Compression },
  { name: 'SHA-384', nodeName: 'sha384', hash: sha384Compression },
];

/** The hash, by FIPS 180-4 section 5.1 and with nothing in constant time. */
function digest(hash: CompressionFunction, message: Uint8Array): string {
  const blockLength = 2 ** hash.blockLengthBits;
  const blocks = Math.ceil((message.length + 1 + hash.lengthOctets) / blockLength);
  const padded = new Uint8Array(blocks * blockLength);
  padded.set(message);
  padded[message.length] = 0x80;
  new DataView(padded.buffer).setUint32(padded.length - 4, 8 * message.length);
  const state = hash.initial.slice();
  for (let at = 0; at < padded.length; at += blockLength) hash.compress(state, padded, at);
  const output = new Uint8Array(hash.outputLength);
  storeBigEndian(state, output, 0, output.length);
  return bytesToHex(output);
}

function hmac(
  hash: CompressionFunction,
  key: Uint8Array,
  prefix: Uint8Array,
  data: Uint8Array,
  [shortest, longest, length]: readonly [number, number, number],
): string {
  const expanded = expandHmacKey(hash, key);
  hmacOfSecretLength(hash, expanded, prefix, prefix.length, data, 0, shortest, longest, length);
  return bytesToHex(mac.subarray(0, hash.outputLength));
}

test('digests of RFC 6234', () => {
  // Section 8.5, tests 1 and 2 of SHA-1.
  const ofSha1 = [
    ['abc', 'a9993e364706816aba3e25717850c26c9cd0d89d'],
    ['abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq', '84983e441c3bd26ebaae4aa1f95129e5e54670f1'],
  ] as const;
  for (const [message, expected] of ofSha1)
    assert.is(digest(sha1Compression, utf8ToBytes(message)), expected);
  let compared = 0;
  for (const vector of digests.vectors) {
    const hash = hashes.find(({ name }) => name === vector.hash)?.hash;
    if (hash === undefined) continue;
    assert.is(digest(hash, hexToBytes(vector.message)), vector.digest);
    compared += 1;
  }
  assert.is(compared, 4);
});

test('HMAC of RFC 6234', () => {
  let compared = 0;
  for (const vector of hmacs.vectors) {
    const hash = hashes.find(({ name }) => name === vector.hash)?.hash;
    const key = hexToBytes(vector.key);
    if (hash === undefined || key.length > 2 ** hash.blockLengthBits) continue;
    const data = hexToBytes(vector.data);
    const { length } = data;
    assert.is(hmac(hash, key, data.subarray(0, 0), data, [length, length, length]), vector.mac);
    compared += 1;
  }
  assert.ok(compared > 2);
});

for (const { name, nodeName, hash } of hashes) {
  test(`${name}: octets of every value, against another implementation`, () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), (message) => {
        assert.is(digest(hash, message), createHash(nodeName).update(message).digest('hex'));
      }),
    );
  });

  test(`HMAC with ${name}: the true length is anywhere between its bounds`, () => {
    const data = Uint8Array.from({ length: 700 }, (_, index) => (index * 37) ^ (index >> 3));
    const key = data.subarray(100, 100 + hash.outputLength);
    const lengths = fc
      .tuple(fc.nat(400), fc.nat(255), fc.nat(255), fc.nat(40))
      .map(([shortest, range, at, prefix]) => {
        return { prefix, shortest, longest: shortest + range, length: shortest + Math.min(at, range) };
      });
    fc.assert(
      fc.property(lengths, ({ prefix, shortest, longest, length }) => {
        const before = data.subarray(650, 650 + prefix);
        const expected = createHmac(nodeName, key)
          .update(before)
          .update(data.subarray(0, length))
          .digest('hex');
        assert.is(hmac(hash, key, before, data, [shortest, longest, length]), expected);
      }),
      { numRuns: 300 },
    );
  });

  test(`HMAC with ${name}: each length between the bounds takes the same compressions`, () => {
    const data = new Uint8Array(700);
    const calls: string[] = [];
    const counted: CompressionFunction = {
      ...hash,
      compress(state, from, offset) {
        calls.push(from === data ? `data at ${offset}` : 'a block that was made');
        hash.compress(state, from, offset);
      },
    };
    const key = data.subarray(0, hash.outputLength);
    const traces = Array.from({ length: 256 }, (_, padding) => {
      calls.length = 0;
      hmac(counted, key, data.subarray(0, 13), data, [345, 600, 600 - padding]);
      return calls.join();
    });
    assert.is(new Set(traces).size, 1);
    const { length } = calls;
    hmac(counted, key, data.subarray(0, 13), data, [345, 345, 345]);
    assert.ok(
      calls.length - length < length,
      'a shorter bound takes less, so that there is something to see',
    );
  });
}

test.run();
