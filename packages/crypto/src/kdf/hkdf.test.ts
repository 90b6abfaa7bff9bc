import { hkdfSync } from 'node:crypto';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import rfc5869 from '../../../../test-vectors/rfc5869-hkdf.json' with { type: 'json' };
import { sha256, sha384, sha512 } from '../hash/sha2.ts';
import { hkdfExpand, hkdfExtract } from './hkdf.ts';

const hashes = [sha256, sha384, sha512];

test('test cases 1 to 3 of RFC 5869', () => {
  for (const vector of rfc5869.vectors) {
    const prk = hkdfExtract(sha256, hexToBytes(vector.salt), hexToBytes(vector.ikm));
    assert.is(bytesToHex(prk), vector.prk);
    assert.is(bytesToHex(hkdfExpand(sha256, prk, hexToBytes(vector.info), vector.length)), vector.okm);
  }
});

for (const hash of hashes) {
  test(`${hash.name}: gives what OpenSSL gives`, () => {
    const octets = fc.uint8Array({ maxLength: 150 });
    fc.assert(
      fc.property(octets, octets, octets, fc.integer({ min: 1, max: 400 }), (salt, ikm, info, length) => {
        const expected = new Uint8Array(hkdfSync(hash.name.replace('-', ''), ikm, salt, info, length));
        const keyingMaterial = hkdfExpand(hash, hkdfExtract(hash, salt, ikm), info, length);
        assert.is(bytesToHex(keyingMaterial), bytesToHex(expected));
      }),
    );
  });

  test(`${hash.name}: gives at most 255 blocks`, () => {
    const prk = new Uint8Array(hash.outputLength).fill(1);
    const longest = 255 * hash.outputLength;
    const expected = Buffer.from(hkdfSync(hash.name.replace('-', ''), prk, prk, prk, longest));
    assert.ok(expected.equals(hkdfExpand(hash, hkdfExtract(hash, prk, prk), prk, longest)));
    assert.is(hkdfExpand(hash, prk, prk, 0).length, 0);
    for (const length of [longest + 1, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY]) {
      assert.throws(
        () => hkdfExpand(hash, prk, prk, length),
        (error: unknown) => error instanceof RangeError,
      );
    }
  });

  test(`${hash.name}: refuses a key shorter than a digest`, () => {
    const short = new Uint8Array(hash.outputLength - 1);
    assert.throws(
      () => hkdfExpand(hash, short, short, 1),
      (error: unknown) => error instanceof RangeError,
    );
  });
}

test.run();
