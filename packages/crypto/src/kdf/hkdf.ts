import type { HashAlgorithm } from '../provider.ts';
import { wipe } from '../util/bytes.ts';

/**
 * HKDF-Extract, RFC 5869 section 2.2: concentrates what is unpredictable in `inputKeyingMaterial` into a
 * pseudorandom key of `hash.outputLength` octets, which the caller wipes. An empty salt is the same as one
 * of `outputLength` zeros.
 */
export function hkdfExtract(
  hash: HashAlgorithm,
  salt: Uint8Array,
  inputKeyingMaterial: Uint8Array,
): Uint8Array {
  return hash.hmac(salt, inputKeyingMaterial);
}

/**
 * HKDF-Expand, RFC 5869 section 2.3: `length` octets of keying material, which the caller wipes, from a
 * pseudorandom key.
 * @throws RangeError where `length` is no integer from 0 to 255 × `hash.outputLength`, or the key is shorter
 * than `hash.outputLength`
 */
export function hkdfExpand(
  hash: HashAlgorithm,
  pseudorandomKey: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const { outputLength } = hash;
  if (!Number.isInteger(length) || length < 0 || length > 255 * outputLength) {
    throw new RangeError(
      `HKDF-Expand with ${hash.name} gives 0 to ${255 * outputLength} octets, ${length} were asked for`,
    );
  }
  if (pseudorandomKey.length < outputLength) {
    throw new RangeError(
      `HKDF-Expand with ${hash.name} takes a key of at least ${outputLength} octets, this one has ${pseudorandomKey.length}`,
    );
  }

  if (length > 0 && length <= outputLength) return expandOnce(hash, pseudorandomKey, info, length);

  const keyingMaterial = new Uint8Array(length);
  // T(n) = HMAC(PRK, T(n-1) | info | n): one buffer holds that message, its first T(0) being empty.
  const message = new Uint8Array(outputLength + info.length + 1);
  message.set(info, outputLength);
  for (let counter = 1, offset = 0; offset < length; counter += 1, offset += outputLength) {
    message[message.length - 1] = counter;
    const block = hash.hmac(pseudorandomKey, counter === 1 ? message.subarray(outputLength) : message);
    keyingMaterial.set(block.subarray(0, length - offset), offset);
    message.set(block);
    wipe(block);
  }
  wipe(message);
  return keyingMaterial;
}

/** T(1) = HMAC(PRK, info | 0x01) is all of it: so are all secrets and keys of TLS 1.3. */
function expandOnce(
  hash: HashAlgorithm,
  pseudorandomKey: Uint8Array,
  info: Uint8Array,
  length: number,
): Uint8Array {
  const message = new Uint8Array(info.length + 1);
  message.set(info);
  message[info.length] = 1;
  const block = hash.hmac(pseudorandomKey, message);
  wipe(message);
  if (length === block.length) return block;
  const keyingMaterial = block.slice(0, length);
  wipe(block);
  return keyingMaterial;
}
