import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { AeadName, HashName, MlDsaName } from '@halfclose/crypto';
import type { Case, Suite } from '../runner/suite.ts';
import { aeadCases } from './aead.ts';
import { cbcPkcs5Cases } from './cbc.ts';
import { hkdfCases, hmacCases } from './hash.ts';
import { decapsulationCases, encapsulationCases, keyGenerationCases, seedDecapsulationCases } from './kem.ts';
import { keyExchangeCases } from './keyExchange.ts';
import { ecdsa, ed448, ed25519, mlDsa, rsaPkcs1, rsaPss, signatureCases } from './signature.ts';
import { type Group, readVectorFile, type VectorFile } from './vectors.ts';
import { waivers } from './waivers.ts';

/**
 * Project Wycheproof's vectors for the primitives that exist here, in each of their implementations. The id of a case is
 * the file's name without `_test.json`, the vector's number in it, and the implementation.
 */
export const wycheproof: Suite = {
  name: 'wycheproof',
  source: { option: 'dir', path: '../shared/vectors/wycheproof' },
  waivers,
  *cases(directory) {
    const files = readdirSync(directory).filter((name) => name.endsWith('_test.json'));
    if (files.length === 0) throw new Error(`There are no files …_test.json in ${directory}`);
    for (const file of files.sort()) {
      const name = file.slice(0, -'_test.json'.length);
      for (const one of casesOf(name, join(directory, file))) yield { ...one, id: `${name}/${one.id}` };
    }
  },
};

interface Handler {
  /** Files that it is for, by their names without `_test.json`. */
  readonly files: RegExp;
  /** `match` is what the pattern matched in the name. */
  cases(file: VectorFile, match: RegExpExecArray): Iterable<Case>;
}

const handlers: readonly Handler[] = [
  { files: /^aes_gcm$/, cases: (file) => aeadCases(file, aesGcmOf) },
  { files: /^aes_ccm$/, cases: (file) => aeadCases(file, aesCcmOf) },
  { files: /^chacha20_poly1305$/, cases: (file) => aeadCases(file, () => 'CHACHA20-POLY1305') },
  { files: /^aes_cbc_pkcs5$/, cases: cbcPkcs5Cases },
  { files: /^hmac_sha(256|384|512)$/, cases: (file, [, bits]) => hmacCases(file, `SHA-${bits}` as HashName) },
  { files: /^hkdf_sha(256|384|512)$/, cases: (file, [, bits]) => hkdfCases(file, `SHA-${bits}` as HashName) },
  { files: /^x25519$/, cases: (file) => keyExchangeCases(file, 'x25519', 32) },
  { files: /^x448$/, cases: (file) => keyExchangeCases(file, 'x448', 56) },
  { files: /^ecdh_secp256r1_ecpoint$/, cases: (file) => keyExchangeCases(file, 'secp256r1', 32) },
  { files: /^ecdh_secp384r1_ecpoint$/, cases: (file) => keyExchangeCases(file, 'secp384r1', 48) },
  { files: /^ecdh_secp521r1_ecpoint$/, cases: (file) => keyExchangeCases(file, 'secp521r1', 66) },
  { files: /^mlkem_(\d+)$/, cases: (file, [, size = '']) => seedDecapsulationCases(file, size) },
  { files: /^mlkem_(\d+)_keygen_seed$/, cases: (file, [, size = '']) => keyGenerationCases(file, size) },
  { files: /^mlkem_(\d+)_encaps$/, cases: (file, [, size = '']) => encapsulationCases(file, size) },
  {
    files: /^mlkem_(\d+)_semi_expanded_decaps$/,
    cases: (file, [, size = '']) => decapsulationCases(file, size),
  },
  { files: /^ecdsa_secp256r1_sha\d+$/, cases: (file) => signatureCases(file, ecdsa('P-256')) },
  { files: /^ecdsa_secp384r1_sha\d+$/, cases: (file) => signatureCases(file, ecdsa('P-384')) },
  { files: /^ecdsa_secp521r1_sha\d+$/, cases: (file) => signatureCases(file, ecdsa('P-521')) },
  { files: /^ed25519$/, cases: (file) => signatureCases(file, ed25519) },
  { files: /^ed448$/, cases: (file) => signatureCases(file, ed448) },
  {
    files: /^mldsa_(44|65|87)_verify$/,
    cases: (file, [, size]) => signatureCases(file, mlDsa(`ML-DSA-${size}` as MlDsaName)),
  },
  { files: /^rsa_signature_/, cases: (file) => signatureCases(file, rsaPkcs1('publicKey')) },
  { files: /^rsa_pkcs1_\d+_sig_gen$/, cases: (file) => signatureCases(file, rsaPkcs1('privateKey')) },
  { files: /^rsa_pss_.*_params$/, cases: (file) => signatureCases(file, rsaPss(true)) },
  { files: /^rsa_pss_/, cases: (file) => signatureCases(file, rsaPss(false)) },
];

function aesGcmOf({ fields }: Group): AeadName | { readonly skip: string } {
  const bits = fields.number('keySize');
  return bits === 128 || bits === 256 ? `AES-${bits}-GCM` : { skip: 'AES-192 is not for TLS' };
}

function aesCcmOf({ fields }: Group): AeadName | { readonly skip: string } {
  if (fields.number('keySize') !== 128) return { skip: 'AES-CCM is here with keys of 128 bits only' };
  const tagBits = fields.number('tagSize');
  if (tagBits === 128) return 'AES-128-CCM';
  return tagBits === 64 ? 'AES-128-CCM-8' : { skip: 'in TLS, tags of AES-CCM have 16 or 8 octets' };
}

/** Why a file is for nothing here, by its name. The first pattern that fits says it. */
const reasons: readonly (readonly [files: RegExp, reason: string])[] = [
  [/^(ecdh|x25519|x448).*_(asn|jwk|pem|webcrypto)$/, 'keys for key exchange come raw, as TLS has them'],
  [/^ecdh_secp\d+r1$/, 'keys for key exchange come raw, as TLS has them'],
  [/_p1363$/, 'ECDSA signatures are DER, as TLS has them'],
  [/^ecdsa_secp224r1/, 'P-224 is not for TLS'],
  [/^mldsa_\d+_sign/, 'nothing is signed here'],
  [/_sha1$/, 'there is no SHA-1 here'],
  [/^a\d+cbc_hs\d+$/, 'these compositions are not for TLS'],
  [/^rsa_pkcs1_\d+$/, 'there is no RSA decryption here'],
  [/^ec_prime_order_curves$|^primality$/, 'nothing here decides on curves or primes'],
];

function* casesOf(name: string, path: string): Iterable<Case> {
  for (const { files, cases } of handlers) {
    const match = files.exec(name);
    if (match === null) continue;
    yield* cases(readVectorFile(path), match);
    return;
  }
  const reason = reasons.find(([files]) => files.test(name))?.[1];
  yield { id: '*', skip: reason ?? 'nobody has said yet what this file is for' };
}
