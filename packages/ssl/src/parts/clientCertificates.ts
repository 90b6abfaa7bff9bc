import {
  type ClientAuthenticationOptions,
  type ClientAuthenticator,
  type ClientCredential,
  createClientAuthentication,
} from '@halfclose/tls';

/** What a platform needs to have of client certificates. */
export interface ClientCertificatesPart {
  /** What answers servers that ask who we are. */
  authenticate(
    credentials: readonly ClientCredential[],
    options: ClientAuthenticationOptions,
  ): ClientAuthenticator;
}

/** Client certificates for contexts, as the `clientCertificates` of their platform. */
export const clientCertificates: ClientCertificatesPart = { authenticate: createClientAuthentication };
