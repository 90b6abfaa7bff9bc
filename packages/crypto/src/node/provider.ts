import { randomFillSync } from 'node:crypto';
import { createDefaultProvider, preferred } from '../default.ts';
import { createPortableProvider } from '../portable.ts';
import type { AeadAlgorithm, CryptoProvider, RandomSource } from '../provider.ts';
import { nodeAeads } from './aead.ts';
import { secp256r1 } from './secp256r1.ts';
import { sha256, sha384, sha512 } from './sha2.ts';
import {
  ecdsaSha256,
  ecdsaSha384,
  ecdsaSha512,
  ed25519,
  rsaPkcs1Sha256,
  rsaPkcs1Sha384,
  rsaPkcs1Sha512,
  rsaPssSha256,
  rsaPssSha384,
  rsaPssSha512,
} from './signature.ts';
import { x25519 } from './x25519.ts';

/**
 * The provider that leaves the work to `node:crypto`, for Node, Deno and Bun; always synchronous. AES is native and
 * in constant time there, so it stands first. An AEAD that the runtime has not (in Bun, ChaCha20-Poly1305) is ours.
 *
 * @param random the source of every secret, private keys included: `node:crypto` draws none itself. Without it, the
 * generator of `node:crypto`.
 */
export function createNodeProvider(random: RandomSource = fillByNode): CryptoProvider {
  return {
    name: 'node',
    random,
    hashes: [sha256, sha384, sha512],
    aeads: completed(nodeAeads(), random),
    groups: [x25519, secp256r1],
    signatures: [
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
    ],
  };
}

function fillByNode(output: Uint8Array): void {
  randomFillSync(output);
}

/**
 * `native`, and behind it what only our own cores have. The fastest of those is asked for only then: it compiles when it
 * is looked at.
 */
export function completed(native: readonly AeadAlgorithm[], random: RandomSource): readonly AeadAlgorithm[] {
  const all = createPortableProvider(random).aeads;
  const isComplete = all.every(({ name }) => native.some((one) => one.name === name));
  return isComplete ? native : preferred(native, createDefaultProvider(random).aeads);
}
