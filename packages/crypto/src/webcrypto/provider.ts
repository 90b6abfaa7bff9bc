import { createDefaultProvider } from '../default.ts';
import {
  createSecP256r1MlKem768,
  createSecP384r1MlKem1024,
  createX25519MlKem768,
} from '../keyExchange/hybrid.ts';
import type { PortableOptions } from '../portable.ts';
import type { CryptoProvider, KeyExchangeGroup, RandomSource } from '../provider.ts';
import { subtleGroups } from './keyExchange.ts';
import { subtleSignatures } from './signature.ts';
import type { WebCrypto } from './subtle.ts';

/**
 * The provider that leaves key exchange and the verification of signatures to WebCrypto, wherever there is one:
 * `createWebCryptoProvider(crypto)`. There private keys live where no script can read them, in arithmetic that is even
 * in time; in return a handshake waits a few times more. Hashes and AEADs, which have to be synchronous, are those of
 * `createDefaultProvider`, and so is what WebCrypto has not: ML-KEM, X448, Ed448, ML-DSA, Diffie-Hellman in prime fields,
 * and on older platforms X25519 and Ed25519.
 *
 * @param crypto the platform's; its `getRandomValues` is the source of every secret that the platform does not draw itself
 * @param options for what the portable provider serves
 */
export function createWebCryptoProvider(crypto: WebCrypto, options: PortableOptions = {}): CryptoProvider {
  const random: RandomSource = (output) => {
    // Into memory of our own: WebCrypto takes none that is shared.
    const drawn = new Uint8Array(output.length);
    crypto.getRandomValues(drawn);
    output.set(drawn);
    drawn.fill(0);
  };
  const ours = createDefaultProvider(random, options);
  return {
    name: 'webcrypto',
    random,
    hashes: ours.hashes,
    get aeads() {
      return ours.aeads;
    },
    groups: withSubtle(ours.groups, subtleGroups(crypto.subtle, random)),
    signatures: subtleSignatures(crypto.subtle, ours.signatures),
    ...(ours.constantTimeAes && { constantTimeAes: true }),
  };
}

/** In the order of the first list, and hybrid groups with the curves of the second. */
function withSubtle(
  groups: readonly KeyExchangeGroup[],
  subtle: readonly KeyExchangeGroup[],
): readonly KeyExchangeGroup[] {
  const find = (name: string): KeyExchangeGroup | undefined => subtle.find((group) => group.name === name);
  return groups.map((group) => {
    const curve = find(hybrids.get(group.name)?.curve ?? group.name);
    return curve === undefined ? group : (hybrids.get(group.name)?.create(curve) ?? curve);
  });
}

const hybrids: ReadonlyMap<
  string,
  { readonly curve: string; readonly create: (curve: KeyExchangeGroup) => KeyExchangeGroup }
> = new Map([
  ['X25519MLKEM768', { curve: 'x25519', create: createX25519MlKem768 }],
  ['SecP256r1MLKEM768', { curve: 'secp256r1', create: createSecP256r1MlKem768 }],
  ['SecP384r1MLKEM1024', { curve: 'secp384r1', create: createSecP384r1MlKem1024 }],
]);
