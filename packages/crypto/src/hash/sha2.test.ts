import { createHash } from 'node:crypto';
import { bytesToHex, hexToBytes, utf8ToBytes } from '@noble/hashes/utils.js';
import fc from 'fast-check';
import { test } from 'uvu';
import * as assert from 'uvu/assert';
import hmacs from '../../../../test-vectors/rfc6234-hmac.json' with { type: 'json' };
import digests from '../../../../test-vectors/rfc6234-sha2.json' with { type: 'json' };
import type { HashAlgorithm } from '../provider.ts';
import { compactSha256, compactSha384, compactSha512 } from './compactSha2.ts';
import { sha1Digest } from './sha1Digest.ts';
import { sha256, sha384, sha512 } from './sha2.ts';

const families = {
  'by noble': [sha256, sha384, sha512],
  compact: [compactSha256, compactSha384, compactSha512],
};

function named(hashes: readonly HashAlgorithm[], name: string): HashAlgorithm {
  const found = hashes.find((hash) => hash.name === name);
  if (found === undefined) throw new Error(`The vectors name an unknown hash ${name}`);
  return found;
}

for (const [family, hashes] of Object.entries(families)) {
  test(`${family}: lengths are those of FIPS 180-4`, () => {
    assert.equal(
      hashes.map(({ name, outputLength, blockLength }) => [name, outputLength, blockLength]),
      [
        ['SHA-256', 32, 64],
        ['SHA-384', 48, 128],
        ['SHA-512', 64, 128],
      ],
    );
  });

  test(`${family}: digests of RFC 6234`, () => {
    for (const vector of digests.vectors) {
      const message = hexToBytes(vector.message);
      assert.is(bytesToHex(named(hashes, vector.hash).digest(message)), vector.digest);
      const incremental = named(hashes, vector.hash).create();
      incremental.update(message);
      assert.is(bytesToHex(incremental.digest()), vector.digest);
    }
  });

  test(`${family}: HMAC of RFC 6234`, () => {
    for (const { hash, key, data, mac } of hmacs.vectors) {
      assert.is(bytesToHex(named(hashes, hash).hmac(hexToBytes(key), hexToBytes(data))), mac);
    }
  });

  for (const hash of hashes) {
    test(`${hash.name}, ${family}: any cutting gives the same digest, and every digest in between is that of the part`, () => {
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

    test(`${hash.name}, ${family}: a copy and its original go separate ways`, () => {
      const original = hash.create();
      original.update(utf8ToBytes('common '));
      const copy = original.clone();
      copy.update(utf8ToBytes('copy'));
      original.update(utf8ToBytes('original'));
      assert.is(bytesToHex(copy.digest()), bytesToHex(hash.digest(utf8ToBytes('common copy'))));
      assert.is(bytesToHex(original.digest()), bytesToHex(hash.digest(utf8ToBytes('common original'))));
    });
  }
}

test('SHA-1 is what OpenSSL says it is', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (data) => {
      assert.is(bytesToHex(sha1Digest(data)), createHash('sha1').update(data).digest('hex'));
    }),
  );
});

test('the two agree about messages and keys of any length', () => {
  for (const [index, { digest, hmac }] of families['by noble'].entries()) {
    const compact = families.compact[index];
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 600 }), fc.uint8Array({ maxLength: 300 }), (data, key) => {
        assert.equal(compact?.digest(data), digest(data));
        assert.equal(compact?.hmac(key, data), hmac(key, data));
      }),
    );
  }
});

test.run();
