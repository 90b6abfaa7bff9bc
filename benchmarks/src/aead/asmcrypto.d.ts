/** What we use of asmcrypto.js, whose package points to no types. */
declare module 'asmcrypto.js' {
  interface Mode {
    encrypt(
      plaintext: Uint8Array,
      key: Uint8Array,
      nonce: Uint8Array,
      additionalData: Uint8Array,
      tagLength: number,
    ): Uint8Array;
    decrypt(
      sealed: Uint8Array,
      key: Uint8Array,
      nonce: Uint8Array,
      additionalData: Uint8Array,
      tagLength: number,
    ): Uint8Array;
  }

  export const AES_GCM: Mode;
  export const AES_CCM: Mode;
}
