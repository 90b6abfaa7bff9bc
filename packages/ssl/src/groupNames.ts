import type { CryptoProvider, GroupName } from '@halfclose/crypto';
import { ValueError } from './errors.ts';

/** What OpenSSL calls them, besides the names of the standards. */
const aliases: Readonly<Record<string, GroupName>> = {
  prime256v1: 'secp256r1',
  'p-256': 'secp256r1',
  'p-384': 'secp384r1',
  'p-521': 'secp521r1',
};

/**
 * Groups by their names, with colons between them, in OpenSSL's words or the standards', whatever the case.
 * @throws ValueError where one is not known, or not to be had here, or there is none
 */
export function parseGroups(text: string, { groups }: CryptoProvider): readonly GroupName[] {
  const names = text.split(':').map((name) => {
    const wanted = name.toLowerCase();
    const alias = Object.hasOwn(aliases, wanted) ? aliases[wanted] : undefined;
    const found = groups.find((group) => group.name === alias || group.name.toLowerCase() === wanted);
    if (found === undefined) throw new ValueError(`unknown elliptic curve name ${JSON.stringify(name)}`);
    return found.name;
  });
  return [...new Set(names)];
}
