export { createWebCryptoProvider } from './provider.ts';
export type * from './subtle.ts';
