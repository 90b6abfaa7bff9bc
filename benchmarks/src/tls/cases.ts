/** The connections that the benchmarks compare, by the names that their cases have. */

export const keyTypes = ['P-256', 'RSA-2048'] as const;
export const suites = ['TLS_AES_128_GCM_SHA256', 'TLS_CHACHA20_POLY1305_SHA256'] as const;
export const groups = ['X25519', 'P-256', 'X25519MLKEM768'] as const;

export type KeyType = (typeof keyTypes)[number];
export type Suite = (typeof suites)[number];
/** As OpenSSL has their names. */
export type Group = (typeof groups)[number];

/** What a server is told to insist on. */
export interface Parameters {
  readonly suite: Suite;
  /** Of the server's key and of the authorities above it: a root and one intermediate. */
  readonly keyType: KeyType;
  /** Also what the client offers, and nothing else. */
  readonly group: Group;
}

/** Where a client finds a server, and whom it trusts. */
export interface Target {
  readonly parameters: Parameters;
  readonly port: number;
  /** The root, PEM. */
  readonly ca: string;
}
