export { nobleAes128Gcm, nobleAes256Gcm } from './nobleAesGcm.ts';
export { nobleChaCha20Poly1305 } from './nobleChaCha20Poly1305.ts';
export { createNobleProvider } from './provider.ts';
