/** What a context offers of versions and cipher suites, and how the engine is told. */
import type { CipherSuiteName, CipherSuiteName12, ClientConfig, Tls12Options } from '@halfclose/tls';
import type { CipherChoice } from './cipherChoice.ts';
import { OP_LEGACY_SERVER_CONNECT } from './options.ts';
import type { Platform } from './platform.ts';
import type { PskClientCallback } from './psk.ts';
import type { VersionRange } from './versions.ts';

export interface Offer {
  /** Most wanted first, those of TLS 1.3 before the others. */
  readonly suites: readonly (CipherSuiteName | CipherSuiteName12)[];
  readonly config: Pick<ClientConfig, 'cipherSuites' | 'tls12' | 'maximumVersion'>;
}

/** What a context says of TLS 1.2 besides its cipher suites. */
export type Tls12Settings = Required<
  Pick<Tls12Options, 'requireExtendedMasterSecret' | 'falseStart' | 'fallback'>
>;

/** @param options `OP_` flags. @throws SSLError `NO_PROTOCOLS_AVAILABLE` where no version is left */
export function offerOf(
  { tls12, cipherSuites12 }: Platform,
  versions: VersionRange,
  ciphers: CipherChoice,
  { requireExtendedMasterSecret, falseStart, fallback }: Tls12Settings,
  options: number,
  pskCallback: PskClientCallback | undefined,
): Offer {
  const offered = versions.offered(options);
  const ofTls13 = offered.tls13 ? ciphers.suites13() : [];
  const ofTls12 = offered.tls12 ? ciphers.suites12(pskCallback !== undefined) : [];
  const config = offered.tls13 ? { cipherSuites: ofTls13 } : ({ maximumVersion: 'TLSv1.2' } as const);
  // Suites for a pre-shared key that nobody has leave nothing of TLS 1.2, which TLS 1.3 can do without.
  const isNeeded = ofTls12.length > 0 || !offered.tls13;
  if (tls12 === undefined || !isNeeded) return { suites: ofTls13, config };
  const tls12Options = {
    allowLegacyServers: (options & OP_LEGACY_SERVER_CONNECT) !== 0,
    requireExtendedMasterSecret,
    falseStart,
    fallback,
    cipherSuites: ofTls12,
    parts: cipherSuites12?.parts(pskCallback) ?? [],
  };
  return { suites: [...ofTls13, ...ofTls12], config: { ...config, tls12: tls12.create(tls12Options) } };
}
