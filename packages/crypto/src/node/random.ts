import { randomFillSync } from 'node:crypto';

/** The generator of `node:crypto`, which is also the one that it draws private keys from by itself. */
export function fillByNode(output: Uint8Array): void {
  randomFillSync(output);
}
