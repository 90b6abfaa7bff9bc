/** The names that cases and subjects have for an AEAD: the contract's, in lower case. */
export const algorithms = ['chacha20-poly1305', 'aes-128-gcm', 'aes-256-gcm', 'aes-128-ccm'] as const;

export type Algorithm = (typeof algorithms)[number];

export const keyLengths: Readonly<Record<Algorithm, number>> = {
  'chacha20-poly1305': 32,
  'aes-128-gcm': 16,
  'aes-256-gcm': 32,
  'aes-128-ccm': 16,
};

export const nonceLength = 12;
export const tagLength = 16;

/** One of the implementations that are compared, used as its own documentation advises. */
export interface Subject {
  readonly name: string;
  /** Sets up a key, as far as the implementation can keep one; undefined where it lacks the algorithm. */
  create(algorithm: Algorithm, key: Uint8Array): Cipher | undefined | Promise<Cipher | undefined>;
}

/**
 * One key. What is sealed is ciphertext and tag in one piece. Without an `output` the result is a fresh array; with
 * one, of exactly the right size, it is there in the end, copied if the implementation takes none.
 */
export interface Cipher {
  seal(
    nonce: Uint8Array,
    additionalData: Uint8Array,
    plaintext: Uint8Array,
    output: Uint8Array | undefined,
  ): Uint8Array;
  /** @throws where the tag is wrong */
  open(
    nonce: Uint8Array,
    additionalData: Uint8Array,
    sealed: Uint8Array,
    output: Uint8Array | undefined,
  ): Uint8Array;
}

/** What an implementation made in an array of its own, in the caller's if there is one. */
export function delivered(made: Uint8Array, output: Uint8Array | undefined): Uint8Array {
  if (output === undefined) return made;
  output.set(made);
  return output;
}
