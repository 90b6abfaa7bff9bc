import {
  type Address,
  type Platform,
  SSLContext as PlatformContext,
  PROTOCOL_TLS_CLIENT,
  trusting,
  type VerifyLocations,
} from '@halfclose/ssl';
import { Socket } from '@halfclose/transports/node';
import type { DefaultVerifyPaths } from './defaultVerifyPaths.ts';
import { certificateBy, type ServerCertificateOptions } from './getServerCertificate.ts';
import { nodePlatform } from './platform/node.ts';
import { nodeVerifyPaths } from './platform/nodeVerifyPaths.ts';

export * from '@halfclose/ssl';
export { fromSocket, Socket } from '@halfclose/transports/node';
export type { DefaultVerifyPaths } from './defaultVerifyPaths.ts';
export type { ServerCertificateOptions } from './getServerCertificate.ts';
export { RAND_bytes, RAND_status } from './random.ts';

/** `SSLContext` of `@halfclose/ssl` on Node, with its files and its certificates. */
export class SSLContext extends PlatformContext {
  /**
   * @param platform parts to put in the place of the platform's own: `{ crypto: createNodeProvider() }`
   * @throws ValueError for any protocol but `PROTOCOL_TLS_CLIENT`
   */
  constructor(protocol: number = PROTOCOL_TLS_CLIENT, platform: Partial<Platform> = {}) {
    super({ ...nodePlatform, ...platform }, protocol);
  }
}

/**
 * A context with verification and host name check on, which trusts what is at the given locations. If none are given, it
 * trusts what Python and OpenSSL would on this machine, so that who has installed or removed a certificate there doesn't
 * have to do it again:
 *
 * 1. what `SSL_CERT_FILE` and `SSL_CERT_DIR` (a list of directories) name, and nothing else, if either is set: whoever
 *    sets one wants to say whom to trust (OpenSSL would add its own directory to the file, and the other way round);
 * 2. what the system trusts: its file of certificates on Linux and BSD, elsewhere what Node can tell (from 22.15 on);
 * 3. what Node comes with: Mozilla's list as it was when Node was built.
 *
 * As in Python, `SSLKEYLOGFILE` in the environment is taken for its `keylogFilename`.
 *
 * `{ anchors: mozillaRoots() }` trusts Mozilla's list of `@halfclose/roots` instead, on every machine the same.
 */
export async function createDefaultContext(locations: VerifyLocations = {}): Promise<SSLContext> {
  const context = new SSLContext();
  context.keylogFilename = process.env.SSLKEYLOGFILE || null;
  return trusting(context, locations);
}

/** Where the certificates are that `loadDefaultCerts` trusts, as far as they are in files. */
export function getDefaultVerifyPaths(): Promise<DefaultVerifyPaths> {
  return nodeVerifyPaths();
}

/**
 * The certificate that a server shows, in PEM, not verified unless `caCerts` says by whom.
 * @throws OSError where there is no connection; SSLError where there is no handshake
 */
export function getServerCertificate(
  address: Address,
  options: ServerCertificateOptions = {},
): Promise<string> {
  return certificateBy(new SSLContext(), new Socket(), address, options);
}
