import { digestBy } from './compactSha2.ts';
import { sha1Compression } from './sha1.ts';

/** The SHA-1 digest (FIPS 180-4) of `data`, 20 octets: a name for things (RFC 6960), never a proof of anything. */
export function sha1Digest(data: Uint8Array): Uint8Array {
  return digestBy(sha1Compression, data);
}
