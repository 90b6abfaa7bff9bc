import { DerError } from '../der/errors.ts';

/** Why a private key was not taken. */
export type PrivateKeyErrorCode =
  /** Not the DER of a private key, or numbers that can't be those of one. */
  | 'malformed'
  /** A key of a type, a curve, a size or an encoding that is not supported. */
  | 'unsupported_key'
  /** The parts of the key contradict each other. */
  | 'inconsistent'
  /** The key is encrypted, and no password was given. */
  | 'password_required'
  /** With this password, what comes out is no private key. */
  | 'wrong_password'
  /** Encrypted in a way that is not supported. */
  | 'unsupported_encryption'
  /** To derive the key of the encryption would take more iterations than are done. */
  | 'limit_exceeded';

/** A private key can't be used. Its message never shows octets of the key. */
export class PrivateKeyError extends Error {
  override readonly name = 'PrivateKeyError';
  readonly code: PrivateKeyErrorCode;

  constructor(code: PrivateKeyErrorCode, message: string) {
    super(message);
    this.code = code;
  }
}

/**
 * What `read` gives. A DerError of its becomes a PrivateKeyError that says where, and no more: the words of a
 * DerError show octets, and here these are secret.
 */
export function withoutSecrets<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof DerError)) throw error;
    const message = `The private key is malformed: ${error.path} is not DER of its kind, at octet ${error.offset}`;
    throw new PrivateKeyError('malformed', message);
  }
}
