import type { CryptoProvider } from '@halfclose/crypto';

/** What follows from a provider alone, which doesn't change, found out when it is first asked for. */
export function oncePerProvider<T extends object>(
  findOut: (crypto: CryptoProvider) => T,
): (crypto: CryptoProvider) => T {
  const known = new WeakMap<CryptoProvider, T>();
  return (crypto) => {
    const found = known.get(crypto) ?? findOut(crypto);
    known.set(crypto, found);
    return found;
  };
}
