import type { PrivateKey, RandomSource, Signer } from '../provider.ts';
import { createEcdsaSigner } from './ecdsaSigner.ts';
import { createEdwardsSigner } from './edwardsSigner.ts';
import { createMlDsaSigner } from './mlDsaSigner.ts';
import { createRsaSigner } from './rsaSigner.ts';

/**
 * A signer for any ES2022 engine, from a private key in memory. It copies what it needs: the caller may wipe `key` when it
 * has the signer. That signs synchronously.
 *
 * ECDSA, Ed25519, Ed448 and ML-DSA are of `@noble/curves` and `@noble/post-quantum`; what stands between the time that a
 * signature takes and the private key is described there, and for RSA with `createRsaSigning`. Where others measure that
 * time, a signer of the platform is better.
 *
 * @param random for salts, for blinding, and to make signatures unlike each other: ECDSA and ML-DSA stay secure without
 * @throws CryptoError (rejects with it) `invalid_private_key`, `unsupported_public_key` where the key is out of bounds,
 * `unsupported_algorithm` where the code for ML-DSA can't be loaded
 */
export async function createSigner(key: PrivateKey, random: RandomSource): Promise<Signer> {
  switch (key.type) {
    case 'RSA':
      return createRsaSigner(key, random);
    case 'EC':
      return createEcdsaSigner(key, random);
    case 'Ed25519':
    case 'Ed448':
      return createEdwardsSigner(key);
    default:
      return createMlDsaSigner(key, random);
  }
}
