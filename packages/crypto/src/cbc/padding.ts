/**
 * TLS's padding of CBC records (RFC 5246 section 6.2.3.2): padding_length, 0 to 255, in an octet at the end and in each
 * of so many before it. And the MAC that stands before a padding of secret length.
 */
// biome-ignore-all lint/style/noNonNullAssertion: indexes are bounded by the record and the window.
import { maskOfEqual, maskOfLess } from './masks.ts';

/** The greatest padding_length. */
export const longestPadding = 255;

/** padding_length to fill blocks with `length` octets before it. No more than needed. */
export function paddingLengthFor(length: number): number {
  return 15 - (length & 15);
}

/** Writes a padding and its length. */
export function writePadding(output: Uint8Array, offset: number, paddingLength: number): void {
  output.fill(paddingLength, offset, offset + paddingLength + 1);
}

/**
 * Whether octets that end before `end` are padded, as a mask. As many octets are looked at as there might be padding.
 * @param longest octets before the last one that may be padding
 */
export function maskOfPadding(data: Uint8Array, end: number, longest: number): number {
  const paddingLength = data[end - 1]!;
  let difference = maskOfLess(longest, paddingLength);
  const candidates = Math.min(longest, longestPadding);
  for (let index = 1; index <= candidates; index += 1) {
    difference |= (data[end - 1 - index]! ^ paddingLength) & ~maskOfLess(paddingLength, index);
  }
  return maskOfEqual(difference & 0xff, 0);
}

/** Holds every place where the MAC may lie. */
const window: Uint8Array = /* @__PURE__ */ new Uint8Array(longestPadding + 1 + 48);

/**
 * Whether the MAC in `data` is `expected`, as a mask.
 * @param start the first place where it may begin
 * @param range how many octets later it begins at most, up to 255
 * @param distance how many octets later it begins; secret
 */
export function maskOfMac(
  data: Uint8Array,
  start: number,
  range: number,
  distance: number,
  expected: Uint8Array,
  macLength: number,
): number {
  for (let index = 0; index < range + macLength; index += 1) window[index] = data[start + index]!;
  // A place read only for one distance would show it by its cache line. So all octets move at once, or stay, by
  // 128, 64, ... 1: the bits of the distance.
  for (let step = 128; step > 0; step >>= 1) {
    const isMoved = maskOfEqual(distance & step, step);
    // What is still to come is less than a step.
    for (let index = 0; index < step - 1 + macLength; index += 1) {
      window[index] = window[index]! ^ ((window[index]! ^ window[index + step]!) & isMoved);
    }
  }
  let difference = 0;
  for (let index = 0; index < macLength; index += 1) difference |= window[index]! ^ expected[index]!;
  window.fill(0);
  return maskOfEqual(difference, 0);
}
