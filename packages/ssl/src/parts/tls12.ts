import type { CryptoProvider } from '@halfclose/crypto';
import {
  type CipherSuiteName12,
  createTls12,
  preferredCipherSuites12,
  type Tls12,
  type Tls12Options,
} from '@halfclose/tls';

/** What a platform needs to have of TLS 1.2. */
export interface Tls12Part {
  create(options: Tls12Options): Tls12;
  /** What is offered as long as nobody calls `setCiphers`, most wanted first: ECDHE with an AEAD. */
  preferredSuites(crypto: CryptoProvider): readonly CipherSuiteName12[];
}

/** TLS 1.2 for contexts, as the `tls12` of their platform. */
export const tls12: Tls12Part = { create: createTls12, preferredSuites: preferredCipherSuites12 };
