import {
  type Address,
  type Platform,
  SSLContext as PlatformContext,
  PROTOCOL_TLS_CLIENT,
  trusting,
  type VerifyLocations,
  type WrappableSocket,
} from '@halfclose/ssl';
import { type DefaultVerifyPaths, noVerifyPaths } from './defaultVerifyPaths.ts';
import { certificateBy, type ServerCertificateOptions } from './getServerCertificate.ts';
import { webPlatform } from './platform/web.ts';

export * from '@halfclose/ssl';
export type { DefaultVerifyPaths } from './defaultVerifyPaths.ts';
export type { ServerCertificateOptions } from './getServerCertificate.ts';
export { RAND_bytes, RAND_status } from './random.ts';

/** `SSLContext` of `@halfclose/ssl` on what every web-like runtime has. It has no certificates of its own. */
export class SSLContext extends PlatformContext {
  /**
   * @param platform parts to put in the place of the platform's own: `{ crypto: createNodeProvider() }`
   * @throws ValueError for any protocol but `PROTOCOL_TLS_CLIENT`
   */
  constructor(protocol: number = PROTOCOL_TLS_CLIENT, platform: Partial<Platform> = {}) {
    super({ ...webPlatform, ...platform }, protocol);
  }
}

/**
 * A context with verification and host name check on, which trusts what is at the given locations: `cadata`, or Mozilla's
 * list with `{ anchors: mozillaRoots() }` of `@halfclose/roots`.
 * @throws OSError `ENOSYS` without them, for want of certificates of the platform
 */
export function createDefaultContext(locations: VerifyLocations = {}): Promise<SSLContext> {
  return trusting(new SSLContext(), locations);
}

/** Nothing: this platform has no certificates of its own. */
export async function getDefaultVerifyPaths(): Promise<DefaultVerifyPaths> {
  return noVerifyPaths;
}

/**
 * The certificate that a server shows, in PEM, not verified unless `caCerts` says by whom.
 * @param options with the `socket` that is to be connected
 * @throws OSError where there is no connection; SSLError where there is no handshake
 */
export function getServerCertificate(
  address: Address,
  options: ServerCertificateOptions & { readonly socket: WrappableSocket },
): Promise<string> {
  return certificateBy(new SSLContext(), options.socket, address, options);
}
