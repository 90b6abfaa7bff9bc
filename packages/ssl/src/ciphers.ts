import type { CryptoProvider } from '@halfclose/crypto';
import { type CipherSuiteName, cipherSuites } from '@halfclose/tls';

/** Python's triple: the name of a cipher suite, the version it belongs to, the bits of its key. */
export type Cipher = readonly [name: CipherSuiteName, version: 'TLSv1.3', secretBits: number];

const secretBits: Readonly<Record<CipherSuiteName, number>> = {
  TLS_AES_128_GCM_SHA256: 128,
  TLS_AES_256_GCM_SHA384: 256,
  TLS_CHACHA20_POLY1305_SHA256: 256,
};

export function describeCipher(name: CipherSuiteName): Cipher {
  return [name, 'TLSv1.3', secretBits[name]];
}

/** The suites that a provider has both halves of, in the order of its AEADs. */
export function suitesOf(crypto: CryptoProvider): readonly CipherSuiteName[] {
  const hashes = new Set(crypto.hashes.map((hash) => hash.name));
  const names = Object.keys(cipherSuites) as CipherSuiteName[]; // The keys are of that type; Object.keys forgets it.
  return crypto.aeads.flatMap((aead) =>
    names.filter((name) => cipherSuites[name].aead === aead.name && hashes.has(cipherSuites[name].hash)),
  );
}
