export { createNodeProvider } from './provider.ts';
export { createNodeSigner } from './signer.ts';
