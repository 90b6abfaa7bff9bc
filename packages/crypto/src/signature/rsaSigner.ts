import type { RandomSource, SignatureName, Signer } from '../provider.ts';
import { encodePkcs1, sha256Prefix, sha384Prefix, sha512Prefix } from './rsaPkcs1.ts';
import { createRsaSigning, type RsaPrivateKey } from './rsaPrivateKey.ts';
import { encodePss } from './rsaPss.ts';
import { cannotSign, hashOf } from './signing.ts';

const pssNames: readonly SignatureName[] = ['rsa_pss_sha256', 'rsa_pss_sha384', 'rsa_pss_sha512'];

const pkcs1Prefixes: ReadonlyMap<SignatureName, readonly number[]> = new Map([
  ['rsa_pkcs1_sha256', sha256Prefix],
  ['rsa_pkcs1_sha384', sha384Prefix],
  ['rsa_pkcs1_sha512', sha512Prefix],
]);

/** What an RSA key signs with: RFC 4055 section 1.2 keeps one for id-RSASSA-PSS from PKCS#1 v1.5. */
export function rsaSignatures(pssOnly: boolean): readonly SignatureName[] {
  return pssOnly ? pssNames : [...pssNames, ...pkcs1Prefixes.keys()];
}

/** RSASSA-PSS with a salt as long as the hash, and RSASSA-PKCS1-v1_5 (RFC 8017 section 8). */
export function createRsaSigner(key: RsaPrivateKey, random: RandomSource): Signer {
  const signatures = rsaSignatures(key.pssOnly);
  const signEncoded = createRsaSigning(key, random);
  const modulus = new Uint8Array(key.modulus);
  return {
    publicKey: { type: 'RSA', modulus, exponent: new Uint8Array(key.publicExponent), pssOnly: key.pssOnly },
    signatures,
    sign(name, message) {
      if (!signatures.includes(name)) return cannotSign(name, 'RSA');
      const hash = hashOf(name);
      const digest = hash.digest(message);
      const prefix = pkcs1Prefixes.get(name);
      if (prefix !== undefined) return signEncoded(encodePkcs1(modulus.length, prefix, digest));
      const salt = new Uint8Array(hash.outputLength);
      random(salt);
      return signEncoded(encodePss(hash, digest, salt, modulus.length));
    },
  };
}
