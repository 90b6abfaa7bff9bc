import { createHash } from 'node:crypto';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import hmacs from '../../../../test-vectors/rfc6234-hmac.json' with { type: 'json' };
import digests from '../../../../test-vectors/rfc6234-sha2.json' with { type: 'json' };
import { sha1Digest } from './sha1Digest.ts';
import { sha256, sha384, sha512 } from './sha2.ts';

const hashes = [sha256, sha384, sha512];

function named(name: string) {
  const found = hashes.find((hash) => hash.name === name);
  if (found === undefined) throw new Error(`The vectors name an unknown hash ${name}`);
  return found;
}

test('lengths are those of FIPS 180-4', () => {
  assert.equal(
    hashes.map(({ name, outputLength, blockLength }) => [name, outputLength, blockLength]),
    [
      ['SHA-256', 32, 64],
      ['SHA-384', 48, 128],
      ['SHA-512', 64, 128],
    ],
  );
});

test('digests of RFC 6234', () => {
  for (const vector of digests.vectors) {
    const message = hexToBytes(vector.message);
    assert.is(bytesToHex(named(vector.hash).digest(message)), vector.digest);
    const incremental = named(vector.hash).create();
    incremental.update(message);
    assert.is(bytesToHex(incremental.digest()), vector.digest);
  }
});

test('SHA-1 is what OpenSSL says it is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (data) => {
      assert.is(bytesToHex(sha1Digest(data)), createHash('sha1').update(data).digest('hex'));
    }),
  );
});

test('HMAC of RFC 6234', () => {
  for (const { hash, key, data, mac } of hmacs.vectors) {
    assert.is(bytesToHex(named(hash).hmac(hexToBytes(key), hexToBytes(data))), mac);
  }
});

for (const hash of hashes) {
  test(`${hash.name}: any cutting gives the same digest, and every digest in between is that of the part`, () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array({ maxLength: 200 }), { maxLength: 8 }), (parts) => {
        const incremental = hash.create();
        const soFar: number[] = [];
        for (const part of parts) {
          incremental.update(part);
          soFar.push(...part);
          assert.is(bytesToHex(incremental.digest()), bytesToHex(hash.digest(Uint8Array.from(soFar))));
        }
      }),
    );
  });

  test(`${hash.name}: a copy and its original go separate ways`, () => {
    const original = hash.create();
    original.update(utf8ToBytes('common '));
    const copy = original.clone();
    copy.update(utf8ToBytes('copy'));
    original.update(utf8ToBytes('original'));
    assert.is(bytesToHex(copy.digest()), bytesToHex(hash.digest(utf8ToBytes('common copy'))));
    assert.is(bytesToHex(original.digest()), bytesToHex(hash.digest(utf8ToBytes('common original'))));
  });
}

test.run();
