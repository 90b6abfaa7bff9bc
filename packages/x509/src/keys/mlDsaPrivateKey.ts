import type { PrivateKey } from '@halfclose/crypto';
import { asOctetString } from '../der/primitives.ts';
import { DerReader } from '../der/reader.ts';
import { contextPrimitive, tags } from '../der/tags.ts';
import { PrivateKeyError } from './errors.ts';
import type { WrappedKey } from './wrappedKey.ts';

type MlDsaType = 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87';
type MlDsaPrivateKey = Extract<PrivateKey, { readonly type: MlDsaType }>;

/** RFC 9881 section 2. */
export const mlDsaTypes: ReadonlyMap<string, MlDsaType> = new Map([
  ['2.16.840.1.101.3.4.3.17', 'ML-DSA-44'],
  ['2.16.840.1.101.3.4.3.18', 'ML-DSA-65'],
  ['2.16.840.1.101.3.4.3.19', 'ML-DSA-87'],
]);

const seedLength = 32;

/** Octets of the expanded key, FIPS 204 section 4, table 2. */
const expandedKeyLengths: Readonly<Record<MlDsaType, number>> = {
  'ML-DSA-44': 2560,
  'ML-DSA-65': 4032,
  'ML-DSA-87': 4896,
};

/** RFC 9881 section 6: the seed, the expanded key, or both in a SEQUENCE. */
export function mlDsaPrivateKey(type: MlDsaType, { algorithm, privateKey }: WrappedKey): MlDsaPrivateKey {
  // RFC 9881 section 2: "the parameters component MUST be absent".
  if (algorithm.parameters !== undefined) {
    throw new PrivateKeyError('malformed', `The ${type} private key has parameters`);
  }
  const expandedKeyLength = expandedKeyLengths[type];
  return DerReader.read(privateKey, `${type}-PrivateKey`, (reader) => {
    switch (reader.nextTag) {
      case contextPrimitive(0):
        return {
          type,
          seed: readOctets(reader, contextPrimitive(0), 'seed', seedLength),
          expandedKey: undefined,
        };
      case tags.octetString:
        return {
          type,
          seed: undefined,
          expandedKey: readOctets(reader, tags.octetString, 'expandedKey', expandedKeyLength),
        };
      default:
        return reader.sequence('both', (both) => ({
          type,
          seed: readOctets(both, tags.octetString, 'seed', seedLength),
          expandedKey: readOctets(both, tags.octetString, 'expandedKey', expandedKeyLength),
        }));
    }
  });
}

function readOctets(reader: DerReader, tag: number, label: string, length: number): Uint8Array {
  return reader.within(tag, label, (contents) => {
    const octets = asOctetString(contents);
    if (octets.length === length) return new Uint8Array(octets);
    throw contents.error(`there are ${octets.length} octets instead of ${length}`);
  });
}
