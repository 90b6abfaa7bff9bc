/**
 * AES (FIPS 197) by table look-up: the tables.
 *
 * Look-ups at secret places leak through the processor's caches to whoever shares it. `bitslicedAes.ts` has none.
 */
// biome-ignore-all lint/style/noNonNullAssertion: every index is an octet.
import { double, expandAesKey } from './aesKey.ts';

/** SubBytes, section 5.1.1: the inverse in GF(2^8), then an affine transformation. */
export const sbox: Uint8Array = /* @__PURE__ */ makeSbox();

// SubBytes, ShiftRows and MixColumns (sections 5.1.1 to 5.1.3) of an octet of row 0 to 3 at once. One array for
// each row and not one to rotate: look-ups cost less than rotations.
export const table0: Int32Array = /* @__PURE__ */ makeTable(0);
export const table1: Int32Array = /* @__PURE__ */ makeTable(8);
export const table2: Int32Array = /* @__PURE__ */ makeTable(16);
export const table3: Int32Array = /* @__PURE__ */ makeTable(24);

function makeSbox(): Uint8Array {
  const box = new Uint8Array(256);
  // `power` runs through the powers of 3 and `inverse` through those of 1/3: always each other's inverses.
  let power = 1;
  let inverse = 1;
  for (let exponent = 0; exponent < 255; exponent += 1) {
    const twice = inverse * 0x0101;
    box[power] = inverse ^ (twice >> 4) ^ (twice >> 5) ^ (twice >> 6) ^ (twice >> 7) ^ 0x63;
    power ^= double(power);
    inverse ^= inverse << 1;
    inverse ^= inverse << 2;
    inverse ^= inverse << 4;
    inverse = (inverse & 0xff) ^ (-((inverse >> 7) & 1) & 0x09);
  }
  box[0] = 0x63;
  return box;
}

function makeTable(rotation: number): Int32Array {
  return Int32Array.from(sbox, (octet) => {
    const doubled = double(octet);
    const column = doubled | (octet << 8) | (octet << 16) | ((doubled ^ octet) << 24);
    return rotation === 0 ? column : (column << rotation) | (column >>> (32 - rotation));
  });
}

/** SubWord, section 5.2. */
function substituteWord(word: number): number {
  return (
    sbox[word & 0xff]! |
    (sbox[(word >>> 8) & 0xff]! << 8) |
    (sbox[(word >>> 16) & 0xff]! << 16) |
    (sbox[word >>> 24]! << 24)
  );
}

/** KeyExpansion with these tables. */
export function expandKeyByTable(key: Uint8Array): Int32Array {
  return expandAesKey(key, substituteWord);
}
