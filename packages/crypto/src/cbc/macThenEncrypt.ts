/**
 * RFC 5246 section 6.2.3.2: content, MAC and padding are encrypted. The receiver sees the padding before it can know
 * that it is authentic, and must not let on what it sees: Vaudenay, "Security Flaws Induced by CBC Padding" (2002).
 */
import { hmacOfSecretLength, mac, wipeHmac } from './hmac.ts';
import { longestPadding, maskOfMac, maskOfPadding, paddingLengthFor, writePadding } from './padding.ts';
import { copyOctets, headerLength, type RecordCipher, writeHeader } from './recordCipher.ts';

const header: Uint8Array = /* @__PURE__ */ new Uint8Array(headerLength);

export const macThenEncrypt: RecordCipher = {
  sealedLength({ hash }, length) {
    const macEnd = length + hash.outputLength;
    return macEnd + paddingLengthFor(macEnd) + 1;
  },

  seal(keys, iv, additionalData, input, inputOffset, length, output, outputOffset) {
    const { mode, hash } = keys;
    writeHeader(header, additionalData, length);
    hmacOfSecretLength(hash, keys.mac, header, headerLength, input, inputOffset, length, length, length);
    copyOctets(input, inputOffset, output, outputOffset, length);
    copyOctets(mac, 0, output, outputOffset + length, hash.outputLength);
    wipeHmac(hash);
    const macEnd = length + hash.outputLength;
    const paddingLength = paddingLengthFor(macEnd);
    writePadding(output, outputOffset + macEnd, paddingLength);
    mode.encrypt(keys.encryption, iv, output, outputOffset, macEnd + paddingLength + 1);
  },

  open(keys, iv, additionalData, input, inputOffset, length, output, outputOffset) {
    const { mode, hash } = keys;
    const macLength = hash.outputLength;
    // What the content's length can be without and with the longest padding; all lengths but the true one are public.
    const longest = length - macLength - 1;
    if (length % 16 !== 0 || longest < 0) return undefined;
    const shortest = Math.max(0, longest - longestPadding);

    copyOctets(input, inputOffset, output, outputOffset, length);
    mode.decrypt(keys.encryption, iv, output, outputOffset, length);
    const end = outputOffset + length;
    const isPadded = maskOfPadding(output, end, longest);
    // With a wrong padding, all goes on as with none, as the section's implementation note demands.
    const contentLength = longest - ((output[end - 1] ?? 0) & isPadded);
    writeHeader(header, additionalData, contentLength);
    hmacOfSecretLength(
      hash,
      keys.mac,
      header,
      headerLength,
      output,
      outputOffset,
      shortest,
      longest,
      contentLength,
    );
    const isAuthentic =
      isPadded &
      maskOfMac(
        output,
        outputOffset + shortest,
        longest - shortest,
        contentLength - shortest,
        mac,
        macLength,
      );
    wipeHmac(hash);
    header.fill(0);
    return isAuthentic === 0 ? undefined : contentLength;
  },
};
