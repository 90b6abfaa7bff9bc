/**
 * ChaCha20-Poly1305, RFC 8439.
 *
 * Four blocks of ChaCha20 are computed at once, one word of the four states in each vector. Poly1305 is scalar; its
 * multiplications run between the double rounds, on units of the processor that ChaCha20 leaves idle.
 *
 * A record costs one block beside its keystream: block 0, which gives Poly1305 its key (section 2.6). It is made in
 * the same batch as the first 192 octets of keystream, for which the record starts `lead` octets into the window.
 */
import { additionalData, key, nonce, padToBlock, tag, wholeBlocks, window, zero } from './memory';

const blockLength: u32 = 64;
const batchLength: u32 = 4 * blockLength;
/** Where in the window a record starts: after the place of block 0. */
export const chachaLead: u32 = blockLength;

/** "expand 32-byte k", section 2.3. */
const sigma0: i32 = 0x61707865;
const sigma1: i32 = 0x3320646e;
const sigma2: i32 = 0x79622d32;
const sigma3: i32 = 0x6b206574;

/** The state of Poly1305 between calls: four limbs of r and five of h, 64 bits each, 8 octets of nothing, and s. */
const polyState: usize = memory.data(96, 16);
/** What the batch of block 0 encrypts or decrypts, as it was before. */
const firstLength: u32 = batchLength - blockLength;
const firstCiphertext: usize = memory.data(192, 16);

// ---- ChaCha20 ------------------------------------------------------------------------------------------------

@inline
function add(a: v128, b: v128): v128 {
  return i32x4.add(a, b);
}

/** d = (d ^ a) <<< 16: whole octets move, for which one instruction is enough. */
@inline
function xorRotate16(d: v128, a: v128): v128 {
  return i8x16.swizzle(v128.xor(d, a), i8x16(2, 3, 0, 1, 6, 7, 4, 5, 10, 11, 8, 9, 14, 15, 12, 13));
}

@inline
function xorRotate12(b: v128, c: v128): v128 {
  const x = v128.xor(b, c);
  return v128.or(i32x4.shl(x, 12), i32x4.shr_u(x, 20));
}

@inline
function xorRotate8(d: v128, a: v128): v128 {
  return i8x16.swizzle(v128.xor(d, a), i8x16(3, 0, 1, 2, 7, 4, 5, 6, 11, 8, 9, 10, 15, 12, 13, 14));
}

@inline
function xorRotate7(b: v128, c: v128): v128 {
  const x = v128.xor(b, c);
  return v128.or(i32x4.shl(x, 7), i32x4.shr_u(x, 25));
}

/** Turns four words of each of four blocks into octets of keystream, and adds them to what is at `place`. */
@inline
function xorWords(place: usize, a: v128, b: v128, c: v128, d: v128): void {
  const ab01 = v128.shuffle<i32>(a, b, 0, 4, 1, 5);
  const cd01 = v128.shuffle<i32>(c, d, 0, 4, 1, 5);
  const ab23 = v128.shuffle<i32>(a, b, 2, 6, 3, 7);
  const cd23 = v128.shuffle<i32>(c, d, 2, 6, 3, 7);
  xorAt(place, v128.shuffle<i64>(ab01, cd01, 0, 2));
  xorAt(place + blockLength, v128.shuffle<i64>(ab01, cd01, 1, 3));
  xorAt(place + 2 * blockLength, v128.shuffle<i64>(ab23, cd23, 0, 2));
  xorAt(place + 3 * blockLength, v128.shuffle<i64>(ab23, cd23, 1, 3));
}

@inline
function xorAt(place: usize, keystream: v128): void {
  v128.store(place, v128.xor(v128.load(place), keystream));
}

/**
 * Encrypts the 256 octets at `place` with the blocks `counter` to `counter + 3`, and meanwhile authenticates the
 * octets from `message` to `messageEnd`: pairs of blocks of Poly1305, at most ten.
 */
