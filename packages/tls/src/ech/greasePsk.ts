import type { RandomSource } from '@halfclose/crypto';
import type { Extension } from '../messages/extension.ts';
import { Reader } from '../wire/reader.ts';
import { latin1 } from '../wire/text.ts';

/**
 * Makes of a pre_shared_key one of the same lengths that says nothing, RFC 9849 section 6.1.2. The same identity is
 * replaced by the same each time, so that the hello after a HelloRetryRequest looks like any other.
 */
export function createPskGrease(random: RandomSource): (extension: Extension) => Extension {
  const replacements = new Map<string, Uint8Array>();

  const replace = (identity: Uint8Array): void => {
    const key = latin1(identity);
    const known = replacements.get(key);
    if (known !== undefined) identity.set(known);
    else {
      random(identity);
      replacements.set(key, identity);
    }
  };

  return ({ type, data }) => {
    const greased = data.slice();
    const reader = new Reader(greased, 'pre_shared_key');
    const identities = new Reader(reader.vector16(), 'pre_shared_key');
    while (identities.remaining > 0) {
      replace(identities.vector16());
      random(identities.bytes(4)); // obfuscated_ticket_age
    }
    const binders = new Reader(reader.vector16(), 'pre_shared_key');
    while (binders.remaining > 0) random(binders.vector8());
    return { type, data: greased };
  };
}
