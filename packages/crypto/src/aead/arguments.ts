import { CryptoError } from '../errors.ts';

/** The checks that every AEAD makes before it touches an octet. */

/** @throws CryptoError `invalid_key_length` */
export function checkKeyLength(name: string, key: Uint8Array, expected: number): void {
  if (key.length !== expected) {
    throw new CryptoError(
      'invalid_key_length',
      `A key for ${name} has ${expected} octets, this one has ${key.length}`,
    );
  }
}

/** @throws CryptoError `invalid_key_length` */
export function checkNonceLength(name: string, nonce: Uint8Array, expected: number): void {
  if (nonce.length !== expected) {
    throw new CryptoError(
      'invalid_key_length',
      `A nonce for ${name} has ${expected} octets, this one has ${nonce.length}`,
    );
  }
}

/**
 * Checks that `inputLength` octets can be read and `outputLength` written where the caller says, and that
 * the two places are the same or disjoint.
 * @throws RangeError
 */
export function checkPlaces(
  input: Uint8Array,
  inputOffset: number,
  inputLength: number,
  output: Uint8Array,
  outputOffset: number,
  outputLength: number,
): void {
  checkPlace('input', input, inputOffset, inputLength);
  checkPlace('output', output, outputOffset, outputLength);
  if (input.buffer !== output.buffer) return;
  const inputStart = input.byteOffset + inputOffset;
  const outputStart = output.byteOffset + outputOffset;
  if (
    inputStart !== outputStart &&
    inputStart < outputStart + outputLength &&
    outputStart < inputStart + inputLength
  ) {
    throw new RangeError(
      `Input and output overlap: ${inputLength} octets from ${inputStart} and ${outputLength} from ${outputStart}`,
    );
  }
}

function checkPlace(what: string, buffer: Uint8Array, offset: number, length: number): void {
  // Written so that NaN fails as well.
  const fits =
    Number.isInteger(offset) &&
    Number.isInteger(length) &&
    offset >= 0 &&
    length >= 0 &&
    offset + length <= buffer.length;
  if (!fits) {
    throw new RangeError(
      `${length} octets of ${what} at offset ${offset} are not within its ${buffer.length} octets`,
    );
  }
}