function batch(place: usize, counter: u32, message: usize, messageEnd: usize): void {
  // Section 2.3: the initial state, of which the vectors hold one word each for four blocks.
  const counters = i32x4.add(i32x4.splat(counter), i32x4(0, 1, 2, 3));
  let x0 = i32x4.splat(sigma0), x1 = i32x4.splat(sigma1), x2 = i32x4.splat(sigma2), x3 = i32x4.splat(sigma3);
  let x4 = v128.load32_splat(key, 0), x5 = v128.load32_splat(key, 4);
  let x6 = v128.load32_splat(key, 8), x7 = v128.load32_splat(key, 12);
  let x8 = v128.load32_splat(key, 16), x9 = v128.load32_splat(key, 20);
  let x10 = v128.load32_splat(key, 24), x11 = v128.load32_splat(key, 28);
  let x12 = counters, x13 = v128.load32_splat(nonce, 0);
  let x14 = v128.load32_splat(nonce, 4), x15 = v128.load32_splat(nonce, 8);

  const r0 = load<u64>(polyState, 0), r1 = load<u64>(polyState, 8);
  const r2 = load<u64>(polyState, 16), r3 = load<u64>(polyState, 24);
  const s1 = r1 + (r1 >> 2), s2 = r2 + (r2 >> 2), s3 = r3 + (r3 >> 2);
  let h0 = load<u64>(polyState, 32), h1 = load<u64>(polyState, 40), h2 = load<u64>(polyState, 48);
  let h3 = load<u64>(polyState, 56), h4 = load<u64>(polyState, 64);

  for (let doubleRound = 0; doubleRound < 10; doubleRound++) {
    // Section 2.3, the column round: four quarter rounds (section 2.1) side by side.
    x0 = add(x0, x4); x1 = add(x1, x5); x2 = add(x2, x6); x3 = add(x3, x7);
    x12 = xorRotate16(x12, x0); x13 = xorRotate16(x13, x1); x14 = xorRotate16(x14, x2); x15 = xorRotate16(x15, x3);
    x8 = add(x8, x12); x9 = add(x9, x13); x10 = add(x10, x14); x11 = add(x11, x15);
    x4 = xorRotate12(x4, x8); x5 = xorRotate12(x5, x9); x6 = xorRotate12(x6, x10); x7 = xorRotate12(x7, x11);
    x0 = add(x0, x4); x1 = add(x1, x5); x2 = add(x2, x6); x3 = add(x3, x7);
    x12 = xorRotate8(x12, x0); x13 = xorRotate8(x13, x1); x14 = xorRotate8(x14, x2); x15 = xorRotate8(x15, x3);
    x8 = add(x8, x12); x9 = add(x9, x13); x10 = add(x10, x14); x11 = add(x11, x15);
    x4 = xorRotate7(x4, x8); x5 = xorRotate7(x5, x9); x6 = xorRotate7(x6, x10); x7 = xorRotate7(x7, x11);
    // The diagonal round.
    x0 = add(x0, x5); x1 = add(x1, x6); x2 = add(x2, x7); x3 = add(x3, x4);
    x15 = xorRotate16(x15, x0); x12 = xorRotate16(x12, x1); x13 = xorRotate16(x13, x2); x14 = xorRotate16(x14, x3);
    x10 = add(x10, x15); x11 = add(x11, x12); x8 = add(x8, x13); x9 = add(x9, x14);
    x5 = xorRotate12(x5, x10); x6 = xorRotate12(x6, x11); x7 = xorRotate12(x7, x8); x4 = xorRotate12(x4, x9);
    x0 = add(x0, x5); x1 = add(x1, x6); x2 = add(x2, x7); x3 = add(x3, x4);
    x15 = xorRotate8(x15, x0); x12 = xorRotate8(x12, x1); x13 = xorRotate8(x13, x2); x14 = xorRotate8(x14, x3);
    x10 = add(x10, x15); x11 = add(x11, x12); x8 = add(x8, x13); x9 = add(x9, x14);
    x5 = xorRotate7(x5, x10); x6 = xorRotate7(x6, x11); x7 = xorRotate7(x7, x8); x4 = xorRotate7(x4, x9);

    if (message < messageEnd) {
      // Two blocks of Poly1305, as in `authenticate`, which explains one. Written out, because a loop costs 5 %.
      h0 += <u64>load<u32>(message, 0); h1 += <u64>load<u32>(message, 4);
      h2 += <u64>load<u32>(message, 8); h3 += <u64>load<u32>(message, 12);
      h4 += 1;
      const d0 = h0 * r0 + h1 * s3 + h2 * s2 + h3 * s1;
      const d1 = h0 * r1 + h1 * r0 + h2 * s3 + h3 * s2 + h4 * s1 + (d0 >> 32);
      const d2 = h0 * r2 + h1 * r1 + h2 * r0 + h3 * s3 + h4 * s2 + (d1 >> 32);
      const d3 = h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0 + h4 * s3 + (d2 >> 32);
      const d4 = h4 * r0 + (d3 >> 32);
      h0 = (d0 & 0xffffffff) + (d4 >> 2) * 5;
      h1 = d1 & 0xffffffff; h2 = d2 & 0xffffffff; h3 = d3 & 0xffffffff;
      h4 = d4 & 3;

      h0 += <u64>load<u32>(message, 16); h1 += <u64>load<u32>(message, 20);
      h2 += <u64>load<u32>(message, 24); h3 += <u64>load<u32>(message, 28);
      h4 += 1;
      const e0 = h0 * r0 + h1 * s3 + h2 * s2 + h3 * s1;
      const e1 = h0 * r1 + h1 * r0 + h2 * s3 + h3 * s2 + h4 * s1 + (e0 >> 32);
      const e2 = h0 * r2 + h1 * r1 + h2 * r0 + h3 * s3 + h4 * s2 + (e1 >> 32);
      const e3 = h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0 + h4 * s3 + (e2 >> 32);
      const e4 = h4 * r0 + (e3 >> 32);
      h0 = (e0 & 0xffffffff) + (e4 >> 2) * 5;
      h1 = e1 & 0xffffffff; h2 = e2 & 0xffffffff; h3 = e3 & 0xffffffff;
      h4 = e4 & 3;
      message += 32;
    }
  }

  // The initial state again, word by word.
  xorWords(place,
    add(x0, i32x4.splat(sigma0)), add(x1, i32x4.splat(sigma1)),
    add(x2, i32x4.splat(sigma2)), add(x3, i32x4.splat(sigma3)));
  xorWords(place + 16,
    add(x4, v128.load32_splat(key, 0)), add(x5, v128.load32_splat(key, 4)),
    add(x6, v128.load32_splat(key, 8)), add(x7, v128.load32_splat(key, 12)));
  xorWords(place + 32,
    add(x8, v128.load32_splat(key, 16)), add(x9, v128.load32_splat(key, 20)),
    add(x10, v128.load32_splat(key, 24)), add(x11, v128.load32_splat(key, 28)));
  xorWords(place + 48,
    add(x12, counters), add(x13, v128.load32_splat(nonce, 0)),
    add(x14, v128.load32_splat(nonce, 4)), add(x15, v128.load32_splat(nonce, 8)));

  store<u64>(polyState, h0, 32); store<u64>(polyState, h1, 40); store<u64>(polyState, h2, 48);
  store<u64>(polyState, h3, 56); store<u64>(polyState, h4, 64);
}

