/** What a platform needs to have of TLS 1.2, so that contexts offer it. */
import type { CryptoProvider } from '@halfclose/crypto';
import {
  type CipherSuiteName12,
  cbc12,
  cipherSuiteCodes12,
  createTls12,
  dhe12,
  type PreSharedKey12,
  preferredCipherSuites12,
  psk12,
  rsa12,
  type Tls12,
  type Tls12Options,
} from '@halfclose/tls';
import { parseCiphers } from '../cipherStrings.ts';

/** What is wanted of it; and the key for suites with a pre-shared one. */
export type Tls12PartOptions = Omit<Tls12Options, 'parts'> & {
  readonly psk?: (hint: Uint8Array | undefined) => PreSharedKey12;
};

/** TLS 1.2, for a `Platform`: `tls12` is it. Where nobody imports that, nothing of it is in a bundle. */
export interface Tls12Part {
  create(options: Tls12PartOptions): Tls12;
  /** For `setCiphers`. @throws SSLError `NO_CIPHER_MATCH` where nothing is selected */
  parseCiphers(text: string): readonly CipherSuiteName12[];
  /** What is offered as long as nobody calls it, most wanted first. */
  preferredSuites(crypto: CryptoProvider): readonly CipherSuiteName12[];
  /** The number of a suite in the registry; undefined for one of TLS 1.3. */
  codeOf(name: string): number | undefined;
}

/** TLS 1.2 for contexts, as the `tls12` of their platform. */
export const tls12: Tls12Part = {
  create: ({ psk, ...options }) =>
    createTls12({ ...options, parts: [cbc12, dhe12, rsa12, ...(psk ? [psk12(psk)] : [])] }),
  parseCiphers,
  preferredSuites: preferredCipherSuites12,
  codeOf: (name) => Object.entries(cipherSuiteCodes12).find(([each]) => each === name)?.[1],
};
