/** Real servers on the loopback interface, each on a port that the system picks and closed by its `close()`. */

export { findGnutls, type GnutlsOptions, type GnutlsServer, startGnutls } from './gnutls.ts';
export { type GoOptions, type GoReport, hasGo, startGo } from './go.ts';
export type { TestServer } from './listen.ts';
export { findOpenssl, type OpensslOptions, type OpensslServer, startOpenssl } from './openssl.ts';
export { startTcpServer, type TcpServerOptions } from './tcp.ts';
export { type Credentials, startTlsServer, type TlsServerOptions } from './tls.ts';
export { clientRecords, startWireTap, type WireTap } from './wireTap.ts';