// ---- Poly1305, section 2.5 -----------------------------------------------------------------------------------

/**
 * Takes the one-time key (r, s) from block 0 (section 2.6). h becomes 0.
 *
 * r is four limbs of 32 bits, of which clamping leaves 28, so that sums of products stay within 64 bits.
 */
function setOneTimeKey(block: usize): void {
  store<u64>(polyState, load<u32>(block, 0) & 0x0fffffff, 0);
  store<u64>(polyState, load<u32>(block, 4) & 0x0ffffffc, 8);
  store<u64>(polyState, load<u32>(block, 8) & 0x0ffffffc, 16);
  store<u64>(polyState, load<u32>(block, 12) & 0x0ffffffc, 24);
  zero(polyState + 32, 48);
  v128.store(polyState, v128.load(block, 16), 80);
  zero(block, blockLength);
}

/** Authenticates the octets from `message` to `messageEnd`: whole blocks. */
function authenticate(message: usize, messageEnd: usize): void {
  const r0 = load<u64>(polyState, 0), r1 = load<u64>(polyState, 8);
  const r2 = load<u64>(polyState, 16), r3 = load<u64>(polyState, 24);
  // 2^130 = 5 modulo p, so 2^128 r = 5 r / 4 for the limbs of r that clamping made multiples of 4.
  const s1 = r1 + (r1 >> 2), s2 = r2 + (r2 >> 2), s3 = r3 + (r3 >> 2);
  let h0 = load<u64>(polyState, 32), h1 = load<u64>(polyState, 40), h2 = load<u64>(polyState, 48);
  let h3 = load<u64>(polyState, 56), h4 = load<u64>(polyState, 64);
  for (; message < messageEnd; message += 16) {
    // h += block, with the bit beyond its last octet.
    h0 += <u64>load<u32>(message, 0); h1 += <u64>load<u32>(message, 4);
    h2 += <u64>load<u32>(message, 8); h3 += <u64>load<u32>(message, 12);
    h4 += 1;
    // h *= r. h0 is below 3.2 * 2^32 and h1 to h3 below 2^33, so that each d is below 12 * 2^60.
    const d0 = h0 * r0 + h1 * s3 + h2 * s2 + h3 * s1;
    const d1 = h0 * r1 + h1 * r0 + h2 * s3 + h3 * s2 + h4 * s1 + (d0 >> 32);
    const d2 = h0 * r2 + h1 * r1 + h2 * r0 + h3 * s3 + h4 * s2 + (d1 >> 32);
    const d3 = h0 * r3 + h1 * r2 + h2 * r1 + h3 * r0 + h4 * s3 + (d2 >> 32);
    const d4 = h4 * r0 + (d3 >> 32);
    // Modulo p in part: what lies above 2^130 comes back five times. h0 keeps the carry.
    h0 = (d0 & 0xffffffff) + (d4 >> 2) * 5;
    h1 = d1 & 0xffffffff; h2 = d2 & 0xffffffff; h3 = d3 & 0xffffffff;
    h4 = d4 & 3;
  }
  store<u64>(polyState, h0, 32); store<u64>(polyState, h1, 40); store<u64>(polyState, h2, 48);
  store<u64>(polyState, h3, 56); store<u64>(polyState, h4, 64);
}

