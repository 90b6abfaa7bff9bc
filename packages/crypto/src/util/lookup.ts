import { CryptoError } from '../errors.ts';
import type {
  AeadAlgorithm,
  AeadName,
  CryptoProvider,
  GroupName,
  HashAlgorithm,
  HashName,
  KeyExchangeGroup,
  SignatureAlgorithm,
  SignatureName,
} from '../provider.ts';

/** @throws CryptoError `unsupported_algorithm` where the provider has no such hash */
export function findHash(provider: CryptoProvider, name: HashName): HashAlgorithm {
  return find(provider, provider.hashes, 'hash', name);
}

/** @throws CryptoError `unsupported_algorithm` where the provider has no such AEAD */
export function findAead(provider: CryptoProvider, name: AeadName): AeadAlgorithm {
  return find(provider, provider.aeads, 'AEAD', name);
}

/** @throws CryptoError `unsupported_algorithm` where the provider has no such group */
export function findGroup(provider: CryptoProvider, name: GroupName): KeyExchangeGroup {
  return find(provider, provider.groups, 'group', name);
}

/** @throws CryptoError `unsupported_algorithm` where the provider has no such signature algorithm */
export function findSignature(provider: CryptoProvider, name: SignatureName): SignatureAlgorithm {
  return find(provider, provider.signatures, 'signature algorithm', name);
}

function find<T extends { readonly name: string }>(
  provider: CryptoProvider,
  algorithms: readonly T[],
  kind: string,
  name: T['name'],
): T {
  const found = algorithms.find((algorithm) => algorithm.name === name);
  if (found === undefined) {
    throw new CryptoError(
      'unsupported_algorithm',
      `The crypto provider '${provider.name}' has no ${kind} named '${name}'`,
    );
  }
  return found;
}
