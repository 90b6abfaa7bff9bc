/** SHA-1's compression function (FIPS 180-4 section 6.1.2, RFC 6234 section 6.1), for HMAC, and for names of keys. */
// biome-ignore-all lint/style/noNonNullAssertion: indexes are bounded by the schedule and the state.
import { type CompressionFunction, loadBigEndian } from './compression.ts';

const schedule: Int32Array = /* @__PURE__ */ new Int32Array(80);

function rotateLeft(word: number, bits: number): number {
  return (word << bits) | (word >>> (32 - bits));
}

function compress(state: Int32Array, data: Uint8Array, offset: number): void {
  const w = schedule;
  for (let t = 0; t < 16; t += 1) w[t] = loadBigEndian(data, offset + 4 * t);
  for (let t = 16; t < 80; t += 1) w[t] = rotateLeft(w[t - 3]! ^ w[t - 8]! ^ w[t - 14]! ^ w[t - 16]!, 1);

  let a = state[0]!;
  let b = state[1]!;
  let c = state[2]!;
  let d = state[3]!;
  let e = state[4]!;
  for (let t = 0; t < 80; t += 1) {
    // Ch, Parity, Maj, Parity, and their constants, section 4.1.1 and 4.2.1. The branches depend on t alone.
    let mixed: number;
    if (t < 20) mixed = ((b & c) ^ (~b & d)) + 0x5a827999;
    else if (t < 40) mixed = (b ^ c ^ d) + 0x6ed9eba1;
    else if (t < 60) mixed = ((b & c) ^ (b & d) ^ (c & d)) + 0x8f1bbcdc;
    else mixed = (b ^ c ^ d) + 0xca62c1d6;
    const next = (rotateLeft(a, 5) + mixed + e + w[t]!) | 0;
    e = d;
    d = c;
    c = rotateLeft(b, 30);
    b = a;
    a = next;
  }
  state[0] = state[0]! + a;
  state[1] = state[1]! + b;
  state[2] = state[2]! + c;
  state[3] = state[3]! + d;
  state[4] = state[4]! + e;
}

export const sha1Compression: CompressionFunction<20> = {
  outputLength: 20,
  blockLengthBits: 6,
  lengthOctets: 8,
  initial: /* @__PURE__ */ Int32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476, 0xc3d2e1f0),
  compress,
  wipe() {
    schedule.fill(0);
  },
};
