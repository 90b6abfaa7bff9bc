import { type AeadAlgorithm, createPortableProvider, simdAeads } from '@halfclose/crypto';
import { createNobleProvider } from '@halfclose/crypto/noble';
import { createNodeProvider } from '@halfclose/crypto/node';

/** An implementation of AEADs behind our contract. */
export interface Core {
  readonly name: string;
  aeads(): readonly AeadAlgorithm[];
}

const unneeded = (): void => {
  throw new Error('Nothing is drawn here');
};

/** What we wrote. */
export const ownCores: readonly Core[] = [
  { name: 'portable', aeads: () => createPortableProvider(unneeded).aeads },
  { name: 'simd', aeads: () => simdAeads() ?? [] },
];

export const cores: readonly Core[] = [
  ...ownCores,
  { name: 'noble', aeads: () => createNobleProvider(unneeded).aeads },
  { name: 'node', aeads: () => createNodeProvider(unneeded).aeads },
];
