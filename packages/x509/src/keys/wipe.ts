import type { PrivateKey } from '@halfclose/crypto';

/** Overwrites all octets of a private key with zeros. It is of no use from then on. */
export function wipePrivateKey(key: PrivateKey): void {
  for (const part of Object.values(key)) {
    if (part instanceof Uint8Array) part.fill(0);
  }
}
