/**
 * The contract between halfclose and the cryptography under it.
 *
 * A provider is a plain object of lists. Its order is its preference: the engine offers what stands first
 * first. To narrow a provider, copy it with a shorter list; to replace a part, copy it with another entry:
 *
 *     const chachaOnly = { ...portable, aeads: portable.aeads.filter((a) => a.name === 'CHACHA20-POLY1305') };
 *
 * Handshake operations may return a promise (WebCrypto, a token); record protection never does.
 */

/** A value now, or a promise of it. */
export type MaybePromise<T> = T | Promise<T>;

/** Fills `output` with bytes that nobody can predict. Tests inject a fixed one to replay a connection. */
export type RandomSource = (output: Uint8Array) => void;

export interface CryptoProvider {
  /** For people: shown in diagnostics, never compared. */
  readonly name: string;
  readonly random: RandomSource;
  readonly hashes: readonly HashAlgorithm[];
  readonly aeads: readonly AeadAlgorithm[];
  readonly groups: readonly KeyExchangeGroup[];
  readonly signatures: readonly SignatureAlgorithm[];
}

export type HashName = 'SHA-256' | 'SHA-384' | 'SHA-512';

export interface HashAlgorithm {
  readonly name: HashName;
  /** Octets of a digest. */
  readonly outputLength: number;
  /** Octets of the compression function's input block. */
  readonly blockLength: number;
  /** The digest of `data`, in one call. */
  digest(data: Uint8Array): Uint8Array;
  /** An incremental hash, for a transcript. */
  create(): Hash;
  /** HMAC (RFC 2104) of `data` under `key`. */
  hmac(key: Uint8Array, data: Uint8Array): Uint8Array;
}

export interface Hash {
  update(data: Uint8Array): void;
  /** The digest of everything so far; more may be added afterwards. */
  digest(): Uint8Array;
  /** An independent copy of the present state. */
  clone(): Hash;
}

export type AeadName =
  | 'AES-128-GCM'
  | 'AES-256-GCM'
  | 'CHACHA20-POLY1305'
  | 'AES-128-CCM'
  /** AES-128-CCM with a tag of 8 octets instead of 16. */
  | 'AES-128-CCM-8';

/** Authenticated encryption with associated data, RFC 5116. */
export interface AeadAlgorithm {
  readonly name: AeadName;
  /** Octets of a key. */
  readonly keyLength: number;
  /** Octets of a nonce. */
  readonly nonceLength: number;
  /** Octets that `seal` adds after the ciphertext. */
  readonly tagLength: number;
  /** True if time and memory access don't depend on key or data. Decides what is offered first. */
  readonly constantTime: boolean;
  /**
   * Sets up a key for many records. Copies what it needs: the caller may wipe `key` afterwards.
   * @throws CryptoError `invalid_key_length`
   */
  create(key: Uint8Array): AeadKey;
}

/**
 * One key. Positions are given as offsets instead of views, so that a record costs no allocation.
 * Input and output may be the same place (in place), or must not overlap at all.
 */
export interface AeadKey {
  /**
   * Encrypts `length` octets of `input` at `inputOffset` to `output` at `outputOffset`, followed by the tag:
   * `length + tagLength` octets are written.
   * @throws RangeError where an offset or length leaves its buffer, or input and output overlap in part
   * @throws CryptoError `invalid_key_length` for the nonce's length, `destroyed`
   */
  seal(
    nonce: Uint8Array,
    additionalData: Uint8Array,
    input: Uint8Array,
    inputOffset: number,
    length: number,
    output: Uint8Array,
    outputOffset: number,
  ): void;
  /**
   * Decrypts `length` octets of ciphertext-and-tag; `length - tagLength` octets are written on success.
   * The tag is compared in constant time. On failure the place for the output holds zeros.
   * @returns whether the tag was right; false also where `length` is shorter than a tag
   * @throws RangeError where an offset or length leaves its buffer, or input and output overlap in part
   * @throws CryptoError `invalid_key_length` for the nonce's length, `destroyed`
   */
  open(
    nonce: Uint8Array,
    additionalData: Uint8Array,
    input: Uint8Array,
    inputOffset: number,
    length: number,
    output: Uint8Array,
    outputOffset: number,
  ): boolean;
  /** Wipes the key. Every later `seal` or `open` throws. */
  destroy(): void;
}

export type GroupName = 'x25519' | 'secp256r1';

/** A way to agree on a secret: a Diffie-Hellman group, or a KEM of which we are the receiver. */
export interface KeyExchangeGroup {
  readonly name: GroupName;
  /** Octets of the public key that we send. */
  readonly publicKeyLength: number;
  /**
   * A fresh key pair whose secret comes from `random`.
   * @throws CryptoError `broken_random` where what `random` gives can't be made a secret
   */
  generate(random: RandomSource): MaybePromise<KeyExchange>;
}

export interface KeyExchange {
  /** In TLS's wire form: 32 octets for X25519, an uncompressed point for a NIST curve. */
  readonly publicKey: Uint8Array;
  /**
   * The shared secret, which the caller wipes.
   * @throws CryptoError `invalid_public_key`: wrong length, not on the curve, or of low order
   * (RFC 8446 sections 4.2.8.2 and 7.4.2); `destroyed`
   */
  agree(peerPublicKey: Uint8Array): MaybePromise<Uint8Array>;
  /** Wipes the secret, as far as the engine beneath allows. */
  destroy(): void;
}

export type CurveName = 'P-256' | 'P-384';

/** A public key as the algorithm wants it, out of its ASN.1 wrapping. All integers big-endian. */
export type PublicKey =
  /** `rsaEncryption` (RFC 3279), and with `pssOnly` `id-RSASSA-PSS` (RFC 4055), which never signs PKCS#1 v1.5. */
  | {
      readonly type: 'RSA';
      readonly modulus: Uint8Array;
      readonly exponent: Uint8Array;
      readonly pssOnly: boolean;
    }
  /** A named curve only (RFC 5480), the point uncompressed. */
  | { readonly type: 'EC'; readonly curve: CurveName; readonly point: Uint8Array }
  /** RFC 8410: 32 octets. */
  | { readonly type: 'Ed25519'; readonly key: Uint8Array };

export type SignatureName =
  | 'rsa_pkcs1_sha256'
  | 'rsa_pkcs1_sha384'
  | 'rsa_pkcs1_sha512'
  | 'rsa_pss_sha256'
  | 'rsa_pss_sha384'
  | 'rsa_pss_sha512'
  | 'ecdsa_sha256'
  | 'ecdsa_sha384'
  | 'ecdsa_sha512'
  | 'ed25519';

/**
 * A signature algorithm as certificates name it: key type and hash. Which curve goes with which hash in
 * TLS 1.3 is the engine's business. RSA-PSS has MGF1 with the same hash and a salt of the hash's length.
 */
export interface SignatureAlgorithm {
  readonly name: SignatureName;
  /** Which keys it takes. */
  readonly keyType: PublicKey['type'];
  /**
   * Whether `signature` over `message` is by the holder of `publicKey`. Whatever is wrong with the signature
   * (its length, its DER, a zero) is `false`.
   * @throws CryptoError `unsupported_public_key` where the key is of another type or out of bounds,
   * `invalid_public_key` where its octets are no point of its curve
   */
  verify(publicKey: PublicKey, message: Uint8Array, signature: Uint8Array): MaybePromise<boolean>;
}
