import { createDefaultProvider } from '@halfclose/crypto';
import { allParts, createCertificateCompression, type Platform } from '@halfclose/ssl';
import { webDecompressors } from './webDecompressors.ts';

/** What `crypto.getRandomValues` fills at once. */
const randomLimit = 65_536;

/** What is global in browsers, Node, Deno, Bun and isolates. Looked up when it is used, not when this is loaded. */
export const webPlatform: Platform = {
  crypto: createDefaultProvider(fillRandom),
  clock: () => Date.now(),
  // The URL of a web-like runtime knows IDNA; of one that doesn't, what stays outside of ASCII is refused.
  toASCII: (name) => new URL(`https://${name}`).hostname,
  setTimer(callback, milliseconds) {
    const timer = globalThis.setTimeout(callback, milliseconds);
    return () => globalThis.clearTimeout(timer);
  },
  get certificateCompression() {
    return createCertificateCompression(webDecompressors());
  },
  ...allParts,
};

function fillRandom(output: Uint8Array): void {
  const { crypto } = globalThis;
  if (crypto?.getRandomValues === undefined) {
    throw new Error('this runtime has no crypto.getRandomValues, and TLS needs randomness');
  }
  for (let offset = 0; offset < output.length; offset += randomLimit) {
    crypto.getRandomValues(output.subarray(offset, offset + randomLimit));
  }
}
