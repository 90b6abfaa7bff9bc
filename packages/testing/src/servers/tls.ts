import { createServer, type SecureVersion, type TLSSocket, type TlsOptions } from 'node:tls';
import { listen, type TestServer } from './listen.ts';

/** What a server needs of a certificate; `Issued` of `@halfclose/testing/ca` has it. */
export interface Credentials {
  /** The server's certificate first. */
  readonly chainPem: string;
  readonly privateKeyPem: string;
}

export interface TlsServerOptions {
  readonly credentials: Credentials;
  /**
   * Called when the handshake is done. A connection's errors are its listener's to see; without a listener they
   * are dropped. Left out: what comes is dropped too.
   */
  readonly onConnection?: (socket: TLSSocket) => void;
  /** A handshake that failed: what the server says of it. */
  readonly onClientError?: (error: Error) => void;
  /** Left out: TLSv1.3, both. */
  readonly minVersion?: SecureVersion;
  readonly maxVersion?: SecureVersion;
  /** OpenSSL's names, with colons between them; those of TLS 1.3 too. */
  readonly ciphers?: string;
  /** OpenSSL's names of groups, with colons between them, most wanted first. */
  readonly groups?: string;
  /** OpenSSL's names of signature algorithms, with colons between them. */
  readonly signatureAlgorithms?: string;
  readonly alpnProtocols?: readonly string[];
  /** An OCSPResponse, DER, which clients that ask for one get. */
  readonly ocspResponse?: Uint8Array;
  /** Whether the server behaves as if it didn't know RFC 7627. Left out: false. */
  readonly withoutExtendedMasterSecret?: boolean;
  /** PEM: asks clients for a certificate of one of these, and refuses who has none. */
  readonly clientAuthorities?: string;
  /** Left out: false, the server ends its side when the client has ended its own. */
  readonly allowHalfOpen?: boolean;
}

/** Node's own TLS server. */
export function startTlsServer(options: TlsServerOptions): Promise<TestServer> {
  const server = createServer(nodeOptions(options), (socket) => {
    socket.on('error', () => {});
    if (options.onConnection) options.onConnection(socket);
    else socket.resume();
  });
  const { ocspResponse } = options;
  if (ocspResponse) {
    server.on('OCSPRequest', (_certificate, _issuer, answer) => answer(null, Buffer.from(ocspResponse)));
  }
  server.on('tlsClientError', (error) => options.onClientError?.(error));
  return listen(server);
}

/** OpenSSL 3's SSL_OP_NO_EXTENDED_MASTER_SECRET, which Node has no name for. */
const noExtendedMasterSecret = 1;

function nodeOptions(options: TlsServerOptions): TlsOptions & { allowHalfOpen: boolean } {
  const { credentials, ciphers, groups, signatureAlgorithms, alpnProtocols } = options;
  return {
    cert: credentials.chainPem,
    key: credentials.privateKeyPem,
    minVersion: options.minVersion ?? 'TLSv1.3',
    maxVersion: options.maxVersion ?? 'TLSv1.3',
    allowHalfOpen: options.allowHalfOpen ?? false,
    ...(options.withoutExtendedMasterSecret && { secureOptions: noExtendedMasterSecret }),
    ...(ciphers !== undefined && { ciphers }),
    ...(groups !== undefined && { ecdhCurve: groups }),
    ...(signatureAlgorithms !== undefined && { sigalgs: signatureAlgorithms }),
    ...(alpnProtocols !== undefined && { ALPNProtocols: [...alpnProtocols] }),
    ...(options.clientAuthorities !== undefined && { ca: options.clientAuthorities, requestCert: true }),
  };
}
