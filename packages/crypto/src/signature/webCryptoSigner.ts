import type { PublicKey, SignatureName, Signer } from '../provider.ts';
import { ecdsaSignatures } from './ecdsaSigner.ts';
import { mlDsaSignatureName } from './mlDsa.ts';
import { rsaSignatures } from './rsaSigner.ts';
import { cannotSign, hashOf, invalidPrivateKey } from './signing.ts';

/** A `CryptoKey` of WebCrypto, as far as it is looked at. It may be one that can't be exported. */
export interface WebCryptoKey {
  readonly type: string;
  readonly usages: readonly string[];
  /** An RSA key is bound to one hash and one scheme, an EC key to its curve. */
  readonly algorithm: { readonly name: string; readonly hash?: { readonly name: string } };
}

/** What is needed of `crypto.subtle`. */
export interface WebCryptoSigning<Key extends WebCryptoKey> {
  sign(algorithm: WebCryptoSignature, key: Key, data: Uint8Array<ArrayBuffer>): Promise<ArrayBuffer>;
}

/** The first argument of `sign`. */
export interface WebCryptoSignature {
  readonly name: string;
  readonly hash?: string;
  readonly saltLength?: number;
}

/**
 * A signer whose private key is WebCrypto's, and need not be extractable: `createWebCryptoSigner(crypto.subtle, key,
 * publicKey)`. Always asynchronous.
 * @param publicKey that belongs to it: the one of its certificate
 * @throws CryptoError `invalid_private_key` where `key` can't sign, or is of another type than `publicKey`
 */
export function createWebCryptoSigner<Key extends WebCryptoKey>(
  subtle: WebCryptoSigning<Key>,
  key: Key,
  publicKey: PublicKey,
): Signer {
  if (key.type !== 'private' || !key.usages.includes('sign')) {
    throw invalidPrivateKey(`A ${key.type} CryptoKey for [${key.usages.join(', ')}] does not sign`);
  }
  const signatures = signaturesOf(key, publicKey);
  if (signatures.length === 0) {
    throw invalidPrivateKey(`A CryptoKey for ${key.algorithm.name} does not go with a ${publicKey.type} key`);
  }
  return {
    publicKey,
    signatures,
    async sign(name, message) {
      if (!signatures.includes(name)) return cannotSign(name, publicKey.type);
      // A copy, because WebCrypto takes nothing that lies in shared memory.
      const octets = Uint8Array.from(message);
      const signature = new Uint8Array(await subtle.sign(parametersOf(key, name), key, octets));
      return publicKey.type === 'EC' ? derOfConcatenated(signature) : signature;
    },
  };
}

function signaturesOf({ algorithm }: WebCryptoKey, publicKey: PublicKey): readonly SignatureName[] {
  const { name } = algorithm;
  switch (publicKey.type) {
    case 'RSA': {
      const scheme = name === 'RSA-PSS' ? 'rsa_pss' : name === 'RSASSA-PKCS1-v1_5' ? 'rsa_pkcs1' : undefined;
      const only = `${scheme}_${algorithm.hash?.name.toLowerCase().replace('-', '')}`;
      return rsaSignatures(publicKey.pssOnly).filter((signature) => signature === only);
    }
    case 'EC':
      return name === 'ECDSA' ? ecdsaSignatures(publicKey.curve) : [];
    case 'Ed25519':
      return name === 'Ed25519' ? ['ed25519'] : [];
    case 'Ed448':
      return name === 'Ed448' ? ['ed448'] : [];
    default:
      return name === publicKey.type ? [mlDsaSignatureName(publicKey.type)] : [];
  }
}

function parametersOf({ algorithm: { name } }: WebCryptoKey, signature: SignatureName): WebCryptoSignature {
  if (name === 'ECDSA') return { name, hash: hashOf(signature).name };
  // RFC 8446 section 4.2.3: the salt is as long as the hash.
  if (name === 'RSA-PSS') return { name, saltLength: hashOf(signature).outputLength };
  return { name };
}

/** ECDSA's two numbers as X.509 has them (RFC 3279 section 2.2.3), of their octets side by side, as WebCrypto has them. */
function derOfConcatenated(signature: Uint8Array): Uint8Array {
  const half = signature.length / 2;
  const numbers = [...derOfInteger(signature.subarray(0, half)), ...derOfInteger(signature.subarray(half))];
  return Uint8Array.of(0x30, ...(numbers.length > 127 ? [0x81] : []), numbers.length, ...numbers);
}

function derOfInteger(octets: Uint8Array): number[] {
  const first = octets.findIndex((octet) => octet !== 0);
  const significant = first === -1 ? [0] : [...octets.subarray(first)];
  const contents = (significant[0] ?? 0) > 127 ? [0, ...significant] : significant;
  return [0x02, contents.length, ...contents];
}
