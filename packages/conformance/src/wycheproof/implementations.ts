import { webcrypto } from 'node:crypto';
import {
  type AeadAlgorithm,
  type AeadName,
  type CryptoProvider,
  createCompactProvider,
  createPortableProvider,
  simdAeads,
} from '@halfclose/crypto';
import { createNobleProvider } from '@halfclose/crypto/noble';
import { createNodeProvider } from '@halfclose/crypto/node';
import { createWebCryptoProvider } from '@halfclose/crypto/webcrypto';

/** For where nothing is drawn, or what is drawn decides nothing. */
function zeros(output: Uint8Array): void {
  output.fill(0);
}

/** Each with another implementation of hashes, key exchange and signatures. */
export const providers: readonly CryptoProvider[] = [
  createPortableProvider(zeros),
  createNodeProvider(zeros),
  createWebCryptoProvider(webcrypto),
];

export interface Core {
  readonly name: string;
  /** Undefined where this engine does not run it. */
  readonly aeads: readonly AeadAlgorithm[] | undefined;
}

/** Each with another implementation of the AEADs. */
export const cores: readonly Core[] = [
  { name: 'portable', aeads: createPortableProvider(zeros).aeads },
  { name: 'compact', aeads: createCompactProvider(zeros).aeads },
  { name: 'portable-constant-time', aeads: createPortableProvider(zeros, { constantTimeAes: true }).aeads },
  { name: 'simd', aeads: simdAeads() },
  { name: 'noble', aeads: createNobleProvider(zeros).aeads },
  { name: 'node', aeads: createNodeProvider(zeros).aeads },
];

export interface AeadImplementation {
  readonly core: string;
  /** Why it can't be run, or the algorithm. */
  readonly aead: AeadAlgorithm | string;
}

/** Every core's implementation of an AEAD. */
export function implementationsOf(name: AeadName): readonly AeadImplementation[] {
  return cores.map(({ name: core, aeads }) => {
    if (aeads === undefined) return { core, aead: `this engine does not run the ${core} core` };
    const aead = aeads.find((one) => one.name === name);
    return { core, aead: aead ?? `the ${core} core has no ${name}` };
  });
}