/** The tag: (h mod p) + s, modulo 2^128. */
function writeTag(): void {
  let h0 = load<u64>(polyState, 32), h1 = load<u64>(polyState, 40), h2 = load<u64>(polyState, 48);
  let h3 = load<u64>(polyState, 56), h4 = load<u64>(polyState, 64);
  h1 += h0 >> 32; h2 += h1 >> 32; h3 += h2 >> 32; h4 += h3 >> 32;
  h0 &= 0xffffffff; h1 &= 0xffffffff; h2 &= 0xffffffff; h3 &= 0xffffffff;
  // h < 2 p now. p = 2^130 - 5, so h >= p if h + 5 reaches 2^130, and then h + 5 is h - p beside that bit.
  const g0 = h0 + 5;
  const g1 = h1 + (g0 >> 32), g2 = h2 + (g1 >> 32), g3 = h3 + (g2 >> 32), g4 = h4 + (g3 >> 32);
  const reduced = -(g4 >> 2);
  h0 ^= (h0 ^ g0) & reduced; h1 ^= (h1 ^ g1) & reduced; h2 ^= (h2 ^ g2) & reduced; h3 ^= (h3 ^ g3) & reduced;
  // + s
  h0 = (h0 & 0xffffffff) + <u64>load<u32>(polyState, 80);
  h1 = (h1 & 0xffffffff) + <u64>load<u32>(polyState, 84) + (h0 >> 32);
  h2 = (h2 & 0xffffffff) + <u64>load<u32>(polyState, 88) + (h1 >> 32);
  h3 = (h3 & 0xffffffff) + <u64>load<u32>(polyState, 92) + (h2 >> 32);
  store<u32>(tag, <u32>h0, 0); store<u32>(tag, <u32>h1, 4);
  store<u32>(tag, <u32>h2, 8); store<u32>(tag, <u32>h3, 12);
}

