export { portableAes128Ccm, portableAes128Ccm8 } from './aead/aesCcm.ts';
export { compactAes128Gcm, compactAes256Gcm, portableAes128Gcm, portableAes256Gcm } from './aead/aesGcm.ts';
export { compactChaCha20Poly1305, portableChaCha20Poly1305 } from './aead/chacha20Poly1305.ts';
export {
  constantTimeAes128Ccm,
  constantTimeAes128Ccm8,
  constantTimeAes128Gcm,
  constantTimeAes256Gcm,
} from './aead/constantTimeAes.ts';
export {
  portableAes128CbcHmacSha1,
  portableAes128CbcHmacSha256,
  portableAes256CbcHmacSha1,
  portableAes256CbcHmacSha256,
  portableAes256CbcHmacSha384,
} from './cbc/aesCbcHmac.ts';
export {
  constantTimeAes128CbcHmacSha1,
  constantTimeAes128CbcHmacSha256,
  constantTimeAes256CbcHmacSha1,
  constantTimeAes256CbcHmacSha256,
  constantTimeAes256CbcHmacSha384,
} from './cbc/constantTimeAesCbcHmac.ts';
export type * from './cbc/contract.ts';
export { createCompactProvider } from './compact.ts';
export { createDefaultProvider } from './default.ts';
export * from './errors.ts';
export { sha1Digest } from './hash/sha1Digest.ts';
export { sha256, sha384, sha512 } from './hash/sha2.ts';
export { type HpkeSender, type HpkeSuite, setupHpkeSender, supportsHpke } from './hpke/hpke.ts';
export { hkdfExpand, hkdfExtract } from './kdf/hkdf.ts';
export {
  type Encapsulation,
  type MlKem,
  type MlKemKeys,
  mlKem512,
  mlKem768,
  mlKem1024,
} from './kem/mlKem.ts';
export { mlKem1024Group } from './kem/receiver.ts';
export { ffdhe2048, ffdhe3072, ffdhe4096 } from './keyExchange/ffdhe.ts';
export { ffdhePrime } from './keyExchange/ffdhePrime.ts';
export {
  createSecP256r1MlKem768,
  createSecP384r1MlKem1024,
  createX25519MlKem768,
  secP256r1MlKem768,
  secP384r1MlKem1024,
  x25519MlKem768,
} from './keyExchange/hybrid.ts';
export { compactX25519, x448, x25519 } from './keyExchange/montgomery.ts';
export { secp256r1, secp384r1, secp521r1 } from './keyExchange/nistCurves.ts';
export { createPrimeField, type PrimeField } from './keyExchange/primeField.ts';
export { createPortableProvider, type PortableOptions } from './portable.ts';
export * from './provider.ts';
export { createSigner } from './signature/createSigner.ts';
export { ecdsaSha256, ecdsaSha384, ecdsaSha512 } from './signature/ecdsa.ts';
export { ed448, ed25519 } from './signature/edwards.ts';
export { mlDsa44, mlDsa65, mlDsa87 } from './signature/mlDsa.ts';
export { encryptRsaPkcs1 } from './signature/rsaEncryption.ts';
export { rsaPkcs1Sha256, rsaPkcs1Sha384, rsaPkcs1Sha512 } from './signature/rsaPkcs1.ts';
export { rsaPssSha256, rsaPssSha384, rsaPssSha512 } from './signature/rsaPss.ts';
export {
  createWebCryptoSigner,
  type WebCryptoKey,
  type WebCryptoSignature,
  type WebCryptoSigning,
} from './signature/webCryptoSigner.ts';
export { simdAeads } from './simd/aeads.ts';
export { constantTimeEqual, wipe } from './util/bytes.ts';
export { findAead, findGroup, findHash, findSignature } from './util/lookup.ts';
