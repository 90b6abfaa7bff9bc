/** Which cipher suites a context offers: `setCiphers` and `setCiphersuites`. */
import type { CipherSuiteName, CipherSuiteName12 } from '@halfclose/tls';
import { isWithPsk, parseCiphersuites, suitesOf } from './ciphers.ts';
import { SSLError } from './errors.ts';
import { requirePart } from './parts/contract.ts';
import type { Platform } from './platform.ts';

export interface CipherChoice {
  /**
   * @throws SSLError `NO_CIPHER_MATCH` where nothing is selected, or there is no TLS 1.2; NotImplementedError where the platform
   * has no `cipherSuites12`
   */
  choose12(text: string): void;
  /** @throws SSLError `NO_CIPHER_MATCH` where one is not known, or not to be had here, or there is none */
  choose13(text: string): void;
  /** Of TLS 1.3, most wanted first. */
  suites13(): readonly CipherSuiteName[];
  /** Of TLS 1.2, most wanted first. @param withPsk whether there is a key for those that take one */
  suites12(withPsk: boolean): readonly CipherSuiteName12[];
}

export function createCipherChoice(platform: Platform): CipherChoice {
  const { crypto, tls12 } = platform;
  let chosen12: readonly CipherSuiteName12[] | undefined;
  let chosen13: readonly CipherSuiteName[] | undefined;
  return {
    choose12(text) {
      if (tls12 === undefined) throw noMatch('No cipher can be selected: this platform has no `tls12`.');
      chosen12 = requirePart(platform, 'cipherSuites12', 'setCiphers').parse(text);
    },
    choose13(text) {
      const available = suitesOf(crypto);
      const names = parseCiphersuites(text);
      for (const name of names) {
        if (!available.includes(name)) throw noMatch(`${name} can't be had here.`);
      }
      chosen13 = names;
    },
    suites13: () => chosen13 ?? suitesOf(crypto),
    suites12(withPsk) {
      const wanted = chosen12 ?? tls12?.preferredSuites(crypto) ?? [];
      return withPsk ? wanted : wanted.filter((name) => !isWithPsk(name));
    },
  };
}

function noMatch(message: string): SSLError {
  return new SSLError(message, { reason: 'NO_CIPHER_MATCH' });
}
