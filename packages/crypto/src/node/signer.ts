import { createPrivateKey, type JsonWebKey, type KeyObject, randomFillSync, sign } from 'node:crypto';
import type { PrivateKey, SignatureName, Signer } from '../provider.ts';
import { createSigner } from '../signature/createSigner.ts';
import { hashOf, invalidPrivateKey } from '../signature/signing.ts';
import { toBase64url } from './bytes.ts';
import { digestName } from './sha2.ts';
import { pkcs1, pss } from './signature.ts';

/**
 * A signer that leaves the work to `node:crypto`, from a private key in memory; what the runtime has not (a curve, ML-DSA)
 * is done by the portable one. It copies what it needs: the caller may wipe `key` when it has the signer.
 * @throws CryptoError (rejects with it) as `createSigner`, and where the runtime does not take a key
 */
export async function createNodeSigner(key: PrivateKey): Promise<Signer> {
  // Checks what OpenSSL takes on trust, and knows the public key, without which OpenSSL imports none.
  const portable = await createSigner(key, (output) => void randomFillSync(output));
  const native = importPrivateKey(key, portable);
  if (native === undefined) return portable;
  const { publicKey, signatures } = portable;
  return {
    publicKey,
    signatures,
    sign: (name, message) =>
      signatures.includes(name) ? signNatively(name, native, message) : portable.sign(name, message),
  };
}

function signNatively(name: SignatureName, key: KeyObject, message: Uint8Array): Uint8Array {
  if (name === 'ed25519' || name === 'ed448') return new Uint8Array(sign(null, message, key));
  const digest = digestName(hashOf(name).name);
  if (name.startsWith('ecdsa')) return new Uint8Array(sign(digest, message, { key, dsaEncoding: 'der' }));
  const scheme = name.startsWith('rsa_pss') ? pss : pkcs1;
  return new Uint8Array(sign(digest, message, { key, ...scheme }));
}

/** Undefined where the runtime has not the algorithm. */
function importPrivateKey(key: PrivateKey, { publicKey }: Signer): KeyObject | undefined {
  const jwk = privateJwk(key, publicKey);
  if (jwk === undefined) return undefined;
  try {
    return createPrivateKey({ key: jwk, format: 'jwk' });
  } catch (cause) {
    if (key.type === 'RSA') {
      throw invalidPrivateKey('This RSA private key is not taken by node:crypto', { cause });
    }
    return undefined;
  }
}

/** RFC 7518 section 6, RFC 8037 section 2. */
function privateJwk(key: PrivateKey, publicKey: Signer['publicKey']): JsonWebKey | undefined {
  if (key.type === 'RSA') {
    return {
      kty: 'RSA',
      n: toBase64url(key.modulus),
      e: toBase64url(key.publicExponent),
      d: toBase64url(key.privateExponent),
      p: toBase64url(key.prime1),
      q: toBase64url(key.prime2),
      dp: toBase64url(key.exponent1),
      dq: toBase64url(key.exponent2),
      qi: toBase64url(key.coefficient),
    };
  }
  if (key.type === 'EC' && publicKey.type === 'EC') {
    const length = (publicKey.point.length - 1) / 2;
    const [x, y] = [publicKey.point.slice(1, 1 + length), publicKey.point.slice(1 + length)].map(toBase64url);
    if (x === undefined || y === undefined) return undefined;
    return { kty: 'EC', crv: key.curve, x, y, d: toBase64url(key.scalar) };
  }
  if ((key.type === 'Ed25519' || key.type === 'Ed448') && 'key' in publicKey) {
    return { kty: 'OKP', crv: key.type, x: toBase64url(publicKey.key), d: toBase64url(key.seed) };
  }
  return undefined;
}
