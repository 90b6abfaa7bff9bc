/** What went wrong, for programs. */
export type CryptoErrorCode =
  /** A key, nonce or buffer has a length that the algorithm does not take. */
  | 'invalid_key_length'
  /** A peer's public key is malformed, not on its curve, or leads to a secret that everybody knows. */
  | 'invalid_public_key'
  /** A public key is of a type, or of a size, that is refused here. */
  | 'unsupported_public_key'
  /** A private key is malformed, or its parts don't fit each other. */
  | 'invalid_private_key'
  /** The provider has no algorithm of that name. */
  | 'unsupported_algorithm'
  /** The random source keeps giving values that a working one gives next to never. */
  | 'broken_random'
  /** The key was wiped before. */
  | 'destroyed';

export class CryptoError extends Error {
  override readonly name = 'CryptoError';
  readonly code: CryptoErrorCode;

  constructor(code: CryptoErrorCode, message: string, options?: { readonly cause?: unknown }) {
    super(message, options);
    this.code = code;
  }
}
