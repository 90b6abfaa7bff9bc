import type { AlgorithmIdentifier } from '../certificate/algorithmIdentifier.ts';

/** What PKCS #8 wraps. */
export interface WrappedKey {
  readonly algorithm: AlgorithmIdentifier;
  readonly privateKey: Uint8Array;
  /** Only in version 2. */
  readonly publicKey: Uint8Array | undefined;
}
