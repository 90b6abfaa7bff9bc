/**
 * The compression function of SHA-512 and so of SHA-384 (FIPS 180-4 section 6.4.2, RFC 6234 section 6.4), on halves of
 * its words of 64 bits. Lower halves are added as numbers below 2^53, where what is above 2^32 is the carry.
 */
// biome-ignore-all lint/style/noNonNullAssertion: indexes are bounded by the schedule and the state.
import { type CompressionFunction, loadBigEndian } from './compression.ts';
import { cubeRoots, nextSquareRoots } from './sha2Constants.ts';

// Higher and lower halves in turn.
const schedule: Int32Array = /* @__PURE__ */ new Int32Array(160);
const working: Int32Array = /* @__PURE__ */ new Int32Array(16);
const constants: Int32Array = cubeRoots;

/**
 * The half of a rotation to the right by `bits` below 32 that takes `word` and gets the rest from `other`: the
 * higher half for (higher, lower), the lower for (lower, higher). By more than 32 it is the other way round.
 */
function rotateHalf(word: number, other: number, bits: number): number {
  return (word >>> bits) | (other << (32 - bits));
}

function carryOf(sum: number): number {
  return Math.floor(sum / 0x100000000);
}

function expand(data: Uint8Array, offset: number): void {
  const w = schedule;
  for (let t = 0; t < 32; t += 1) w[t] = loadBigEndian(data, offset + 4 * t);
  for (let t = 32; t < 160; t += 2) {
    const high2 = w[t - 4]!;
    const low2 = w[t - 3]!;
    const high15 = w[t - 30]!;
    const low15 = w[t - 29]!;
    // sigma1: rotations by 19 and 61, shift by 6.
    const high1 = rotateHalf(high2, low2, 19) ^ rotateHalf(low2, high2, 29) ^ (high2 >>> 6);
    const low1 = rotateHalf(low2, high2, 19) ^ rotateHalf(high2, low2, 29) ^ rotateHalf(low2, high2, 6);
    // sigma0: rotations by 1 and 8, shift by 7.
    const high0 = rotateHalf(high15, low15, 1) ^ rotateHalf(high15, low15, 8) ^ (high15 >>> 7);
    const low0 = rotateHalf(low15, high15, 1) ^ rotateHalf(low15, high15, 8) ^ rotateHalf(low15, high15, 7);
    const low = (low1 >>> 0) + (w[t - 13]! >>> 0) + (low0 >>> 0) + (w[t - 31]! >>> 0);
    w[t] = high1 + w[t - 14]! + high0 + w[t - 32]! + carryOf(low);
    w[t + 1] = low;
  }
}

function compress(state: Int32Array, data: Uint8Array, offset: number): void {
  expand(data, offset);
  const w = schedule;
  const k = constants;
  const v = working;
  v.set(state);
  for (let t = 0; t < 160; t += 2) {
    const highA = v[0]!;
    const lowA = v[1]!;
    const highE = v[8]!;
    const lowE = v[9]!;
    // Sum1: rotations by 14, 18 and 41.
    const highSum1 = rotateHalf(highE, lowE, 14) ^ rotateHalf(highE, lowE, 18) ^ rotateHalf(lowE, highE, 9);
    const lowSum1 = rotateHalf(lowE, highE, 14) ^ rotateHalf(lowE, highE, 18) ^ rotateHalf(highE, lowE, 9);
    const highChoice = (highE & v[10]!) ^ (~highE & v[12]!);
    const lowChoice = (lowE & v[11]!) ^ (~lowE & v[13]!);
    const lowFirst =
      (v[15]! >>> 0) + (lowSum1 >>> 0) + (lowChoice >>> 0) + (k[t + 1]! >>> 0) + (w[t + 1]! >>> 0);
    const highFirst = (v[14]! + highSum1 + highChoice + k[t]! + w[t]! + carryOf(lowFirst)) | 0;
    // Sum0: rotations by 28, 34 and 39.
    const highSum0 = rotateHalf(highA, lowA, 28) ^ rotateHalf(lowA, highA, 2) ^ rotateHalf(lowA, highA, 7);
    const lowSum0 = rotateHalf(lowA, highA, 28) ^ rotateHalf(highA, lowA, 2) ^ rotateHalf(highA, lowA, 7);
    const highMajority = (highA & v[2]!) ^ (highA & v[4]!) ^ (v[2]! & v[4]!);
    const lowMajority = (lowA & v[3]!) ^ (lowA & v[5]!) ^ (v[3]! & v[5]!);

    const lowD = v[7]!;
    const highD = v[6]!;
    v.copyWithin(2, 0, 14);
    const newLowE = (lowD >>> 0) + (lowFirst >>> 0);
    v[8] = highD + highFirst + carryOf(newLowE);
    v[9] = newLowE;
    const newLowA = (lowFirst >>> 0) + (lowSum0 >>> 0) + (lowMajority >>> 0);
    v[0] = highFirst + highSum0 + highMajority + carryOf(newLowA);
    v[1] = newLowA;
  }
  for (let word = 0; word < 16; word += 2) {
    const low = (state[word + 1]! >>> 0) + (v[word + 1]! >>> 0);
    state[word] = state[word]! + v[word]! + carryOf(low);
    state[word + 1] = low;
  }
}

export const sha384Compression: CompressionFunction = {
  outputLength: 48,
  blockLengthBits: 7,
  lengthOctets: 16,
  initial: nextSquareRoots,
  compress,
  wipe() {
    schedule.fill(0);
    working.fill(0);
  },
};
