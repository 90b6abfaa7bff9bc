import type { MlDsaName, PrivateKey, RandomSource, Signer } from '../provider.ts';
import { mlDsaSignatureName, withMlDsa } from './mlDsa.ts';
import { cannotSign, invalidPrivateKey } from './signing.ts';

type MlDsaPrivateKey = PrivateKey & { readonly type: MlDsaName };

/** ML-DSA, FIPS 204 section 5.2: the pure variant with an empty context, hedged. */
export async function createMlDsaSigner(key: MlDsaPrivateKey, random: RandomSource): Promise<Signer> {
  const { type } = key;
  const only = mlDsaSignatureName(type);
  const secret = {
    seed: key.seed && new Uint8Array(key.seed),
    expandedKey: key.expandedKey && new Uint8Array(key.expandedKey),
  };
  return withMlDsa(type, (algorithm) => {
    const pair = secret.seed && algorithm.keygen(secret.seed);
    const secretKey = pair?.secretKey ?? secret.expandedKey;
    if (secretKey === undefined) throw invalidPrivateKey(`This ${type} private key has no octets`);
    // RFC 9881 section 6: where both are there, they "MUST" fit.
    if (pair && secret.expandedKey && pair.secretKey.join() !== secret.expandedKey.join()) {
      throw invalidPrivateKey(`The seed of this ${type} private key does not give its expanded key`);
    }
    return {
      publicKey: { type, key: pair?.publicKey ?? algorithm.getPublicKey(secretKey) },
      signatures: [only],
      sign(name, message) {
        if (name !== only) return cannotSign(name, type);
        const extraEntropy = new Uint8Array(32);
        random(extraEntropy);
        return algorithm.sign(message, secretKey, { extraEntropy });
      },
    };
  });
}
