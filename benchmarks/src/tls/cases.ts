/** The connections that the benchmarks compare, by the names that their cases have. */

export const keyTypes = ['P-256', 'RSA-2048'] as const;
export const suites = ['TLS_AES_128_GCM_SHA256', 'TLS_CHACHA20_POLY1305_SHA256'] as const;

export type KeyType = (typeof keyTypes)[number];
export type Suite = (typeof suites)[number];

/** What a server is told to insist on. Key exchange is by X25519 everywhere. */
export interface Parameters {
  readonly suite: Suite;
  /** Of the server's key and of the authorities above it: a root and one intermediate. */
  readonly keyType: KeyType;
}

/** Where a client finds a server, and whom it trusts. */
export interface Target {
  readonly parameters: Parameters;
  readonly port: number;
  /** The root, PEM. */
  readonly ca: string;
}
