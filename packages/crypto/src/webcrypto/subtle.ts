/** What is needed of WebCrypto, so that the types of no platform are. `globalThis.crypto` fits wherever there is one. */
export interface WebCrypto {
  readonly subtle: SubtleOperations;
  getRandomValues(output: Uint8Array<ArrayBuffer>): unknown;
}

/** A `CryptoKey`, of which nothing is looked at. */
export interface SubtleKey {
  readonly type: string;
}

/** A `CryptoKeyPair`. */
export interface SubtleKeyPair {
  readonly privateKey: SubtleKey;
  readonly publicKey: SubtleKey;
}

/** The first argument of every operation. */
export interface SubtleAlgorithm {
  readonly name: string;
  readonly namedCurve?: string;
  readonly hash?: string;
  readonly saltLength?: number;
}

/** A key exchange with a peer's public key. */
export interface SubtleAgreement extends SubtleAlgorithm {
  readonly public: SubtleKey;
}

/** A JSON Web Key (RFC 7517), as far as keys of elliptic curves and of RSA need it. */
export interface SubtleJsonWebKey {
  kty: string;
  crv?: string;
  x?: string;
  y?: string;
  d?: string;
  n?: string;
  e?: string;
}

type Usage = 'deriveBits' | 'verify';

/** `crypto.subtle`. WebCrypto takes no memory that is shared, hence the buffers. */
export interface SubtleOperations {
  generateKey(algorithm: SubtleAlgorithm, extractable: boolean, usages: Usage[]): Promise<unknown>;
  importKey(
    format: 'jwk',
    key: SubtleJsonWebKey,
    algorithm: SubtleAlgorithm,
    extractable: boolean,
    usages: Usage[],
  ): Promise<SubtleKey>;
  importKey(
    format: 'raw',
    key: Uint8Array<ArrayBuffer>,
    algorithm: SubtleAlgorithm,
    extractable: boolean,
    usages: Usage[],
  ): Promise<SubtleKey>;
  exportKey(format: 'raw', key: SubtleKey): Promise<ArrayBuffer>;
  deriveBits(algorithm: SubtleAgreement, privateKey: SubtleKey, length: number): Promise<ArrayBuffer>;
  verify(
    algorithm: SubtleAlgorithm,
    key: SubtleKey,
    signature: Uint8Array<ArrayBuffer>,
    message: Uint8Array<ArrayBuffer>,
  ): Promise<boolean>;
}
