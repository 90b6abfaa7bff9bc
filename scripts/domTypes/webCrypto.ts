/** What a program in a browser writes, against the types of `lib.dom`. Compiled, never run. */
import { createWebCryptoSigner, type Signer } from '@halfclose/crypto';
import { createWebCryptoProvider } from '@halfclose/crypto/webcrypto';

const { privateKey } = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, false, [
  'sign',
]);

export const signer: Signer = createWebCryptoSigner(crypto.subtle, privateKey, {
  type: 'EC',
  curve: 'P-256',
  point: new Uint8Array(65),
});

export const provider: ReturnType<typeof createWebCryptoProvider> = createWebCryptoProvider(crypto);
