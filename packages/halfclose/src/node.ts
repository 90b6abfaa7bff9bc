import {
  type Platform,
  SSLContext as PlatformContext,
  PROTOCOL_TLS_CLIENT,
  trusting,
  type VerifyLocations,
} from '@halfclose/ssl';
import { nodePlatform } from './platform/node.ts';

export * from '@halfclose/ssl';
export { fromSocket, Socket } from '@halfclose/transports/node';

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
 * A context with verification and host name check on, which trusts the given certificates, or, if none are given,
 * those of `SSL_CERT_FILE` and `SSL_CERT_DIR` (a list of directories), or, if neither is set, those that Node comes
 * with.
 */
export function createDefaultContext(locations: VerifyLocations = {}): Promise<SSLContext> {
  return trusting(new SSLContext(), locations);
}
