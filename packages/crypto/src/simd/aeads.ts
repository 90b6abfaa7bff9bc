import type { AeadAlgorithm } from '../provider.ts';
import { simdAesGcm } from './aesGcm.ts';
import { simdChaCha20Poly1305 } from './chacha20Poly1305.ts';
import { simdCore } from './core.ts';

let remembered: readonly AeadAlgorithm[] | undefined;

/**
 * The AEADs that run on WebAssembly SIMD, each in constant time; undefined where this engine has none. The first
 * call compiles them, which takes a millisecond or two.
 */
export function simdAeads(): readonly AeadAlgorithm[] | undefined {
  const core = simdCore();
  if (core === undefined) return undefined;
  remembered ??= [simdChaCha20Poly1305(core), simdAesGcm(core, 16), simdAesGcm(core, 32)];
  return remembered;
}
