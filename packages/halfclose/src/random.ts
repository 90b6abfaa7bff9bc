import { ValueError } from '@halfclose/ssl';
import { webPlatform } from './platform/web.ts';

/**
 * Random octets, fit for keys: the runtime's `crypto.getRandomValues`.
 * @throws ValueError for what is no number of octets
 */
export function RAND_bytes(length: number): Uint8Array {
  if (!Number.isInteger(length) || length < 0) throw new ValueError(`${length} is not a number of octets`);
  const octets = new Uint8Array(length);
  webPlatform.crypto.random(octets);
  return octets;
}

/** Always true: the runtime's source of randomness needs no seed. */
export function RAND_status(): true {
  return true;
}
