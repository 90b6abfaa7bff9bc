import { type ClientCredential, createClientAuthentication } from '@halfclose/tls';
import { type Password, readCredential } from '../certChain.ts';
import type { Platform } from '../platform.ts';

/** What a platform needs to have of client certificates. */
export interface ClientCertificatesPart {
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
  /** What answers servers that ask who we are. */
  readonly authenticate: typeof createClientAuthentication;
}

/** Client certificates for contexts, as the `clientCertificates` of their platform. */
export const clientCertificates: ClientCertificatesPart = {
  read: readCredential,
  authenticate: createClientAuthentication,
};
