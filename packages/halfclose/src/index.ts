import {
  type Platform,
  SSLContext as PlatformContext,
  PROTOCOL_TLS_CLIENT,
  trusting,
  type VerifyLocations,
} from '@halfclose/ssl';
import { webPlatform } from './platform/web.ts';

export * from '@halfclose/ssl';

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
