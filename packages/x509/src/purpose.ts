/** Verification for other purposes than a TLS server's, which has a part of its own so that few come by it. */
export { type Purpose, tlsServer } from './path/purpose.ts';
export { createVerifierFor } from './verifier.ts';
