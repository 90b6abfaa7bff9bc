import type { ClientCredential } from '@halfclose/tls';
import { type Password, readCredential } from '../certChain.ts';
import type { Platform } from '../platform.ts';

/** What a platform needs, so that contexts read certificates with their private keys from files. */
export interface PrivateKeysPart {
  /**
   * Certificates with the private key to the first of them, from PEM files.
   * @throws OSError where one can't be read; SSLError, ValueError or TypeError where there is not what has to be
   */
  read(
    platform: Platform,
    certfile: string,
    keyfile: string,
    password: Password | undefined,
  ): Promise<ClientCredential>;
}

/** Private keys in files for contexts, as the `privateKeys` of their platform. */
export const privateKeys: PrivateKeysPart = { read: readCredential };