// ---- The construction, section 2.8 ---------------------------------------------------------------------------

/**
 * Starts a record with what is at `key` and `nonce`. The first octets of the record are in the window already, after
 * the lead: they are encrypted, or decrypted, while the one-time key is made.
 */
export function chachaStart(): void {
  for (let at: u32 = 0; at < firstLength; at += 16) {
    v128.store(firstCiphertext + at, v128.load(window + chachaLead + at));
  }
  zero(window, blockLength);
  batch(window, 0, 0, 0);
  setOneTimeKey(window);
}

/** Authenticates `length` octets of additional data: whole blocks, unless they are the last. */
export function chachaAdditionalData(length: u32): void {
  padToBlock(additionalData, length);
  authenticate(additionalData, additionalData + wholeBlocks(length));
}

/**
 * Encrypts and authenticates the next stretch of a record, `length` octets of the window: whole batches, unless it
 * is the last. Before it came `octetsBefore`. The lead counts as part of the record.
 */
export function chachaSeal(length: u32, octetsBefore: f64): void {
  const end = window + length;
  let counter = counterAfter(octetsBefore);
  let place = window, message = window;
  if (counter == 0) {
    place += batchLength; message += chachaLead;
    counter = 4;
  }
  for (; place < end; place += batchLength, counter += 4) {
    // The ciphertext of the batch before is authenticated beside this one's keystream.
    batch(place, counter, message, place);
    message = place;
  }
  // What a last, shorter batch left after the ciphertext is keystream.
  padToBlock(window, length);
  zero(window + wholeBlocks(length), wholeBatches(length) - wholeBlocks(length));
  authenticate(message, window + wholeBlocks(length));
}

/** Authenticates and decrypts the next stretch of a record, as `chachaSeal`. */
export function chachaOpen(length: u32, octetsBefore: f64): void {
  const end = window + length, messageEnd = window + wholeBlocks(length);
  let counter = counterAfter(octetsBefore);
  let place = window;
  padToBlock(window, length);
  if (counter == 0) {
    place += batchLength;
    const first = min(length - chachaLead, firstLength);
    padToBlock(firstCiphertext, first);
    authenticate(firstCiphertext, firstCiphertext + wholeBlocks(first));
    counter = 4;
  }
  for (; place < end; place += batchLength, counter += 4) {
    // A batch reads the ciphertext before it decrypts it. An odd block goes ahead of the pairs.
    const ciphertextEnd = min(place + batchLength, messageEnd);
    const pairs = place + ((ciphertextEnd - place) & 16);
    if (place < pairs) authenticate(place, pairs);
    batch(place, counter, pairs, ciphertextEnd);
  }
}

/** Authenticates the lengths of additional data and ciphertext, and writes the tag of the record. */
export function chachaFinish(additionalDataLength: f64, ciphertextLength: f64): void {
  store<u64>(additionalData, <u64>additionalDataLength, 0);
  store<u64>(additionalData, <u64>ciphertextLength, 8);
  authenticate(additionalData, additionalData + 16);
  writeTag();
}

/** Wipes what the record left in memory, with `length` octets of the window and the keystream after them. */
export function chachaWipe(length: u32): void {
  memory.fill(window, 0, wholeBatches(length));
  zero(firstCiphertext, firstLength);
  zero(key, 32);
  zero(tag, 16);
  zero(polyState, 96);
}

/** The number of the block that follows so many octets: lengths come as JavaScript has them. */
@inline
function counterAfter(octetsBefore: f64): u32 {
  return <u32>(<u64>octetsBefore / blockLength);
}

@inline
function wholeBatches(length: u32): u32 {
  return (length + batchLength - 1) & ~(batchLength - 1);
}
