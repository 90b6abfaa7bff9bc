import {
  type Address,
  CERT_NONE,
  fetchServerCertificate,
  type SSLContext,
  type WrappableSocket,
} from '@halfclose/ssl';

export interface ServerCertificateOptions {
  /** A file of authorities: the certificate is verified then, and its name. Left out, or null: neither is. */
  readonly caCerts?: string | null | undefined;
  /** Seconds that the connection and the handshake may take, each. Left out, or null: for ever. */
  readonly timeout?: number | null | undefined;
}

/** @param context is made fit for this, and of no further use */
export async function certificateBy(
  context: SSLContext,
  socket: WrappableSocket,
  address: Address,
  { caCerts = null, timeout = null }: ServerCertificateOptions,
): Promise<string> {
  if (caCerts !== null) await context.loadVerifyLocations({ cafile: caCerts });
  else {
    context.checkHostname = false;
    context.verifyMode = CERT_NONE;
  }
  return fetchServerCertificate(context, socket, address, timeout);
}
