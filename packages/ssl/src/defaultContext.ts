import { SSLContext } from './context.ts';
import { hasLocation, type VerifyLocations } from './locations.ts';
import type { Platform } from './platform.ts';

/**
 * A context with the defaults for a client: verification and host name check on, and trust in the given locations,
 * or in what the platform trusts where none are given.
 */
export async function createDefaultContext(
  platform: Platform,
  locations: VerifyLocations = {},
): Promise<SSLContext> {
  return trusting(new SSLContext(platform), locations);
}

/** Gives `context` the trust of `createDefaultContext`. For those who have their own class of contexts. */
export async function trusting<Context extends SSLContext>(
  context: Context,
  locations: VerifyLocations,
): Promise<Context> {
  if (hasLocation(locations)) await context.loadVerifyLocations(locations);
  else await context.loadDefaultCerts();
  return context;
}
