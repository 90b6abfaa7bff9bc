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
  /**
   * Whether AES by tables was refused: then it is also for what no provider has, AES-CBC in TLS 1.2. Left out: false, which
   * says nothing about `aeads`.
   */
  readonly constantTimeAes?: boolean;
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

/** As IANA's registry of TLS groups has them. */
export type GroupName =
  | 'x25519'
  | 'x448'
  | 'secp256r1'
  | 'secp384r1'
  | 'secp521r1'
  /** RFC 7919: Diffie-Hellman in prime fields. */
  | 'ffdhe2048'
  | 'ffdhe3072'
  | 'ffdhe4096'
  /** Two at once, of which one resists a quantum computer (draft-ietf-tls-ecdhe-mlkem). */
  | 'X25519MLKEM768'
  | 'SecP256r1MLKEM768'
  | 'SecP384r1MLKEM1024'
  /** ML-KEM alone (draft-ietf-tls-mlkem). */
  | 'MLKEM1024';

/** A way to agree on a secret: a Diffie-Hellman group, a KEM of which we are the receiver, or both at once. */
export interface KeyExchangeGroup {
  readonly name: GroupName;
  /** Octets of the public key that we send. */
  readonly publicKeyLength: number;
  /**
   * A fresh key pair whose secret comes from `random`.
   * @throws CryptoError `broken_random` where what `random` gives can't be made a secret
   */
  generate(random: RandomSource): MaybePromise<KeyExchange>;
  /**
   * A public key that can't be told from generated ones, for where one is shown and never used. There is one where it costs
   * less than a key pair.
   */
  decoy?(random: RandomSource): MaybePromise<Uint8Array>;
}

export interface KeyExchange {
  /**
   * In TLS's wire form: as it is for X25519 and X448, an uncompressed point for a NIST curve, a number as long as the
   * prime for a prime field; both parts in the group's order where there are two.
   */
  readonly publicKey: Uint8Array;
  /**
   * Where this is two at once, the one that is also a group by itself: its key may stand in another share beside this one
   * (draft-ietf-tls-hybrid-design section 3.2), and is destroyed with it.
   */
  readonly component?: { readonly group: GroupName; readonly keyExchange: KeyExchange };
  /**
   * The shared secret, which the caller wipes.
   * @param peerPublicKey the peer's share: for a part that is a KEM, the ciphertext
   * @throws CryptoError `invalid_public_key`: wrong length, not in the group, or of low order
   * (RFC 8446 sections 4.2.8.1, 4.2.8.2 and 7.4.2); `destroyed`
   */
  agree(peerPublicKey: Uint8Array): MaybePromise<Uint8Array>;
  /** Wipes the secret, as far as the engine beneath allows. */
  destroy(): void;
}

export type CurveName = 'P-256' | 'P-384' | 'P-521';

/** A public key as the algorithm wants it, out of its ASN.1 wrapping. All integers big-endian. */
export type PublicKey =
  /** `rsaEncryption` (RFC 3279), and with `pssOnly` `id-RSASSA-PSS` (RFC 4055), which never signs PKCS#1 v1.5. */
  | {
      readonly type: 'RSA';
      readonly modulus: Uint8Array;
      readonly exponent: Uint8Array;
      readonly pssOnly: boolean;
      /** The one signature that its holder makes with it, where the key says so (RFC 4055 section 3.3). */
      readonly onlySignature?: SignatureName;
    }
  /** A named curve only (RFC 5480), the point uncompressed. */
  | { readonly type: 'EC'; readonly curve: CurveName; readonly point: Uint8Array }
  /** RFC 8410: 32 octets, and 57. */
  | { readonly type: 'Ed25519' | 'Ed448'; readonly key: Uint8Array }
  /** FIPS 204 in the form of RFC 9881: 1312, 1952 and 2592 octets. */
  | { readonly type: MlDsaName; readonly key: Uint8Array };

/** The parameter sets of FIPS 204. */
export type MlDsaName = 'ML-DSA-44' | 'ML-DSA-65' | 'ML-DSA-87';

/**
 * A private key as the algorithm wants it, out of its wrapping. All integers big-endian. The octets are secret, and
 * belong to whoever holds the key, who wipes them when done.
 */
export type PrivateKey =
  /**
   * Two primes, and what follows from them (RFC 8017 section 3.2); no number has leading zeros. With `pssOnly`
   * `id-RSASSA-PSS` (RFC 4055), which never signs PKCS#1 v1.5.
   */
  | {
      readonly type: 'RSA';
      readonly modulus: Uint8Array;
      readonly publicExponent: Uint8Array;
      readonly privateExponent: Uint8Array;
      readonly prime1: Uint8Array;
      readonly prime2: Uint8Array;
      readonly exponent1: Uint8Array;
      readonly exponent2: Uint8Array;
      readonly coefficient: Uint8Array;
      readonly pssOnly: boolean;
    }
  /**
   * RFC 5915: a number from 1 to the curve's order less one, in as many octets as the order has, and the point that
   * belongs to it, uncompressed, where somebody has said which it is. Nobody has checked that the two fit.
   */
  | {
      readonly type: 'EC';
      readonly curve: CurveName;
      readonly scalar: Uint8Array;
      readonly point: Uint8Array | undefined;
    }
  /** RFC 8410: 32 octets, and 57. */
  | { readonly type: 'Ed25519' | 'Ed448'; readonly seed: Uint8Array }
  /**
   * RFC 9881: the seed of 32 octets, the expanded key of FIPS 204 (2560, 4032 and 4896 octets), or both. Nobody has
   * checked that the two fit.
   */
  | {
      readonly type: MlDsaName;
      readonly seed: Uint8Array | undefined;
      readonly expandedKey: Uint8Array | undefined;
    };

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
  | 'ed25519'
  | 'ed448'
  | 'mldsa44'
  | 'mldsa65'
  | 'mldsa87';

/**
 * A signature algorithm as certificates name it: key type and hash. Which curve goes with which hash in
 * TLS 1.3 is the engine's business. RSA-PSS has MGF1 with the same hash and a salt of the hash's length. Ed448 and ML-DSA
 * have an empty context.
 */
export interface SignatureAlgorithm {
  readonly name: SignatureName;
  /** Which keys it takes. */
  readonly keyType: PublicKey['type'];
  /**
   * Whether `signature` over `message` is by the holder of `publicKey`. Whatever is wrong with the signature
   * (its length, its DER, a zero) is `false`.
   * @throws CryptoError `unsupported_public_key` where the key is of another type or out of bounds,
   * `invalid_public_key` where its octets are no point of its curve; `unsupported_algorithm` where the code for it,
   * which is loaded when first needed, can't be had
   */
  verify(publicKey: PublicKey, message: Uint8Array, signature: Uint8Array): MaybePromise<boolean>;
}

/**
 * Holds a private key and signs with it: one that is in memory (`createSigner`), in WebCrypto (`createWebCryptoSigner`), in
 * a token, in a service.
 */
export interface Signer {
  /** What signatures are verified with. */
  readonly publicKey: PublicKey;
  /** What it can do, most wanted first. */
  readonly signatures: readonly SignatureName[];
  /**
   * A signature over `message`, in the form that `SignatureAlgorithm.verify` takes. May take as long as somebody needs to
   * find a PIN.
   * @param name one of `signatures`
   */
  sign(name: SignatureName, message: Uint8Array): MaybePromise<Uint8Array>;
}
