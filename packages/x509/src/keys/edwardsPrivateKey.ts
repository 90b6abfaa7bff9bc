import type { PrivateKey } from '@halfclose/crypto';
import { asOctetString } from '../der/primitives.ts';
import { DerReader } from '../der/reader.ts';
import { tags } from '../der/tags.ts';
import { PrivateKeyError } from './errors.ts';
import type { WrappedKey } from './wrappedKey.ts';

type EdwardsPrivateKey = Extract<PrivateKey, { readonly type: 'Ed25519' | 'Ed448' }>;
type EdwardsType = EdwardsPrivateKey['type'];

/** RFC 8410 section 3. */
export const edwardsTypes: ReadonlyMap<string, EdwardsType> = new Map([
  ['1.3.101.112', 'Ed25519'],
  ['1.3.101.113', 'Ed448'],
]);

/** Octets of private and of public keys alike, RFC 8032 sections 5.1.5 and 5.2.5. */
const keyLengths: Readonly<Record<EdwardsType, number>> = { Ed25519: 32, Ed448: 57 };

/** RFC 8410 section 7: in the OCTET STRING is another one. */
export function edwardsPrivateKey(type: EdwardsType, wrapped: WrappedKey): EdwardsPrivateKey {
  // RFC 8410 section 3: "the parameters field MUST be absent".
  if (wrapped.algorithm.parameters !== undefined) {
    throw new PrivateKeyError('malformed', `The ${type} private key has parameters`);
  }
  const seed = DerReader.read(wrapped.privateKey, 'CurvePrivateKey', (reader) =>
    reader.within(tags.octetString, 'CurvePrivateKey', asOctetString),
  );
  const length = keyLengths[type];
  for (const [what, octets] of [['private', seed] as const, ['public', wrapped.publicKey] as const]) {
    if (octets !== undefined && octets.length !== length) {
      throw new PrivateKeyError(
        'malformed',
        `The ${type} ${what} key has ${octets.length} octets instead of ${length}`,
      );
    }
  }
  return { type, seed: new Uint8Array(seed) };
}
