/**
 * HMAC (RFC 2104) over a number of octets that is secret, between two bounds that are not.
 *
 * After the padding of TLS's CBC records is removed, how many octets are left must not show in the time that their
 * MAC takes, or else the padding shows in it: AlFardan and Paterson, "Lucky Thirteen" (2013). So here the compression
 * function runs as often as the upper bound needs. Each block is made as the true length wants it, and the state
 * after the one that is truly the last is kept, both by masks. What is before the lower bound goes in directly.
 */
// biome-ignore-all lint/style/noNonNullAssertion: indexes are bounded by the block and the caller's bounds.
import { type CompressionFunction, storeBigEndian } from '../hash/compression.ts';
import { maskOfEqual, maskOfLess } from './masks.ts';

/** The states after the block that is the key. */
export interface HmacKey {
  readonly inner: Int32Array;
  readonly outer: Int32Array;
}

/** Where `hmacOfSecretLength` leaves its result. */
export const mac: Uint8Array = /* @__PURE__ */ new Uint8Array(48);

// Of the MAC in hand.
const block: Uint8Array = /* @__PURE__ */ new Uint8Array(128);
const state: Int32Array = /* @__PURE__ */ new Int32Array(16);
const innerState: Int32Array = /* @__PURE__ */ new Int32Array(16);

/** Sets up a key that is no longer than a block. */
export function expandHmacKey(hash: CompressionFunction, key: Uint8Array): HmacKey {
  const expanded = { inner: stateAfterKey(hash, key, 0x36), outer: stateAfterKey(hash, key, 0x5c) };
  wipeHmac(hash);
  return expanded;
}

function stateAfterKey(hash: CompressionFunction, key: Uint8Array, pad: number): Int32Array {
  const after = hash.initial.slice();
  block.fill(0);
  block.set(key);
  for (let octet = 0; octet < block.length; octet += 1) block[octet] = block[octet]! ^ pad;
  hash.compress(after, block, 0);
  return after;
}

/** Wipes what the last MAC left, and the MAC. */
export function wipeHmac(hash: CompressionFunction): void {
  mac.fill(0);
  block.fill(0);
  state.fill(0);
  innerState.fill(0);
  hash.wipe();
}

/**
 * The HMAC of the first `prefixLength` octets of `prefix` and `length` octets of `data` from `offset`, left in `mac`.
 * @param length secret, from `shortest` to `longest`, which are not; time and memory access depend on these alone
 */
export function hmacOfSecretLength(
  hash: CompressionFunction,
  key: HmacKey,
  prefix: Uint8Array,
  prefixLength: number,
  data: Uint8Array,
  offset: number,
  shortest: number,
  longest: number,
  length: number,
): void {
  const { blockLengthBits, lengthOctets } = hash;
  const messageLength = prefixLength + length;
  const lastBlock = (messageLength + lengthOctets) >> blockLengthBits;
  const blocks = 1 + ((prefixLength + longest + lengthOctets) >> blockLengthBits);
  // Those that hold nothing but message, whatever its length.
  const wholeBlocks = (prefixLength + shortest) >> blockLengthBits;

  state.set(key.inner);
  innerState.fill(0);
  for (let index = 0; index < wholeBlocks; index += 1) {
    const start = index << blockLengthBits;
    if (start >= prefixLength) {
      hash.compress(state, data, offset + start - prefixLength);
    } else {
      loadBlock(start, hash, prefix, prefixLength, data, offset, longest);
      hash.compress(state, block, 0);
    }
  }
  for (let index = wholeBlocks; index < blocks; index += 1) {
    const start = index << blockLengthBits;
    const isLast = maskOfEqual(index, lastBlock);
    loadBlock(start, hash, prefix, prefixLength, data, offset, longest);
    padBlock(start, hash, messageLength, isLast);
    hash.compress(state, block, 0);
    for (let word = 0; word < state.length; word += 1) {
      innerState[word] = innerState[word]! | (state[word]! & isLast);
    }
  }
  finish(hash, key);
}

/** The block from `start` on of the longest message possible, then zeros. */
function loadBlock(
  start: number,
  { blockLengthBits }: CompressionFunction,
  prefix: Uint8Array,
  prefixLength: number,
  data: Uint8Array,
  offset: number,
  longest: number,
): void {
  for (let octet = 0; octet < 1 << blockLengthBits; octet += 1) {
    const position = start + octet;
    if (position < prefixLength) block[octet] = prefix[position]!;
    else if (position < prefixLength + longest) block[octet] = data[offset + position - prefixLength]!;
    else block[octet] = 0;
  }
}

/**
 * FIPS 180-4 section 5.1: behind the message a 1 bit, zeros, and at the end of the last block the number of bits, to
 * which HMAC's block of key counts.
 */
function padBlock(
  start: number,
  { blockLengthBits }: CompressionFunction,
  messageLength: number,
  isLast: number,
): void {
  const blockLength = 1 << blockLengthBits;
  for (let octet = 0; octet < blockLength; octet += 1) {
    const position = start + octet;
    block[octet] =
      (block[octet]! & maskOfLess(position, messageLength)) | (0x80 & maskOfEqual(position, messageLength));
  }
  const bits = (blockLength + messageLength) << 3;
  for (let octet = 1; octet <= 4; octet += 1) {
    const at = blockLength - octet;
    block[at] = block[at]! | ((bits >>> (8 * (octet - 1))) & isLast);
  }
}

/** The outer hash, whose message is always a block of key and a digest: one more compression. */
function finish(hash: CompressionFunction, key: HmacKey): void {
  block.fill(0);
  storeBigEndian(innerState, block, 0, hash.outputLength);
  padBlock(0, hash, hash.outputLength, -1);
  state.set(key.outer);
  hash.compress(state, block, 0);
  storeBigEndian(state, mac, 0, hash.outputLength);
}
