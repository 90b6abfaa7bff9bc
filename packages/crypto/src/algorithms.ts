/** What the providers for any engine have in common: everything but their AEADs. Each list in order of preference. */
import { sha256, sha384, sha512 } from './hash/sha2.ts';
import { mlKem1024Group } from './kem/receiver.ts';
import { ffdhe2048, ffdhe3072, ffdhe4096 } from './keyExchange/ffdhe.ts';
import { secP256r1MlKem768, secP384r1MlKem1024, x25519MlKem768 } from './keyExchange/hybrid.ts';
import { x448, x25519 } from './keyExchange/montgomery.ts';
import { secp256r1, secp384r1, secp521r1 } from './keyExchange/nistCurves.ts';
import type { HashAlgorithm, KeyExchangeGroup, SignatureAlgorithm } from './provider.ts';
import { ecdsaSha256, ecdsaSha384, ecdsaSha512 } from './signature/ecdsa.ts';
import { ed448, ed25519 } from './signature/edwards.ts';
import { mlDsa44, mlDsa65, mlDsa87 } from './signature/mlDsa.ts';
import { rsaPkcs1Sha256, rsaPkcs1Sha384, rsaPkcs1Sha512 } from './signature/rsaPkcs1.ts';
import { rsaPssSha256, rsaPssSha384, rsaPssSha512 } from './signature/rsaPss.ts';

export const hashes: readonly HashAlgorithm[] = [sha256, sha384, sha512];

export const groups: readonly KeyExchangeGroup[] = [
  x25519MlKem768,
  secP256r1MlKem768,
  secP384r1MlKem1024,
  mlKem1024Group,
  x25519,
  secp256r1,
  x448,
  secp384r1,
  secp521r1,
  ffdhe2048,
  ffdhe3072,
  ffdhe4096,
];

export const signatures: readonly SignatureAlgorithm[] = [
  ecdsaSha256,
  ecdsaSha384,
  ed25519,
  ed448,
  rsaPssSha256,
  rsaPssSha384,
  rsaPssSha512,
  ecdsaSha512,
  rsaPkcs1Sha256,
  rsaPkcs1Sha384,
  rsaPkcs1Sha512,
  mlDsa44,
  mlDsa65,
  mlDsa87,
];
