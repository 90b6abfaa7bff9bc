/** The tables of the inverse cipher of AES (FIPS 197 section 5.3), of which `aesTables.ts` has the other half. */
// biome-ignore-all lint/style/noNonNullAssertion: every index is an octet or bounded by the schedule.
import { double } from '../aead/aesKey.ts';
import { sbox } from '../aead/aesTables.ts';

/** InvSubBytes, section 5.3.2. */
export const inverseSbox: Uint8Array = /* @__PURE__ */ makeInverseSbox();

// InvSubBytes, InvShiftRows and InvMixColumns of an octet of row 0 to 3 at once.
export const inverseTable0: Int32Array = /* @__PURE__ */ makeTable(0);
export const inverseTable1: Int32Array = /* @__PURE__ */ makeTable(8);
export const inverseTable2: Int32Array = /* @__PURE__ */ makeTable(16);
export const inverseTable3: Int32Array = /* @__PURE__ */ makeTable(24);

function makeInverseSbox(): Uint8Array {
  const box = new Uint8Array(256);
  sbox.forEach((substituted, octet) => {
    box[substituted] = octet;
  });
  return box;
}

function makeTable(rotation: number): Int32Array {
  return Int32Array.from(inverseSbox, (octet) => {
    const twice = double(octet);
    const fourfold = double(twice);
    const eightfold = double(fourfold);
    // Times 14, 9, 13 and 11, section 5.3.3.
    const column =
      (eightfold ^ fourfold ^ twice) |
      ((eightfold ^ octet) << 8) |
      ((eightfold ^ fourfold ^ octet) << 16) |
      ((eightfold ^ twice ^ octet) << 24);
    return rotation === 0 ? column : (column << rotation) | (column >>> (32 - rotation));
  });
}

/** The schedule of the equivalent inverse cipher, section 5.3.5: backwards, and mixed but for the ends. */
export function invertSchedule(schedule: Int32Array): Int32Array {
  const inverse = new Int32Array(schedule.length);
  const last = schedule.length - 4;
  for (let at = 0; at <= last; at += 4) {
    for (let column = 0; column < 4; column += 1) {
      const word = schedule[last - at + column]!;
      inverse[at + column] = at === 0 || at === last ? word : inverseMixColumn(word);
    }
  }
  return inverse;
}

function inverseMixColumn(word: number): number {
  return (
    inverseTable0[sbox[word & 0xff]!]! ^
    inverseTable1[sbox[(word >>> 8) & 0xff]!]! ^
    inverseTable2[sbox[(word >>> 16) & 0xff]!]! ^
    inverseTable3[sbox[word >>> 24]!]!
  );
}
