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
  // Its ChaCha20-Poly1305 is that of `portable`.
  {
    name: 'portable-constant-time',
    aeads: () => createPortableProvider(unneeded, { constantTimeAes: true }).aeads.filter(isAes),
  },
];

function isAes({ name }: AeadAlgorithm): boolean {
  return name.startsWith('AES-');
}

export const cores: readonly Core[] = [
  ...ownCores,
  { name: 'noble', aeads: () => createNobleProvider(unneeded).aeads },
  { name: 'node', aeads: () => createNodeProvider(unneeded).aeads },
];
