/**
 * The contract of TLS 1.2's GenericBlockCipher: AES-CBC with HMAC (RFC 5246 section 6.2.3.2, RFC 7366).
 *
 * Its plaintext's length is a secret until the record is found authentic. That is why it is no AEAD of `provider.ts`.
 */
export type CbcHmacName =
  | 'AES-128-CBC-HMAC-SHA1'
  | 'AES-256-CBC-HMAC-SHA1'
  | 'AES-128-CBC-HMAC-SHA256'
  | 'AES-256-CBC-HMAC-SHA256'
  | 'AES-256-CBC-HMAC-SHA384';

/** What is done first: RFC 5246's order, or that of the extension encrypt_then_mac, RFC 7366. */
export type MacOrder = 'mac-then-encrypt' | 'encrypt-then-mac';

export interface CbcHmacAlgorithm {
  readonly name: CbcHmacName;
  /** Octets of a key of the cipher, enc_key_length. */
  readonly encryptionKeyLength: 16 | 32;
  /** Octets of a key of HMAC, mac_key_length, and of the MAC, mac_length. */
  readonly macLength: 20 | 32 | 48;
  /** Octets of an IV, record_iv_length, and of a block. */
  readonly recordIvLength: 16;
  /**
   * True if time and memory access don't depend on keys or data, including the length of padding and plaintext; false
   * where AES reads tables at places that depend on keys and data, which shows in shared caches. The padding, the MAC
   * and the comparison with it are made in the same way in both cases.
   *
   * That is what the code does: no branch, no index and no count of steps or calls depends on a secret. What an engine
   * or a processor makes of that cannot be promised. Public are all lengths but the plaintext's, and the verdict. After
   * encrypt-then-MAC the verdict comes before anything is decrypted.
   */
  readonly constantTime: boolean;
  /**
   * Sets up keys for many records. Copies what it needs: the caller may wipe the keys afterwards.
   * @throws CryptoError `invalid_key_length`
   */
  create(encryptionKey: Uint8Array, macKey: Uint8Array, order: MacOrder): CbcHmacKey;
}

/**
 * The keys of one direction. Positions are given as offsets instead of views, so that a record costs no allocation but
 * that of a DataView where its output lies in another buffer than that of the record before.
 * Input and output may be the same place (in place), or must not overlap at all.
 *
 * `iv` has 16 octets that nobody can predict, and is sent before what `seal` writes. `additionalData` has 11 octets:
 * seq_num, type and version. The length that is authenticated after them is filled in here.
 */
export interface CbcHmacKey {
  /**
   * Octets that `seal` writes for `length` octets of plaintext: with the MAC and no more padding than needed, and
   * without the IV.
   */
  sealedLength(length: number): number;
  /**
   * Encrypts `length` octets of `input` at `inputOffset` to `output` at `outputOffset`, where `sealedLength(length)`
   * octets are written.
   * @throws RangeError where an offset or length leaves its buffer, input and output overlap in part, or the IV and
   * what is written have more than 65535 octets, which no record has
   * @throws CryptoError `invalid_key_length` for the IV's or additional data's length, `destroyed`
   */
  seal(
    iv: Uint8Array,
    additionalData: Uint8Array,
    input: Uint8Array,
    inputOffset: number,
    length: number,
    output: Uint8Array,
    outputOffset: number,
  ): void;
  /**
   * Decrypts `length` octets of `input`, all of a record but its IV. As many octets of output are written: the
   * plaintext, then zeros. On failure all of them are zeros.
   * @returns the plaintext's length; undefined where length, padding or MAC is wrong, and which of them is not told
   * @throws RangeError where an offset or length leaves its buffer, input and output overlap in part, or the IV and
   * the input have more than 65535 octets
   * @throws CryptoError `invalid_key_length` for the IV's or additional data's length, `destroyed`
   */
  open(
    iv: Uint8Array,
    additionalData: Uint8Array,
    input: Uint8Array,
    inputOffset: number,
    length: number,
    output: Uint8Array,
    outputOffset: number,
  ): number | undefined;
  /** Wipes the keys. Every later `seal` or `open` throws. */
  destroy(): void;
}
