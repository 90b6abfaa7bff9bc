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

  const asmcrypto: { readonly AES_GCM: Mode; readonly AES_CCM: Mode };
  export default asmcrypto;
}
