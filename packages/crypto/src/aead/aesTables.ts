/**
 * AES (FIPS 197) by table look-up: the tables.
 *
 * Look-ups at secret places leak through the processor's caches to whoever shares it. `bitslicedAes.ts` has none.
 */
// biome-ignore-all lint/style/noNonNullAssertion: every index is an octet.
import { double, expandAesKey, longestSchedule } from './aesKey.ts';

/**
 * One buffer for all that a block reads. Once any buffer of a program was detached, by a transfer or by WebAssembly's
 * memory when it grew, V8 checks at each access whether this one is; that costs less if it is always the same one.
 */
const memory: ArrayBuffer = /* @__PURE__ */ new ArrayBuffer(4 * 1024 + 256 + 4 * longestSchedule);

/** SubBytes, section 5.1.1: the inverse in GF(2^8), then an affine transformation. */
export const sbox: Uint8Array = /* @__PURE__ */ makeSbox();

// SubBytes, ShiftRows and MixColumns (sections 5.1.1 to 5.1.3) of an octet of row 0 to 3 at once. One array for
// each row and not one to rotate: look-ups cost less than rotations.
export const table0: Int32Array = /* @__PURE__ */ makeTable(0, 0);
export const table1: Int32Array = /* @__PURE__ */ makeTable(1, 8);
export const table2: Int32Array = /* @__PURE__ */ makeTable(2, 16);
export const table3: Int32Array = /* @__PURE__ */ makeTable(3, 24);

/** The round keys of `loadedKey`. */
export const schedule: Int32Array = /* @__PURE__ */ new Int32Array(memory, 4 * 1024 + 256, longestSchedule);
let loadedKey: Int32Array | undefined;

function makeSbox(): Uint8Array {
  const box = new Uint8Array(memory, 4 * 1024, 256);
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

function makeTable(row: number, rotation: number): Int32Array {
  const table = new Int32Array(memory, 1024 * row, 256);
  for (const [index, octet] of sbox.entries()) {
    const doubled = double(octet);
    const column = doubled | (octet << 8) | (octet << 16) | ((doubled ^ octet) << 24);
    table[index] = rotation === 0 ? column : (column << rotation) | (column >>> (32 - rotation));
  }
  return table;
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

/**
 * Puts a key that was expanded into `schedule`, where it stays until another one's record, or until it is wiped.
 * @returns where its last round key starts
 */
export function loadKey(key: Int32Array): number {
  if (loadedKey !== key) {
    loadedKey = key;
    schedule.set(key);
  }
  return key.length - 4;
}

/** Wipes a key that was expanded, and `schedule` if it is there. */
export function wipeKey(key: Int32Array): void {
  key.fill(0);
  if (loadedKey !== key) return;
  loadedKey = undefined;
  schedule.fill(0);
}
