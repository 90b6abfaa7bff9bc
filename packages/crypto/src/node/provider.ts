import { createDefaultProvider, preferred } from '../default.ts';
import { mlKem1024Group } from '../kem/receiver.ts';
import {
  createSecP256r1MlKem768,
  createSecP384r1MlKem1024,
  createX25519MlKem768,
} from '../keyExchange/hybrid.ts';
import { createPortableProvider } from '../portable.ts';
import type { AeadAlgorithm, CryptoProvider, RandomSource } from '../provider.ts';
import { mlDsa44, mlDsa65, mlDsa87 } from '../signature/mlDsa.ts';
import { nodeAeads } from './aead.ts';
import { ffdhe2048, ffdhe3072, ffdhe4096 } from './ffdhe.ts';
import { x448, x25519 } from './montgomery.ts';
import { secp256r1, secp384r1, secp521r1 } from './nistCurves.ts';
import { fillByNode } from './random.ts';
import { sha256, sha384, sha512 } from './sha2.ts';
import {
  ecdsaSha256,
  ecdsaSha384,
  ecdsaSha512,
  ed448,
  ed25519,
  rsaPkcs1Sha256,
  rsaPkcs1Sha384,
  rsaPkcs1Sha512,
  rsaPssSha256,
  rsaPssSha384,
  rsaPssSha512,
} from './signature.ts';

/**
 * The provider that leaves the work to `node:crypto`, for Node, Deno and Bun; always synchronous. AES is native and
 * in constant time there, so it stands first. What the runtime has not (an AEAD, a curve) is ours, and so are ML-KEM and
 * ML-DSA everywhere.
 *
 * @param random the source of every secret, private keys included: with it, `node:crypto` draws none itself. Without it,
 * the generator of `node:crypto`.
 */
export function createNodeProvider(random: RandomSource = fillByNode): CryptoProvider {
  return {
    name: 'node',
    random,
    hashes: [sha256, sha384, sha512],
    aeads: completed(nodeAeads(), random),
    groups: [
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
    ],
    signatures: [
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
    ],
  };
}

const x25519MlKem768 = /* @__PURE__ */ createX25519MlKem768(x25519);
const secP256r1MlKem768 = /* @__PURE__ */ createSecP256r1MlKem768(secp256r1);
const secP384r1MlKem1024 = /* @__PURE__ */ createSecP384r1MlKem1024(secp384r1);

/**
 * `native`, and behind it what only our own cores have. The fastest of those is asked for only then: it compiles when it
 * is looked at.
 */
export function completed(native: readonly AeadAlgorithm[], random: RandomSource): readonly AeadAlgorithm[] {
  const all = createPortableProvider(random).aeads;
  const isComplete = all.every(({ name }) => native.some((one) => one.name === name));
  return isComplete ? native : preferred(native, createDefaultProvider(random).aeads);
}
