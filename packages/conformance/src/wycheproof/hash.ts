import { type CryptoProvider, findHash, type HashName, hkdfExpand, hkdfExtract } from '@halfclose/crypto';
import type { Case } from '../runner/suite.ts';
import { expectEqual, expectOctets } from './expect.ts';
import { providers } from './implementations.ts';
import type { Group, Vector, VectorFile } from './vectors.ts';

export function hmacCases(file: VectorFile, hash: HashName): Iterable<Case> {
  return casesThroughProviders(file, (provider, { fields: group }, { result, fields }) => {
    const tag = findHash(provider, hash).hmac(fields.octets('key'), fields.octets('msg'));
    // A truncated tag is the first octets of the whole.
    const truncated = tag.subarray(0, group.number('tagSize') / 8);
    if (result === 'valid') expectOctets('The tag', truncated, fields.octets('tag'));
    else expectEqual('That the tag is this', Buffer.compare(truncated, fields.octets('tag')) === 0, false);
  });
}

export function hkdfCases(file: VectorFile, hash: HashName): Iterable<Case> {
  return casesThroughProviders(file, (provider, _group, { result, fields }) => {
    const algorithm = findHash(provider, hash);
    const key = hkdfExtract(algorithm, fields.octets('salt'), fields.octets('ikm'));
    const expand = (): Uint8Array => hkdfExpand(algorithm, key, fields.octets('info'), fields.number('size'));
    if (result === 'valid') expectOctets('The keying material', expand(), fields.octets('okm'));
    else expectEqual('That it is refused', throwsRangeError(expand), true);
  });
}

function throwsRangeError(run: () => unknown): boolean {
  try {
    run();
    return false;
  } catch (error) {
    if (error instanceof RangeError) return true;
    throw error;
  }
}

/** A case for each vector and provider. */
export function* casesThroughProviders(
  file: VectorFile,
  run: (provider: CryptoProvider, group: Group, vector: Vector) => void | Promise<void>,
): Iterable<Case> {
  for (const group of file.groups) {
    for (const vector of group.tests) {
      for (const provider of providers) {
        yield { id: `${vector.id}/${provider.name}`, run: () => run(provider, group, vector) };
      }
    }
  }
}
