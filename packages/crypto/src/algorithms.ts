/** What the providers for any engine have in common: everything but their AEADs. Each list in order of preference. */
import { sha256, sha384, sha512 } from './hash/sha2.ts';
import { secp256r1 } from './keyExchange/secp256r1.ts';
import { x25519 } from './keyExchange/x25519.ts';
import type { HashAlgorithm, KeyExchangeGroup, SignatureAlgorithm } from './provider.ts';
import { ecdsaSha256, ecdsaSha384, ecdsaSha512 } from './signature/ecdsa.ts';
import { ed25519 } from './signature/ed25519.ts';
import { rsaPkcs1Sha256, rsaPkcs1Sha384, rsaPkcs1Sha512 } from './signature/rsaPkcs1.ts';
import { rsaPssSha256, rsaPssSha384, rsaPssSha512 } from './signature/rsaPss.ts';

export const hashes: readonly HashAlgorithm[] = [sha256, sha384, sha512];

export const groups: readonly KeyExchangeGroup[] = [x25519, secp256r1];

export const signatures: readonly SignatureAlgorithm[] = [
  ecdsaSha256,
  ecdsaSha384,
  ed25519,
  rsaPssSha256,
  rsaPssSha384,
  rsaPssSha512,
  ecdsaSha512,
  rsaPkcs1Sha256,
  rsaPkcs1Sha384,
  rsaPkcs1Sha512,
];
