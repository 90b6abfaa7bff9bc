import { type CipherSuiteName12, cbc12, dhe12, psk12, rsa12, type Tls12Options } from '@halfclose/tls';
import { parseCiphers } from '../cipherStrings.ts';
import { askForPsk12, type PskClientCallback } from '../psk.ts';

/** What a platform needs to have, so that contexts offer other suites of TLS 1.2 than those of `tls12`. */
export interface CipherSuites12Part {
  /** For `setCiphers`. @throws SSLError `NO_CIPHER_MATCH` where nothing is selected */
  parse(text: string): readonly CipherSuiteName12[];
  /** @param callback asked for the key of suites with a pre-shared one. Undefined: those are not offered */
  parts(callback: PskClientCallback | undefined): NonNullable<Tls12Options['parts']>;
}

/** All suites of TLS 1.2, and OpenSSL's language for choosing among them, as the `cipherSuites12` of a platform. */
export const cipherSuites12: CipherSuites12Part = {
  parse: parseCiphers,
  parts: (callback) => [
    cbc12,
    dhe12,
    rsa12,
    ...(callback ? [psk12((hint) => askForPsk12(callback, hint))] : []),
  ],
};
