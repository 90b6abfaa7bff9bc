/** The connections that the benchmarks compare, by the names that their cases have. */

export const keyTypes = ['P-256', 'RSA-2048'] as const;
export const suites13 = ['TLS_AES_128_GCM_SHA256', 'TLS_CHACHA20_POLY1305_SHA256'] as const;
/** What servers choose that go by their own preference. */
export const strongerSuite13 = 'TLS_AES_256_GCM_SHA384';
export const suites12 = [
  'TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256',
  'TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256',
  'TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA',
] as const;
export const groups = ['X25519', 'P-256', 'X25519MLKEM768'] as const;

export type KeyType = (typeof keyTypes)[number];
export type Suite = (typeof suites13)[number] | typeof strongerSuite13 | (typeof suites12)[number];
/** As OpenSSL has their names. */
export type Group = (typeof groups)[number];

/** What a server is told to insist on. */
export interface Parameters {
  readonly suite: Suite;
  /** Of the server's key and of the authorities above it: a root and one intermediate. */
  readonly keyType: KeyType;
  /** What the client offers, and nothing else; in TLS 1.2 P-256 beside it. */
  readonly group: Group;
}

export type Version = 'TLSv1.2' | 'TLSv1.3';

/** The only one that a suite is spoken over. */
export function versionOf(suite: Suite): Version {
  return suite.includes('_WITH_') ? 'TLSv1.2' : 'TLSv1.3';
}

/** Of the server's key, which the suites of TLS 1.2 name. */
export function keyTypeOf(suite: Suite): KeyType {
  return suite.includes('_RSA_') ? 'RSA-2048' : 'P-256';
}

/** For OpenSSL: what a client offers so that `group` is chosen. In TLS 1.2 the curve of a certificate's key counts, too. */
export function offeredGroups({ suite, group }: Parameters): readonly Group[] {
  return versionOf(suite) === 'TLSv1.2' && group !== 'P-256' ? [group, 'P-256'] : [group];
}

/** Where a client finds a server, and whom it trusts. */
export interface Target {
  readonly parameters: Parameters;
  readonly port: number;
  /** The root, PEM. */
  readonly ca: string;
  /** Where the same process says the same without TLS. */
  readonly plainPort: number;
  readonly pid: number;
}
