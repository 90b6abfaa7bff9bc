/** AES in CBC mode (NIST SP 800-38A section 6.2), in place. `Key` is what the block cipher keeps of a key. */
export interface CbcMode<Key> {
  /** True if time and memory access don't depend on key or data. */
  readonly constantTime: boolean;
  /** Sets up a key of 16 or 32 octets for both directions. */
  expandKey(key: Uint8Array): Key;
  wipeKey(key: Key): void;
  /** Encrypts `length` octets of `data`, a multiple of 16. */
  encrypt(key: Key, iv: Uint8Array, data: Uint8Array, offset: number, length: number): void;
  /** Decrypts `length` octets of `data`, a multiple of 16. */
  decrypt(key: Key, iv: Uint8Array, data: Uint8Array, offset: number, length: number): void;
}
