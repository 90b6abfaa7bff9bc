/** SHA-256's compression function (FIPS 180-4 section 6.2.2, RFC 6234 section 6.2). */
// biome-ignore-all lint/style/noNonNullAssertion: indexes are bounded by the schedule and the state.
import { type CompressionFunction, loadBigEndian } from './compression.ts';
import { cubeRoots, higherHalves, squareRoots } from './sha2Constants.ts';

const schedule: Int32Array = /* @__PURE__ */ new Int32Array(64);
/** K. The list has more than the 64 that are used. */
const constants: Int32Array = /* @__PURE__ */ higherHalves(cubeRoots);

function rotateRight(word: number, bits: number): number {
  return (word >>> bits) | (word << (32 - bits));
}

function compress(state: Int32Array, data: Uint8Array, offset: number): void {
  const w = schedule;
  for (let t = 0; t < 16; t += 1) w[t] = loadBigEndian(data, offset + 4 * t);
  for (let t = 16; t < 64; t += 1) {
    const w2 = w[t - 2]!;
    const w15 = w[t - 15]!;
    const sigma1 = rotateRight(w2, 17) ^ rotateRight(w2, 19) ^ (w2 >>> 10);
    const sigma0 = rotateRight(w15, 7) ^ rotateRight(w15, 18) ^ (w15 >>> 3);
    w[t] = sigma1 + w[t - 7]! + sigma0 + w[t - 16]!;
  }

  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  let f = state[5]!;
  let g = state[6]!;
  let h = state[7]!;
  for (let t = 0; t < 64; t += 1) {
    const sum1 = rotateRight(e, 6) ^ rotateRight(e, 11) ^ rotateRight(e, 25);
    const first = (h + sum1 + ((e & f) ^ (~e & g)) + constants[t]! + w[t]!) | 0;
    const sum0 = rotateRight(a, 2) ^ rotateRight(a, 13) ^ rotateRight(a, 22);
    const second = (sum0 + ((a & b) ^ (a & c) ^ (b & c))) | 0;
    h = g;
    g = f;
    f = e;
    e = (d + first) | 0;
    d = c;
    c = b;
    b = a;
    a = (first + second) | 0;
  }
  state[0] = state[0]! + a;
  state[1] = state[1]! + b;
  state[2] = state[2]! + c;
  state[3] = state[3]! + d;
  state[4] = state[4]! + e;
  state[5] = state[5]! + f;
  state[6] = state[6]! + g;
  state[7] = state[7]! + h;
}

export const sha256Compression: CompressionFunction<32> = {
  outputLength: 32,
  blockLengthBits: 6,
  lengthOctets: 8,
  initial: /* @__PURE__ */ higherHalves(squareRoots),
  compress,
  wipe() {
    schedule.fill(0);
  },
};
