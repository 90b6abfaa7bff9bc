import {
  SSLContext as PlatformContext,
  PROTOCOL_TLS_CLIENT,
  trusting,
  type VerifyLocations,
} from '@halfclose/ssl';
import { webPlatform } from './platform/web.ts';

export * from '@halfclose/ssl';

/** `SSLContext` of `@halfclose/ssl` on what every web-like runtime has. It has no certificates of its own. */
export class SSLContext extends PlatformContext {
  constructor(protocol: number = PROTOCOL_TLS_CLIENT) {
    super(webPlatform, protocol);
  }
}

/**
 * A context with verification and host name check on, which trusts the certificates in `cadata`.
 * @throws OSError `ENOSYS` without it, for want of certificates of the platform
 */
export function createDefaultContext(locations: VerifyLocations = {}): Promise<SSLContext> {
  return trusting(new SSLContext(), locations);
}
