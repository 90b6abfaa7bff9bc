/**
 * The inverse cipher of AES (FIPS 197 section 5.3) in constant time, on the planes of `bitslicedAes.ts`.
 */
// biome-ignore-all lint/style/noNonNullAssertion: indexes are constants or bounded by the schedule and the planes.
import { planes, substitute, transpose } from '../aead/bitslicedAes.ts';

const mixed: Int32Array = /* @__PURE__ */ new Int32Array(8);

/** Decrypts two blocks, as columns: those of the first at the even indexes of `planes`. */
export function decryptTwoBlocks(key: Int32Array): void {
  transpose();
  addRoundKey(key, key.length - 8);
  for (let at = key.length - 16; at > 0; at -= 8) {
    inverseShiftRows();
    inverseSubstitute();
    addRoundKey(key, at);
    inverseMixColumns();
  }
  inverseShiftRows();
  inverseSubstitute();
  addRoundKey(key, 0);
  transpose();
}

/** Wipes what the last blocks left. */
export function wipePlanes(): void {
  planes.fill(0);
  mixed.fill(0);
}

function addRoundKey(key: Int32Array, at: number): void {
  for (let plane = 0; plane < 8; plane += 1) planes[plane] = planes[plane]! ^ key[at + plane]!;
}

/** Section 5.3.1: row r turns back by r columns, that is, octet r by 2r bits. */
function inverseShiftRows(): void {
  for (let index = 0; index < 8; index += 1) {
    const plane = planes[index]!;
    planes[index] =
      (plane & 0x000000ff) |
      ((plane << 2) & 0x0000fc00) |
      ((plane >>> 6) & 0x00000300) |
      ((plane >>> 4) & 0x000f0000) |
      ((plane << 4) & 0x00f00000) |
      ((plane >>> 2) & 0x3f000000) |
      ((plane << 6) & 0xc0000000);
  }
}

/**
 * Section 5.3.2. SubBytes is A(1/x) with an affine transformation A, and 1/x is B(SubBytes(x)) with A's inverse B. So
 * InvSubBytes(y), which is 1/B(y), is B(SubBytes(B(y))).
 */
function inverseSubstitute(): void {
  inverseAffine();
  substitute();
  inverseAffine();
}

/** B: bit i is the sum of bits i + 2, i + 5 and i + 7 modulo 8, and of bit i of 0x05. */
function inverseAffine(): void {
  for (let plane = 0; plane < 8; plane += 1) {
    mixed[plane] =
      planes[(plane + 2) & 7]! ^
      planes[(plane + 5) & 7]! ^
      planes[(plane + 7) & 7]! ^
      -((0x05 >>> plane) & 1);
  }
  planes.set(mixed);
}

/**
 * Section 5.3.3, as MixColumns of something simpler: its polynomial is that of MixColumns times 4x^2 + 5. First
 * a[r] + 4 (a[r] + a[r+2]), then 2 (a[r] + a[r+1]) + a[r+1] + a[r+2] + a[r+3]. Row r + n comes to row r by a rotation.
 */
function inverseMixColumns(): void {
  for (let plane = 0; plane < 8; plane += 1) mixed[plane] = planes[plane]! ^ rotate(planes[plane]!, 16);
  double();
  double();
  for (let plane = 0; plane < 8; plane += 1) {
    const row = planes[plane]! ^ mixed[plane]!;
    planes[plane] = row;
    mixed[plane] = row ^ rotate(row, 8);
  }
  double();
  for (let plane = 0; plane < 8; plane += 1) {
    const row = planes[plane]!;
    planes[plane] = mixed[plane]! ^ rotate(row, 8) ^ rotate(row, 16) ^ rotate(row, 24);
  }
}

function rotate(plane: number, bits: 8 | 16 | 24): number {
  return (plane >>> bits) | (plane << (32 - bits));
}

/** Times x in GF(2^8): a plane moves to the next one, and the highest also to those of the bits of 0x1b. */
function double(): void {
  const highest = mixed[7]!;
  for (let plane = 7; plane > 0; plane -= 1) {
    mixed[plane] = mixed[plane - 1]! ^ (highest & -((0x1b >>> plane) & 1));
  }
  mixed[0] = highest;
}
