import { createPortableProvider, type PortableOptions } from './portable.ts';
import type { AeadAlgorithm, CryptoProvider, RandomSource } from './provider.ts';
import { simdAeads } from './simd/aeads.ts';

/**
 * The best provider that needs no platform: the portable one, with its AEADs on WebAssembly SIMD where that works,
 * which is found out when they are first looked at. There AES-GCM is constant in time like ChaCha20-Poly1305, but a
 * third as fast, and stands after it; AES-CCM stays the portable one.
 *
 * A page whose content security policy forbids WebAssembly is served all the same, but a browser reports the attempt:
 * such a page takes `createPortableProvider`.
 *
 * @param random the source of every secret, for instance
 * `(output) => { crypto.getRandomValues(output); }`
 * @param options for what the portable provider serves
 */
export function createDefaultProvider(random: RandomSource, options: PortableOptions = {}): CryptoProvider {
  const portable = createPortableProvider(random, options);
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
