/**
 * The compression function of SHA-512 and so of SHA-384 (FIPS 180-4 section 6.4.2, RFC 6234 section 6.4), on halves of
 * its words of 64 bits. Lower halves are added as numbers below 2^53, where what is above 2^32 is the carry.
 */
// biome-ignore-all lint/style/noNonNullAssertion: indexes are bounded by the schedule and the state.
import { type CompressionFunction, loadBigEndian } from './compression.ts';
import { cubeRoots, nextSquareRoots, squareRoots } from './sha2Constants.ts';

// Higher and lower halves in turn.
const schedule: Int32Array = /* @__PURE__ */ new Int32Array(160);
const constants: Int32Array = cubeRoots;

/**
 * The half of a rotation to the right by `bits` below 32 that takes `word` and gets the rest from `other`: the
 * higher half for (higher, lower), the lower for (lower, higher). By more than 32 it is the other way round.
 */
function rotateHalf(word: number, other: number, bits: number): number {
  return (word >>> bits) | (other << (32 - bits));
}

function carryOf(sum: number): number {
  // Small, so that the conversion only cuts off the fraction.
  return (sum / 0x100000000) | 0;
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
  let highA = state[0]!;
  let lowA = state[1]!;
  let highB = state[2]!;
  let lowB = state[3]!;
  let highC = state[4]!;
  let lowC = state[5]!;
  let highD = state[6]!;
  let lowD = state[7]!;
  let highE = state[8]!;
  let lowE = state[9]!;
  let highF = state[10]!;
  let lowF = state[11]!;
  let highG = state[12]!;
  let lowG = state[13]!;
  let highH = state[14]!;
  let lowH = state[15]!;
  for (let t = 0; t < 160; t += 2) {
    // Sum1: rotations by 14, 18 and 41.
    const highSum1 = rotateHalf(highE, lowE, 14) ^ rotateHalf(highE, lowE, 18) ^ rotateHalf(lowE, highE, 9);
    const lowSum1 = rotateHalf(lowE, highE, 14) ^ rotateHalf(lowE, highE, 18) ^ rotateHalf(highE, lowE, 9);
    const highChoice = (highE & highF) ^ (~highE & highG);
    const lowChoice = (lowE & lowF) ^ (~lowE & lowG);
    const lowFirst =
      (lowH >>> 0) + (lowSum1 >>> 0) + (lowChoice >>> 0) + (k[t + 1]! >>> 0) + (w[t + 1]! >>> 0);
    const highFirst = (highH + highSum1 + highChoice + k[t]! + w[t]! + carryOf(lowFirst)) | 0;
    // Sum0: rotations by 28, 34 and 39.
    const highSum0 = rotateHalf(highA, lowA, 28) ^ rotateHalf(lowA, highA, 2) ^ rotateHalf(lowA, highA, 7);
    const lowSum0 = rotateHalf(lowA, highA, 28) ^ rotateHalf(highA, lowA, 2) ^ rotateHalf(highA, lowA, 7);
    const highMajority = (highA & highB) ^ (highA & highC) ^ (highB & highC);
    const lowMajority = (lowA & lowB) ^ (lowA & lowC) ^ (lowB & lowC);

    highH = highG;
    lowH = lowG;
    highG = highF;
    lowG = lowF;
    highF = highE;
    lowF = lowE;
    const newLowE = (lowD >>> 0) + (lowFirst >>> 0);
    highE = (highD + highFirst + carryOf(newLowE)) | 0;
    lowE = newLowE | 0;
    highD = highC;
    lowD = lowC;
    highC = highB;
    lowC = lowB;
    highB = highA;
    lowB = lowA;
    const newLowA = (lowFirst >>> 0) + (lowSum0 >>> 0) + (lowMajority >>> 0);
    highA = (highFirst + highSum0 + highMajority + carryOf(newLowA)) | 0;
    lowA = newLowA | 0;
  }
  addTo(state, 0, highA, lowA);
  addTo(state, 2, highB, lowB);
  addTo(state, 4, highC, lowC);
  addTo(state, 6, highD, lowD);
  addTo(state, 8, highE, lowE);
  addTo(state, 10, highF, lowF);
  addTo(state, 12, highG, lowG);
  addTo(state, 14, highH, lowH);
}

/** Adds a word of two halves to that which stands at `at`. */
function addTo(state: Int32Array, at: number, high: number, low: number): void {
  const sum = (state[at + 1]! >>> 0) + (low >>> 0);
  state[at] = state[at]! + high + carryOf(sum);
  state[at + 1] = sum;
}

/** SHA-512, or SHA-384, which is that from another start and cut off. */
function compression<Length extends 48 | 64>(
  outputLength: Length,
  initial: Int32Array,
): CompressionFunction<Length> {
  return {
    outputLength,
    blockLengthBits: 7,
    lengthOctets: 16,
    initial,
    compress,
    wipe() {
      schedule.fill(0);
    },
  };
}

export const sha384Compression: CompressionFunction<48> = /* @__PURE__ */ compression(48, nextSquareRoots);
export const sha512Compression: CompressionFunction<64> = /* @__PURE__ */ compression(64, squareRoots);
