/**
 * RFC 7366 section 3: content and padding are encrypted, and the MAC over the IV and that follows in the clear. What is not
 * authentic is not decrypted. The length in front of the MAC's input is that of the IV and what is encrypted.
 */
import { hmacOfSecretLength, mac, wipeHmac } from './hmac.ts';
import { maskOfMac, maskOfPadding, paddingLengthFor, writePadding } from './padding.ts';
import { copyOctets, headerLength, type RecordCipher, type RecordKeys, writeHeader } from './recordCipher.ts';

/** Octets of the header and the IV. */
const prefixLength: number = headerLength + 16;
const prefix: Uint8Array = /* @__PURE__ */ new Uint8Array(prefixLength);

export const encryptThenMac: RecordCipher = {
  sealedLength({ hash }, length) {
    return length + paddingLengthFor(length) + 1 + hash.outputLength;
  },

  seal(keys, iv, additionalData, input, inputOffset, length, output, outputOffset) {
    const { mode, hash } = keys;
    const paddingLength = paddingLengthFor(length);
    const encryptedLength = length + paddingLength + 1;
    copyOctets(input, inputOffset, output, outputOffset, length);
    writePadding(output, outputOffset + length, paddingLength);
    mode.encrypt(keys.encryption, iv, output, outputOffset, encryptedLength);
    authenticate(keys, iv, additionalData, output, outputOffset, encryptedLength);
    copyOctets(mac, 0, output, outputOffset + encryptedLength, hash.outputLength);
    wipeHmac(hash);
  },

  open(keys, iv, additionalData, input, inputOffset, length, output, outputOffset) {
    const { mode, hash } = keys;
    const macLength = hash.outputLength;
    const encryptedLength = length - macLength;
    if (encryptedLength < 16 || encryptedLength % 16 !== 0) return undefined;
    authenticate(keys, iv, additionalData, input, inputOffset, encryptedLength);
    const isAuthentic = maskOfMac(input, inputOffset + encryptedLength, 0, 0, mac, macLength);
    wipeHmac(hash);
    if (isAuthentic === 0) return undefined;

    copyOctets(input, inputOffset, output, outputOffset, encryptedLength);
    mode.decrypt(keys.encryption, iv, output, outputOffset, encryptedLength);
    const longest = encryptedLength - 1;
    const end = outputOffset + encryptedLength;
    if (maskOfPadding(output, end, longest) === 0) return undefined;
    return longest - (output[end - 1] ?? 0);
  },
};

function authenticate<Key>(
  { hash, mac: key }: RecordKeys<Key>,
  iv: Uint8Array,
  additionalData: Uint8Array,
  data: Uint8Array,
  offset: number,
  length: number,
): void {
  writeHeader(prefix, additionalData, iv.length + length);
  prefix.set(iv, headerLength);
  hmacOfSecretLength(hash, key, prefix, prefixLength, data, offset, length, length, length);
}
