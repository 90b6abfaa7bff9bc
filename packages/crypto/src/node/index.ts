export { createNodeProvider } from './provider.ts';
