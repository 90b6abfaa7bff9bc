import { CryptoError } from '../errors.ts';
import type { MaybePromise, MlDsaName, PublicKey, SignatureAlgorithm, SignatureName } from '../provider.ts';

type Module = typeof import('@noble/post-quantum/ml-dsa.js');

interface Parameters {
  readonly keyLength: number;
  readonly signatureLength: number;
  readonly select: (module: Module) => Module['ml_dsa44'];
}

/** FIPS 204 section 4, tables 1 and 2. */
const parameterSets: Readonly<Record<MlDsaName, Parameters>> = {
  'ML-DSA-44': { keyLength: 1312, signatureLength: 2420, select: (module) => module.ml_dsa44 },
  'ML-DSA-65': { keyLength: 1952, signatureLength: 3309, select: (module) => module.ml_dsa65 },
  'ML-DSA-87': { keyLength: 2592, signatureLength: 4627, select: (module) => module.ml_dsa87 },
};

/**
 * ML-DSA (FIPS 204 section 5.3, RFC 9881) of `@noble/post-quantum`: the pure variant with an empty context. The code is
 * loaded when the first signature comes, so that `verify` gives a promise then, and values later.
 */
function mlDsa(name: SignatureAlgorithm['name'], keyType: MlDsaName): SignatureAlgorithm {
  const { keyLength, signatureLength, select } = parameterSets[keyType];
  return {
    name,
    keyType,
    verify(publicKey, message, signature) {
      const key = readMlDsaKey(publicKey, keyType, keyLength);
      if (signature.length !== signatureLength) return false;
      return withModule((module) => select(module).verify(signature, message, key));
    },
  };
}

/** @throws CryptoError `unsupported_public_key` for another type, `invalid_public_key` for another length */
function readMlDsaKey(key: PublicKey, keyType: MlDsaName, keyLength: number): Uint8Array {
  if (key.type !== keyType) {
    throw new CryptoError(
      'unsupported_public_key',
      `${keyType} takes an ${keyType} key, this one is ${key.type}`,
    );
  }
  // Any octets of that length are a key: FIPS 204 algorithm 23 reads ten bits at a time, and all ten are in range.
  if (key.key.length !== keyLength) {
    throw new CryptoError(
      'invalid_public_key',
      `An ${keyType} public key has ${keyLength} octets, this one has ${key.key.length}`,
    );
  }
  return key.key;
}

/** What a key of this type signs with. */
export function mlDsaSignatureName(keyType: MlDsaName): SignatureName {
  if (keyType === 'ML-DSA-44') return 'mldsa44';
  return keyType === 'ML-DSA-65' ? 'mldsa65' : 'mldsa87';
}

/** What `use` makes of the parameter set's code, which is loaded when first needed. */
export function withMlDsa<T>(keyType: MlDsaName, use: (algorithm: Module['ml_dsa44']) => T): MaybePromise<T> {
  return withModule((module) => use(parameterSets[keyType].select(module)));
}

let loaded: Module | undefined;

function withModule<T>(use: (module: Module) => T): MaybePromise<T> {
  return loaded === undefined ? load().then(use) : use(loaded);
}

/** Where it fails, the next signature tries again. */
async function load(): Promise<Module> {
  try {
    loaded = await import('@noble/post-quantum/ml-dsa.js');
    return loaded;
  } catch (cause) {
    throw new CryptoError('unsupported_algorithm', 'The code for ML-DSA could not be loaded', { cause });
  }
}

export const mlDsa44: SignatureAlgorithm = /* @__PURE__ */ mlDsa('mldsa44', 'ML-DSA-44');
export const mlDsa65: SignatureAlgorithm = /* @__PURE__ */ mlDsa('mldsa65', 'ML-DSA-65');
export const mlDsa87: SignatureAlgorithm = /* @__PURE__ */ mlDsa('mldsa87', 'ML-DSA-87');
