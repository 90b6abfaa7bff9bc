import type { CryptoProvider, MaybePromise, PrivateKey, Signer } from '@halfclose/crypto';
import type { CertificateCompression } from '@halfclose/tls';
import type { VerifyLocations } from './locations.ts';
import type { Parts } from './parts/contract.ts';

/**
 * All that a context needs of the place it runs in. `halfclose` has the right one for Node and for the web;
 * tests give their own. What can be done without is among its `Parts`.
 */
export interface Platform extends Parts {
  readonly crypto: CryptoProvider;
  /** Signs with a private key from a file, of which it keeps copies only. Left out: `createSigner` of `@halfclose/crypto`. */
  readonly signerOf?: (key: PrivateKey) => MaybePromise<Signer>;
  /** Milliseconds since 1970. Decides whether a certificate is valid now. */
  readonly clock: () => number;
  /** Calls `callback` once after `milliseconds`, unless the function that it returns is called before. */
  readonly setTimer: (callback: () => void, milliseconds: number) => () => void;
  /**
   * The A-labels of a host name with characters outside of ASCII (`bücher.example` is `xn--bcher-kva.example`), by
   * UTS #46; '', or an error, for what is no host name. Left out: such names are refused.
   */
  readonly toASCII?: (name: string) => string;
  /** For `cafile` and `capath`. Left out where there are no files. */
  readonly files?: Files;
  /** Where the certificates are that `loadDefaultCerts` trusts, in one or more places. Left out where there are none. */
  readonly defaultLocations?: () => MaybePromise<VerifyLocations | readonly VerifyLocations[]>;
  /** For certificates that a server compressed (RFC 8879): made by `createCertificateCompression`. Left out: it may not. */
  readonly certificateCompression?: CertificateCompression;
}

/** The errors are the system's, which have a `code`. */
export interface Files {
  read(path: string): Promise<Uint8Array>;
  /** The names in a directory, without the directory. */
  list(path: string): Promise<readonly string[]>;
  /**
   * Appends to a file, which is made where there is none, for its owner to read alone. At once, so that the lines of
   * several connections don't mix. For `keylogFilename`; left out where files can't be written.
   */
  append?(path: string, text: string): void;
}
