import { createPortableProvider } from './portable.ts';
import type { AeadAlgorithm, CryptoProvider, RandomSource } from './provider.ts';
import { simdAeads } from './simd/aeads.ts';

/**
 * The best provider that needs no platform: the portable one, with its AEADs on WebAssembly SIMD where that works,
 * which is found out when they are first looked at. There AES is constant in time like ChaCha20-Poly1305, but a third
 * as fast, and stands after it.
 *
 * @param random the source of every secret, for instance
 * `(output) => { crypto.getRandomValues(output); }`
 */
export function createDefaultProvider(random: RandomSource): CryptoProvider {
  const portable = createPortableProvider(random);
  let aeads: readonly AeadAlgorithm[] | undefined;
  return {
    ...portable,
    get name() {
      return simdAeads() === undefined ? portable.name : 'simd';
    },
    get aeads() {
      aeads ??= preferred(simdAeads() ?? [], portable.aeads);
      return aeads;
    },
  };
}

/** All of the first list, then what only the second one has. */
export function preferred(
  first: readonly AeadAlgorithm[],
  second: readonly AeadAlgorithm[],
): readonly AeadAlgorithm[] {
  return [...first, ...second.filter(({ name }) => !first.some((other) => other.name === name))];
}
