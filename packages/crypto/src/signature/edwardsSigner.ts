import { ed448 } from '@noble/curves/ed448.js';
import { ed25519 } from '@noble/curves/ed25519.js';
import type { PrivateKey, Signer } from '../provider.ts';
import { cannotSign } from './signing.ts';

/** Ed25519 and Ed448, RFC 8032 sections 5.1.6 and 5.2.6: nothing in them is random. */
export function createEdwardsSigner({
  type,
  seed,
}: PrivateKey & { readonly type: 'Ed25519' | 'Ed448' }): Signer {
  const curve = type === 'Ed25519' ? ed25519 : ed448;
  const only = type === 'Ed25519' ? 'ed25519' : 'ed448';
  const secret = new Uint8Array(seed);
  return {
    publicKey: { type, key: curve.getPublicKey(secret) },
    signatures: [only],
    sign: (name, message) => (name === only ? curve.sign(message, secret) : cannotSign(name, type)),
  };
}
